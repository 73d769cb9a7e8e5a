"""The history: what every rule counted in the last runs, published or refused.

Each run extends the table, and only the report and its page read it; every other table of the warehouse follows from the extracts alone.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

import ibis
import pyarrow as pa

from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.tables import Tables, unbound
from district_platform.home.kept import Kept
from district_platform.quality.evaluation import RuleResult, Status

HISTORY = "quality_history"
KEPT = Kept("history of quality", "findings have no trend, and no change against the run before", tables=(HISTORY,))

TREND_RUNS = 30
"""Runs that the report shows."""


@dataclass(frozen=True)
class RuleCount:
    severity: str
    status: Status
    n_findings: int
    n_waived: int

    @property
    def n_open(self) -> int:
        return self.n_findings - self.n_waived


@dataclass(frozen=True)
class Run:
    """A run of the history, with what each of its rules counted."""

    run_id: str
    as_of_date: dt.date
    recorded_at: dt.datetime
    rules: dict[str, RuleCount] = field(default_factory=dict)


def counts(results: Iterable[RuleResult], run_id: str, as_of_date: dt.date, recorded_at: dt.datetime) -> ibis.Table:
    """The rows of one run; `recorded_at` in UTC, without a zone."""
    names = TABLES[HISTORY].columns
    rows = [
        (run_id, as_of_date, recorded_at, r.rule.id, r.severity, r.status.value, r.n_judged, r.n_findings, r.n_waived)
        for r in results
    ]
    records = [dict(zip(names, row, strict=True)) for row in rows]
    schema = schema_of(TABLES[HISTORY])
    return ibis.memtable(pa.Table.from_pylist(records, schema.to_pyarrow()), schema=schema)


def extended(history: ibis.Table | None, run: ibis.Table, most_runs: int) -> ibis.Table:
    """The history with a run's rows, which replace earlier rows of the same run; only the last runs are kept.

    The run counts as the latest, whatever the clock says: if another run has a later time, the clock was ahead then, and this run is put
    right behind it.
    """
    if history is None:
        return run
    others = history.anti_join(run, "run_id")
    behind = others.recorded_at.max().as_scalar() + ibis.interval(microseconds=1)
    rows = others.union(run.mutate(recorded_at=ibis.greatest(run.recorded_at, behind)))
    runs = rows.group_by("run_id").agg(last=rows.recorded_at.max())
    kept = runs.order_by(ibis.desc("last"), ibis.desc("run_id")).limit(most_runs)
    return rows.semi_join(kept, "run_id")


def last_runs(tables: Tables, most: int = TREND_RUNS) -> list[Run]:
    """The last recorded runs, the oldest first."""
    if not tables.exists(HISTORY):
        return []
    rows = unbound(HISTORY).select(
        "run_id", "as_of_date", "recorded_at", "rule_id", "severity", "rule_status", "n_findings", "n_waived"
    )
    runs: dict[str, Run] = {}
    for run_id, as_of_date, recorded_at, rule_id, severity, status, n_findings, n_waived in tables.fetch(
        rows.order_by("recorded_at", "run_id", "rule_id")
    ):
        run = runs.setdefault(run_id, Run(run_id, as_of_date, recorded_at))
        run.rules[rule_id] = RuleCount(severity, Status(status), n_findings, n_waived)
    return list(runs.values())[-most:]
