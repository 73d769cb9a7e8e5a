"""The record of loads: which run, when, and what became of the rows it read; and which timekeeping system the store's punches are from."""

import datetime as dt

from district_platform.timekeeping import sql
from district_platform.timekeeping.database import URL, Database, StoreError, make_tables
from district_platform.timekeeping.punches import Counts
from district_platform.timekeeping.schema import TABLES

SYNTHETIC = "synthetic "
"""How the identity of a synthetic district begins; what follows is a digest of its punches."""


def begin(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    """Records the start of a load. If its process is killed, its row stays without an end, with the counts committed so far."""
    with store.transaction():
        store.execute(sql.BEGIN_RUN, run_id, job, now)


def add(store: Database, run_id: str, job: str, counts: Counts) -> None:
    """Adds to the run's counts, in the caller's transaction."""
    store.execute(sql.add_counts(vars(counts)), run_id, job)


def end(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute(sql.END_RUN, now, run_id, job)


def has_backup(store: Database, digest: str) -> bool:
    """Whether a file with this content was loaded completely."""
    return store.query(sql.FIND_BACKUP, digest).num_rows > 0


def add_backup(store: Database, digest: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute(sql.ADD_BACKUP, digest, now)


def claim(store: Database, identity: str | None) -> None:
    """Assigns the store to one timekeeping system (None: there is none). Synthetic punches in it are removed for any other system.

    Raises StoreError where it holds the punches of another real system: they would all be marked as deleted.
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
    """Drops the tables and makes them anew: DuckDB cannot delete a row to which another row refers that the same transaction deletes."""
    for table in TABLES:
        store.execute(sql.drop(table))
    make_tables(store)
