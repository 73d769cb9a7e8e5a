"""The API as one application, for the dashboard to mount at /v1 or to be served alone (`district-platform api`)."""

import logging
import sqlite3
import traceback
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.settings import Web
from district_platform.web.api import problems
from district_platform.web.api.answering import Answering
from district_platform.web.api.callers import Callers
from district_platform.web.api.description import VERSION, described, openapi_text, page
from district_platform.web.api.limits import Limits
from district_platform.web.api.pages import Pages
from district_platform.web.api.paths import router
from district_platform.web.district import HomeDistrict
from district_platform.web.guard import HEALTH, Guard
from district_platform.web.rendering.static import static_file
from district_platform.web.signin.keys import signing_secret
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visits

PREFIX = "/v1"
_LOG = logging.getLogger("uvicorn.error")


def api(
    store: AccessStore,
    visits: Visits,
    district: HomeDistrict,
    limits: Limits | None = None,
    attendance: AttendanceStore | None = None,
) -> ASGIApp:
    """The API of a home, to be mounted at PREFIX; a student's days come from `attendance`, where it is given."""
    answering = Answering(
        store, Callers(store, visits, district), limits or Limits(), Pages(signing_secret(store)), district, attendance
    )
    return _Reading(application(answering))


def application(answering: Answering) -> FastAPI:
    """The paths and their description; nothing is read while it is made."""
    made = FastAPI(title="District platform", version=VERSION, openapi_url=None, docs_url=None, redoc_url=None)
    made.router.redirect_slashes = False
    made.add_route("/v1/openapi.json", lambda request: described(made), include_in_schema=False)
    made.add_route("/v1/docs", lambda request: page(made), include_in_schema=False)
    made.include_router(router(answering), prefix=PREFIX)
    made.add_exception_handler(problems.ProblemError, problems.of_problem)
    made.add_exception_handler(HTTPException, problems.of_http)
    made.add_exception_handler(RequestValidationError, problems.of_parameters)
    made.add_exception_handler(sqlite3.Error, lambda request, error: problems.answer(problems.NOT_NOW))
    made.add_exception_handler(Exception, lambda request, error: problems.answer(problems.BROKEN))
    return made


def openapi() -> str:
    """The text of docs/openapi.json."""
    return openapi_text(application(cast(Answering, None)))  # no request is answered by it


def alone(app: ASGIApp, web: Web) -> ASGIApp:
    """The API as a server of its own, behind the same guard as the dashboard."""
    routes = [
        Route(HEALTH, lambda request: PlainTextResponse("ok\n"), methods=["GET"]),
        Route("/assets/{name}", static_file, methods=["GET"]),
        Mount("", app),
    ]
    return Guard(Starlette(routes=routes), web)


class _Reading:
    """Answers HEAD as GET without a body, and what nobody foresaw with a problem; of that, the log gets the place and no value."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_head, has_begun = scope["method"] == "HEAD", False

        async def answered(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            if is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app({**scope, "method": "GET"} if is_head else scope, receive, answered)
        except Exception as error:
            last = traceback.extract_tb(error.__traceback__)[-1]
            _LOG.error("The API failed: %s in %s, line %s", type(error).__name__, last.filename, last.lineno)
            if not has_begun:
                await problems.answer(problems.BROKEN)(scope, receive, answered)
