"""Streamlit behind the plain routes: what they do not answer, it does."""

import re
from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from district_platform.web.dashboard import visiting
from district_platform.web.guard import POLICY, SAFE_METHODS, policy
from district_platform.web.site import Site

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
SCRIPT = Path(__file__).with_name("script.py")
CORE = "/_stcore/"
OPEN = frozenset({f"{CORE}health", f"{CORE}host-config", f"{CORE}stream"})
CLOSED = (CORE, "/component/", "/media/", "/app/static/")
"""What of Streamlit's no page uses: metrics, files that browsers send or fetch, components of others."""
MOST_CONNECTIONS = 500
"""Browsers at once, visitors among them; each holds a thread's worth of memory while it is open."""


@cache
def streamlit_policy() -> str:
    """Streamlit styles its elements by script, and its page has a script of one line; no other inline script runs."""
    page = (Path(st.__file__).parent / "static" / "index.html").read_text()
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in _INLINE.findall(page))
    return policy(
        script_src=" ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)]),
        style_src="'self' 'unsafe-inline'",
        img_src="'self' data: blob:",
        font_src="'self' data:",
    )


def streamlit_app(site: Site) -> ASGIApp:
    """The pages of the site in Streamlit. One a process: Streamlit's configuration and runtime are the process's."""
    visiting.of_process(site)
    return _Closing(st.App(SCRIPT))


class _Closing:
    """Passes what pages need to Streamlit, and says what they may load."""

    def __init__(self, app: ASGIApp) -> None:
        self._app, self._n_connections = app, 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http" and _is_closed(scope):
            await PlainTextResponse("Not Found\n", 404)(scope, receive, send)
        else:
            await self._app(scope, receive, partial(_with_policy, send))

    async def _connect(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _is_closed(scope) or self._n_connections >= MOST_CONNECTIONS:
            await send({"type": "websocket.close", "code": 1013, "reason": "try again later"})
            return
        self._n_connections += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._n_connections -= 1


def _is_closed(scope: Scope) -> bool:
    path = scope["path"]
    return (path.startswith(CLOSED) and path not in OPEN) or scope.get("method", "GET") not in SAFE_METHODS


async def _with_policy(send: Send, message: Message) -> None:
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], (POLICY.encode(), streamlit_policy().encode())]
    await send(message)
