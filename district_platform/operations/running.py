"""Running the Dagster job from the command line, on the district's own instance, with its events as they come."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import dagster as dg

from district_platform.alerts.notify import notify
from district_platform.destinations.assets import is_destination
from district_platform.engine.dagster_internals import SerializableErrorInfo, begun_run
from district_platform.engine.resources import COMMAND_LINE, STARTED_BY
from district_platform.home import Home
from district_platform.home.kept import Kept
from district_platform.home.permissions import close_folder, keep_private
from district_platform.operations import event_log
from district_platform.operations.automation import REFRESH
from district_platform.operations.recovery import GRACE_SECONDS, end_dead_runs
from district_platform.quality.checks import rule_of_check
from district_platform.settings import Server, Settings, SettingsError

DEFINITIONS = "district_platform.definitions"
LOCATION = "district_platform"
"""The name of the code location, by which Dagster's pages group jobs and runs."""

KEPT_HERE = Kept(
    "the history of runs",
    "the UI knows of no earlier run, and asks for everything again",
    paths=(".dagster",),
    travels=False,
)

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""The log goes to the instance; the terminal shows the progress."""


_IN_POSTGRES = """
storage: # at the address in the secret that server.dagster_database_secret names
  custom:
    module: district_platform.operations.postgres_storage
    class: PostgresStorage
    config: {}
"""

BY_A_CHECK = "DagsterAssetCheckFailedError"
"""The error of a step whose blocking check failed; the check itself says why."""

NO_RETRIES = {"dagster/max_retries": "0"}
"""The tag that keeps Dagster from starting a run again: the person who started it here sees that it failed."""

PUBLICATION = "publication"
"""The step that publishes."""

NO_REASON = "no reason was recorded"


@dataclass
class Outcome:
    """How a run ended: what failed, and why, in words for the person who started it."""

    run_id: str
    succeeded: bool = False
    failures: dict[str, str] = field(default_factory=dict)
    failed_error_checks: list[str] = field(default_factory=list)
    """Checks of severity ERROR that failed, blocking or not."""
    has_published: bool = False
    was_interrupted: bool = False
    was_refused: bool = False
    """Whether a blocking check stopped it."""

    @property
    def is_explained(self) -> bool:
        """Whether the reason why the run did not succeed has already been shown."""
        return self.was_interrupted or self.was_refused or bool(self.failures)

    @property
    def is_only_behind(self) -> bool:
        """Whether all went well but for destinations, which did not take the publication of this run."""
        is_beside = bool(self.failures) and all(is_destination(step) for step in self.failures)
        return self.has_published and is_beside and not self.failed_error_checks and not self.was_interrupted

    @property
    def exit_code(self) -> int:
        if self.was_interrupted:
            return 130
        return 0 if self.succeeded and not self.failed_error_checks else 1


def ensure_dagster_home(dagster_home: Path, server: Server = Server()) -> None:  # noqa: B008 - settings are immutable
    """Makes the instance's folder, with our dagster.yaml where there is none, and names it in the environment.

    Runs are kept where `server` says. Raises SettingsError where a dagster.yaml that was edited says otherwise.
    """
    keep_private()
    dagster_home.mkdir(parents=True, exist_ok=True)
    close_folder(dagster_home)
    configuration = dagster_home / "dagster.yaml"
    ours = Path(__file__).with_name("dagster.yaml").read_text()
    wanted = f"{ours}{_IN_POSTGRES}" if server.dagster_database_secret else ours
    there = configuration.read_text() if configuration.exists() else None
    if there is None or (there != wanted and there in (ours, f"{ours}{_IN_POSTGRES}")):
        configuration.write_text(wanted)
    elif ("operations.postgres_storage" in there) != (server.dagster_database_secret is not None):
        verb = "Add to it" if server.dagster_database_secret else "Take out of it"
        raise SettingsError(
            f"{configuration} was edited, and keeps runs elsewhere than server.dagster_database_secret says. {verb}:{_IN_POSTGRES}"
        )
    os.environ["DAGSTER_HOME"] = str(dagster_home)


def tell_now(settings: Settings) -> list[str]:
    """Sends what is news; returns a sentence for each channel that did not take it, or the reason why nothing could be sent.

    Whatever goes wrong here does not make the run itself fail.
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
        keys = _selected(definitions, select)
        job = definitions.resolve_job_def(REFRESH)
        outcome = Outcome(str(uuid4()))
        with event_log.kept_open(instance, outcome.run_id):
            n_steps, events = begun_run(
                job if keys is None else _subset(job, keys, select),
                keys,
                DEFINITIONS,
                LOCATION,
                instance,
                outcome.run_id,
                QUIET,
                {STARTED_BY: COMMAND_LINE, **NO_RETRIES},
            )
            yield outcome, n_steps, _watched(event_log.told(events, instance, outcome.run_id), outcome)


def _selected(definitions: dg.Definitions, select: str) -> frozenset[dg.AssetKey] | None:
    """The assets that a selection names; None for all of them."""
    if select == "*":
        return None
    try:
        keys = frozenset(dg.AssetSelection.from_string(select).resolve(definitions.resolve_asset_graph()))
    except dg.DagsterError:
        keys = frozenset()
    if not keys:
        raise SettingsError(
            f'--select {select}: names no asset. As in Dagster: dim_school, +chronic_absence, group:"g4_facts".'
        )
    return keys


def _subset(job: dg.JobDefinition, keys: frozenset[dg.AssetKey], select: str) -> dg.JobDefinition:
    """The job on these assets alone. Raises SettingsError where one step makes an asset that is selected and one that is not."""
    try:
        return job.get_subset(asset_selection=keys)
    except dg.DagsterError as error:
        named = sorted(set(re.findall(r"AssetKey\(\['([^']+)'\]\)", str(error))))
        raise SettingsError(
            f"--select {select}: one step makes these together; select all or none of them: {', '.join(named)}."
        ) from None


def _watched(events: Iterator[dg.DagsterEvent], outcome: Outcome) -> Iterator[dg.DagsterEvent]:
    """The events, of which the outcome takes note. Raises KeyboardInterrupt where a step took an interruption for a fault that passes.

    Dagster answers an interruption of a step that has a retry policy with another try, or with that step's failure, and goes on with the
    others: Ctrl-C or SIGTERM at such a moment would be lost.
    """
    for event in events:
        if event.event_type is dg.DagsterEventType.STEP_UP_FOR_RETRY and _was_interrupted(event.step_retry_data.error):
            outcome.was_interrupted = True
            raise KeyboardInterrupt
        if event.is_step_failure and event.step_key:
            error = event.step_failure_data.error
            if _was_interrupted(error):
                outcome.was_interrupted = True
                if error and error.cls_name not in _INTERRUPTIONS:
                    raise KeyboardInterrupt
            elif error and error.cls_name == BY_A_CHECK:
                outcome.was_refused = True
            else:
                outcome.failures[event.step_key] = _innermost(error) or NO_REASON
        elif event.event_type is dg.DagsterEventType.ASSET_CHECK_EVALUATION:
            evaluation = event.asset_check_evaluation_data
            if not evaluation.passed and evaluation.severity is dg.AssetCheckSeverity.ERROR:
                outcome.failed_error_checks.append(_in_words(evaluation))
        elif event.is_step_success and event.step_key == PUBLICATION:
            outcome.has_published = True
        elif event.event_type is dg.DagsterEventType.PIPELINE_SUCCESS:
            outcome.succeeded = True
        elif event.event_type is dg.DagsterEventType.PIPELINE_FAILURE and not outcome.is_explained:
            outcome.failures["run"] = _innermost(event.job_failure_data.error) or event.message or NO_REASON
        yield event


_INTERRUPTIONS = (dg.DagsterExecutionInterruptedError.__name__, KeyboardInterrupt.__name__)


def _was_interrupted(error: SerializableErrorInfo | None) -> bool:
    """Whether an interruption is this error, or lies behind it."""
    while error:
        if error.cls_name in _INTERRUPTIONS:
            return True
        error = error.cause
    return False


def _in_words(evaluation: dg.AssetCheckEvaluation) -> str:
    rule = rule_of_check(evaluation.check_name)
    name = f"{rule.id} {rule.title}" if rule else evaluation.check_name
    return f"{name}. {evaluation.description or ''}".strip()


def _innermost(error: SerializableErrorInfo | None) -> str:
    """The innermost error's message, without its class: the one written for the person who can fix it."""
    while error and error.cause:
        error = error.cause
    return re.sub(r"^[\w.]+: ", "", error.message.strip()) if error else ""
