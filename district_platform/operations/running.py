"""Running the Dagster job from the command line, on the district's own instance, with its events as they come."""

import os
import re
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
from dagster._core.definitions.assets.graph.asset_graph import AssetGraph
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.definitions.repository_definition import SINGLETON_REPOSITORY_NAME
from dagster._core.execution.api import execute_run_iterator
from dagster._core.remote_origin import (
    ManagedGrpcPythonEnvCodeLocationOrigin,
    RemoteJobOrigin,
    RemoteRepositoryOrigin,
)
from dagster._core.storage.tags import MAX_RETRIES_TAG
from dagster._core.types.loadable_target_origin import LoadableTargetOrigin
from dagster._core.utils import make_new_run_id
from dagster._utils.error import SerializableErrorInfo

from district_platform.alerts.notify import notify
from district_platform.engine.resources import COMMAND_LINE, STARTED_BY
from district_platform.home import Home
from district_platform.home.permissions import close_folder, keep_private
from district_platform.operations import event_log
from district_platform.operations.automation import REFRESH
from district_platform.operations.recovery import GRACE_SECONDS, end_dead_runs
from district_platform.quality.checks import rule_of_check
from district_platform.settings import Settings, SettingsError

DEFINITIONS = "district_platform.definitions"
LOCATION = "district_platform"
"""The name of the code location, by which Dagster's pages group jobs and runs."""

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The log is on the instance; on the terminal stands the progress."""


BY_A_CHECK = "DagsterAssetCheckFailedError"
"""The error of a step in which a check failed that blocks: the check says why."""

NO_REASON = "no reason was recorded"


@dataclass
class Outcome:
    """How a run ended: what failed, and why, in words for the person who started it."""

    run_id: str
    succeeded: bool = False
    failures: dict[str, str] = field(default_factory=dict)
    failed_error_checks: list[str] = field(default_factory=list)
    """Checks of severity ERROR that failed, blocking or not."""
    was_interrupted: bool = False
    was_refused: bool = False
    """Whether a check that blocks stopped it."""

    @property
    def is_explained(self) -> bool:
        """Whether it is already said why the run did not succeed."""
        return self.was_interrupted or self.was_refused or bool(self.failures)

    @property
    def exit_code(self) -> int:
        if self.was_interrupted:
            return 130
        return 0 if self.succeeded and not self.failed_error_checks else 1


def ensure_dagster_home(dagster_home: Path) -> None:
    """Makes the instance's folder, with our dagster.yaml where there is none, and names it in the environment."""
    keep_private()
    dagster_home.mkdir(parents=True, exist_ok=True)
    close_folder(dagster_home)
    configuration = dagster_home / "dagster.yaml"
    if not configuration.exists():
        shutil.copyfile(Path(__file__).with_name("dagster.yaml"), configuration)
    os.environ["DAGSTER_HOME"] = str(dagster_home)


def tell_now(settings: Settings) -> list[str]:
    """Sends what there is to tell; returns a sentence for each channel, or the reason, for which it could not be told.

    Whatever goes wrong here is no fault of the run that is told about.
    """
    try:
        with dg.DagsterInstance.get() as instance:
            return notify(instance, settings, time.time())
    except Exception as error:
        return [f"Alerts could not be sent: {error if isinstance(error, SettingsError) else type(error).__name__}"]


def end_dead_runs_now(home: Home) -> None:
    """Ends what a killed run left behind, before a new one starts."""
    with dg.DagsterInstance.get() as instance:
        end_dead_runs(instance, home, time.time() + GRACE_SECONDS)


@contextmanager
def refresh_run(definitions: dg.Definitions, select: str) -> Iterator[tuple[Outcome, int, Iterator[dg.DagsterEvent]]]:
    """A run of `refresh` on the selected assets: its outcome (filled as events are read), number of steps, and events.

    Raises SettingsError for a selection that names nothing.
    """
    with dg.DagsterInstance.get() as instance:
        graph = definitions.resolve_asset_graph()
        keys = _selected(graph, select)
        job = definitions.resolve_job_def(REFRESH)
        subset = job if keys is None else _subset(job, keys, select)
        origin = ReconstructableRepository.for_module(DEFINITIONS, "defs", os.getcwd())
        outcome = Outcome(make_new_run_id())
        with event_log.kept_open(instance, outcome.run_id):
            run = instance.create_run_for_job(
                job_def=subset,
                run_id=outcome.run_id,
                run_config=QUIET,
                asset_selection=frozenset(keys) if keys is not None else None,
                job_code_origin=origin.get_reconstructable_job(REFRESH).get_python_origin(),
                remote_job_origin=_origin_in_the_ui(),
                tags={STARTED_BY: COMMAND_LINE, MAX_RETRIES_TAG: "0"},
            )
            n_steps = len(run.step_keys_to_execute or subset.graph.node_dict)
            events = execute_run_iterator(InMemoryJob(subset), run, instance)
            yield outcome, n_steps, _watched(event_log.told(events, instance, run.run_id), outcome)


def _selected(graph: AssetGraph, select: str) -> set[dg.AssetKey] | None:
    """The assets that a selection names; None for all of them."""
    if select == "*":
        return None
    try:
        keys = set(dg.AssetSelection.from_string(select).resolve(graph))
    except dg.DagsterError:
        keys = set()
    if not keys:
        raise SettingsError(
            f'--select {select}: names no asset. As in Dagster: dim_school, +chronic_absence, group:"g4_facts".'
        )
    return keys


def _subset(job: dg.JobDefinition, keys: set[dg.AssetKey], select: str) -> dg.JobDefinition:
    """The job on these assets alone. Raises SettingsError where one step makes an asset that is selected and one that is not."""
    try:
        return job.get_subset(asset_selection=frozenset(keys))
    except dg.DagsterError as error:
        named = sorted(set(re.findall(r"AssetKey\(\['([^']+)'\]\)", str(error))))
        raise SettingsError(
            f"--select {select}: one step makes these together; select all or none of them: {', '.join(named)}."
        ) from None


def _origin_in_the_ui() -> RemoteJobOrigin:
    """The job as the UI knows it, which shows a run under its job by this alone."""
    target = LoadableTargetOrigin(executable_path=sys.executable, module_name=DEFINITIONS)
    location = ManagedGrpcPythonEnvCodeLocationOrigin(target, LOCATION)
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, SINGLETON_REPOSITORY_NAME), REFRESH)


def _watched(events: Iterator[dg.DagsterEvent], outcome: Outcome) -> Iterator[dg.DagsterEvent]:
    for event in events:
        if event.is_step_failure and event.step_key:
            error = event.step_failure_data.error
            if error and error.cls_name == dg.DagsterExecutionInterruptedError.__name__:
                outcome.was_interrupted = True
            elif error and error.cls_name == BY_A_CHECK:
                outcome.was_refused = True
            else:
                outcome.failures[event.step_key] = _innermost(error) or NO_REASON
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.ERROR:
                outcome.failed_error_checks.append(_in_words(evaluation))
        elif event.event_type is dg.DagsterEventType.PIPELINE_SUCCESS:
            outcome.succeeded = True
        elif event.event_type is dg.DagsterEventType.PIPELINE_FAILURE and not outcome.is_explained:
            outcome.failures["run"] = _innermost(event.job_failure_data.error) or event.message or NO_REASON
        yield event


def _in_words(evaluation: dg.AssetCheckEvaluation) -> str:
    rule = rule_of_check(evaluation.check_name)
    name = f"{rule.id} {rule.title}" if rule else evaluation.check_name
    return f"{name}. {evaluation.description or ''}".strip()


def _innermost(error: SerializableErrorInfo | None) -> str:
    """The innermost error's message, without its class: the one written for the person who can mend it."""
    while error and error.cause:
        error = error.cause
    return re.sub(r"^[\w.]+: ", "", error.message.strip()) if error else ""
