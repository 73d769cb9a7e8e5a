"""Chronic absence by group, and attendance by week and weekday, on rows that show what counts."""

import datetime as dt
from typing import Any

import ibis
import pytest

from district_platform.analysis.chronic_absence import a_year_before, attendance_trend, chronic_absence
from district_platform.dimensions.students import dim_subgroup
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import absentee_categories
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


def absence(
    fact: ibis.Table, grades: dict[str, str], years: tuple[int, ...] = (2025, 2026)
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The analysis table of all students, by year, school (None: the district) and grade (None: all)."""
    students = [(f"{year}-{s}", year) for year in years for s in grades]
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


def test_district_changes_over_the_schools_that_both_years_have():
    """B took no attendance in 2025: its chronically absent children are no rise of the district."""
    fact = daily(
        days("1", "A", 2025, "2025-01-05", "PPPP"),
        days("2", "A", 2025, "2025-01-05", "AAAA"),
        days("1", "A", 2026, "2026-01-05", "PPPP"),
        days("2", "A", 2026, "2026-01-05", "AAAA"),
        days("3", "B", 2026, "2026-01-05", "AAAA"),
    )
    rows = absence(fact, {"1": "05", "2": "05", "3": "05"})
    district = rows[2026, None, None]
    assert district["pct_chronically_absent"] == pytest.approx(200 / 3)
    assert district["pct_chronically_absent_change"] == 0
    assert district["change_basis"] == "1 of 2 schools in both 2025 and 2026"
    assert district["n_students_judged_before"] is None
    assert rows[2026, "A", None]["pct_chronically_absent_change"] == 0
    assert rows[2026, "A", None]["change_basis"] is None
    assert rows[2026, "B", None]["pct_chronically_absent_change"] is None


def test_school_without_evidence_drops_out_of_that_year_only():
    fact = daily(
        *(days("1", "A", year, f"{year}-01-05", "PPPP") for year in (2024, 2025, 2026)),
        *(days("2", "B", year, f"{year}-01-05", "AAAA") for year in (2024, 2026)),
    )
    rows = absence(fact, {"1": "05", "2": "05"}, years=(2024, 2025, 2026))
    changes = {year: rows[year, None, None]["pct_chronically_absent_change"] for year in (2025, 2026)}
    assert changes == {2025: 0, 2026: 0}
    assert [rows[year, None, None]["pct_chronically_absent"] for year in (2024, 2025, 2026)] == [50, 0, 50]


def test_change_over_all_schools_has_no_basis_to_tell():
    fact = daily(
        *(
            days(student, school, year, f"{year}-01-05", "PPAA")
            for year in (2025, 2026)
            for student, school in ("1A", "2B")
        )
    )
    district = absence(fact, {"1": "05", "2": "05"})[2026, None, None]
    assert (district["change_basis"], district["n_students_judged_before"]) == (None, 2)


def test_fs195_counts_kindergarten_to_grade_12_at_each_school_and_sums_up_nowhere():
    fact = daily(
        days("1", "A", 2026, "2026-01-05", "AAPP"),
        days("2", "A", 2026, "2026-01-05", "PPPP"),
        days("3", "B", 2026, "2026-01-05", "AAPP"),
    )
    rows = absence(fact, {"1": "PK", "2": "KG", "3": "05"})

    def reading(school: str | None, grade: str | None = None) -> tuple[Any, ...]:
        row = rows[2026, school, grade]
        names = (
            "pct_chronically_absent_federal",
            "pct_chronically_absent_fs195",
            "n_students_judged_fs195",
            "fs195_basis",
        )
        return tuple(row[name] for name in names)

    assert reading("A") == (50.0, 0.0, None, "without prekindergarten")
    assert reading("A", "KG") == (0.0, 0.0, 1, None)
    assert reading("A", "PK") == (100.0, None, None, "without prekindergarten")
    assert reading("B") == (100.0, 100.0, 1, None)
    assert reading(None) == (pytest.approx(200 / 3), None, None, "each school its own")
