"""After a kill: ends what a dead run leaves in Dagster. (The next run replaces what it leaves in the warehouse.)

A run whose process was killed stays 'started' in Dagster for ever and, with one run at a time, blocks the queue behind it. A process that
holds both the warehouse's lock and the lock of waiting runs knows that no other run is alive.
"""

import time

import dagster as dg
from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from district_platform.home import Home
from district_platform.home.lock import WarehouseBusyError, WarehouseLock

GRACE_SECONDS = 60
"""A run that has just started may not have taken the lock yet."""

_MESSAGE = "The run's process ended without a word, most likely killed. What was published before stays."


def end_dead_runs(instance: DagsterInstance, home: Home, now: float) -> list[str]:
    """Marks as failed every run that is 'started' although nobody holds the lock or waits for it; returns their ids."""
    try:
        with WarehouseLock(home.waiting), WarehouseLock(home.lock):
            records = instance.get_run_records(RunsFilter(statuses=[DagsterRunStatus.STARTED]))
            dead = [r.dagster_run for r in records if now - (r.start_time or now) > GRACE_SECONDS]
            for run in dead:
                instance.report_run_failed(run, _MESSAGE)
            return [run.run_id for run in dead]
    except WarehouseBusyError:
        return []


def recovery_sensor(home: Home) -> dg.SensorDefinition:
    @dg.sensor(
        minimum_interval_seconds=GRACE_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process was killed, so that the queue goes on.",
    )
    def dead_runs_are_ended(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        ended = end_dead_runs(context.instance, home, time.time())
        return dg.SkipReason(f"Ended: {', '.join(ended)}" if ended else "No run is dead.")

    return dead_runs_are_ended
