"""The token with which the API is asked: OAuth's client credentials. One is taken a run, and renewed shortly before it ends.

An ODS/API of version 7.3 allows a client 15 live tokens and answers 429 to the next, which the session waits out.
"""

import time
from collections.abc import Callable
from typing import Any

import requests
from pydantic import SecretStr
from requests.auth import AuthBase, HTTPBasicAuth

from district_platform.sources.edfi.errors import EdfiError, RefusedKeyError

AskedWith = Callable[[Callable[[SecretStr, SecretStr], None]], None]
"""Calls a function with key and secret; refused and rotated since, it is called once more (`credentials.with_secrets`)."""

EARLY_SECONDS = 120
"""A token is renewed this long before it ends."""
_REFUSED = (400, 401, 403)


class ClientGrant(AuthBase):
    """Authorizes requests. Answered 401, it takes a new token and asks once more."""

    def __init__(
        self,
        address: str,
        asked_with: AskedWith,
        session: requests.Session,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address, self._asked_with, self._session, self._clock = address, asked_with, session, clock
        self._token, self._until = SecretStr(""), 0.0

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._clock() >= self._until:
            self._asked_with(self._ask)
        self._sign(request)
        request.register_hook("response", self._renew_once)
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        request.headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"

    def _renew_once(self, response: requests.Response, **options: Any) -> requests.Response:
        """The answer itself, or if it is 401 the one to the same request under a new token."""
        if response.status_code != requests.codes.unauthorized:
            return response
        response.close()
        self._asked_with(self._ask)
        self._sign(response.request)
        again: requests.Response = response.connection.send(response.request, **options)
        again.history.append(response)
        return again

    def _ask(self, key: SecretStr, secret: SecretStr) -> None:
        """Takes a token. Raises RefusedKeyError where key or secret is wrong, EdfiError for any other answer."""
        response = self._session.post(
            self._address,
            data={"grant_type": "client_credentials"},
            auth=HTTPBasicAuth(key.get_secret_value(), secret.get_secret_value()),
        )
        if response.status_code in _REFUSED:
            raise RefusedKeyError(
                "The Ed-Fi API refuses key and secret: they are not (or no longer) right, or the client is not active. "
                "sources.edfi.key_secret and secret_secret name the secrets."
            )
        try:
            granted = response.json()
            self._token = SecretStr(str(granted["access_token"]))
            self._until = self._clock() + max(float(granted.get("expires_in", 0)) - EARLY_SECONDS, 0)
        except (ValueError, KeyError, TypeError):
            raise EdfiError(f"The Ed-Fi API gives no token: it answered {response.status_code} without one.") from None
