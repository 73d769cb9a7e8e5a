"""Judging: one query a rule, inside the engine; the whole count, and the first offenders by their keys, come out."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

from duckdb import DuckDBPyConnection

from district_platform.dictionary import EXTRACTS
from district_platform.engine.database import table_exists
from district_platform.engine.resources import unbound
from district_platform.engine.tables import fetch
from district_platform.quality.catalogue import RULES
from district_platform.quality.model import Rule, arguments
from district_platform.settings import Quality, Settings, SettingsError, Severity


class Status(StrEnum):
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Offender:
    key: str
    message: str


@dataclass(frozen=True)
class RuleResult:
    """What one rule found in one run."""

    rule: Rule
    severity: Severity
    """The severity in force: the district's, else the rule's."""
    status: Status
    reason: str | None = None
    """Why it was skipped."""
    n_judged: int = 0
    n_offenders: int = 0
    """All of them, waived ones included."""
    n_waived: int = 0
    offenders: tuple[Offender, ...] = ()
    """The first of them by key, up to [quality] max_offenders."""


def evaluate(connection: DuckDBPyConnection, rule: Rule, settings: Settings) -> RuleResult:
    """Judges the tables of the warehouse as they are. A rule whose table or extract is missing is skipped, with the reason.

    Raises SettingsError where [quality] severity asks for what may not be.
    """
    severity = severity_in_force(rule, settings.quality)
    reason = _reason_to_skip(connection, rule)
    if reason:
        return RuleResult(rule, severity, Status.SKIPPED, reason)
    n_offenders, offenders = _offenders(connection, rule, settings)
    found = Status.FAILED if severity == "error" else Status.WARNED
    status = found if n_offenders else Status.PASSED
    n_judged = _n_judged(connection, rule, settings)
    return RuleResult(rule, severity, status, None, n_judged, n_offenders, offenders=offenders)


def severity_in_force(rule: Rule, quality: Quality) -> Severity:
    """The district's severity, else the rule's own. Raises SettingsError where a locked rule's would change."""
    severity = quality.severity.get(rule.id, rule.severity)
    if rule.is_locked and severity != rule.severity:
        raise SettingsError(
            f"quality.severity.{rule.id} = {severity!r}: the severity of {rule.id} ({rule.title}) is always "
            f"{rule.severity!r}. {rule.why} Take the setting out of district.toml."
        )
    return severity


def check_severities(quality: Quality) -> None:
    """Raises SettingsError for a severity of a rule that does not exist, or whose severity may not change."""
    for rule_id in quality.severity:
        if rule_id not in RULES:
            close = difflib.get_close_matches(rule_id, RULES, n=1)
            hint = f"Did you mean {close[0]}?" if close else "docs/quality_rules.md lists them."
            raise SettingsError(f"quality.severity.{rule_id}: there is no such rule. {hint}")
        severity_in_force(RULES[rule_id], quality)


def _reason_to_skip(connection: DuckDBPyConnection, rule: Rule) -> str | None:
    unbuilt = [name for name in rule.tables if not table_exists(connection, name)]
    if unbuilt:
        return f"not built yet: {', '.join(unbuilt)}"
    files = unbound("extract_files")
    delivered = {path for (path,) in fetch(connection, files.select("extract").distinct())}
    absent = [EXTRACTS[name].path for name in rule.extracts if EXTRACTS[name].path not in delivered]
    return f"not delivered: {', '.join(absent)}" if absent else None


def _offenders(connection: DuckDBPyConnection, rule: Rule, settings: Settings) -> tuple[int, tuple[Offender, ...]]:
    found = rule(**arguments(rule.function, settings))
    offenders = found.group_by("offender_key").agg(message=found.message.min())
    counted = offenders.mutate(n_offenders=offenders.count().over())
    rows = fetch(connection, counted.order_by("offender_key").limit(settings.quality.max_offenders))
    return (rows[0][2] if rows else 0), tuple(Offender(key, message) for key, message, _ in rows)


def _n_judged(connection: DuckDBPyConnection, rule: Rule, settings: Settings) -> int:
    count = rule.count_judged
    judged = count(**arguments(count, settings)) if count else unbound(rule.table).count()
    return int(fetch(connection, judged.as_table())[0][0])
