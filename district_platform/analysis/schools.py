"""Schools side by side."""

import ibis

from district_platform.analysis.grouping import DISTRICT, SCHOOL
from district_platform.dictionary.assessments import ADMINISTRATIONS
from district_platform.dimensions.students import ALL_STUDENTS

COMPARED_SUBJECTS = ("Reading", "Math")
"""The subjects that every state tests in most grades (ESEA section 1111(b)(2)); others stand in student_performance."""

STAFFING = (
    "teacher_fte",
    "students_per_teacher_fte",
    "students_per_teacher_fte_change",
    "english_learners_per_teacher_fte",
    "students_with_disability_per_teacher_fte",
    "pct_teachers_fully_certified",
    "pct_teachers_fully_certified_change",
    "n_students_census",
    "n_students_census_before",
    "n_english_learners_census",
    "n_students_with_disability_census",
)
"""What is shown of staffing_ratios, and the counts of students that it rests on."""

ATTENDANCE = (
    "n_students_attending",
    "pct_attendance",
    "n_students_judged",
    "n_students_judged_before",
    "n_chronically_absent",
    "pct_chronically_absent",
    "pct_chronically_absent_change",
)
"""What is shown of chronic_absence, of all grades."""


def school_comparison(
    enrollment_summary: ibis.Table,
    chronic_absence: ibis.Table,
    staffing_ratios: ibis.Table,
    student_performance: ibis.Table,
    student_growth: ibis.Table,
    dim_school: ibis.Table,
) -> ibis.Table:
    """Every school and year with students."""
    of_all = f"{ALL_STUDENTS}-{ALL_STUDENTS}"
    enrolled = enrollment_summary.filter(_.aggregation == SCHOOL, _.k_subgroup == of_all)
    rows = enrolled.select("school_year", "k_school", "n_students", "n_students_before", "n_students_change")
    rows = rows.join(dim_school.drop("school_id", "low_grade", "high_grade"), "k_school")
    absence = chronic_absence.filter(_.aggregation == SCHOOL, _.k_subgroup == of_all, _.grade_level.isnull())
    rows = _beside(rows, absence.select("school_year", "k_school", *ATTENDANCE))
    staffed = staffing_ratios.filter(_.aggregation == SCHOOL)
    rows = _beside(rows, staffed.select("school_year", "k_school", *STAFFING))
    performance = _latest_administration(student_performance.filter(_.k_subgroup == of_all))
    growth = student_growth.filter(_.aggregation == SCHOOL, _.k_subgroup == of_all)
    for subject in COMPARED_SUBJECTS:
        rows = _beside(rows, _in_subject(performance, subject, "n_tested", "pct_proficient"))
        rows = _beside(rows, _in_subject(growth, subject, "n_growth", "mean_growth_percentile"))
    administrations = performance.select("school_year", "administration").distinct()
    return rows.left_join(administrations, "school_year").drop("school_year_right")


_ = ibis._


def _beside(rows: ibis.Table, more: ibis.Table) -> ibis.Table:
    joined = rows.left_join(more, ["school_year", "k_school"])
    return joined.drop("school_year_right", "k_school_right")


def _latest_administration(performance: ibis.Table) -> ibis.Table:
    """Results of schools in the last administration that the district took in the year, in one of the compared subjects."""
    order = ibis.literal(list(ADMINISTRATIONS)).index(performance.administration)
    ranked = performance.filter(performance.subject.isin(COMPARED_SUBJECTS), performance.n_tested > 0).mutate(
        _order=order
    )
    taken = ranked.filter(_.aggregation == DISTRICT)
    latest = taken.group_by("school_year").agg(_order=taken._order.max())
    return ranked.filter(_.aggregation == SCHOOL).semi_join(latest, ["school_year", "_order"])


def _in_subject(rows: ibis.Table, subject: str, size: str, measure: str) -> ibis.Table:
    """A measure of a subject, its group's size, and both against the year before, with the subject in their names."""
    rows = rows.filter(_.subject == subject)
    name = subject.lower()
    return rows.select(
        "school_year",
        "k_school",
        **{
            f"{size}_{name}": rows[size],
            f"{measure}_{name}": rows[measure],
            f"{size}_{name}_before": rows[f"{size}_before"],
            f"{measure}_{name}_change": rows[f"{measure}_change"],
        },
    )
