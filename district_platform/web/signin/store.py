"""The SQLite file of accounts, sessions, tries and the audit: warehouse/access/access.sqlite, for its owner only.

SQLite, since the dashboard writes while commands do, and a copy can be made meanwhile. A committed write survives a kill.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from district_platform.home import Home
from district_platform.home.permissions import close_folder

AUDIT_YEARS = 3
"""How long a line of the audit cannot be removed."""

_VERSION = 1
_BUSY_SECONDS = 5.0

_SCHEMA = f"""
create table account (
    account_id integer primary key,
    login text not null unique,
    password_hash text,
    expires_at real,
    is_disabled integer not null default 0,
    ready_made_role text,
    created_at real not null
) strict;

create table session (
    id_hash text primary key,
    account_id integer not null references account on delete cascade,
    role text not null,
    started_at real not null,
    seen_at real not null,
    ended_at real,
    ended_because text
) strict;
create index session_of_account on session (account_id);

create table attempt (at real not null, login text not null, address text not null) strict;
create index attempt_by_login on attempt (login, at);
create index attempt_by_address on attempt (address, at);

create table audit (
    audit_id integer primary key autoincrement,
    at real not null,
    event text not null,
    account text not null,
    role text not null,
    address text not null,
    page text not null,
    filters text not null,
    students text not null,
    publication text not null
) strict;
create index audit_by_time on audit (at);

create trigger audit_is_not_changed before update on audit
begin select raise(abort, 'the audit is only ever added to'); end;
create trigger audit_is_not_removed before delete on audit
when old.at > unixepoch('now', '-{AUDIT_YEARS} years')
begin select raise(abort, 'the audit is kept for {AUDIT_YEARS} years'); end;
create trigger audit_is_not_replaced before insert on audit
when exists (select 1 from audit where audit_id = new.audit_id)
begin select raise(abort, 'the audit is only ever added to'); end;

pragma user_version = {_VERSION};
"""


class AccessStoreError(RuntimeError):
    """The file cannot be used; the message says what to do."""


class AccessStore:
    """Connections to the file, which is made when it is not there. `clock` gives the time in seconds since 1970."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time) -> None:
        self.path, self.now = path, clock
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        close_folder(path.parent)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        with closing(self._connect()) as connection:
            connection.execute("pragma journal_mode = wal")
            self._make(connection)

    @classmethod
    def of(cls, home: Home) -> "AccessStore":
        return cls(home.access_database)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with closing(self._connect()) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction, in which nobody else writes; what raises in it leaves nothing."""
        with closing(self._connect()) as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=_BUSY_SECONDS, isolation_level=None)
        connection.row_factory = sqlite3.Row
        connection.execute("pragma foreign_keys = on")
        connection.execute("pragma synchronous = full")
        return connection

    def _make(self, connection: sqlite3.Connection) -> None:
        """The tables, unless they are there; two processes may start at once."""
        connection.execute("begin immediate")
        [version] = connection.execute("pragma user_version").fetchone()
        if version > _VERSION:
            raise AccessStoreError(f"{self.path} was written by a newer version of the platform: install that one.")
        if version == 0:
            for statement in _statements(_SCHEMA):
                connection.execute(statement)
        connection.execute("commit")


def _statements(script: str) -> Iterator[str]:
    """`executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
