"""Chronic absence by group, and attendance by week and weekday, on rows that show what counts."""

import datetime as dt
from typing import Any

import ibis
import pytest

from district_platform.analysis.attendance import a_year_before, attendance_trend, chronic_absence
from district_platform.dimensions.students import dim_subgroup
from district_platform.facts.daily_attendance import absentee_categories
from district_platform.settings import Attendance
from district_platform_tests.quality.tables import table

POLICY = Attendance(chronic_absence_min_days=4, federal_min_days=2)
AS_OF = dt.date(2026, 1, 8)
SCHOOLS = table("dim_school", "k_school school_name", [("A", "Ash"), ("B", "Birch")])
CALENDAR = [("A", 2025, "2025-06-12"), ("A", 2026, "2026-06-11")]


def days(student: str, school: str, year: int, first: str, pattern: str) -> list[tuple[Any, ...]]:
    """Consecutive dates of a student: P present, A absent, H half a day absent, - no longer enrolled."""
    start = dt.date.fromisoformat(first)
    absent = {"P": "0", "A": "1", "H": "0.5", "-": "0"}
    return [
        (
            f"{year}-{student}",
            student,
            school,
            year,
            start + dt.timedelta(days=n),
            absent[mark],
            "0" if mark == "-" else str(1 - float(absent[mark])),
            0 if mark == "-" else 1,
        )
        for n, mark in enumerate(pattern)
    ]


def daily(*rows: list[tuple[Any, ...]]) -> ibis.Table:
    columns = "k_student k_student_xyear k_school school_year calendar_date is_absent is_present is_enrolled"
    return table("fct_student_daily_attendance", columns, [row for some in rows for row in some])


def absence(fact: ibis.Table, grades: dict[str, str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The analysis table of all students, by year, school (None: the district) and grade (None: all)."""
    students = [("2025-" + s, 2025) for s in grades] + [("2026-" + s, 2026) for s in grades]
    bridge = [(k, year, "All students-All students") for k, year in students]
    bridge += [(k, year, f"Grade-{grades[k[5:]]}") for k, year in students]
    rows = chronic_absence(
        fact,
        table("dim_calendar_date", "k_school school_year calendar_date", CALENDAR),
        table("dim_session"),
        absentee_categories(),
        table("fct_student_subgroup", "k_student school_year k_subgroup", bridge),
        SCHOOLS,
        dim_subgroup(),
        POLICY,
        AS_OF,
    )
    found = rows.to_pyarrow().to_pylist()
    return {(row["school_year"], row["k_school"], row["grade_level"]): row for row in found}


def test_child_who_changes_schools_counts_at_both_and_once_in_the_district():
    fact = daily(
        days("1", "A", 2026, "2026-01-05", "AP--"),
        days("1", "B", 2026, "2026-01-07", "PA"),
        days("2", "A", 2026, "2026-01-05", "PPPP"),
    )
    rows = absence(fact, {"1": "05", "2": "05"})
    counts = {key: (row["n_students_attending"], row["n_students_judged"]) for key, row in rows.items()}
    assert counts[2026, "A", None] == (2, 1)
    assert counts[2026, "B", None] == (1, 0)
    assert counts[2026, None, None] == (2, 2)
    assert rows[2026, None, None]["n_chronically_absent"] == 1
    assert rows[2026, "B", None]["pct_chronically_absent"] is None


def test_local_and_federal_reading_stand_side_by_side():
    """Two half days of twenty: 95 % attended is no chronic absence; two whole absences of twenty days are one, federally."""
    rows = absence(daily(days("1", "A", 2026, "2025-12-01", "HH" + "P" * 18)), {"1": "05"})
    row = rows[2026, "A", None]
    assert (row["n_chronically_absent"], row["n_chronically_absent_federal"]) == (0, 1)
    assert (row["pct_attendance"], row["pct_chronically_absent_federal"]) == (95.0, 100.0)


def test_grades_add_up_to_all_grades_at_a_school():
    fact = daily(
        days("1", "A", 2026, "2026-01-05", "AAPP"),
        days("2", "A", 2026, "2026-01-05", "PPPP"),
    )
    rows = absence(fact, {"1": "04", "2": "05"})
    judged = {grade: rows[2026, "A", grade]["n_chronically_absent"] for grade in ("04", "05", None)}
    assert judged == {"04": 1, "05": 0, None: 1}


def test_student_who_was_never_enrolled_counts_nowhere():
    assert absence(daily(days("1", "A", 2026, "2026-01-05", "----")), {"1": "05"}) == {}


def test_running_year_is_compared_with_the_year_before_up_to_the_same_day():
    fact = daily(
        days("1", "A", 2025, "2025-01-05", "PPPP" + "AAAA"),
        days("1", "A", 2026, "2026-01-05", "PPAA"),
    )
    rows = absence(fact, {"1": "05"})
    assert rows[2025, "A", None]["pct_chronically_absent"] == 100
    assert rows[2026, "A", None]["pct_chronically_absent_change"] == 100
    assert rows[2026, "A", None]["n_students_judged_before"] == 1


@pytest.mark.parametrize(("day", "before"), [("2024-02-29", "2023-02-28"), ("2025-02-28", "2024-02-28")])
def test_a_year_before_a_leap_day_is_the_28th(day: str, before: str):
    assert a_year_before(dt.date.fromisoformat(day)) == dt.date.fromisoformat(before)


def trend(fact: ibis.Table) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    rows = attendance_trend(fact, table("dim_session"), SCHOOLS).to_pyarrow().to_pylist()
    return {
        (row["k_school"], row["week_begin_date"] or row["weekday"]): (
            row["n_instructional_days"],
            row["n_students_enrolled"],
            row["pct_attendance"],
        )
        for row in rows
    }


def test_trend_by_week_and_by_weekday():
    """Friday 9 and Monday 12 January: two weeks of one day each, two weekdays."""
    fact = daily(
        days("1", "A", 2026, "2026-01-09", "A"),
        days("1", "A", 2026, "2026-01-12", "P"),
        days("2", "A", 2026, "2026-01-09", "P"),
        days("2", "A", 2026, "2026-01-12", "-"),
    )
    of_school = {period: figures for (school, period), figures in trend(fact).items() if school == "A"}
    assert of_school == {
        dt.date(2026, 1, 5): (1, 2, 50.0),
        dt.date(2026, 1, 12): (1, 1, 100.0),
        "Friday": (1, 2, 50.0),
        "Monday": (1, 1, 100.0),
    }


def test_trend_of_the_district_counts_a_child_at_two_schools_once_a_day():
    fact = daily(days("1", "A", 2026, "2026-01-12", "P"), days("1", "B", 2026, "2026-01-12", "P"))
    assert trend(fact)[None, "Monday"] == (1, 1, 100.0)


def test_date_on_which_nobody_is_enrolled_is_no_instructional_day():
    fact = daily(days("1", "A", 2026, "2026-01-12", "P-"))
    assert (None, "Tuesday") not in trend(fact)
