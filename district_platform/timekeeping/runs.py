"""The account of loads: which run, when, and what became of what it read; and whose punches the store holds at all."""

import datetime as dt

from district_platform.timekeeping.database import URL, Database, StoreError, make_tables
from district_platform.timekeeping.punches import Counts
from district_platform.timekeeping.schema import TABLES

SYNTHETIC = "synthetic "
"""How the identity of a synthetic district begins; what follows is a digest of its punches."""


def begin(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    """A load whose process is killed keeps its line, with what it had committed, without an end."""
    with store.transaction():
        store.execute(
            "insert into load_run (run_id, job, started_at) values ($1, $2, $3) on conflict do nothing",
            run_id,
            job,
            now,
        )


def add(store: Database, run_id: str, job: str, counts: Counts) -> None:
    """Adds to the run's counts, in the caller's transaction."""
    sums = ", ".join(f"{name} = {name} + {number}" for name, number in vars(counts).items())
    store.execute(f"update load_run set {sums} where run_id = $1 and job = $2", run_id, job)


def end(store: Database, run_id: str, job: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute("update load_run set ended_at = $1 where run_id = $2 and job = $3", now, run_id, job)


def has_backup(store: Database, digest: str) -> bool:
    """Whether a file of this content was loaded to its end."""
    return store.query("select 1 from backup where sha256 = $1", digest).num_rows > 0


def add_backup(store: Database, digest: str, now: dt.datetime) -> None:
    with store.transaction():
        store.execute("insert into backup values ($1, $2) on conflict do nothing", digest, now)


def claim(store: Database, identity: str | None) -> None:
    """The store holds the punches of one timekeeping system (None: there is none). Made-up ones give way to any other.

    Raises StoreError where it holds those of another one: what this one does not have would be marked deleted.
    """
    with store.transaction():
        known = next(iter(store.query("select identity from source")["identity"].to_pylist()), None)
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
            store.execute("insert into source (identity) values ($1)", identity)


def _empty(store: Database) -> None:
    """DuckDB deletes no row that one deleted in the same transaction refers to; it drops tables."""
    for table in TABLES:
        store.execute(f"drop table {table}")
    make_tables(store)
