"""What a run that has ended says is wrong, and what it says is right again. Read from Dagster's event log alone."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import dagster as dg
from dagster import DagsterEventType, DagsterInstance, DagsterRun, DagsterRunStatus

from district_platform.alerts.kinds import Alert, Kind
from district_platform.destinations.assets import is_destination
from district_platform.home import Home
from district_platform.home.lock import WarehouseBusyError
from district_platform.quality.catalogue import RULES
from district_platform.quality.checks import PUBLISHABLE, rule_of_check
from district_platform.quality.findings import FINDINGS
from district_platform.quality.page import PAGE_FILE
from district_platform.quality.report import failed_report_path
from district_platform.quality.severe import SEVERE_COUNTS, SKIPPED_RULES

_READ = {
    DagsterEventType.STEP_SUCCESS,
    DagsterEventType.STEP_FAILURE,
    DagsterEventType.ASSET_CHECK_EVALUATION,
    DagsterEventType.ASSET_MATERIALIZATION,
    DagsterEventType.RUN_FAILURE,
}
_NO_FAULT = {dg.DagsterExecutionInterruptedError.__name__, WarehouseBusyError.__name__}
"""A person stopped the run, or another one had the warehouse. If that lasts, an alert reports extracts that no run reads."""
_BY_A_CHECK = "DagsterAssetCheckFailedError"


@dataclass
class Observations:
    """What a look found."""

    wrong: list[Alert] = field(default_factory=list)
    """In the order it was found."""
    worse: set[str] = field(default_factory=set)
    """Keys of those that are sent even though they are open already."""
    right: set[str] = field(default_factory=set)
    """Keys of what was checked and is not (or no longer) wrong."""
    report: str | None = None
    """Where the report of a refused publication lies, relative to the district's home."""


def look_at_run(instance: DagsterInstance, run: DagsterRun, home: Home) -> Observations:
    """What a run says; one that a person stopped, or that found another at work, says nothing."""
    entries = instance.all_logs(run.run_id, of_type=_READ)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    if any(_failure_class(event) in _NO_FAULT for event in events):
        return Observations()
    seen = Observations()
    _look_at_steps(seen, events, run)
    for event in events:
        if event.event_type is DagsterEventType.ASSET_CHECK_EVALUATION:
            _look_at_check(seen, event.asset_check_evaluation_data)
        elif event.event_type is DagsterEventType.ASSET_MATERIALIZATION and event.asset_key == dg.AssetKey(FINDINGS):
            _look_at_findings(seen, event)
    if any(alert.subject == PUBLISHABLE for alert in seen.wrong):
        seen.report = failed_report_path(home, run.run_id).with_name(PAGE_FILE).relative_to(home.root).as_posix()
    return seen


def _failure_class(event: dg.DagsterEvent) -> str | None:
    """The class of the innermost error of a failed step or run; the class alone, for a message may hold values of rows."""
    data = event.event_specific_data
    error = getattr(data, "error", None) if event.is_step_failure or event.is_run_failure else None
    while error and error.cause:
        error = error.cause
    return error.cls_name if error else None


def _look_at_steps(seen: Observations, events: Iterable[dg.DagsterEvent], run: DagsterRun) -> None:
    """The steps that failed, except those whose check failed; the run itself, where no step says why it failed."""
    failed = {event.step_key: _failure_class(event) for event in events if event.is_step_failure}
    for step, error in failed.items():
        if is_destination(str(step)):
            seen.wrong.append(
                Alert(Kind.DESTINATION_BEHIND, str(step), f"{step} did not take the publication: {error}.")
            )
        elif error != _BY_A_CHECK:
            seen.wrong.append(Alert(Kind.RUN_FAILED, str(step), f"Step {step} of {run.job_name} failed: {error}."))
    succeeded = {str(event.step_key) for event in events if event.is_step_success}
    seen.right |= {Alert(_kind_of(step), step, "").key for step in succeeded}
    of_run = Alert(Kind.RUN_FAILED, f"job {run.job_name}", f"{run.job_name} ended before its time: {_why(events)}.")
    if run.status is DagsterRunStatus.SUCCESS:
        seen.right.add(of_run.key)
    elif not failed:
        seen.wrong.append(of_run)


def _kind_of(step: str) -> Kind:
    return Kind.DESTINATION_BEHIND if is_destination(step) else Kind.RUN_FAILED


def _why(events: Iterable[dg.DagsterEvent]) -> str:
    classes = [_failure_class(event) for event in events if event.is_run_failure]
    return next((name for name in classes if name), "its process was killed, or it was ended for taking too long")


def _look_at_check(seen: Observations, check: dg.AssetCheckEvaluation) -> None:
    rule = rule_of_check(check.check_name)
    name = rule.id.replace("-", "_") if rule else check.check_name
    alert = Alert(Kind.CHECK_FAILED, name, _found(check))
    if check.passed or check.severity is not dg.AssetCheckSeverity.ERROR:
        seen.right.add(alert.key)
    else:
        seen.wrong.append(alert)


def _found(check: dg.AssetCheckEvaluation) -> str:
    if check.check_name == PUBLISHABLE:
        return "The publication was refused; the last one stays."
    rule = rule_of_check(check.check_name)
    name = f"{rule.id} {rule.title} ({rule.owner.value})" if rule else f"{check.check_name}"
    counts: list[Any] = [check.metadata[key].value for key in ("n_findings", "n_waived") if key in check.metadata]
    return f"{name}: {counts[0] - counts[1]:,} found." if len(counts) == 2 else f"{name} failed."


def _look_at_findings(seen: Observations, event: dg.DagsterEvent) -> None:
    """Severe findings of every rule; a rule that could not judge neither reports nor clears them."""
    metadata = event.step_materialization_data.materialization.metadata
    counts: Any = metadata[SEVERE_COUNTS].value
    skipped: Any = metadata[SKIPPED_RULES].value
    for rule_id in sorted(RULES.keys() - set(skipped)):
        n, n_new = counts.get(rule_id, (0, 0))
        rule = RULES[rule_id]
        text = f"{rule.id} {rule.title} ({rule.owner.value}): {n_new:,} new, {n:,} in all."
        alert = Alert(Kind.SEVERE_FINDINGS, rule_id, text)
        if not n:
            seen.right.add(alert.key)
        elif n_new:
            seen.wrong.append(alert)
            seen.worse.add(alert.key)
