"""Who signed in, and who saw or took what: a line for each, only ever added to, kept for three years."""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from district_platform.web.signin.schema import AUDIT_YEARS
from district_platform.web.signin.store import AccessStore

NAMED_AT_MOST = 30
"""Students that a line names by id. Of more it says how many, and holds a digest that tells whether two lines are of the same."""

COMMAND_LINE = "(command line)"


class Event(StrEnum):
    SIGNED_IN = "signed in"
    CODE_AWAITED = "second factor awaited"
    SIGN_IN_REFUSED = "sign-in refused"
    SIGNED_OUT = "signed out"
    SESSION_ENDED = "session ended"
    ROLE_CHOSEN = "role chosen"
    PASSWORD_CHANGED = "password changed"
    FACTOR_SET_UP = "second factor set up"
    FACTOR_REMOVED = "second factor taken away"
    RECOVERY_CODES_MADE = "recovery codes made"
    VIEWED = "viewed"
    EXPORTED = "exported"
    REFUSED = "refused"
    ACCOUNT_ADDED = "account added"
    ACCOUNT_INVITED = "account invited"
    INVITATION_ACCEPTED = "invitation accepted"
    ACCOUNT_RESET = "account reset"
    ACCOUNT_DISABLED = "account disabled"
    ACCOUNT_REMOVED = "account removed"
    ACCOUNT_RENAMED = "account renamed"
    KEY_ADDED = "key added"
    KEY_REVOKED = "key revoked"


@dataclass(frozen=True)
class Line:
    """One event. `students` are ids, or how many and a digest."""

    at: float
    event: str
    account: str
    role: str
    address: str
    page: str
    filters: str
    students: str
    publication: str


def harmless(text: str) -> str:
    """The text with every character that is not printed written out, as \\x1b or \\u202e.

    What people type into an address stands in the audit; it must not steer the terminal of whoever reads it, nor turn the words around.
    """
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in text)


def record(
    store: AccessStore,
    event: Event,
    account: str,
    *,
    role: str = "",
    address: str = "",
    page: str = "",
    filters: Mapping[str, str] | None = None,
    students: Collection[str] = (),
    publication: str = "",
) -> None:
    """Adds a line, harmless to read. Raises sqlite3.Error where it cannot be written: what is not recorded is not shown."""
    shown = json.dumps(dict(sorted((filters or {}).items())), ensure_ascii=False) if filters else ""
    texts = (event, account, role, address, page, shown, _in_short(students), publication)
    with store.writing() as connection:
        connection.execute(
            "insert into audit (at, event, account, role, address, page, filters, students, publication)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [store.now(), *map(harmless, texts)],
        )


def lines(store: AccessStore, since: float = 0.0, account: str | None = None) -> Iterator[Line]:
    """Lines from `since` on, the oldest first, of one account or all."""
    query = "select * from audit where at >= ? and (? is null or account = ?) order by audit_id"
    with store.reading() as connection:
        for row in connection.execute(query, [since, account, account]):
            yield Line(**{name: row[name] for name in Line.__dataclass_fields__})


def forget_old(store: AccessStore) -> None:
    """Removes lines older than the retention period, because they are also about single people."""
    with store.writing() as connection:
        connection.execute("delete from audit where at <= unixepoch('now', ?)", [f"-{AUDIT_YEARS} years"])


def _in_short(students: Collection[str]) -> str:
    ids = sorted(set(students))
    if len(ids) <= NAMED_AT_MOST:
        return " ".join(ids)
    return f"{len(ids)} students, sha256 {hashlib.sha256(' '.join(ids).encode()).hexdigest()[:16]}"
