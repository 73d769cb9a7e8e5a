"""Assessment results, each with its one grade."""

import ibis

from district_platform.dimensions import keys
from district_platform.facts.students import grade_of_year
from district_platform.metrics.assessments import tested_subject
from district_platform.metrics.enrollment import covers
from district_platform.settings import Assessments

A_RESULT = ["k_student", "subject", "administration"]
"""One result: the subject names the test."""


def fct_student_assessment(
    stg_assessment_results: ibis.Table, fct_student_school_association: ibis.Table, assessments: Assessments
) -> ibis.Table:
    """`subject` names the test too, unless it is the district's main one (`metrics.assessments.tested_subject`).

    `grade_level` is the grade of the result wherever results are looked at by grade: performance, gaps, growth, programs.

    It is the grade in which the student was tested. Where the delivery does not say, it is the grade of the enrollment on the test day, the
    primary one first, then the latest; else the grade of the year. So a student who is promoted within a year has each result in the grade
    of its time.
    """
    staged = stg_assessment_results
    results = staged.mutate(
        k_student=keys.k_student(staged),
        k_student_xyear=staged.student_id,
        k_school=staged.school_id,
        subject=tested_subject(staged, assessments),
    ).drop("student_id", "school_id")
    found = _grades_from_enrollments(results.filter(results.grade_level.isnull()), fct_student_school_association)
    joined = results.left_join(found, A_RESULT)
    return joined.select(
        *(name for name in results.columns if name != "grade_level"),
        grade_level=joined.grade_level.fill_null(joined.grade_found),
    )


def _grades_from_enrollments(results: ibis.Table, enrollments: ibis.Table) -> ibis.Table:
    """One row per result: `grade_found`, of the enrollment that covers the test day, else of the year."""
    held = enrollments.filter(enrollments.grade_level.notnull()).select(
        "k_student", "enrollment_id", "entry_date", "exit_date", "is_primary", grade="grade_level"
    )
    days = results.select(*A_RESULT, "test_date").join(held, "k_student")
    order = [days.is_primary.fill_null(False).desc(), days.entry_date.desc(), days.enrollment_id.asc()]
    on_day = days.filter(covers(days, "entry_date", "exit_date", days.test_date))
    first = on_day.mutate(place=ibis.row_number().over(group_by=A_RESULT, order_by=order)).filter(ibis._.place == 0)
    of_year = grade_of_year(enrollments).rename(grade_of_year="grade_level")
    both = results.select(*A_RESULT).left_join(first.select(*A_RESULT, "grade"), A_RESULT)
    both = both.select(*A_RESULT, "grade").left_join(of_year, "k_student")
    return both.select(*A_RESULT, grade_found=both.grade.fill_null(both.grade_of_year))
