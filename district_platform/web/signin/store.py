"""The SQLite file of accounts, sessions, tries, keys and the audit: warehouse/access/access.sqlite, for its owner only.

SQLite, since the dashboard writes while commands do, and a copy can be made meanwhile. A committed write survives a kill.
"""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from district_platform.home import Home
from district_platform.home.kept import Kept
from district_platform.home.permissions import close_folder
from district_platform.web.signin.schema import VERSIONS

_BUSY_SECONDS = 5.0

KEPT = Kept(
    "accounts and audit",
    "nobody can sign in, and nobody can say who saw what",
    paths=("warehouse/access",),
)


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
        """Brings the file to the latest version of the schema; two processes may start at once."""
        connection.execute("begin immediate")
        [version] = connection.execute("pragma user_version").fetchone()
        if version > len(VERSIONS):
            raise AccessStoreError(f"{self.path} was written by a newer version of the platform: install that one.")
        for script in VERSIONS[version:]:
            for statement in _statements(script):
                connection.execute(statement)
        connection.execute(f"pragma user_version = {len(VERSIONS)}")
        connection.execute("commit")


def _statements(script: str) -> Iterator[str]:
    """`executescript` would end the transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
