"""The dashboard as one ASGI application: sign-in, pages, static files, behind the guard."""

import sqlite3
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Match, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from district_platform.web.answering import Answering
from district_platform.web.api.app import PREFIX as API_PREFIX
from district_platform.web.guard import HEALTH, Guard
from district_platform.web.rendering import Message
from district_platform.web.rendering.html import BROKEN, NOT_FOUND
from district_platform.web.rendering.static import static_file
from district_platform.web.signin.code_forms import CodeForms
from district_platform.web.signin.directory_forms import DirectoryForms
from district_platform.web.signin.entering import Entrance
from district_platform.web.signin.forms import Forms
from district_platform.web.signin.invitation_forms import InvitationForms
from district_platform.web.signin.visits import Visit
from district_platform.web.site import Site

_NOT_NOW = Message(
    503,
    "Sign-in does not work just now",
    ("Who may see what cannot be looked up, so that nothing is shown. Try again in a minute, and tell the data team.",),
)


def application(site: Site, api: ASGIApp | None = None, streamlit: ASGIApp | None = None) -> ASGIApp:
    """The dashboard, and the API beside it. Where Streamlit is there, it shows `/` and all that no route is for."""
    entrance = Entrance(site.store, site.viewers_of, site.visits.may_enter)
    forms = Forms(site, entrance)

    def say(what: Message) -> Callable[[Request, Exception], Response]:
        """A page of words without a look at the session, because reading the session may be what failed."""
        return lambda request, error: site.say(Visit("", False, ""), what)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.status_code == 404:
            return site.say(Visit("", False, ""), NOT_FOUND)
        return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)

    answering = Answering(site)
    starlette = Starlette(
        routes=[
            Route(HEALTH, lambda request: PlainTextResponse("ok\n"), methods=["GET"]),
            Route("/assets/{name}", static_file, methods=["GET"]),
            *forms.routes(),
            *InvitationForms(site, entrance, forms).routes(),
            *CodeForms(site, entrance, forms).routes(),
            *DirectoryForms(site, entrance).routes(),
            *answering.routes(),
            *(() if streamlit else (Route("/", answering.start, methods=["GET"]),)),
        ],
        exception_handlers={HTTPException: refused, sqlite3.Error: say(_NOT_NOW), Exception: say(BROKEN)},
    )
    starlette.router.redirect_slashes = False
    pages = _before(starlette, streamlit) if streamlit else starlette
    return Guard(_beside(pages, api) if api else pages, site.settings.web)


def _before(plain: Starlette, streamlit: ASGIApp) -> ASGIApp:
    """The plain routes, and Streamlit for all else: its page, its scripts, its websocket."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_plain = scope["type"] == "http" and any(r.matches(scope)[0] is not Match.NONE for r in plain.routes)
        await (plain if is_plain else streamlit)(scope, receive, send)

    return either


def _beside(pages: ASGIApp, api: ASGIApp) -> ASGIApp:
    """Pages, and the API under its own prefix: each answers what is wrong in its own way."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        is_of_api = scope["type"] == "http" and f"{scope['path']}/".startswith(f"{API_PREFIX}/")
        await (api if is_of_api else pages)(scope, receive, send)

    return either
