"""Dagster's event log, kept open while a run writes to it.

Dagster opens its SQLite databases anew for every event. The last connection to close writes the whole log back and waits for the disk,
which is four times what an event costs without (benchmarks/event_log.py). A connection that stays open spares that, and with SQLite's
write-ahead log a commit need not wait for the disk either: a killed process loses nothing, a power cut perhaps the last events of the run.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import Any

import dagster as dg
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME
from sqlalchemy import event
from sqlalchemy.engine import Engine


@contextmanager
def kept_open(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Keeps the databases of a run's events open; does nothing where events go elsewhere (PostgreSQL)."""
    storage = instance.event_log_storage
    with ExitStack() as stack:
        if isinstance(storage, SqliteEventLogStorage):
            stack.enter_context(_commits_do_not_wait())
            for shard in (INDEX_SHARD_NAME, run_id):
                with storage.run_connection(shard):
                    stack.enter_context(_reader(storage.path_for_shard(shard)))
        yield


def told(events: Iterator[dg.DagsterEvent], instance: dg.DagsterInstance, run_id: str) -> Iterator[dg.DagsterEvent]:
    """The events as they come; the UI is told of each: it watches the run's file, which an open log leaves alone."""
    storage = instance.event_log_storage
    path = storage.path_for_shard(run_id) if isinstance(storage, SqliteEventLogStorage) else None
    for each in events:
        if path:
            os.utime(path)
        yield each


@contextmanager
def _reader(path: str) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("select count(*) from event_logs").fetchall()
        yield


@contextmanager
def _commits_do_not_wait() -> Iterator[None]:
    event.listen(Engine, "connect", _do_not_wait)
    try:
        yield
    finally:
        event.remove(Engine, "connect", _do_not_wait)


def _do_not_wait(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("pragma synchronous = normal")
