"""Of how many of the enrolled students proficiency is known."""

import datetime as dt
from decimal import Decimal

import ibis
import pytest

from district_platform.analysis.assessments import assessment_participation
from district_platform.dimensions.students import dim_subgroup
from district_platform.settings import Assessments
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

RESULT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "subject": "string",
    "administration": "string",
    "test_date": "date",
    "scale_score": "decimal(9, 2)",
    "is_proficient": "boolean",
    "grade_level": "string",
}
ENROLLMENT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "grade_level": "string",
    "entry_date": "date",
    "exit_date": "date",
}
LAST = dt.date(2026, 5, 8)


def participation(results: list[tuple], enrolled: list[tuple]) -> dict[str | None, float]:
    """By school (None: the district), from results (student, school, score, day) and enrollments (student, school, grade, exit)."""
    tests = [
        (student, school, 2026, "Math", "Spring", day, score and Decimal(score), True, "05")
        for student, school, score, day in results
    ]
    entered = dt.date(2025, 8, 20)
    enrollments = [(student, school, 2026, grade, entered, exit) for student, school, grade, exit in enrolled]
    bridge = sorted({(student, "All students-All students") for student, *_ in enrolled})
    rows = executed(
        assessment_participation,
        memtable(RESULT, tests),
        memtable(ENROLLMENT, enrollments),
        memtable({"k_student": "string", "k_subgroup": "string"}, bridge),
        ibis.memtable([("A", "Adams"), ("B", "Baker")], columns=["k_school", "school_name"]),
        dim_subgroup(),
        Assessments(),
        dt.date(2026, 6, 20),
    )
    frame = ibis.duckdb.connect().execute(rows)
    schools = frame["k_school"].astype(object).where(frame["k_school"].notna(), None)
    assert (frame["window_last_date"].astype(str).str[:10] == str(LAST)).all()
    return dict(zip(schools, frame["pct_participation"], strict=True))


def scored(*students: str, school: str = "A") -> list[tuple]:
    return [(student, school, "500", LAST) for student in students]


def test_enrolled_students_without_a_score_did_not_take_part():
    rows = participation(
        [*scored("1", "2", "3"), ("4", "A", None, LAST)], [(s, "A", "05", None) for s in ("1", "2", "3", "4", "5")]
    )
    assert rows == {"A": 60.0, None: 60.0}


def test_who_left_before_the_last_day_of_the_window_is_not_counted():
    rows = participation(
        [*scored("1"), ("2", "A", "500", dt.date(2026, 5, 1))],
        [("1", "A", "05", None), ("2", "A", "05", dt.date(2026, 5, 4)), ("3", "A", "05", LAST)],
    )
    assert rows["A"] == 50.0


def test_score_counts_where_the_child_is_enrolled_and_a_child_of_two_schools_once_in_the_district():
    rows = participation(
        scored("1", "2"),
        [("1", "B", "05", None), ("2", "A", "05", None), ("2", "B", "05", None), ("3", "A", "05", None)],
    )
    assert rows == {"A": 50.0, "B": 100.0, None: pytest.approx(200 / 3)}


def test_grades_that_the_district_does_not_test_are_left_out():
    """One of twelve first graders sat the test of another grade."""
    first = [(f"f{n}", "A", "01", None) for n in range(12)]
    assert participation(scored("1", "f0"), [("1", "A", "05", None), ("2", "A", "05", None), *first])["A"] == 50.0


def test_score_outside_the_scale_is_no_participation():
    assert participation([*scored("1"), ("2", "A", "9999", LAST)], [(s, "A", "05", None) for s in "12"])["A"] == 50.0
