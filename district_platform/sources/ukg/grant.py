"""The token with which the API is asked: OAuth's password grant, renewed by its refresh token while that lives.

Confirmed: docs/ukg.md, Authentication. Secrets are unwrapped here, in the call that sends them, and nowhere else.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import requests
from pydantic import SecretStr
from requests.auth import AuthBase

from district_platform.sources.ukg.source import UkgError

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


class RefusedGrantError(UkgError):
    """The timekeeping system does not accept user, password, client or app key."""


class PasswordGrant(AuthBase):
    """Authorizes requests; answered 401, it renews the token and asks once more."""

    def __init__(self, url: str, secrets: Callable[[], GrantSecrets], session: requests.Session) -> None:
        self._url = f"{url}/{TOKEN_PATH}"
        self._secrets = secrets
        self._session = session
        self._access: SecretStr | None = None
        self._refresh: SecretStr | None = None

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._access is None:
            self._obtain()
        self._sign(request)
        request.register_hook("response", self._renew_once)
        return request

    def _sign(self, request: requests.PreparedRequest) -> None:
        assert self._access is not None
        request.headers["Authorization"] = f"Bearer {self._access.get_secret_value()}"
        request.headers["appkey"] = self._secrets().app_key.get_secret_value()

    def _renew_once(self, response: requests.Response, **options: Any) -> requests.Response:
        """The answer itself, or if it is 401 the one to the same request under a new token."""
        if response.status_code != requests.codes.unauthorized:
            return response
        response.close()
        self._renew()
        self._sign(response.request)
        again: requests.Response = response.connection.send(response.request, **options)
        again.history.append(response)
        return again

    def _renew(self) -> None:
        """By the refresh token; where that has expired, too, by the password."""
        if self._refresh is None or not self._ask({"grant_type": "refresh_token"}, refresh_token=self._refresh):
            self._obtain()

    def _obtain(self) -> None:
        secrets = self._secrets()
        if not self._ask({"grant_type": "password"}, username=secrets.user, password=secrets.password):
            raise RefusedGrantError(
                "The timekeeping system refuses the password grant: user, password, client id, client secret or app key "
                "are not (or no longer) right. The settings timekeeping.api.* name the secrets."
            )

    def _ask(self, form: dict[str, str], **sent: SecretStr) -> bool:
        """Whether a grant gave a token; anything but a refusal that is no token is an error."""
        secrets = self._secrets()
        sent |= {"client_id": secrets.client_id, "client_secret": secrets.client_secret}
        response = self._session.post(
            self._url,
            data=form | {"auth_chain": AUTH_CHAIN} | {name: value.get_secret_value() for name, value in sent.items()},
            headers={"appkey": secrets.app_key.get_secret_value()},
        )
        if response.status_code in _REFUSED:
            return False
        if response.status_code != requests.codes.ok:
            raise UkgError(f"The timekeeping system gives no token: it answered {response.status_code}.")
        granted = response.json()
        self._access = SecretStr(granted["access_token"])
        self._refresh = SecretStr(granted["refresh_token"]) if granted.get("refresh_token") else None
        return True
