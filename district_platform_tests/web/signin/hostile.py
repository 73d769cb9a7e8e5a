"""A directory that a test makes lie: it signs what the test says, with the key that the test says. And browsers that go there."""

import hashlib
import hmac
import json
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

from district_platform.settings import Directory, Web
from district_platform_tests.web.dashboard import URL, Browser, Dashboard

CLIENT, SECRET = "dashboard", "a secret of the client"


@cache
def key_of(name: str, number: int = 1) -> RSAKey:
    """A key, made once for all tests; another number is another key of the same name."""
    return RSAKey.generate_key(2048, {"kid": name}, auto_kid=False)


@dataclass
class Hostile:
    """What it says next; `claims` are changes to right ones, where None takes one away."""

    url: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    metadata: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = None
    """Signs; default: the key that it publishes."""
    is_away: bool = False
    token: Any = None
    """Answered in place of a token."""
    asked: dict[str, list[str]] = field(default_factory=dict)
    """What the browser was sent with."""
    used: set[str] = field(default_factory=set)
    published: RSAKey = field(default_factory=lambda: key_of("k1"))

    def id_token(self) -> str:
        now = int(time.time())
        right = {
            "iss": self.url,
            "aud": CLIENT,
            "sub": "S-1",
            "iat": now,
            "exp": now + 300,
            "nonce": self.asked["nonce"][0],
            "email": "head@example.org",
            "email_verified": True,
            "tid": "district-tenant",
        }
        claims = {name: value for name, value in {**right, **self.claims}.items() if value is not None}
        if self.algorithm == "RS256":
            key = self.key or self.published
            return jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key)
        signed = f"{_part({'alg': self.algorithm, 'kid': 'k1'})}.{_part(claims)}"
        if self.algorithm == "none":
            return f"{signed}."
        public = self.published.as_pem(private=False)  # which everybody knows, as if it were a shared secret
        return f"{signed}.{_encoded(hmac.digest(public, signed.encode(), 'sha256'))}"

    def redeem(self, form: dict[str, list[str]]) -> tuple[int, Any]:
        """The token endpoint: a code is good once, for whoever knows the verifier."""
        if self.token is not None:
            return self.token
        code, verifier = form["code"][0], form.get("code_verifier", [""])[0]
        challenge = _encoded(hashlib.sha256(verifier.encode()).digest())
        if code in self.used or challenge != self.asked["code_challenge"][0]:
            return 400, {"error": "invalid_grant", "error_description": "<b>head@example.org</b>"}
        self.used.add(code)
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.id_token()}

    def page(self, path: str) -> tuple[int, Any]:
        if path == "/jwks":
            return 200, {"keys": [self.published.as_dict(private=False)]}
        if path == "/.well-known/openid-configuration":
            endpoints = {name: f"{self.url}/{path}" for name, path in ENDPOINTS.items()}
            return 200, {"issuer": self.url, **endpoints, **self.metadata}
        return 404, {}


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content).encode())


def _encoded(content: bytes) -> str:
    return urlsafe_b64encode(content).decode().rstrip("=")


ENDPOINTS = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}


@contextmanager
def hostile_directory() -> Iterator[Hostile]:
    hostile = Hostile()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*hostile.page(urlsplit(self.path).path))

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            self._answer(*hostile.redeem(form))

        def _answer(self, status: int, body: Any) -> None:
            if hostile.is_away:
                self.close_connection = True
                self.connection.close()
                return
            text = body if isinstance(body, str) else json.dumps(body)
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        hostile.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield hostile
        server.shutdown()


def with_directory(folder, issuer: str, **settings: object) -> Dashboard:
    """A dashboard whose district has this directory, at the time of day, since tokens hold times."""
    directory = Directory(issuer=issuer, client_id=CLIENT, **{"domains": ("example.org",), **settings})
    made = Dashboard(folder, Web(public_url=URL, directory=directory))
    made.clock.now = time.time()
    return made


def leave(browser: Browser, hostile: Hostile, target: str = "") -> str:
    """Sends the browser to the directory; the state that it was sent with."""
    answer = browser.get("/sign-in/directory", params={"target": target} if target else {})
    assert answer.status_code == 303, answer.text
    hostile.asked = parse_qs(urlsplit(answer.headers["location"]).query)
    return hostile.asked["state"][0]


def come_back(browser: Browser, state: str, code: str = "c1", **fields: str):
    return browser.get("/sign-in/directory/answer", params={"code": code, "state": state, **fields})


def is_in(browser: Browser) -> bool:
    page = browser.get("/print/school")
    return page.status_code == 200 and "DEMO" not in page.text
