"""Who is enrolled: each student once, in the district and at each school."""

import datetime as dt
import math

import ibis

from district_platform.analysis.enrollment import enrollment_summary
from district_platform.dimensions.students import dim_subgroup
from district_platform.settings import Quality

AS_OF = dt.date(2026, 2, 13)
ALL = "All students-All students"


def table(columns: str, types: str, rows: list[tuple]) -> ibis.Table:
    return ibis.memtable(rows, schema=dict(zip(columns.split(), types.split(), strict=True)))


def enrollments(*rows: tuple) -> ibis.Table:
    """(student, school, entry, exit), all in 2025-26 on calendar A where no other is named behind."""
    full = [
        (f"2026-{s}", k, 2026, *(code or ["A"]), e and dt.date.fromisoformat(e), x and dt.date.fromisoformat(x))
        for s, k, e, x, *code in rows
    ]
    return table(
        "k_student k_school school_year calendar_code entry_date exit_date",
        "string string int64 string date date",
        full,
    )


def summary(rows: ibis.Table, as_of: dt.date = AS_OF) -> dict[str | None, dict]:
    """The row of all students by school; None is the district."""
    bridge = rows.select("k_student", "school_year", k_subgroup=ibis.literal(ALL)).distinct()
    calendar = table(
        "k_school school_year calendar_code calendar_date is_school_day",
        "string int64 string date boolean",
        [
            (school, 2026, code, last_day, True)
            for school in ("E1", "E2")
            for code, last_day in (("A", dt.date(2026, 6, 5)), ("SENIOR", dt.date(2026, 5, 22)))
        ],
    )
    schools = table("k_school school_name", "string string", [("E1", "East"), ("E2", "West")])
    result = enrollment_summary(rows, bridge, calendar, schools, dim_subgroup(), Quality(), as_of)
    frame = ibis.duckdb.connect().execute(result).astype(object)
    return {row.k_school if isinstance(row.k_school, str) else None: row._asdict() for row in frame.itertuples()}


def test_student_who_changes_schools_counts_once_in_the_district_and_at_each_school():
    rows = summary(enrollments(("1", "E1", "2025-08-20", "2025-11-28"), ("1", "E2", "2025-12-01", None)))
    assert {school: row["n_students"] for school, row in rows.items()} == {None: 1, "E1": 1, "E2": 1}
    assert {school: row["n_students_census"] for school, row in rows.items()} == {None: 1, "E1": 1, "E2": 0}
    assert {school: row["n_entered_late"] for school, row in rows.items()} == {None: 0, "E1": 0, "E2": 1}
    assert {school: row["n_exited_early"] for school, row in rows.items()} == {None: 0, "E1": 1, "E2": 0}


def test_no_show_is_not_enrolled():
    rows = summary(enrollments(("1", "E1", "2025-08-20", "2025-08-19"), ("2", "E1", "2025-08-20", None)))
    assert rows["E1"]["n_students"] == 1


def test_census_day_counts_entry_and_exit_on_it():
    rows = summary(
        enrollments(
            ("1", "E1", "2025-10-01", None), ("2", "E1", "2025-08-20", "2025-10-01"), ("3", "E1", "2025-10-02", None)
        )
    )
    assert (rows["E1"]["n_students"], rows["E1"]["n_students_census"]) == (3, 2)


def test_enrollment_that_has_not_begun_is_not_counted():
    assert (
        summary(enrollments(("1", "E1", "2026-03-01", None), ("2", "E1", "2025-08-20", None)))[None]["n_students"] == 1
    )


def test_share_is_of_the_rows_own_school():
    rows = summary(enrollments(("1", "E1", "2025-08-20", None), ("2", "E2", "2025-08-20", None)))
    assert {row["pct_of_students"] for row in rows.values()} == {100.0}


YEAR_OVER = dt.date(2026, 6, 30)


def left_early(*rows: tuple) -> dict[str | None, int | None]:
    found = summary(enrollments(*rows), YEAR_OVER)
    return {school: None if math.isnan(n := row["n_exited_early"]) else n for school, row in found.items()}


def test_an_exit_is_held_against_the_calendar_of_its_own_enrollment():
    senior = ("2025-08-20", "2026-05-22", "SENIOR")
    assert left_early(("1", "E1", *senior)) == {None: 0, "E1": 0}
    assert left_early(("1", "E1", "2025-08-20", "2026-05-22")) == {None: 1, "E1": 1}


def test_a_senior_who_changed_schools_and_stayed_to_the_senior_calendars_end_did_not_leave_early():
    moved = [("1", "E1", "2025-08-20", "2025-12-19"), ("1", "E2", "2026-01-05", "2026-05-22", "SENIOR")]
    assert left_early(*moved) == {None: 0, "E1": 1, "E2": 0}


def test_of_two_enrollments_that_end_on_one_day_one_that_reached_its_calendars_end_is_enough():
    both = [("1", "E1", "2025-08-20", "2026-05-22"), ("1", "E2", "2025-08-20", "2026-05-22", "SENIOR")]
    assert left_early(*both)[None] == 0


def test_enrollments_without_a_calendar_do_not_blank_the_district():
    rows = [("1", "E3", "2025-08-20", "2025-11-28"), ("2", "E1", "2025-08-20", "2025-11-28")]
    assert left_early(*rows) == {None: 1, "E1": 1, "E3": None}
    stays = ("3", "E3", "2025-08-20", None)
    assert left_early(*rows, stays) == {None: 1, "E1": 1, "E3": None}
    assert left_early(stays) == {None: 0, "E3": 0}


def test_a_calendar_of_another_enrollment_says_nothing_of_one_without():
    rows = [("1", "E1", "2025-08-20", "2025-11-28"), ("1", "E3", "2025-12-01", "2026-06-05")]
    assert left_early(*rows) == {None: None, "E1": 1, "E3": None}
