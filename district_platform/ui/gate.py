"""A gate before Dagster's webserver, which by itself has no sign-in and accepts mutations by GET from any page.

A request passes if it has the token (in the printed URL, then in a cookie; `Authorization: Bearer` for programs), names a Host of ours,
comes from a page of ours, and changes something by POST only. What each check prevents:

    Host      another site's name that resolves to 127.0.0.1 (DNS rebinding) reads nothing
    Origin    a page of another site starts nothing, by a form, a script or a websocket
    POST      a link or an image starts nothing
    token     another account of this machine reads nothing
"""

import hmac
import html
from collections.abc import Collection, Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit

from graphql import GraphQLError, OperationDefinitionNode, OperationType, parse
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from district_platform.settings import LOCAL_HOSTS

TOKEN = "token"
"""The parameter of the printed URL."""

SAFE_METHODS = frozenset({"GET", "HEAD"})
READ_ONLY = frozenset({OperationType.QUERY})


class Gate:
    """Passes permitted requests to the application behind it.

    `hosts` are the names, besides this machine's own, under which the UI may be requested. Any port is accepted, because tunnels change
    it.
    """

    def __init__(self, app: ASGIApp, token: str, cookie: str, hosts: Collection[str] = ()) -> None:
        self._app, self._token, self._cookie = app, token, cookie
        self._hosts = frozenset({*LOCAL_HOSTS, *(host.lower() for host in hosts)})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = self._refusal(HTTPConnection(scope), scope.get("method", "GET"))
        if answer is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await answer(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008, "reason": "refused"})

    def _refusal(self, request: HTTPConnection, method: str) -> Response | None:
        """The answer of the gate itself; None where the request may pass."""
        host = request.headers.get("host", "")
        if _name(host) not in self._hosts:
            return _refused(
                f"The UI does not answer to the name {_name(host) or '(none)'} (district.toml: alerts.base_url)."
            )
        if not _is_from_here(request.headers, host):
            return _refused("Another site's page asked for this.")
        offered = request.query_params.get(TOKEN)
        if offered is not None and method in SAFE_METHODS and self._is_token(offered):
            return self._enter(request)
        if not self._is_known(request):
            return _sign_in(request)
        if method in SAFE_METHODS and changes_something(request.query_params):
            return _refused("A mutation is asked for by POST.")
        return None

    def _is_token(self, offered: str) -> bool:
        return hmac.compare_digest(offered.encode(), self._token.encode())

    def _is_known(self, request: HTTPConnection) -> bool:
        kind, _, bearer = request.headers.get("authorization", "").partition(" ")
        return self._is_token(request.cookies.get(self._cookie, "")) or (
            kind.lower() == "bearer" and self._is_token(bearer)
        )

    def _enter(self, request: HTTPConnection) -> Response:
        """Redirects to the same page without the token, which is now in a cookie that no script and no other site can use."""
        answer = RedirectResponse(_without_token(request), 303, {"Cache-Control": "no-store"})
        answer.set_cookie(
            self._cookie, self._token, httponly=True, samesite="strict", secure=request.url.scheme == "https"
        )
        return answer


def changes_something(parameters: Mapping[str, str]) -> bool:
    """Whether a GraphQL document in a URL does more than read, or cannot be parsed."""
    if "query" not in parameters:
        return False
    try:
        definitions = parse(parameters["query"]).definitions
    except GraphQLError:
        return True
    kinds = {each.operation for each in definitions if isinstance(each, OperationDefinitionNode)}
    return not kinds <= READ_ONLY


def _name(host: str) -> str:
    """A Host header without its port."""
    return (urlsplit(f"//{host}").hostname or "").lower() if host.isprintable() and " " not in host else ""


def _is_from_here(headers: Headers, host: str) -> bool:
    """Whether the browser names our page, or no page, as the origin; programs send no origin."""
    origin = headers.get("origin")
    return origin is None or origin.lower() in (f"http://{host.lower()}", f"https://{host.lower()}")


def _without_token(request: HTTPConnection) -> str:
    kept = [(name, value) for name, value in parse_qsl(request.url.query) if name != TOKEN]
    path = "/" + request.url.path.lstrip("/")
    return f"{path}?{urlencode(kept)}" if kept else path


def _refused(why: str) -> Response:
    return PlainTextResponse(f"Refused. {why}\n", 403)


def _sign_in(request: HTTPConnection) -> Response:
    """The page for requests without a token. Browsers do not send the cookie when another site (such as an alert) links here, but do so
    for a link on this page.
    """
    page = (
        "<!doctype html><html lang='en'><meta charset='utf-8'><title>District platform</title><p>Open the URL that "
        "<code>district-platform ui</code> printed when it started: it holds the token.</p>"
        f"<p>If you have done so in this browser: <a href='{html.escape(_without_token(request))}'>go on</a>.</p></html>"
    )
    return HTMLResponse(page, 401, {"Cache-Control": "no-store"})
