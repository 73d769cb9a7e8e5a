"""Students per teacher FTE."""

import datetime as dt

import ibis

from district_platform.analysis.grouping import DISTRICT, LEVEL, SCHOOL, with_year_before
from district_platform.metrics.enrollment import actual_enrollments, census_date, change, covers, n_students
from district_platform.metrics.staffing import students_per_teacher_fte, teacher_assignments, teacher_fte
from district_platform.settings import Quality

AGGREGATIONS = {DISTRICT: (), LEVEL: ("school_level",), SCHOOL: ("school_level", "k_school", "school_name")}
"""What each aggregation groups by, beside the year."""


def staffing_ratios(
    fct_student_school_association: ibis.Table,
    fct_staff_assignment: ibis.Table,
    dim_school: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """Every school and year with students on the census date. Without any staff assignment the table is empty."""
    enrollments = actual_enrollments(fct_student_school_association, as_of_date)
    students = _on_census(enrollments, "entry_date", "exit_date", quality, as_of_date)
    teachers = _on_census(teacher_assignments(fct_staff_assignment), "begin_date", "end_date", quality, as_of_date)
    years_with_staff = fct_staff_assignment.select("school_year").distinct()
    schools = dim_school.select("k_school", "school_level", "school_name")
    students = students.semi_join(years_with_staff, "school_year").join(schools, "k_school")
    teachers = teachers.join(schools, "k_school")
    parts = [_ratio(students, teachers, aggregation, columns) for aggregation, columns in AGGREGATIONS.items()]
    ratios = ibis.union(*parts)
    compared = with_year_before(
        ratios, ["aggregation", "school_level", "k_school"], ["n_students_census", "students_per_teacher_fte"]
    )
    return compared.mutate(
        students_per_teacher_fte_change=change(
            compared.students_per_teacher_fte, compared.students_per_teacher_fte_before
        )
    ).drop("students_per_teacher_fte_before")


def _on_census(rows: ibis.Table, first: str, last: str, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    return rows.filter(covers(rows, first, last, census_date(rows.school_year, quality, as_of_date)))


def _ratio(students: ibis.Table, teachers: ibis.Table, aggregation: str, columns: tuple[str, ...]) -> ibis.Table:
    group = ["school_year", *columns]
    enrolled = students.group_by(group).agg(n_students_census=n_students(students))
    staffed = teachers.group_by(group).agg(n_teachers=teachers.k_educator.nunique(), teacher_fte=teacher_fte(teachers))
    renamed = staffed.rename({f"_{name}": name for name in group})
    same = [enrolled[name].identical_to(renamed[f"_{name}"]) for name in group]
    joined = enrolled.left_join(renamed, same)
    missing = {name: ibis.null("string") for name in AGGREGATIONS[SCHOOL] if name not in columns}
    counted = joined.mutate(
        aggregation=ibis.literal(aggregation),
        n_teachers=joined.n_teachers.fill_null(0),
        teacher_fte=joined.teacher_fte.fill_null(0).cast("decimal(12, 4)"),
        **missing,
    )
    return counted.select(
        "school_year",
        "aggregation",
        "school_level",
        "k_school",
        "school_name",
        "n_students_census",
        "n_teachers",
        "teacher_fte",
        students_per_teacher_fte=students_per_teacher_fte(counted.n_students_census, counted.teacher_fte),
    )
