"""Punches and employees written inline, and what the platform makes of them: punches, shifts and weeks as Python rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from district_platform.dictionary import TABLES, schema_of
from district_platform.engine.duckdb_tables import compiled
from district_platform.facts.timekeeping import fct_staff_punch, fct_staff_shift, msr_staff_weekly_hours
from district_platform.settings import Hours, Timekeeping, UkgApi

AS_OF = dt.date(2026, 2, 13)
NEW_YORK = "America/New_York"

Row = dict[str, Any]


@dataclass(frozen=True)
class Punch:
    """A punch as the store has it."""

    id: int
    at: dt.datetime
    employee: str = "E1"
    zone: str | None = NEW_YORK
    override: str | None = None
    rounded: dt.datetime | None = None
    is_phantom: bool = False
    is_deleted: bool = False


@dataclass(frozen=True)
class Employee:
    number: str
    school: str | None = "S1"
    worker_type: str = "hourly"
    rate: Decimal | None = None
    educator: str | None = None
    job: str | None = "Aide"
    zone: str | None = NEW_YORK


AIDE = Employee("E1")
ACTUAL = Hours(uses_rounded_punches=False)
"""Hours as they were, so that a test's rows need no rounded punches."""


@dataclass(frozen=True)
class StaffTime:
    """The three tables that punches become, each in the order of its key."""

    punches: list[Row]
    shifts: list[Row]
    weeks: list[Row]

    @property
    def pairings(self) -> dict[int, str]:
        return {row["punch_id"]: row["pairing"] for row in self.punches}

    @property
    def in_shifts(self) -> list[list[int]]:
        """punch_ids by shift, both in order."""
        found: dict[int, list[tuple[int, bool, int]]] = {}
        for row in self.punches:
            if row["k_shift"] is not None:
                found.setdefault(row["k_shift"], []).append((row["segment_number"], not row["is_in"], row["punch_id"]))
        return [[punch for *_, punch in sorted(found[shift])] for shift in sorted(found)]


def day(*times: str, employee: str = "E1", first_id: int = 1, **values: Any) -> list[Punch]:
    """Punches at these local times ('2025-11-03 08:00'), numbered in this order."""
    return [
        Punch(first_id + number, dt.datetime.fromisoformat(time), employee, **values)
        for number, time in enumerate(times)
    ]


def staff_time(
    punches: Sequence[Punch],
    employees: Sequence[Employee] = (AIDE,),
    hours: Hours = ACTUAL,
    zones: tuple[str, ...] = (),
) -> StaffTime:
    queries, in_memory = _queries(hours.model_dump_json(), zones)
    given = {"stg_timekeeping_punch": punches_table(punches), "dim_employee": employees_table(employees)}
    made = []
    with duckdb.connect() as connection:
        for name, rows in (given | in_memory).items():
            connection.register(name, rows)
        for name, query in queries.items():
            connection.execute(f"create table {name} as {query}")
            made.append(connection.execute(f"from {name} order by {', '.join(TABLES[name].key)}").to_arrow_table())
    return StaffTime(*(table.to_pylist() for table in made))


@cache
def _queries(hours: str, zones: tuple[str, ...]) -> tuple[dict[str, str], dict[str, pa.Table]]:
    """The SQL of the three tables, and what they hold in memory: written once for all tests, since that takes a second."""
    policy = Hours.model_validate_json(hours)
    abroad = Timekeeping(api=UkgApi(time_zones=dict(zip(zones, zones, strict=True))))
    people, punches, shifts = (_empty(name) for name in ("dim_employee", "fct_staff_punch", "fct_staff_shift"))
    made = {
        "fct_staff_punch": fct_staff_punch(_empty("stg_timekeeping_punch"), people, policy, abroad, AS_OF),
        "fct_staff_shift": fct_staff_shift(punches, people, policy),
        "msr_staff_weekly_hours": msr_staff_weekly_hours(shifts, punches, people, policy),
    }
    in_memory = {
        table.name: table.data.to_pyarrow(table.schema)
        for expression in made.values()
        for table in expression.op().find(ops.InMemoryTable)
    }
    return {name: compiled(expression.op()) for name, expression in made.items()}, in_memory


def _empty(name: str) -> ibis.Table:
    return ibis.table(schema_of(TABLES[name]), name=name)


def punches_table(punches: Sequence[Punch]) -> pa.Table:
    rows = [(p.id, p.employee, p.at, p.rounded, p.zone, p.override, p.is_phantom, p.at, p.is_deleted) for p in punches]
    return _rows("stg_timekeeping_punch", rows)


def employees_table(employees: Sequence[Employee]) -> pa.Table:
    rows = [
        (e.number, None, None, e.job, e.school, e.worker_type, None, None, e.rate, e.zone, e.educator)
        for e in employees
    ]
    return _rows("dim_employee", rows)


def _rows(name: str, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns = TABLES[name].columns
    records = [dict(zip(columns, row, strict=True)) for row in rows]
    return pa.Table.from_pylist(records, schema_of(TABLES[name]).to_pyarrow())
