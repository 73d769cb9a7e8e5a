"""Dagster's databases stay open during a run, commit without waiting for the disk, and are whole when it ends."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import dagster as dg
import pytest

from district_platform.operations.event_log import kept_open, told


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield instance


def synchronous(instance: dg.DagsterInstance, shard: str) -> int:
    """2 waits for the disk at every commit, 1 at checkpoints alone."""
    with instance.event_log_storage.run_connection(shard) as connection:
        return connection.exec_driver_sql("pragma synchronous").scalar_one()


def test_commits_do_not_wait_while_it_is_open_and_do_again_after(instance: dg.DagsterInstance):
    run_id = str(uuid4())
    with kept_open(instance, run_id):
        assert synchronous(instance, run_id) == 1
    assert synchronous(instance, run_id) == 2


def test_nothing_is_written_back_until_the_run_ends(instance: dg.DagsterInstance):
    run_id = str(uuid4())
    path = Path(instance.event_log_storage.path_for_shard(run_id))
    log = path.with_name(f"{path.name}-wal")
    with kept_open(instance, run_id):
        instance.report_engine_event("begun", run_id=run_id, job_name="refresh")
        assert log.exists()
        with closing(sqlite3.connect(path)) as reader:
            assert reader.execute("select count(*) from event_logs").fetchall() == [(1,)]
    assert not log.exists()
    assert [entry.message for entry in instance.all_logs(run_id)] == ["begun"]


def test_the_ui_which_watches_the_file_is_told_of_each_event(instance: dg.DagsterInstance):
    run_id = str(uuid4())
    path = Path(instance.event_log_storage.path_for_shard(run_id))
    with kept_open(instance, run_id):
        before = path.stat().st_mtime_ns
        assert list(told(iter(["an event"]), instance, run_id)) == ["an event"]
        assert path.stat().st_mtime_ns > before


def test_events_that_go_elsewhere_are_left_alone():
    with dg.DagsterInstance.ephemeral() as instance, kept_open(instance, str(uuid4())):
        assert list(told(iter(["an event"]), instance, "a run")) == ["an event"]
