"""Dagster's event log, kept open while a run writes to it.

Dagster opens its SQLite databases anew for every event. The last connection to close writes the whole log back and waits for the disk,
and each new one compiles its statements once more: that is most of what an event costs (benchmarks/event_log.py). Connections that stay
open spare both, and with SQLite's write-ahead log a commit need not wait for the disk either: a killed process loses nothing, a power
cut perhaps the last events of the run.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine

Connect = Callable[[str], AbstractContextManager[Connection]]


@contextmanager
def kept_open(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Keeps the databases of a run's events open; does nothing where events go elsewhere (PostgreSQL)."""
    storage = instance.event_log_storage
    with ExitStack() as stack:
        if isinstance(storage, SqliteEventLogStorage):
            engines = {shard: stack.enter_context(_engine(storage, shard)) for shard in (INDEX_SHARD_NAME, run_id)}
            vars(storage)["_connect"] = _pooled(engines, storage._connect)
            stack.callback(vars(storage).pop, "_connect")
        yield


def told(events: Iterator[dg.DagsterEvent], instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.DagsterEvent]:
    """The events as they come; the UI is told of each: it watches the run's file, which an open log leaves alone."""
    storage = instance.event_log_storage
    path = storage.path_for_shard(run_id) if isinstance(storage, SqliteEventLogStorage) else None
    for each in events:
        if path:
            os.utime(path)
        yield each


def _pooled(engines: dict[str, Engine], otherwise: Connect) -> Connect:
    """Connections of the engines that are open, and for other databases Dagster's own; a transaction each, as Dagster's are."""

    @contextmanager
    def begun(shard: str) -> Iterator[Connection]:
        with engines[shard].begin() if shard in engines else otherwise(shard) as connection:
            yield connection

    return begun


@contextmanager
def _engine(storage: SqliteEventLogStorage, shard: str) -> Iterator[Engine]:
    """An engine on a database that Dagster has made, with one connection open until the end."""
    with storage.run_connection(shard):
        engine = create_engine(
            storage.conn_string_for_shard(shard), connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        )
    event.listen(engine, "connect", _do_not_wait)
    try:
        engine.connect().close()
        yield engine
    finally:
        engine.dispose()


def _do_not_wait(connection: Any, _record: object) -> None:
    connection.execute("pragma synchronous = normal")
