"""Evaluates each rule once, inside the engine; returns total counts, and the first findings by key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.tables import Tables, unbound
from district_platform.quality import subjects
from district_platform.quality.catalogue import RULES
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.quality.model import VALUES, Rule, arguments
from district_platform.quality.subjects import FOUND, SUBJECT, SUBJECTS
from district_platform.quality.waivers import similar_rule, waived_keys, waived_rules
from district_platform.settings import Quality, Settings, SettingsError, Severity

DIGITS = 20
"""To which a number in a key is filled with zeros, so that texts stand in the order of numbers."""


class Status(StrEnum):
    PASSED = "passed"
    WARNED = "warned"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True)
class Finding:
    """One finding of a rule, with what a clerk needs to know; a text is null if the rule does not provide it."""

    key: str
    message: str
    is_waived: bool = False
    value_found: str | None = field(default=None, compare=False)
    value_expected: str | None = field(default=None, compare=False)
    student_id: str | None = field(default=None, compare=False)
    staff_id: str | None = field(default=None, compare=False)
    school_id: str | None = field(default=None, compare=False)
    date: str | None = field(default=None, compare=False)


@dataclass(frozen=True)
class RuleResult:
    """What one rule found in one run."""

    rule: Rule
    severity: Severity
    """The severity in force: the district's, else the rule's."""
    status: Status
    """A waived finding neither warns nor fails. A rule that could not judge some rows warns, whatever it found in the others."""
    reason: str | None = None
    """Why it was skipped, or which rows it could not judge."""
    n_judged: int = 0
    n_findings: int = 0
    """All of them, waived ones included."""
    n_waived: int = 0
    findings: tuple[Finding, ...] = ()
    """The first of them, open ones before waived ones and then by key, up to [quality] max_findings."""
    n_students: int | None = None
    """Children whom the open findings concern; null if the rule is about none."""
    amount: Decimal | None = None
    """Money that the open findings concern, USD."""
    without_finding: tuple[str, ...] = ()
    """Keys of waivers in force that waive nothing, because the rule does not find them."""

    @property
    def n_open(self) -> int:
        """The number of findings that are not waived."""
        return self.n_findings - self.n_waived


def delivered_extracts(tables: Tables) -> frozenset[str]:
    """Paths of the extracts that have files, as staging has found them so far."""
    if not tables.exists("extract_files"):
        return frozenset()
    files = unbound("extract_files")
    return frozenset(path for (path,) in tables.fetch(files.select("extract").distinct()))


def evaluate(
    tables: DuckDBTables,
    rule: Rule,
    settings: Settings,
    delivered: frozenset[str] | None = None,
    waived: frozenset[str] | None = None,
) -> RuleResult:
    """Judges the tables of the warehouse as they are. A rule whose table or extract is missing is skipped, with the reason.

    `delivered` (extracts) and `waived` (rules with a waiver in force) save a query per rule if several rules are judged. Raises
    SettingsError if [quality] severity asks for a severity that is not allowed.
    """
    severity = severity_in_force(rule, settings.quality)
    reason = _reason_to_skip(tables, rule, delivered_extracts(tables) if delivered is None else delivered)
    if reason:
        return RuleResult(rule, severity, Status.SKIPPED, reason)
    has_waivers = rule.id in (waived_rules(tables, settings.effective_date) if waived is None else waived)
    keys = waived_keys(rule, settings.effective_date) if has_waivers and not rule.is_locked else None
    with RecordLinker(tables) as linker:
        tables.temporary(FOUND.get_name(), rule.with_values(**arguments(rule.function, settings, linker)))
        not_compared = "; ".join(map(str, linker.left_out))
    counts = _counted(tables, rule, keys, settings.quality.max_findings)
    without_finding = () if keys is None else _without_finding(tables, keys)
    tables.drop(FOUND.get_name(), SUBJECTS.get_name())
    found = Status.FAILED if severity == "error" else Status.WARNED
    none_found = Status.WARNED if not_compared else Status.PASSED
    return RuleResult(
        rule,
        severity,
        status=found if counts.n_findings > counts.n_waived else none_found,
        reason=f"too many alike, and not compared with each other: {not_compared}" if not_compared else None,
        n_judged=_n_judged(tables, rule, settings),
        n_findings=counts.n_findings,
        n_waived=counts.n_waived,
        findings=counts.first,
        n_students=counts.n_students,
        amount=counts.amount,
        without_finding=without_finding,
    )


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
            raise SettingsError(f"quality.severity.{rule_id}: there is no such rule. {similar_rule(rule_id, RULES)}")
        severity_in_force(RULES[rule_id], quality)


def _reason_to_skip(tables: Tables, rule: Rule, delivered: frozenset[str]) -> str | None:
    unbuilt = [name for name in rule.tables if not tables.exists(name)]
    if unbuilt:
        return f"not built yet: {', '.join(unbuilt)}"
    absent = [EXTRACTS[name].path for name in rule.extracts if EXTRACTS[name].path not in delivered]
    absent += [name for name in rule.requires if not tables.count(name)]
    absent += [] if absent else _absent_columns(tables, rule.columns)
    return f"not delivered: {', '.join(absent)}" if absent else None


def _absent_columns(tables: Tables, wanted: Sequence[str]) -> list[str]:
    """Those of the columns, as <extract>.<column>, that no file of their extract has, in words."""
    if not wanted:
        return []
    known = unbound("extract_columns").select("extract", "column_name").distinct()
    found = set(tables.fetch(known))
    named = [(EXTRACTS[extract].path, column) for extract, column in (name.split(".") for name in wanted)]
    return [f"{column} of {path}" for path, column in named if (path, column) not in found]


@dataclass(frozen=True)
class _Counts:
    """The counts of a rule's findings; see RuleResult."""

    n_findings: int = 0
    n_waived: int = 0
    first: tuple[Finding, ...] = ()
    n_students: int | None = None
    amount: Decimal | None = None


def _counted(tables: Tables, rule: Rule, waived: ibis.Table | None, most: int) -> _Counts:
    if not tables.count(FOUND.get_name()):
        return _Counts()
    is_built = all(tables.exists(name) for name in subjects.tables_of(rule.key))
    tables.temporary(SUBJECTS.get_name(), subjects.subjects(rule.key if is_built else ()))
    rows = tables.fetch(_first_of_open(most) if waived is None else _first(most, waived))
    n_findings, n_waived = rows[0][-2:]
    n_students, amount = at_stake(tables, rule.key if is_built else (), waived)
    return _Counts(n_findings, int(n_waived), tuple(Finding(*row[:-2]) for row in rows), n_students, amount)


@lru_cache(maxsize=1)
def _first_of_open(most: int) -> ibis.Table:
    """`_first` without a waiver, built once: nearly every rule is judged like this."""
    return _first(most, None)


def _first(most: int, waived: ibis.Table | None) -> ibis.Table:
    """The first findings by key, each with the number of all findings and of the waived ones.

    Keys are in natural order: 2 comes before 10.
    """
    said = ("message", *VALUES)
    findings = FOUND.group_by("finding_key").agg(**{name: FOUND[name].min() for name in said})
    is_waived = ibis.literal(False) if waived is None else findings.finding_key.isin(waived.finding_key)
    judged = findings.mutate(is_waived=is_waived)
    n_waived = judged.is_waived.cast("int64").sum().over()
    counted = judged.mutate(n_findings=judged.count().over(), n_waived=n_waived)
    first = counted.order_by("is_waived", natural(counted.finding_key), "finding_key").limit(most)
    named = first.left_join(SUBJECTS, "finding_key")
    columns = ("finding_key", "message", "is_waived", *VALUES, *SUBJECT, "n_findings", "n_waived")
    return named.select(*columns).order_by("is_waived", lambda t: natural(t.finding_key), "finding_key")


def natural(key: ir.StringValue) -> ir.StringValue:
    """A text that sorts keys in natural order, 2 before 10."""
    return key.re_replace(r"(\d+)", "0" * DIGITS + r"\1").re_replace(rf"\d*(\d{{{DIGITS}}})", r"\1")


def at_stake(tables: Tables, key: subjects.Key, waived: ibis.Table | None) -> tuple[int | None, Decimal | None]:
    """How many children and how much money the open findings concern; null if the key names none."""
    if waived is not None:
        tables.temporary(SUBJECTS.get_name(), SUBJECTS.anti_join(waived, "finding_key"))
    children = subjects.students(key)
    n_students = None if children is None else int(tables.fetch(children.agg(n=children.count()))[0][0])
    [(amount,)] = tables.fetch(SUBJECTS.agg(amount=SUBJECTS.amount.sum()))
    return n_students, amount


def _without_finding(tables: Tables, waived: ibis.Table) -> tuple[str, ...]:
    idle = waived.anti_join(FOUND, "finding_key")
    return tuple(key for (key,) in tables.fetch(idle.order_by("finding_key")))


def _n_judged(tables: Tables, rule: Rule, settings: Settings) -> int:
    if rule.count_judged is None:
        return tables.count(rule.table)
    judged = rule.count_judged(**arguments(rule.count_judged, settings))
    return int(tables.fetch(judged.as_table())[0][0])
