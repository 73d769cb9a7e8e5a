"""The dashboard as one ASGI application: sign-in, pages, static files, behind the guard."""

import sqlite3
from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from district_platform.web.answering import Answering
from district_platform.web.guard import HEALTH, Guard
from district_platform.web.rendering import STATIC, Message
from district_platform.web.rendering.html import BROKEN, NOT_FOUND
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
_KEPT = "public, max-age=31536000, immutable"


def application(site: Site) -> ASGIApp:
    """The dashboard."""
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

    starlette = Starlette(
        routes=[
            Route(HEALTH, lambda request: PlainTextResponse("ok\n"), methods=["GET"]),
            Route("/static/{name}", _static, methods=["GET"]),
            *forms.routes(),
            *InvitationForms(site, entrance, forms).routes(),
            *CodeForms(site, entrance).routes(),
            *DirectoryForms(site, entrance).routes(),
            *Answering(site).routes(),
        ],
        exception_handlers={HTTPException: refused, sqlite3.Error: say(_NOT_NOW), Exception: say(BROKEN)},
    )
    starlette.router.redirect_slashes = False
    return Guard(starlette, site.settings.web)


def _static(request: Request) -> Response:
    found = STATIC.get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    path, media_type = found
    return FileResponse(path, media_type=media_type, headers={"cache-control": _KEPT})
