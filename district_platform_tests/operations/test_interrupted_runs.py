"""Whoever ends a run, by Ctrl-C or as a container is ended, ends it at whichever step it is."""

from contextlib import suppress
from uuid import uuid4

import dagster as dg
import pytest

from district_platform.engine.dagster_internals import begun_run
from district_platform.operations.running import DEFINITIONS, LOCATION, QUIET, Outcome, _watched


@pytest.mark.parametrize("policy", [None, dg.RetryPolicy(max_retries=3)], ids=["no retries", "retries"])
@pytest.mark.parametrize("interruption", [KeyboardInterrupt, dg.DagsterExecutionInterruptedError])
def test_interrupted_step_ends_the_run_also_where_dagster_would_try_it_again(policy, interruption):
    """A step with a retry policy was tried again, and the others went on: of twelve runs that were ended, one published."""
    ran: list[str] = []

    @dg.asset(retry_policy=policy)
    def beside() -> None:
        ran.append("beside")
        raise interruption

    @dg.asset(retry_policy=policy)
    def interrupted() -> None:
        ran.append("interrupted")
        raise interruption

    jobs = [dg.define_asset_job("refresh", executor_def=dg.in_process_executor)]
    made = dg.Definitions(assets=[beside, interrupted], jobs=jobs)
    outcome = Outcome(str(uuid4()))
    with dg.DagsterInstance.ephemeral() as instance:
        job = made.resolve_job_def("refresh")
        _, events = begun_run(job, None, DEFINITIONS, LOCATION, instance, outcome.run_id, QUIET, {})
        with suppress(KeyboardInterrupt):
            list(_watched(events, outcome))
    assert outcome.was_interrupted
    assert len(ran) == 1
