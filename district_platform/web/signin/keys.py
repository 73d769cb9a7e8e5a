"""Keys of programs that read the API: what a key opens, of which places and people, until when.

The key is shown once; the file has its SHA-256: 256 bits by chance need no slow hash, because nobody tries them all. A key is given and
ended on the command line of the server alone.
"""

import datetime as dt
import hashlib
import hmac
import json
import re
import secrets
import sqlite3
import string
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum

from district_platform.dictionary import Owner
from district_platform.web.signin.store import AccessStore

PREFIX = "dp"
LONGEST_DAYS = 366
"""How far ahead a key may expire."""
ALL = "*"
ALL_SCHOOLS = ALL

_ID_LENGTH = 8
_ID_LETTERS = string.ascii_lowercase + string.digits
_KEY = re.compile(rf"{PREFIX}_([a-z0-9]{{{_ID_LENGTH}}})_([A-Za-z0-9_-]{{43}})")
_TOUCHED_EVERY = 60
"""Seconds in which the use of a key is written once at most."""
_ADDRESSES = 5
"""How many of the addresses that used a key are remembered, the last first."""


class KeyScope(StrEnum):
    """What a key opens."""

    RELEASED = "released"
    """Released tables, which anybody may see."""
    STUDENTS = "students"
    """Single students of the key's schools: rosters and attendance."""
    QUALITY = "quality"
    """Rules of the owners that the key names, and their findings, by id."""
    HOURS = "hours"
    """Hours by week of the employees that the key names, without pay."""
    STORE = "store"
    """Sales teams of the key's stores, by name."""


@dataclass(frozen=True)
class Named:
    """What a key names besides schools; ALL alone is everything of its kind."""

    owners: tuple[str, ...] = ()
    """Owners of quality rules (dictionary.Owner)."""
    employees: tuple[str, ...] = ()
    """k_employee."""
    stores: tuple[str, ...] = ()
    """k_store."""


NOTHING = Named()
_OPTIONS = {"schools": "--school", "owners": "--rules-of", "employees": "--employee", "stores": "--store"}
NEEDS = {
    KeyScope.STUDENTS: "schools",
    KeyScope.QUALITY: "owners",
    KeyScope.HOURS: "employees",
    KeyScope.STORE: "stores",
}
"""What a key must name to open a scope."""


class ApiKeyError(ValueError):
    """A key that cannot be made, or is not there; the message says why and what to do."""


@dataclass(frozen=True)
class ApiKey:
    """A key, without its secret."""

    key_id: str
    owner: str
    scopes: frozenset[KeyScope]
    schools: tuple[str, ...]
    """k_school, or ALL alone."""
    named: Named
    created_at: float
    expires_on: dt.date
    """The last day on which it works."""
    revoked_at: float | None
    last_used_at: float | None
    addresses: tuple[str, ...]

    def state(self, today: dt.date) -> str:
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_on < today else "active"


def add(
    store: AccessStore,
    owner: str,
    scopes: Iterable[KeyScope],
    schools: Iterable[str],
    expires_on: dt.date,
    named: Named = NOTHING,
) -> tuple[ApiKey, str]:
    """Makes a key; returns it, and the text that its owner sends, which is stored nowhere. Raises ApiKeyError."""
    opened, places = frozenset(scopes), tuple(sorted(set(schools)))
    _check(owner, opened, {"schools": places, **asdict(named)}, expires_on, _today(store))
    key_id = "".join(secrets.choice(_ID_LETTERS) for _ in range(_ID_LENGTH))
    text = f"{PREFIX}_{key_id}_{secrets.token_urlsafe(32)}"
    values = (key_id, _hash(text), owner.strip(), " ".join(sorted(opened)), " ".join(places), store.now())
    others = json.dumps({kind: sorted(set(values)) for kind, values in asdict(named).items()})
    with store.writing() as connection:
        connection.execute(
            "insert into api_key (key_id, secret_hash, owner, scopes, schools, created_at, expires_on, named)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            [*values, expires_on.isoformat(), others],
        )
    return _existing(store, key_id), text


def every(store: AccessStore) -> list[ApiKey]:
    """All keys, those that ended among them, the oldest first."""
    with store.reading() as connection:
        return [_key_of(row) for row in connection.execute("select * from api_key order by created_at, key_id")]


def revoke(store: AccessStore, key_id: str) -> ApiKey:
    """Ends a key at once; returns it. Raises ApiKeyError where there is none of this id."""
    _existing(store, key_id)
    with store.writing() as connection:
        query = "update api_key set revoked_at = ? where key_id = ? and revoked_at is null"
        connection.execute(query, [store.now(), key_id])
    return _existing(store, key_id)


def find(store: AccessStore, text: str, address: str) -> ApiKey | None:
    """The key that this text is, if it works today; remembers its use."""
    matched = _KEY.fullmatch(text)
    if matched is None:
        return None
    with store.reading() as connection:
        row = connection.execute("select * from api_key where key_id = ?", [matched[1]]).fetchone()
    if row is None or not hmac.compare_digest(row["secret_hash"], _hash(text)):
        return None
    key = _key_of(row)
    if key.state(_today(store)) != "active":
        return None
    _touch(store, key, address)
    return key


def signing_secret(store: AccessStore) -> bytes:
    """What signs the addresses of next pages; the same for all processes of this home."""
    with store.reading() as connection:
        return bytes(connection.execute("select secret from api_signing").fetchone()["secret"])


def _touch(store: AccessStore, key: ApiKey, address: str) -> None:
    now = store.now()
    is_known = address in key.addresses[:1]
    if is_known and key.last_used_at is not None and now - key.last_used_at < _TOUCHED_EVERY:
        return
    addresses = [address, *(each for each in key.addresses if each != address)][:_ADDRESSES]
    with store.writing() as connection:
        query = "update api_key set last_used_at = ?, addresses = ? where key_id = ?"
        connection.execute(query, [now, " ".join(addresses), key.key_id])


def _check(
    owner: str,
    scopes: frozenset[KeyScope],
    named: Mapping[str, tuple[str, ...]],
    expires_on: dt.date,
    today: dt.date,
) -> None:
    if not owner.strip() or not owner.isprintable():
        raise ApiKeyError("The owner is empty: say who answers for the key, such as an e-mail address.")
    if not scopes:
        raise ApiKeyError(f"The key opens nothing: give one of {', '.join(KeyScope)}.")
    if any(not school.strip() or " " in school for school in named["schools"]):
        raise ApiKeyError("A school is named by its id, without spaces, or all of them by *.")
    for kind, values in named.items():
        _check_named(kind, values)
    for scope, kind in NEEDS.items():
        if scope in scopes and not named[kind]:
            raise ApiKeyError(
                f"The scope {scope.value} needs {_OPTIONS[kind]}: name each of the {kind}, or write * for all of them."
            )
    if not today <= expires_on <= today + dt.timedelta(days=LONGEST_DAYS):
        raise ApiKeyError(
            f"{expires_on} is no day from today to a year ahead: give the last day on which the key works."
        )


def _check_named(kind: str, values: tuple[str, ...]) -> None:
    if any(not value.strip() for value in values):
        raise ApiKeyError(f"{_OPTIONS[kind]} is empty: name an id, or * for all of them.")
    if ALL in values and len(values) > 1:
        raise ApiKeyError(f"* is all {kind}: name it alone, or the {kind} one by one.")
    known = {ALL, *Owner}
    if kind == "owners" and (unknown := [value for value in values if value not in known]):
        raise ApiKeyError(f"{unknown[0]!r} owns no rule: the owners are {', '.join(Owner)}.")


def _existing(store: AccessStore, key_id: str) -> ApiKey:
    with store.reading() as connection:
        row = connection.execute("select * from api_key where key_id = ?", [key_id]).fetchone()
    if row is None:
        raise ApiKeyError(f"{key_id[:20]!r}: there is no such key. district-platform keys list shows them all.")
    return _key_of(row)


def _key_of(row: sqlite3.Row) -> ApiKey:
    return ApiKey(
        row["key_id"],
        row["owner"],
        frozenset(KeyScope(name) for name in row["scopes"].split()),
        tuple(row["schools"].split()),
        _named_of(row["named"]),
        row["created_at"],
        dt.date.fromisoformat(row["expires_on"]),
        row["revoked_at"],
        row["last_used_at"],
        tuple(row["addresses"].split()),
    )


def _named_of(stored: str) -> Named:
    found = json.loads(stored)
    return Named(**{each.name: tuple(found.get(each.name, ())) for each in fields(Named)})


def _today(store: AccessStore) -> dt.date:
    return dt.datetime.fromtimestamp(store.now()).date()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
