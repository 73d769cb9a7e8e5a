"""The account of loads: which run, when, and what became of what it read; and whose punches the store holds at all."""

import datetime as dt

from district_platform.timekeeping import sql
from district_platform.timekeeping.database import URL, Database, StoreError, make_tables
from district_platform.timekeeping.punches import Counts
from district_platform.timekeeping.schema import TABLES

SYNTHETIC = "synthetic "
"""How the identity of a synthetic district begins; what follows is a digest of its punches."""


def begin(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    """A load whose process is killed keeps its line, with what it had committed, without an end."""
    with store.transaction():
        store.execute(sql.BEGIN_RUN, run_id, job, now)


def add(store: Database, run_id: str, job: str, counts: Counts) -> None:
    """Adds to the run's counts, in the caller's transaction."""
    store.execute(sql.add_counts(vars(counts)), run_id, job)


def end(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute(sql.END_RUN, now, run_id, job)


def has_backup(store: Database, digest: str) -> bool:
    """Whether a file of this content was loaded to its end."""
    return store.query(sql.FIND_BACKUP, digest).num_rows > 0


def add_backup(store: Database, digest: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute(sql.ADD_BACKUP, digest, now)


def claim(store: Database, identity: str | None) -> None:
    """The store holds the punches of one timekeeping system (None: there is none). Made-up ones give way to any other.

    Raises StoreError where it holds those of another one: what this one does not have would be marked deleted.
    """
    with store.transaction():
        known = next(iter(store.query(sql.IDENTITY)["identity"].to_pylist()), None)
        if known == identity:
            return
        if known and known.startswith(SYNTHETIC):
            _empty(store)
        elif known and identity:
            raise StoreError(
                f"The store holds punches of {known}, not of {identity}. Name another database in {URL}, or, if they are not "
                "needed any more, remove it (warehouse/timekeeping.duckdb by default)."
            )
        if identity:
            store.execute(sql.CLAIM, identity)


def _empty(store: Database) -> None:
    """DuckDB deletes no row that one deleted in the same transaction refers to; it drops tables."""
    for table in TABLES:
        store.execute(sql.drop(table))
    make_tables(store)
