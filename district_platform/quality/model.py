"""What a rule is, and how one is declared. The rules stand in one module per subject beside this one; `catalogue` gathers them.

A rule is a function from tables and settings to its findings:

    @rule("ATT-02", title=…, severity="warn", owner=Owner.ATTENDANCE, table="stg_attendance_codes", unit=…, why=…, how_to_fix=…)
    def absence_code_without_excusal_status(stg_attendance_codes: ibis.Table) -> ibis.Table:
        …

Parameters are declared as those of a table function (`engine.assets`): tables by their name, settings by their type, `as_of_date`;
a `RecordLinker` for rules that look for one person under two ids, a `LastDelivery` for what the last publication was made of.
The result has the columns `finding_key` and `message`; the message is the evidence, with ids only, never a name. It may have
`value_found` and `value_expected`, what a clerk sees in the record and what should stand there. `subjects` looks up what else a worklist
says about a finding (student, school, date), by the columns that `key` names.
"""

import datetime as dt
import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, KEY_SEPARATOR, TABLES, Layer, Owner
from district_platform.engine.tables import unbound
from district_platform.quality import subjects
from district_platform.quality.linkage.linker import RecordLinker
from district_platform.settings import Quality, Settings, Severity
from district_platform.sources.last_delivery import LastDelivery, last_delivery

Function = Callable[..., Any]

SEVERE = "severe: "
"""Begins the message of a finding beyond a rule's second threshold: it can only be an error in the data."""

VALUES = ("value_found", "value_expected")
"""Columns that the result of a rule may have."""

_ALL_STAGED = tuple(f"stg_{name}" for name in EXTRACTS)


class StagedTables(dict[str, ibis.Table]):
    """Every staged table by the name of its extract, for rules that judge the contract itself."""


@dataclass(frozen=True)
class Rule:
    """One rule of the catalogue."""

    id: str
    title: str
    severity: Severity
    """error refuses the publication, warn is a finding for a steward; a district may set it otherwise."""
    owner: Owner
    table: str
    """The table it judges."""
    unit: str
    """What one finding is."""
    key: tuple[str, ...]
    """Columns whose values its key joins; the same name twice is a pair. Empty where it names no row of the district."""
    why: str
    how_to_fix: str
    function: Function = field(repr=False)
    extracts: tuple[str, ...] = ()
    """Extracts of the dictionary without which there is nothing to judge."""
    columns: tuple[str, ...] = ()
    """Optional columns, as <extract>.<column>, without which there is nothing to judge."""
    requires: tuple[str, ...] = ()
    """Tables of what comes otherwise than as an extract; without a row in them there is nothing to judge."""
    thresholds: tuple[str, ...] = ()
    """Settings of [quality] that it compares with."""
    is_locked: bool = False
    """Whether its severity can be neither lowered nor its findings waived."""
    count_judged: Function | None = field(default=None, repr=False)
    """How many it judged, where that is not the number of rows of its table."""

    def __call__(self, *args: Any, **kwargs: Any) -> ibis.Table:
        """The findings: `finding_key` and `message`."""
        return self.with_values(*args, **kwargs).select("finding_key", "message")

    def with_values(self, *args: Any, **kwargs: Any) -> ibis.Table:
        """The findings, with VALUES as texts; null where the function does not return them."""
        findings: ibis.Table = self.function(*args, **kwargs)
        said = {n: findings[n].cast("string") if n in findings.columns else ibis.null("string") for n in VALUES}
        return findings.select("finding_key", "message", **said)

    @property
    def tables(self) -> list[str]:
        """Every table it reads, the one it judges first."""
        functions = [f for f in (self.function, self.count_judged) if f is not None]
        return list(dict.fromkeys([self.table, *(n for f in functions for n in _tables_of(f)), *self.requires]))

    @property
    def assets(self) -> list[str]:
        """The tables that must exist before the rule can judge and its findings can be attributed.

        The records of staging are complete when all extracts are staged.
        """
        kept_by_staging = any(TABLES[name].layer is Layer.BOOKKEEPING for name in self.tables)
        named = [*self.tables, *subjects.tables_of(self.key)]
        built = [name for name in named if TABLES[name].layer is not Layer.BOOKKEEPING]
        return list(dict.fromkeys([*built, *(_ALL_STAGED if kept_by_staging else ())]))

    def threshold_values(self, quality: Quality) -> dict[str, float]:
        """Its thresholds as they are set."""
        return {name: float(getattr(quality, name)) for name in self.thresholds}


def rule(
    id: str,
    *,
    title: str,
    severity: Severity,
    owner: Owner,
    table: str,
    unit: str,
    why: str,
    how_to_fix: str,
    key: tuple[str, ...] = (),
    extracts: tuple[str, ...] = (),
    columns: tuple[str, ...] = (),
    requires: tuple[str, ...] = (),
    thresholds: tuple[str, ...] = (),
    is_locked: bool = False,
    count_judged: Function | None = None,
) -> Callable[[Function], Rule]:
    """Makes a Rule of a function; see the module's docstring."""

    def declare(function: Function) -> Rule:
        return Rule(
            id=id,
            title=title,
            severity=severity,
            owner=owner,
            table=table,
            unit=unit,
            key=key,
            why=why,
            how_to_fix=how_to_fix,
            function=function,
            extracts=extracts,
            columns=columns,
            requires=requires,
            thresholds=thresholds,
            is_locked=is_locked,
            count_judged=count_judged,
        )

    return declare


def arguments(function: Function, settings: Settings, linker: RecordLinker | None = None) -> dict[str, object]:
    """What a rule's function takes: tables of the warehouse by name, the sections of the settings, the day, the linker.

    Raises TypeError for a parameter whose annotation says none of these.
    """
    linkers: dict[type, RecordLinker] = {} if linker is None else {RecordLinker: linker}
    return {p.name: _argument(p, settings, linkers) for p in inspect.signature(function).parameters.values()}


def _argument(parameter: inspect.Parameter, settings: Settings, linkers: dict[type, RecordLinker]) -> object:
    kind = parameter.annotation
    if kind is ibis.Table:
        return unbound(parameter.name)
    if kind is StagedTables:
        return StagedTables({name: unbound(f"stg_{name}") for name in EXTRACTS})
    if kind is dt.date:
        return settings.effective_date
    if kind in linkers:
        return linkers[kind]
    if kind is LastDelivery:
        return last_delivery(settings.home, settings.sources)
    sections = [value for _, value in settings if type(value) is kind]
    if not sections:
        raise TypeError(
            f"{parameter.name}: {kind} is no table, no section of the settings, and nothing else that was given"
        )
    return sections[0]


def _tables_of(function: Function) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    named = [p.name for p in parameters if p.annotation is ibis.Table]
    return [*named, *(_ALL_STAGED if any(p.annotation is StagedTables for p in parameters) else ())]


def joined_key(rows: ibis.Table, *columns: str) -> ir.StringValue:
    """The values of a natural key as one text, as findings and the planted truth write it; null is empty."""
    return ibis.literal(KEY_SEPARATOR).join([rows[name].cast("string").fill_null("") for name in columns])


def sentence(*parts: str | ir.Value) -> ir.StringValue:
    """A message from texts and columns; a missing value reads 'missing'."""
    texts = [
        ibis.literal(part) if isinstance(part, str) else part.cast("string").fill_null("missing") for part in parts
    ]
    return ibis.literal("").join(texts)
