"""Punches as the store has them now, of one employee or of all: read by a page, in seconds or not at all.

PostgreSQL alone: the embedded file cannot be opened while a run writes it. Nothing here writes, and no lock is taken.
"""

import datetime as dt
import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa
from pydantic import SecretStr

from district_platform.credentials import CredentialError
from district_platform.timekeeping import sql
from district_platform.timekeeping.database import StoreError, refuse_unprotected
from district_platform.timekeeping.reading import SCHEMAS

NAME = "The secret of timekeeping.reader_url_secret"
PAUSE_SECONDS = 15
"""For so long a store that did not answer is not asked again, so that pages do not wait for it."""
CONNECT_SECONDS = 3
AT_ONCE = 4
"""Connections of pages."""
WAIT_SECONDS = 1.0
"""For one of them; then a page shows what was published."""

_EMPLOYEE = {name: SCHEMAS["employee"][name] for name in sql.LIVE_EMPLOYEE}
_LOG = logging.getLogger("uvicorn.error")


class StoreAwayError(RuntimeError):
    """The store does not answer; `since` is when it first did not, in UTC."""

    def __init__(self, since: dt.datetime) -> None:
        super().__init__(f"the store of punches does not answer since {since:%Y-%m-%d %H:%M} UTC")
        self.since = since


@dataclass(frozen=True)
class Punches:
    """Employees (of one who is asked for a row, or none), their punches, and when the timekeeping system was last asked, in UTC."""

    employee: pa.Table
    punches: pa.Table
    asked_at: dt.datetime | None


class LiveStore:
    """The store behind an address that is read from a secret at each connection."""

    def __init__(self, url: Callable[[], SecretStr], clock: Callable[[], float] = time.time) -> None:
        self._url, self._clock = url, clock
        self._lock, self._turns = threading.Lock(), threading.BoundedSemaphore(AT_ONCE)
        self._away_since: float | None = None
        self._asked_again_from = 0.0

    def of(self, person_number: str, since: dt.date) -> Punches:
        """The punches of one employee since a day. Raises StoreAwayError, also where all turns are taken for long."""
        return self._found(person_number, since)

    def of_all(self, since: dt.date) -> Punches:
        """The punches of everybody since a day. Raises as `of` does."""
        return self._found(None, since)

    def _found(self, person_number: str | None, since: dt.date) -> Punches:
        from adbc_driver_postgresql import dbapi

        with self._turn():
            try:
                found = _read(self._url().get_secret_value(), person_number, since)
            except (dbapi.Error, StoreError, CredentialError, OSError) as error:
                self._note(error)
                raise self._away() from None
        with self._lock:
            self._away_since = None
        return found

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One of AT_ONCE. Whoever opens many pages while the store is slow must not take the threads of all other pages."""
        self._refuse_pause()
        if not self._turns.acquire(timeout=WAIT_SECONDS):
            raise self._away()
        try:
            self._refuse_pause()  # somebody before may have found it away
            yield
        finally:
            self._turns.release()

    def _refuse_pause(self) -> None:
        if self._clock() < self._asked_again_from:
            raise self._away()

    def _note(self, error: Exception) -> None:
        """Remembers since when the store is away, and says so once in the log."""
        with self._lock:
            now = self._clock()
            self._asked_again_from = now + PAUSE_SECONDS
            if self._away_since is None:
                self._away_since = now
                _LOG.warning(
                    "The store of punches does not answer; pages show hours as published: %s", _in_short(error)
                )

    def _away(self) -> StoreAwayError:
        since = self._away_since if self._away_since is not None else self._clock()
        return StoreAwayError(dt.datetime.fromtimestamp(since, dt.UTC).replace(tzinfo=None))


def _read(url: str, person_number: str | None, since: dt.date) -> Punches:
    """Of one employee, or of all where none is named."""
    from adbc_driver_postgresql import dbapi

    refuse_unprotected(url, NAME)
    with dbapi.connect(_quick(url), autocommit=True) as connection, connection.cursor() as cursor:
        for statement in (*sql.READ_ONLY, f"set search_path to {sql.POSTGRES_SCHEMA}"):
            cursor.execute(statement)

        def ask(statement: str, *parameters: object) -> pa.Table:
            cursor.execute(statement, parameters or None)
            return cursor.fetch_arrow_table()

        if person_number is None:
            employees = ask(sql.read("employee", _EMPLOYEE))
            punches = ask(f"{sql.read('punch', SCHEMAS['punch'])} {sql.OF_ALL_SINCE}", since)
        else:
            employees = ask(sql.read_one("employee", _EMPLOYEE), person_number)
            punches = ask(sql.read_one("punch", SCHEMAS["punch"], sql.SINCE), person_number, since)
        return Punches(employees, punches, ask(sql.LAST_ASKED)["asked_at"][0].as_py())


def _quick(url: str) -> str:
    """The address with a limit on how long to wait for a connection, unless it has one."""
    if "connect_timeout=" in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}connect_timeout={CONNECT_SECONDS}"


def _in_short(error: Exception) -> str:
    """Of a driver's error its first line, which names host and user; of a secret that lacks, where it was looked for."""
    return str(error).splitlines()[0] if str(error) else type(error).__name__
