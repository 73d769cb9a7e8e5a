"""The second factor: codes of an authenticator app (TOTP, RFC 6238) and recovery codes, each good for one sign-in.

The app's secret stands in the access file as it is, since codes are computed from it. Of recovery codes there are only hashes: each has
79 bits by chance, which nobody guesses from a hash.
"""

import hashlib
import hmac
import secrets
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.signin.passwords import ALPHABET
from district_platform.web.signin.sessions import Session, end_sessions, is_on
from district_platform.web.signin.store import AccessStore

REQUIRED = frozenset({Role.DISTRICT, Role.HR})
"""Roles that nobody enters with a password alone."""

STEP_SECONDS = 30
_STEPS_AROUND = (-1, 0, 1)
"""Clocks of telephones differ from ours by half a minute at most."""
MOST_WRONG = 30
"""Wrong codes in a row after which only a recovery code is taken: each try has a chance of 3 in a million."""
RECOVERY_CODES = 8
_GROUPS, _GROUP = 4, 4


class Verdict(StrEnum):
    RIGHT = "code"
    RECOVERED = "recovery code"
    WRONG = "This code is wrong. Type the six digits that your app shows now."
    USED = "This code was used already. Wait until your app shows the next one."
    BLOCKED = (
        "Too many wrong codes were typed for this account. Use a recovery code, or ask the person who gives access "
        "to take your second factor away."
    )

    @property
    def is_right(self) -> bool:
        return self in (Verdict.RIGHT, Verdict.RECOVERED)


@dataclass(frozen=True)
class Factor:
    """The second factor of an account: since when (seconds since 1970), how many recovery codes are left."""

    since: float
    n_recovery_codes: int


def is_required(viewers: Collection[Viewer]) -> bool:
    """Whether a role of these requires it. Who has an app is asked for its code in any role."""
    return any(viewer.role in REQUIRED for viewer in viewers)


def find(store: AccessStore, account_id: int) -> Factor | None:
    query = """select since, (select count(*) from recovery_code as code where code.account_id = factor.account_id) as left
        from second_factor as factor where account_id = ?"""
    with store.reading() as connection:
        row = connection.execute(query, [account_id]).fetchone()
    return Factor(row["since"], row["left"]) if row else None


def check(store: AccessStore, account_id: int, typed: str) -> Verdict:
    """What a typed code is worth; the right one is used up. Wrong ones are counted until the next right one."""
    with store.writing() as connection:
        row = connection.execute("select * from second_factor where account_id = ?", [account_id]).fetchone()
        if row is None:
            return Verdict.WRONG
        verdict = _verdict(connection, row, _plain(typed), store.now())
        n_wrong = 0 if verdict.is_right else row["n_wrong"] + (verdict is Verdict.WRONG)
        connection.execute("update second_factor set n_wrong = ? where account_id = ?", [n_wrong, account_id])
    return verdict


def begin_enrolment(store: AccessStore, session: Session) -> None:
    """Makes a secret that this session alone sees, unless it has one."""
    with store.writing() as connection:
        connection.execute("insert or ignore into enrolment values (?, ?)", [session.id_hash, new_secret()])


def secret_of(store: AccessStore, session: Session) -> str | None:
    """The secret that this session is setting up."""
    with store.reading() as connection:
        row = connection.execute("select secret from enrolment where id_hash = ?", [session.id_hash]).fetchone()
    return row["secret"] if row else None


def confirm(store: AccessStore, session: Session, typed: str) -> list[str] | None:
    """Makes the session's secret the account's, if the code is of it; returns new recovery codes, or None.

    Other sessions of the account end, and an app and recovery codes that it had before are good for nothing.
    """
    secret, now = secret_of(store, session), store.now()
    step = _step(secret, _plain(typed), now) if secret else None
    if secret is None or step is None:
        return None
    with store.writing() as connection:
        query = "delete from enrolment where id_hash = ? and secret = ?"
        if not is_on(connection, session) or connection.execute(query, [session.id_hash, secret]).rowcount != 1:
            return None  # another browser was quicker, or the same one sent the form twice
        put(connection, session.account_id, secret, now, step)
        end_sessions(connection, session.account_id, now, "second factor set up", but=session)
        return _new_codes(connection, session.account_id)


def put(connection: sqlite3.Connection, account_id: int, secret: str, now: float, last_step: int = 0) -> None:
    """Gives an account this app, within the caller's transaction."""
    connection.execute(
        "insert or replace into second_factor (account_id, secret, last_step, since) values (?, ?, ?, ?)",
        [account_id, secret, last_step, now],
    )


def renew_codes(store: AccessStore, account_id: int) -> list[str]:
    """New recovery codes; those before are good for nothing."""
    with store.writing() as connection:
        return _new_codes(connection, account_id)


def remove(store: AccessStore, account_id: int) -> None:
    """Takes app and recovery codes away and ends the account's sessions; the next sign-in sets up new ones where a role requires it."""
    with store.writing() as connection:
        connection.execute("delete from second_factor where account_id = ?", [account_id])
        connection.execute("delete from recovery_code where account_id = ?", [account_id])
        end_sessions(connection, account_id, store.now(), "second factor taken away")


def code_now(store: AccessStore, account_id: int) -> str | None:
    """The code that an app would show and that is not used yet; None within the seconds after it was used, or without an app."""
    with store.reading() as connection:
        row = connection.execute("select secret, last_step from second_factor where account_id = ?", [account_id])
        found = row.fetchone()
    now = int(store.now() // STEP_SECONDS)
    step = max(now, found["last_step"] + 1) if found else now + 2
    return _code(found["secret"], step) if step <= now + 1 else None


def new_secret() -> str:
    """For an app: 160 bits by chance, as RFC 4226 asks for."""
    import pyotp

    return pyotp.random_base32()


def address_of(secret: str, login: str, district: str) -> str:
    """What the QR code says to an app."""
    import pyotp

    return pyotp.TOTP(secret).provisioning_uri(name=login, issuer_name=district)


def _verdict(connection: sqlite3.Connection, row: sqlite3.Row, typed: str, now: float) -> Verdict:
    if not _is_of_app(typed):
        query = "delete from recovery_code where code_hash = ? and account_id = ?"
        is_found = connection.execute(query, [_hash(row["account_id"], typed), row["account_id"]]).rowcount == 1
        return Verdict.RECOVERED if is_found else Verdict.WRONG
    if row["n_wrong"] >= MOST_WRONG:
        return Verdict.BLOCKED
    step = _step(row["secret"], typed, now)
    if step is None:
        return Verdict.WRONG
    if step <= row["last_step"]:
        return Verdict.USED
    connection.execute("update second_factor set last_step = ? where account_id = ?", [step, row["account_id"]])
    return Verdict.RIGHT


def _step(secret: str, typed: str, now: float) -> int | None:
    """The half minute, counted from 1970, whose code this is; of those around now."""
    steps = [int(now // STEP_SECONDS) + around for around in _STEPS_AROUND]
    same = [step for step in steps if hmac.compare_digest(_code(secret, step).encode(), typed.encode())]
    return same[-1] if same else None


def _code(secret: str, step: int) -> str:
    import pyotp

    return pyotp.TOTP(secret).generate_otp(step)


def _new_codes(connection: sqlite3.Connection, account_id: int) -> list[str]:
    codes = ["-".join(_group() for _ in range(_GROUPS)) for _ in range(RECOVERY_CODES)]
    connection.execute("delete from recovery_code where account_id = ?", [account_id])
    rows = [(_hash(account_id, _plain(code)), account_id) for code in codes]
    connection.executemany("insert into recovery_code values (?, ?)", rows)
    return codes


def _group() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(_GROUP))


def _plain(typed: str) -> str:
    """As it is compared: without the spaces and hyphens that make it easy to read."""
    return "".join(typed.split()).replace("-", "").lower()[:100]


def _is_of_app(plain: str) -> bool:
    return len(plain) <= 8 and plain.isdigit()


def _hash(account_id: int, plain: str) -> str:
    return hashlib.sha256(f"{account_id} {plain}".encode()).hexdigest()
