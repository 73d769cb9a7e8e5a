"""Addresses of next pages: opaque and signed, they hold the publication, the last key, and a digest of what was asked.

A page goes on in the publication of the first one, so that no row is missed or repeated when a new one appears.
"""

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from district_platform.web.api.problems import ProblemError

_SIGNATURE_BYTES = 16
_NOT_OURS = ProblemError(422, "_next is not an address that this API gave for this request: take next_url as it is.")


@dataclass(frozen=True)
class Place:
    """Where a page ended: the publication and the key of its last row."""

    version: str
    after: tuple[Any, ...]


class Pages:
    """Writes and reads such places. `secret` is the same for all processes of a home."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def token(self, place: Place, asked: str) -> str:
        """The text of `_next` for a place in the answer to what was asked."""
        after = [{"date": value.isoformat()} if isinstance(value, dt.date) else value for value in place.after]
        body = orjson.dumps([place.version, after, digest(asked)])
        return base64.urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def place(self, token: str, asked: str) -> Place:
        """Raises ProblemError 422 where the token is not ours, or was given for another question."""
        try:
            signed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except ValueError:
            raise _NOT_OURS from None
        signature, body = signed[:_SIGNATURE_BYTES], signed[_SIGNATURE_BYTES:]
        if not hmac.compare_digest(signature, self._signature(body)):
            raise _NOT_OURS
        version, after, of = orjson.loads(body)
        if of != digest(asked):
            raise _NOT_OURS
        return Place(version, tuple(_value(each) for each in after))

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(self._secret, body, "sha256")[:_SIGNATURE_BYTES]


def asked_for(path: str, given: Mapping[str, Any]) -> str:
    """What was asked, without size and place: by this a next page must belong to its first."""
    kept = sorted((name, str(value)) for name, value in given.items() if value is not None)
    return orjson.dumps([path, kept]).decode()


def digest(asked: str) -> str:
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _value(stored: Any) -> Any:
    return dt.date.fromisoformat(stored["date"]) if isinstance(stored, dict) else stored
