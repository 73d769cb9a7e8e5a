"""One student at one school in September 2025, for tests that show the rows they bend."""

import datetime as dt
from decimal import Decimal
from typing import Any

from district_platform.sources.reference.absentee_bands import DEFAULTS
from district_platform_tests.facts.daily_attendance.reference import District, Row
from district_platform_tests.facts.daily_attendance.tables import daily_fact, rows_of

YEAR = 2026


def september(day: int) -> dt.date:
    """1 September 2025 is a Monday; the tests take every date of the calendar for a school day."""
    return dt.date(2025, 9, day)


def enrollment(entry: int | None = 1, exit: int | None = None, calendar: str | None = "main", **other: Any) -> Row:
    row = {
        "k_student": "2026-7",
        "k_student_xyear": "7",
        "k_school": "S",
        "school_year": YEAR,
        "enrollment_id": f"{entry}-{exit}-{calendar}",
        "calendar_code": calendar,
        "entry_date": entry and september(entry),
        "exit_date": exit and september(exit),
    }
    return row | other


def calendar(*days: int, code: str = "main", holidays: tuple[int, ...] = ()) -> list[Row]:
    return [
        {
            "k_calendar_date": f"S-{code}-{september(day)}",
            "k_school": "S",
            "school_year": YEAR,
            "calendar_code": code,
            "calendar_date": september(day),
            "is_school_day": day not in holidays,
        }
        for day in days
    ]


def session(session_id: str, begin: int, end: int, n_days: int) -> Row:
    return {
        "k_session": f"2026-S-{session_id}",
        "k_school": "S",
        "school_year": YEAR,
        "session_id": session_id,
        "begin_date": september(begin),
        "end_date": september(end),
        "total_instructional_days": n_days,
    }


def event(day: int | dt.date, is_absent: str | None = "1", excusal: str | None = "Excused", **other: Any) -> Row:
    row = {
        "k_student": "2026-7",
        "k_student_xyear": "7",
        "k_school": "S",
        "school_year": YEAR,
        "event_date": september(day) if isinstance(day, int) else day,
        "attendance_code": "A",
        "attendance_event_category": "Absent",
        "attendance_excusal_status": excusal,
        "is_absent": None if is_absent is None else Decimal(is_absent),
    }
    return row | other


def submission(day: int) -> Row:
    return {"school_id": "S", "submission_date": september(day)}


def district(
    enrollments: list[Row], days: list[Row], events: list[Row] | None = None, as_of: int = 30, **other: Any
) -> District:
    """A district whose SIS events are its events, and whose school took attendance on every date, unless said otherwise."""
    events = events or []
    tables = {
        "sessions": [],
        "submissions": [submission(day["calendar_date"].day) for day in days],
        "categories": list(DEFAULTS),
        "sis_events": events,
    }
    return District(enrollments, days, events=events, as_of_date=september(as_of), **(tables | other))


def daily(case: District) -> list[Row]:
    return rows_of(daily_fact(case))


def days_of(rows: list[Row]) -> list[int]:
    return [row["calendar_date"].day for row in rows]


def column(rows: list[Row], name: str) -> list[Any]:
    return [row[name] for row in rows]
