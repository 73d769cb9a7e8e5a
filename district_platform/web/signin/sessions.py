"""Sessions: an account in one role, from sign-in until it ends. The browser has the id; the file only its SHA-256.

A session ends after half an hour without a request, twelve hours after it began, or when it is ended: by its owner, by a new
password, by whoever disables the account, or because its role is gone. One whose second factor is awaited opens no page, and ends
after ten minutes.
"""

import hashlib
import secrets
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from district_platform.web.signin.store import AccessStore

IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 12 * 3600
HALF_SECONDS = 10 * 60
"""For the second factor, after the password."""
_KEPT_SECONDS = 7 * 86_400
"""How long an ended session is remembered, so that its owner is told why it is over."""
_TOUCHED_EVERY = 60
"""Seconds in which a session is written once at most, however often it is used."""


class Proof(StrEnum):
    """How sure it is who has the session."""

    HALF = "half"
    """The password was right; the second factor is awaited."""
    ONE = "one"
    """A password, or the district's directory."""
    TWO = "two"
    """A second factor as well."""


@dataclass(frozen=True)
class Session:
    """A session as it is found: `ended_because` says why it is over, or is empty."""

    id_hash: str
    account_id: int
    role: str
    proof: Proof
    started_at: float
    ended_because: str

    @property
    def is_over(self) -> bool:
        return bool(self.ended_because)


def new_id() -> str:
    """For a cookie: 256 bits by chance."""
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Verified:
    """An account whose owner has proven to be there, and the password that it had then."""

    account_id: int
    password_hash: str | None


def begin(
    store: AccessStore, verified: Verified, role: str, proof: Proof = Proof.ONE, asks_second: bool = False
) -> tuple[str, Proof] | None:
    """Begins a session and returns its id, of which only a hash is stored, and its proof. Deletes sessions that ended long ago.

    The proof is half where `asks_second`, or an app that the account has, asks for more than one. None, and no session, where the account
    was closed, removed or given another password since it was verified: those end all sessions, and this one must not outlive them.
    """
    session_id, now = new_id(), store.now()
    with store.writing() as connection:
        connection.execute("delete from session where seen_at < ?", [now - _KEPT_SECONDS])
        query = (
            "select exists (select 1 from second_factor where account_id = account.account_id) as has_app from account "
        )
        where = "where account_id = ? and password_hash is ? and is_disabled = 0"
        row = connection.execute(query + where, [verified.account_id, verified.password_hash]).fetchone()
        if row is None:
            return None
        if proof is Proof.ONE and (asks_second or row["has_app"]):
            proof = Proof.HALF
        _insert(connection, session_id, verified.account_id, role, proof, now, now)
    return session_id, proof


def find(store: AccessStore, session_id: str, *, is_used: bool = True) -> Session | None:
    """The session of this id, over or not; None for an id that was never given, or long ago. It is used by this, unless said."""
    now = store.now()
    with store.reading() as connection:
        row = connection.execute("select * from session where id_hash = ?", [_hash(session_id)]).fetchone()
    if row is None:
        return None
    session = _session_of(row, row["ended_because"] or _lapse(row, now))
    if is_used and not session.is_over and now - row["seen_at"] > _TOUCHED_EVERY:
        with store.writing() as connection:
            query = "update session set seen_at = ? where id_hash = ? and ended_at is null"
            connection.execute(query, [now, session.id_hash])
    return session


def go_on(store: AccessStore, session: Session, role: str, because: str, proof: Proof | None = None) -> str | None:
    """Ends a session and begins the one in which it goes on, in one step; returns the new id, or None where it was ended meanwhile.

    The new one has the proof of the old one unless another is given, and what was left of its twelve hours.
    """
    session_id, now = new_id(), store.now()
    with store.writing() as connection:
        query = "update session set ended_at = ?, ended_because = ? where id_hash = ? and ended_at is null"
        if connection.execute(query, [now, because, session.id_hash]).rowcount != 1:
            return None
        _insert(connection, session_id, session.account_id, role, proof or session.proof, session.started_at, now)
    return session_id


def end(store: AccessStore, session: Session, because: str) -> None:
    """Ends a session, and those in which it went on in another role."""
    with store.writing() as connection:
        query = "update session set ended_at = ?, ended_because = ? where account_id = ? and started_at = ? and ended_at is null"
        connection.execute(query, [store.now(), because, session.account_id, session.started_at])


def end_sessions(
    connection: sqlite3.Connection, account_id: int, now: float, because: str, but: Session | None = None
) -> None:
    """Ends all sessions of an account, or all but one, within the caller's transaction."""
    query = (
        "update session set ended_at = ?, ended_because = ? where account_id = ? and ended_at is null and id_hash <> ?"
    )
    connection.execute(query, [now, because, account_id, but.id_hash if but else ""])


def is_on(connection: sqlite3.Connection, session: Session) -> bool:
    """Whether nobody has ended the session meanwhile, within the caller's transaction."""
    query = "select 1 from session where id_hash = ? and ended_at is null"
    return connection.execute(query, [session.id_hash]).fetchone() is not None


def _insert(
    connection: sqlite3.Connection,
    session_id: str,
    account_id: int,
    role: str,
    proof: Proof,
    started_at: float,
    now: float,
) -> None:
    connection.execute(
        "insert into session (id_hash, account_id, role, proof, started_at, seen_at) values (?, ?, ?, ?, ?, ?)",
        [_hash(session_id), account_id, role, proof.value, started_at, now],
    )


def _session_of(row: sqlite3.Row, ended_because: str) -> Session:
    proof = Proof(row["proof"])
    return Session(row["id_hash"], row["account_id"], row["role"], proof, row["started_at"], ended_because)


def _lapse(row: sqlite3.Row, now: float) -> str:
    if row["proof"] == Proof.HALF and now - row["started_at"] > HALF_SECONDS:
        return f"the code was not typed within {HALF_SECONDS // 60} minutes"
    if now - row["seen_at"] > IDLE_SECONDS:
        return f"not used for {IDLE_SECONDS // 60} minutes"
    return f"signed in for {LONGEST_SECONDS // 3600} hours" if now - row["started_at"] > LONGEST_SECONDS else ""


def _hash(session_id: str) -> str:
    return hashlib.sha256(session_id.encode()).hexdigest()
