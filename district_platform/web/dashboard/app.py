"""Streamlit behind the plain routes: what they do not answer, it does."""

import re
from base64 import b64encode
from functools import cache, partial
from hashlib import sha256
from pathlib import Path

import streamlit as st
from markupsafe import escape
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from district_platform.web.dashboard import visiting
from district_platform.web.guard import POLICY, SAFE_METHODS, policy
from district_platform.web.site import Site

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_PAGE = re.compile(r"/\w*")
"""Paths at which browsers begin; Streamlit's files have two parts or an ending."""
SCRIPT = Path(__file__).with_name("script.py")
CORE = "/_stcore/"
OPEN = frozenset({f"{CORE}health", f"{CORE}host-config", f"{CORE}stream"})
CLOSED = (CORE, "/component/", "/media/", "/app/static/")
"""What of Streamlit's no page uses: metrics, files that browsers send or fetch, components of others."""
MOST_CONNECTIONS = 500
"""Browsers at once, visitors among them; each holds a thread's worth of memory while it is open."""


@cache
def _index() -> str:
    """Streamlit's own page, which is empty until its script has drawn something."""
    return (Path(st.__file__).parent / "static" / "index.html").read_text()


_PLAIN = '<a href="/print">The plain pages</a> say the same'
_WORDS = {
    r"<title>.*?</title>": "<title>{name}</title>",
    r"<noscript>.*?</noscript>": f"<noscript><p>This page needs scripts. {_PLAIN} without any.</p></noscript>",
    r'<div id="root"></div>': '<div id="root"><p role="status" style="margin: 2.5rem 3rem; font: 1rem sans-serif; color: #454b53">'
    f"The page is being drawn. {_PLAIN} and are quicker.</p></div>",
}
"""What a person reads before anything is drawn, for what Streamlit has in its place: its name, advice to programs, and nothing."""


def first_sight(name: str) -> str:
    """The page of a district of this name until Streamlit's script has drawn it. Raises LookupError where Streamlit's has changed."""
    page = _index()
    for theirs, ours in _WORDS.items():
        found = re.search(theirs, page, re.DOTALL)
        if not found:
            raise LookupError(f"Streamlit's page has no {theirs}")
        page = f"{page[: found.start()]}{ours.format(name=escape(name))}{page[found.end() :]}"
    return page


@cache
def streamlit_policy() -> str:
    """Streamlit styles its elements by script, and its page has a script of one line; no other inline script runs."""
    digests = (b64encode(sha256(script.encode()).digest()).decode() for script in _INLINE.findall(_index()))
    return policy(
        script_src=" ".join(["'self'", *(f"'sha256-{digest}'" for digest in digests)]),
        style_src="'self' 'unsafe-inline'",
        img_src="'self' data: blob:",
        font_src="'self' data:",
    )


def streamlit_app(site: Site) -> ASGIApp:
    """The pages of the site in Streamlit. One a process: Streamlit's configuration and runtime are the process's."""
    visiting.of_process(site)
    return _Closing(st.App(SCRIPT), first_sight(site.settings.district_name))


class _Closing:
    """Passes what pages need to Streamlit, and says what they may load; a page is `first_sight` until it is drawn."""

    def __init__(self, app: ASGIApp, first_sight: str) -> None:
        self._app, self._n_connections = app, 0
        self._first_sight = HTMLResponse(first_sight, headers={"cache-control": "no-cache"})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await self._connect(scope, receive, send)
        elif scope["type"] == "http" and _is_closed(scope):
            await PlainTextResponse("Not Found\n", 404)(scope, receive, send)
        elif scope["type"] == "http" and _PAGE.fullmatch(scope["path"]):
            await self._first_sight(scope, receive, partial(_with_policy, send))
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
