"""A warehouse with the few tables that uploads read, and the words for its rows."""

import datetime as dt
from decimal import Decimal
from typing import Any

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.outputs.uploads.ledger import Day, Row
from district_platform.outputs.uploads.rows import due_rows
from district_platform.settings import Reconciliation

AS_OF = dt.date(2026, 2, 16)
"""A Monday; the last Friday is the 13th."""
MONDAY, TUESDAY, FRIDAY = dt.date(2026, 2, 9), dt.date(2026, 2, 10), dt.date(2026, 2, 13)

VIRTUAL_DAY = {"status": "present", "source": "virtual"}


def add(tables: DuckDBTables, name: str, *rows: dict[str, Any]) -> None:
    """Adds rows to a table of the warehouse; a column that a row does not name is null."""
    table = TABLES[name]
    tables.ensure(table)
    tables.append(table, pd.DataFrame(list(rows), columns=list(table.columns), dtype=object))


def decision(
    student: str, date: dt.date, rule: str = "daily minimum", minutes: int = 60, **values: Any
) -> dict[str, Any]:
    is_reconciled = rule in ("daily minimum", "weekly minimum")
    return {
        "k_student": f"2026-{student}",
        "k_student_xyear": student,
        "k_school": "A",
        "school_year": 2026,
        "event_date": date,
        "n_sessions": 1,
        "minutes_online": Decimal(minutes),
        "minutes_online_week": Decimal(minutes),
        "threshold_minutes": 10,
        "first_online_at": dt.datetime.combine(date, dt.time(9)),
        "last_online_at": dt.datetime.combine(date, dt.time(10)),
        "reconciliation_rule": rule,
        "is_reconciled": is_reconciled,
        "has_enough_time": minutes >= 10,
        "old_attendance_code": "AU" if is_reconciled else None,
        "new_attendance_code": "VIRTUAL" if is_reconciled else None,
        **values,
    }


def event(student: str, date: dt.date, code: str) -> dict[str, Any]:
    return {
        "k_student": f"2026-{student}",
        "k_student_xyear": student,
        "k_school": "A",
        "school_year": 2026,
        "event_date": date,
        "attendance_code": code,
    }


def daily(student: str, date: dt.date, is_absent: float, category: str, school: str = "A") -> dict[str, Any]:
    return {
        "k_student": f"2026-{student}",
        "k_student_xyear": student,
        "k_school": school,
        "calendar_date": date,
        "school_year": 2026,
        "is_enrolled": 1,
        "is_absent": Decimal(str(is_absent)),
        "attendance_event_category": category,
    }


def told(*rows: Row) -> dict[Day, Row]:
    return {row.day: row for row in rows}


def due(tables: DuckDBTables, *before: Row, **policy: Any) -> list[tuple[str, dt.date, str, str]]:
    for name in (
        "fct_attendance_decision",
        "fct_student_school_attendance_event",
        "fct_student_online_day",
        "fct_student_daily_attendance",
        "stg_learner_sessions",
        "learner_crosswalk",
        "dim_student",
        "fct_tracked_attendance_day",
    ):
        tables.ensure(TABLES[name])
    rows = due_rows(tables, told(*before), Reconciliation(**policy), AS_OF)
    return [(row.student_id, row.date, row.status, row.source) for row in rows]
