"""A killed run is ended in Dagster by the next, and only when it is dead."""

import time

import dagster as dg
import pytest

from district_platform.operations.recovery import GRACE_SECONDS, end_dead_runs
from district_platform_tests.processes import lock_holder


@pytest.fixture
def started():
    """An instance on which a run is 'started', and the run."""

    @dg.job
    def empty(): ...

    with dg.DagsterInstance.ephemeral() as instance:
        run = instance.create_run_for_job(empty)
        instance.report_engine_event("", run)
        instance.handle_new_event(start_event(run, time.time()))
        yield instance, run.run_id


def start_event(run: dg.DagsterRun, at: float):
    """What the run's process writes first."""
    from dagster._core.events import DagsterEvent, DagsterEventType
    from dagster._core.events.log import EventLogEntry

    event = DagsterEvent(DagsterEventType.RUN_START.value, run.job_name, message="")
    return EventLogEntry(None, "info", "", run.run_id, at, job_name=run.job_name, dagster_event=event)


def status(instance, run_id: str) -> str:
    return instance.get_run_by_id(run_id).status.value


def test_run_without_a_process_is_ended(started, home):
    instance, run_id = started
    assert end_dead_runs(instance, home, time.time() + 2 * GRACE_SECONDS) == [run_id]
    assert status(instance, run_id) == "FAILURE"


def test_run_that_has_just_started_is_left_alone(started, home):
    instance, run_id = started
    assert end_dead_runs(instance, home, time.time()) == []
    assert status(instance, run_id) == "STARTED"


@pytest.mark.parametrize("held", ["lock", "waiting"])
def test_run_is_left_alone_while_another_process_holds_the_lock_or_waits_for_it(started, home, held):
    instance, run_id = started
    home.warehouse.mkdir()
    with lock_holder(getattr(home, held)):
        assert end_dead_runs(instance, home, time.time() + 2 * GRACE_SECONDS) == []
    assert status(instance, run_id) == "STARTED"
