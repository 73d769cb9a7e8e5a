"""Who may ask: OAuth's client credentials, with a limit of live tokens a client, as an ODS/API of version 7.3 has it."""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import SecretStr

LIFETIME_SECONDS = 1_800.0
MOST_LIVE = 15


@dataclass
class Tokens:
    """The tokens given out, each with the time at which it ends."""

    key: SecretStr
    secret: SecretStr
    clock: Callable[[], float]
    lifetime: float = LIFETIME_SECONDS
    n_granted: int = 0
    _live: dict[str, float] = field(default_factory=dict)

    def accepts(self, authorization: str | None) -> bool:
        """Whether a request's Basic header holds key and secret."""
        known = f"{self.key.get_secret_value()}:{self.secret.get_secret_value()}"
        return authorization == f"Basic {base64.b64encode(known.encode()).decode()}"

    def grant(self) -> str | None:
        """A new token, or None where the client has too many live ones."""
        now = self.clock()
        self._live = {token: end for token, end in self._live.items() if end > now}
        if len(self._live) >= MOST_LIVE:
            return None
        self.n_granted += 1
        token = secrets.token_urlsafe(24)
        self._live[token] = now + self.lifetime
        return token

    def allows(self, authorization: str | None) -> bool:
        """Whether a request's Authorization header holds a token that has not ended."""
        return self._live.get((authorization or "").removeprefix("Bearer "), 0.0) > self.clock()

    def revoke(self) -> None:
        """Ends all tokens now."""
        self._live.clear()
