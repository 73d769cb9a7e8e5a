"""Streamlit behind the plain routes: what they do not answer, it does."""

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

import streamlit as st
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from district_platform.web.dashboard import visiting
from district_platform.web.guard import POLICY, policy
from district_platform.web.site import Site

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)
SCRIPT = Path(__file__).with_name("script.py")
CORE = "/_stcore/"
CLOSED = (f"{CORE}upload_file", f"{CORE}bidi-components", "/component/", "/media/", "/app/static/")
"""What of Streamlit's no page uses: files that browsers send or fetch, components of others."""


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
    app = st.App(SCRIPT)

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and (scope["path"].startswith(CLOSED) or scope["method"] not in ("GET", "HEAD")):
            await PlainTextResponse("Not Found\n", 404)(scope, receive, send)
            return

        async def with_policy(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (POLICY.encode(), streamlit_policy().encode())]
            await send(message)

        await app(scope, receive, with_policy)

    return answer
