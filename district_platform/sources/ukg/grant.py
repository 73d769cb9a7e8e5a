"""The token with which the API is asked: OAuth's password grant, renewed by its refresh token while that lives.

Confirmed: docs/ukg.md, Authentication. Secrets are unwrapped here, in the call that sends them, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from pydantic import SecretStr
from requests.auth import AuthBase

from district_platform.sources.ukg.errors import UkgError

TOKEN_PATH = "authentication/access_token"
AUTH_CHAIN = "OAuthLdapService"
_REFUSED = (400, 401, 403)


@dataclass(frozen=True)
class GrantSecrets:
    """What the password grant asks for; wrapped, so that no repr shows it."""

    user: SecretStr
    password: SecretStr
    client_id: SecretStr
    client_secret: SecretStr
    app_key: SecretStr


AskedWith = Callable[[Callable[[GrantSecrets], None]], None]
"""Calls a function with the secrets; if they were refused and have been rotated since, calls it once more (`credentials.with_secrets`)."""


class RefusedGrantError(UkgError):
    """The timekeeping system does not accept user, password, client or app key."""


class PasswordGrant(AuthBase):
    """Authorizes requests; answered 401, it renews the token and asks once more."""

    def __init__(self, url: str, asked_with: AskedWith, session: requests.Session) -> None:
        self._url = f"{url}/{TOKEN_PATH}"
        self._asked_with = asked_with
        self._session = session
        self._granted_to: GrantSecrets | None = None
        self._access = self._refresh = SecretStr("")

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._granted_to is None:
            self._asked_with(self._by_password)
        self._sign(request)
        request.register_hook("response", self._renew_once)
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        assert self._granted_to is not None
        request.headers["Authorization"] = f"Bearer {self._access.get_secret_value()}"
        request.headers["appkey"] = self._granted_to.app_key.get_secret_value()

    def _renew_once(self, response: requests.Response, **options: Any) -> requests.Response:
        """The answer itself, or if it is 401 the one to the same request under a new token."""
        if response.status_code != requests.codes.unauthorized:
            return response
        response.close()
        if not self._by_refresh_token():
            self._asked_with(self._by_password)
        self._sign(response.request)
        again: requests.Response = response.connection.send(response.request, **options)
        again.history.append(response)
        return again

    def _by_password(self, secrets: GrantSecrets) -> None:
        if not self._ask(secrets, "password", username=secrets.user, password=secrets.password):
            raise RefusedGrantError(
                "The timekeeping system refuses the password grant: user, password, client id, client secret or app key "
                "are not (or no longer) right. The settings timekeeping.api.* name the secrets."
            )

    def _by_refresh_token(self) -> bool:
        """Returns whether the refresh token, and the client that got it, are still accepted."""
        assert self._granted_to is not None
        return self._ask(self._granted_to, "refresh_token", refresh_token=self._refresh)

    def _ask(self, secrets: GrantSecrets, grant_type: str, **sent: SecretStr) -> bool:
        """Returns whether the grant gave a token; raises for an answer that is neither a token nor a refusal."""
        sent |= {"client_id": secrets.client_id, "client_secret": secrets.client_secret}
        response = self._session.post(
            self._url,
            data={name: value.get_secret_value() for name, value in sent.items()}
            | {"grant_type": grant_type, "auth_chain": AUTH_CHAIN},
            headers={"appkey": secrets.app_key.get_secret_value()},
        )
        if response.status_code in _REFUSED:
            return False
        if response.status_code != requests.codes.ok:
            raise UkgError(f"The timekeeping system gives no token: it answered {response.status_code}.")
        granted = response.json()
        self._access, self._refresh = (SecretStr(granted.get(name, "")) for name in ("access_token", "refresh_token"))
        self._granted_to = secrets
        return True
