"""Enrollments, program participation, and the bridge from students to subgroups."""

from functools import reduce

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions import keys
from district_platform.dimensions.calendars import on_calendars
from district_platform.dimensions.students import ALL_STUDENTS, FLAGS, GRADE, NO, RACE_ETHNICITY, SEX, YES


def fct_student_school_association(stg_enrollments: ibis.Table, dim_calendar_date: ibis.Table) -> ibis.Table:
    """Enrollments of students and years that are known, each with the calendar that it follows; without either, one says nothing."""
    known = stg_enrollments.drop_null(["school_year", "student_id"])
    enrollments = on_calendars(known, dim_calendar_date.rename(school_id="k_school"))
    return enrollments.mutate(
        k_student=keys.k_student(enrollments),
        k_student_xyear=enrollments.student_id,
        k_school=enrollments.school_id,
    ).drop("student_id", "school_id")


def fct_student_program_association(stg_program_participation: ibis.Table) -> ibis.Table:
    participation = stg_program_participation
    return participation.mutate(k_student=keys.k_student(participation), k_student_xyear=participation.student_id).drop(
        "student_id"
    )


def fct_student_subgroup(dim_student: ibis.Table, fct_student_school_association: ibis.Table) -> ibis.Table:
    """One value of each dimension for every student in a year; what is null is 'Not reported'."""
    grades = grade_of_year(fct_student_school_association)
    students = dim_student.left_join(grades, "k_student").select(dim_student, grades.grade_level)
    values: dict[str, ir.StringValue | str] = {
        ALL_STUDENTS: ALL_STUDENTS,
        RACE_ETHNICITY: students.race_ethnicity,
        SEX: students.sex,
        **{dimension: _yes_or_no(students[flag]) for dimension, flag in FLAGS.items()},
        GRADE: students.grade_level,
    }
    bridges = [_bridge(students, dimension, value) for dimension, value in values.items()]
    return reduce(lambda left, right: left.union(right), bridges)


def grade_of_year(enrollments: ibis.Table) -> ibis.Table:
    """k_student, grade_level: the grade of the year's primary enrollment, the latest where there are several."""
    order = [
        enrollments.is_primary.fill_null(False).desc(),
        ibis.desc(enrollments.entry_date, nulls_first=False),
        enrollments.enrollment_id.asc(),
    ]
    rank = ibis.row_number().over(ibis.window(group_by=enrollments.k_student, order_by=order))
    return enrollments.mutate(rank=rank).filter(lambda t: t.rank == 0).select("k_student", "grade_level")


def _yes_or_no(flag: ir.BooleanValue) -> ir.StringValue:
    return ibis.cases((flag, YES), (~flag, NO), else_=NOT_REPORTED)


def _bridge(students: ibis.Table, dimension: str, value: ir.StringValue | str) -> ibis.Table:
    known = value if isinstance(value, str) else value.fill_null(NOT_REPORTED)
    return students.select("k_student", "school_year", k_subgroup=keys.k_subgroup(dimension, known))
