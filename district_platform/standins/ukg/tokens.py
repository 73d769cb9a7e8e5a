"""Who may ask: OAuth's password and refresh grants as the vendor has them (docs/ukg.md, Authentication)."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from district_platform.sources.ukg.grant import GrantSecrets

ACCESS_SECONDS = 1_799
REFRESH_SECONDS = 7 * 24 * 60 * 60


@dataclass
class Tokens:
    """The tokens given out, each with the time at which it ends."""

    accepted: GrantSecrets
    clock: Callable[[], float]
    _access: dict[str, float] = field(default_factory=dict)
    _refresh: dict[str, float] = field(default_factory=dict)
    lifetime: float = ACCESS_SECONDS
    """Lifetime of an access token, in seconds."""
    granted: list[str] = field(default_factory=list)
    """The grants made, by type, in their order."""

    def grant(self, form: Mapping[str, Any], app_key: str | None) -> dict[str, Any] | None:
        """A new pair of tokens, or None where the grant is refused."""
        known = self.accepted
        client = (known.client_id, known.client_secret, known.app_key)
        if (form.get("client_id"), form.get("client_secret"), app_key) != tuple(s.get_secret_value() for s in client):
            return None
        if not self._is_owner(form):
            return None
        self.granted.append(str(form["grant_type"]))
        return self._new_pair()

    def allows(self, authorization: str | None) -> bool:
        """Whether a request's Authorization header holds an access token that has not ended."""
        token = (authorization or "").removeprefix("Bearer ")
        return self._access.get(token, 0.0) > self.clock()

    def revoke(self) -> None:
        """Ends all access tokens now; refresh tokens live on."""
        self._access.clear()

    def _is_owner(self, form: Mapping[str, Any]) -> bool:
        if form.get("grant_type") == "refresh_token":
            return self._refresh.pop(str(form.get("refresh_token")), 0.0) > self.clock()
        user, password = self.accepted.user.get_secret_value(), self.accepted.password.get_secret_value()
        return form.get("grant_type") == "password" and (form.get("username"), form.get("password")) == (user, password)

    def _new_pair(self) -> dict[str, Any]:
        access, refresh, now = secrets.token_urlsafe(24), secrets.token_urlsafe(24), self.clock()
        self._access[access], self._refresh[refresh] = now + self.lifetime, now + REFRESH_SECONDS
        return {
            "access_token": access,
            "refresh_token": refresh,
            "scope": "openid profile",
            "token_type": "Bearer",
            "expires_in": ACCESS_SECONDS,
        }
