"""Dagster's event log, kept open while a run writes to it.

Dagster opens its SQLite databases anew for every event. The last connection to close writes the whole log back and waits for the disk,
and each new one compiles its statements once more: that is most of what an event costs (benchmarks/event_log.py). Connections that stay
open spare both, and with SQLite's write-ahead log a commit need not wait for the disk either: a killed process loses nothing, a power
cut perhaps the last events of the run.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import dagster as dg
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

from district_platform.engine.dagster_internals import INDEX_SHARD, connecting_by, sqlite_events

if TYPE_CHECKING:
    from district_platform.engine.dagster_internals import Connect, SqliteEvents

BUSY_SECONDS = 30
"""How long to wait for another process that writes; Dagster waits as long."""


@contextmanager
def kept_open(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Keeps the databases of a run's events open; does nothing where events go elsewhere (PostgreSQL)."""
    storage = sqlite_events(instance)
    with ExitStack() as stack:
        if storage:
            engines = {shard: stack.enter_context(_engine(storage, shard)) for shard in (INDEX_SHARD, run_id)}
            stack.enter_context(connecting_by(storage, lambda otherwise: _pooled(engines, otherwise)))
        yield


def told(events: Iterator[dg.DagsterEvent], instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.DagsterEvent]:
    """The events as they come. The UI is notified of each, because it watches the run's file, which an open log does not touch."""
    storage = sqlite_events(instance)
    path = storage.path_for_shard(run_id) if storage else None
    for each in events:
        if path:
            os.utime(path)
        yield each


def _pooled(engines: dict[str, Engine], otherwise: "Connect") -> "Connect":
    """Opens connections from the engines kept open, and for other databases Dagster's own way; each is one transaction, as in Dagster."""

    @contextmanager
    def begun(shard: str) -> Iterator[Connection]:
        with engines[shard].begin() if shard in engines else otherwise(shard) as connection:
            yield connection

    return begun


@contextmanager
def _engine(storage: "SqliteEvents", shard: str) -> Iterator[Engine]:
    """An engine on a database that Dagster has made, with one connection open until the end."""
    with storage.run_connection(shard):
        engine = create_engine(storage.conn_string_for_shard(shard), connect_args={"timeout": BUSY_SECONDS})
    event.listen(engine, "connect", _do_not_wait)
    try:
        engine.connect().close()
        yield engine
    finally:
        engine.dispose()


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
