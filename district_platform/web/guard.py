"""Checks that apply to every request and every answer, before sign-in is looked at.

Host       only the name of web.public_url; on this machine its own names, at any port, since tunnels change it
TLS        a request without it is sent to https, unless the dashboard is for this machine alone
Origin     a form of another site, or of no site, changes nothing
headers    no script but ours, no frame, no copy kept of a page with data
"""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from district_platform.settings import LOCAL_HOSTS, Web

SAFE_METHODS = frozenset({"GET", "HEAD"})
HEALTH = "/healthz"
"""Asked from this machine, by whoever watches the process, under a name of its own."""

POLICY = "content-security-policy"
_SOURCES = {
    "default_src": "'none'",
    "script_src": "'self'",
    "style_src": "'self'",
    "img_src": "'self' data:",
    "font_src": "'self'",
    "connect_src": "'self'",
    "form_action": "'self'",
    "frame_ancestors": "'none'",
    "base_uri": "'none'",
}


def policy(**others: str) -> str:
    """What a page may load; `others` replace or add sources, as style_src."""
    return "; ".join(f"{name.replace('_', '-')} {sources}" for name, sources in {**_SOURCES, **others}.items())


HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",  # "no-referrer" would make the Origin of our own forms "null"
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_PLAIN_POLICY = policy()
_HTTPS_FOR = "max-age=31536000"


class Guard:
    """Passes correct requests to the application behind it."""

    def __init__(self, app: ASGIApp, web: Web) -> None:
        self._app, self._web = app, web
        self._headers = {**HEADERS, **({"strict-transport-security": _HTTPS_FOR} if web.is_public else {})}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        answer = self._refusal(HTTPConnection(scope), scope)
        if scope["type"] == "websocket":
            if answer is None:
                await self._app(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": "refused"})
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                headers.setdefault(POLICY, _PLAIN_POLICY)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        await (answer or self._app)(scope, receive, with_headers)

    def _refusal(self, request: HTTPConnection, scope: Scope) -> Response | None:
        """The answer of the guard itself; None where the request may pass."""
        method, host = scope.get("method", "GET"), request.headers.get("host", "").lower()
        is_health = request.url.path == HEALTH and method in SAFE_METHODS
        if not (self._is_ours(host) or (is_health and _is_local(host))):
            return _refused("The dashboard does not answer to this name (district.toml: web.public_url).")
        if self._web.is_public and scope["scheme"] not in ("https", "wss") and not is_health:
            return self._to_https(request, method)
        changes = scope["type"] == "websocket" or method not in SAFE_METHODS
        if changes and request.headers.get("origin", "").lower() != self._origin(host):
            return _refused("Another site's page asked for this, or a program that does not say who it is (Origin).")
        return None

    def _is_ours(self, host: str) -> bool:
        if not self._web.is_public:
            return _is_local(host)
        return host.removesuffix(":443") == self._web.host.removesuffix(":443")

    def _origin(self, host: str) -> str:
        return self._web.public_url.removesuffix(":443") if self._web.is_public else f"http://{host}"

    def _to_https(self, request: HTTPConnection, method: str) -> Response:
        if method not in SAFE_METHODS:
            return _refused(f"The dashboard is spoken to by https: {self._web.public_url}")
        path = "/" + request.url.path.lstrip("/")
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{self._web.public_url}{path}{query}", 308)


def _is_local(host: str) -> bool:
    try:
        return urlsplit(f"//{host}").hostname in LOCAL_HOSTS
    except ValueError:
        return False


def _refused(why: str) -> Response:
    return PlainTextResponse(f"Refused. {why}\n", 403)
