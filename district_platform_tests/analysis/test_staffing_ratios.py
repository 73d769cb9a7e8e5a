"""Students per teacher FTE, exact, on the census date, and never infinite."""

import datetime as dt
from decimal import Decimal

import ibis

from district_platform.analysis.staffing import staffing_ratios
from district_platform.settings import Quality
from district_platform_tests.tables import memtable

OPENED, CENSUS = dt.date(2025, 8, 20), dt.date(2025, 10, 1)

ENROLLMENT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "entry_date": "date",
    "exit_date": "date",
}
ASSIGNMENT = {
    "k_educator": "string",
    "k_school": "string",
    "school_year": "int64",
    "position": "string",
    "program": "string",
    "fte": "decimal(9, 4)",
    "begin_date": "date",
    "end_date": "date",
}


def ratios(n_students: int, *staff: tuple[str, str, str | None], end: dt.date | None = None) -> dict[str, dict]:
    """Rows by aggregation for one school with n students; staff as (position, program, fte)."""
    students = [(f"2026-{n}", "E1", 2026, OPENED, None) for n in range(n_students)]
    assignments = [
        (f"T{n}", "E1", 2026, position, program, fte and Decimal(fte), OPENED, end)
        for n, (position, program, fte) in enumerate(staff)
    ]
    schools = ibis.memtable([("E1", "Elementary", "East")], columns=["k_school", "school_level", "school_name"])
    result = staffing_ratios(
        memtable(ENROLLMENT, students),
        memtable(ASSIGNMENT, assignments),
        schools,
        Quality(),
        dt.date(2026, 2, 13),
    )
    frame = ibis.duckdb.connect().execute(result).astype(object).where(lambda d: d.notna(), None)
    return {row.aggregation: row._asdict() for row in frame.itertuples()}


def test_ratio_counts_teachers_of_general_and_vocational_programs_only():
    rows = ratios(
        30,
        ("Teacher", "General", "1.0"),
        ("Teacher", "Vocational", "0.5"),
        ("Teacher", "Special Education", "1.0"),
        ("Counselor", "General", "1.0"),
    )
    assert rows["School"]["teacher_fte"] == Decimal("1.5000")
    assert {row["students_per_teacher_fte"] for row in rows.values()} == {20.0}


def test_impossible_fte_is_no_staff():
    rows = ratios(10, ("Teacher", "General", "1.0"), ("Teacher", "General", "7.5"), ("Teacher", "General", None))
    assert rows["School"]["teacher_fte"] == Decimal("1.0000")


def test_school_without_teachers_has_no_ratio():
    row = ratios(10, ("Counselor", "General", "1.0"))["School"]
    assert (row["n_students_census"], row["teacher_fte"], row["students_per_teacher_fte"]) == (10, Decimal(0), None)


def test_assignment_that_ended_before_the_census_does_not_count():
    rows = ratios(10, ("Teacher", "General", "1.0"), end=CENSUS - dt.timedelta(days=1))
    assert rows["District"]["students_per_teacher_fte"] is None


def test_without_any_assignment_there_is_no_row():
    assert ratios(10) == {}
