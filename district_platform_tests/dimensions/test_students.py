"""Students and their subgroups."""

import datetime as dt

import ibis
import pytest

from district_platform.dictionary import TABLES, schema_of
from district_platform.dimensions.students import SUBGROUPS, dim_student, dim_subgroup
from district_platform.facts.students import fct_student_school_association, fct_student_subgroup


def rows_of(table: str, *rows: dict) -> ibis.Table:
    schema = schema_of(TABLES[table])
    return ibis.memtable([dict.fromkeys(schema.names) | row for row in rows], schema=schema)


def execute(expression: ibis.Table):
    return ibis.duckdb.connect().execute(expression)


STUDENT = {"school_year": 2026, "student_id": "007", "sex": "F", "race_ethnicity": "Asian", "is_homeless": False}
ENROLLMENT = {"enrollment_id": "E1", "school_year": 2026, "student_id": "007", "school_id": "1", "grade_level": "03"}


def test_key_keeps_leading_zeros():
    frame = execute(dim_student(rows_of("stg_students", STUDENT), rows_of("stg_enrollments")))
    assert list(frame.k_student) == ["2026-007"]


def test_student_enrolled_but_not_among_the_years_students_is_kept():
    stranger = ENROLLMENT | {"enrollment_id": "E2", "student_id": "999"}
    frame = execute(dim_student(rows_of("stg_students", STUDENT), rows_of("stg_enrollments", ENROLLMENT, stranger)))
    assert sorted(frame.k_student) == ["2026-007", "2026-999"]


def test_every_student_is_in_one_group_of_each_dimension_and_null_is_not_reported():
    students = dim_student(rows_of("stg_students", STUDENT), rows_of("stg_enrollments", ENROLLMENT))
    enrollments = fct_student_school_association(rows_of("stg_enrollments", ENROLLMENT), rows_of("dim_calendar_date"))
    groups = set(execute(fct_student_subgroup(students, enrollments)).k_subgroup)
    assert groups == {
        "All students-All students",
        "Race/ethnicity-Asian",
        "Sex-F",
        "Economically disadvantaged-Not reported",
        "English learner-Not reported",
        "Disability-Not reported",
        "Homeless-No",
        "Grade-03",
    }
    assert groups <= set(execute(dim_subgroup()).k_subgroup)


@pytest.mark.parametrize(("is_primary", "grade"), [(True, "04"), (False, "05")])
def test_grade_of_the_year_is_that_of_the_primary_enrollment_then_the_latest(is_primary, grade):
    first = ENROLLMENT | {"grade_level": "04", "is_primary": is_primary, "entry_date": dt.date(2025, 8, 20)}
    later = ENROLLMENT | {
        "enrollment_id": "E2",
        "grade_level": "05",
        "is_primary": False,
        "entry_date": dt.date(2026, 1, 5),
    }
    enrollments = fct_student_school_association(rows_of("stg_enrollments", first, later), rows_of("dim_calendar_date"))
    students = dim_student(rows_of("stg_students", STUDENT), rows_of("stg_enrollments"))
    groups = set(execute(fct_student_subgroup(students, enrollments)).k_subgroup)
    assert f"Grade-{grade}" in groups


def test_subgroups_have_one_place_in_the_order_of_display():
    frame = execute(dim_subgroup())
    assert len(frame) == sum(len(values) for values in SUBGROUPS.values())
    assert sorted(frame.display_order) == list(range(1, len(frame) + 1))
