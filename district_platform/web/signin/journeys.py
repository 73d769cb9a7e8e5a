"""Journeys to the directory and back: what was sent along, for the browser that left, once and for ten minutes."""

import hashlib
import secrets
from dataclasses import dataclass

from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.throttle import network_of

MOST_SECONDS = 10 * 60
_MOST_OF_AN_ADDRESS, _MOST = 300, 10_000
"""Under way at once: whoever only ever leaves must not fill the disk."""


@dataclass(frozen=True)
class Journey:
    """`state` comes back with the answer, `nonce` within the ID token; `verifier` proves who asked (PKCE)."""

    state: str
    nonce: str
    verifier: str
    target: str


def begin(store: AccessStore, cookie: str, target: str, address: str) -> Journey | None:
    """Remembers a journey of this browser; None where too many are under way."""
    journey = Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), target)
    now, network = store.now(), network_of(address)
    with store.writing() as connection:
        connection.execute("delete from journey where at < ?", [now - MOST_SECONDS])
        n_all, n_here = connection.execute(
            "select count(*), count(*) filter (where address = ?) from journey", [network]
        ).fetchone()
        if n_all >= _MOST or n_here >= _MOST_OF_AN_ADDRESS:
            return None
        connection.execute(
            "insert into journey (state_hash, cookie_hash, nonce, verifier, target, address, at) values (?, ?, ?, ?, ?, ?, ?)",
            [_hash(journey.state), _hash(cookie), journey.nonce, journey.verifier, target, network, now],
        )
    return journey


def end(store: AccessStore, state: str, cookie: str) -> Journey | None:
    """The journey that this state belongs to, once; None for another browser's, an old one, or one that was ended already."""
    with store.writing() as connection:
        row = connection.execute("select * from journey where state_hash = ?", [_hash(state)]).fetchone()
        connection.execute("delete from journey where state_hash = ?", [_hash(state)])
    if row is None or row["cookie_hash"] != _hash(cookie) or store.now() - row["at"] > MOST_SECONDS:
        return None
    return Journey(state, row["nonce"], row["verifier"], row["target"])


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
