"""Students per teacher FTE, of all students and by need, and how many teachers are certified for what they teach."""

import datetime as dt

import ibis

from district_platform.analysis.grouping import DISTRICT, LEVEL, SCHOOL, with_year_before
from district_platform.dimensions.students import YES
from district_platform.metrics.certification import (
    fully_certified,
    is_teaching,
    judged_courses,
    n_teachers_judged,
    pct_teachers_fully_certified,
)
from district_platform.metrics.enrollment import actual_enrollments, census_date, change, covers, n_students
from district_platform.metrics.staffing import (
    ENGLISH_LEARNER_PROGRAM,
    SPECIAL_EDUCATION_PROGRAM,
    n_teachers,
    program_teacher_fte,
    students_per_teacher_fte,
    teacher_assignments,
    teacher_fte,
    teaches_everyone,
)
from district_platform.settings import Quality

AGGREGATIONS = {DISTRICT: (), LEVEL: ("school_level",), SCHOOL: ("school_level", "k_school", "school_name")}
"""What each aggregation groups by, beside the year."""

NEEDS = {"is_english_learner": f"English learner-{YES}", "has_disability": f"Disability-{YES}"}
"""The subgroups with teachers of their own."""

_FTE = "decimal(12, 4)"
_BEFORE = ["n_students_census", "students_per_teacher_fte", "pct_teachers_fully_certified"]

_ = ibis._


def staffing_ratios(
    fct_student_school_association: ibis.Table,
    fct_student_subgroup: ibis.Table,
    fct_staff_assignment: ibis.Table,
    fct_staff_section_association: ibis.Table,
    fct_educator_certification: ibis.Table,
    dim_section: ibis.Table,
    dim_course: ibis.Table,
    dim_school: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """Every school and year with students on the census date. Without any staff assignment the table is empty."""
    schools = dim_school.select("k_school", "school_level", "school_name")
    enrollments = actual_enrollments(fct_student_school_association, as_of_date)
    students = _on_census(enrollments, "entry_date", "exit_date", quality, as_of_date)
    students = students.semi_join(fct_staff_assignment, "school_year").join(schools, "k_school")
    teachers = _on_census(teacher_assignments(fct_staff_assignment), "begin_date", "end_date", quality, as_of_date)
    sections = fct_staff_section_association.join(dim_section.select("k_section", "k_course"), "k_section")
    taught = _taught(sections, dim_course, quality, as_of_date)
    certified = fully_certified(taught, fct_educator_certification)
    judged = teachers.left_join(certified, ["k_educator", "school_year"]).select(teachers, certified.is_fully_certified)
    counted = _with_needs(students, fct_student_subgroup), judged.join(schools, "k_school")
    parts = [_ratios(*counted, aggregation, columns) for aggregation, columns in AGGREGATIONS.items()]
    compared = with_year_before(ibis.union(*parts), ["aggregation", "school_level", "k_school"], _BEFORE)
    return compared.mutate(
        students_per_teacher_fte_change=change(
            compared.students_per_teacher_fte, compared.students_per_teacher_fte_before
        ),
        pct_teachers_fully_certified_change=change(
            compared.pct_teachers_fully_certified, compared.pct_teachers_fully_certified_before
        ),
    ).drop("students_per_teacher_fte_before", "pct_teachers_fully_certified_before")


def _on_census(rows: ibis.Table, first: str, last: str, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    return rows.filter(covers(rows, first, last, census_date(rows.school_year, quality, as_of_date)))


def _taught(sections: ibis.Table, courses: ibis.Table, quality: Quality, as_of_date: dt.date) -> ibis.Table:
    """What educators teach in a year, and the day on which they must be certified for it."""
    taught = sections.filter(is_teaching(sections)).join(judged_courses(courses), "k_course")
    distinct = taught.select("k_educator", "school_year", "subject", "grade_band").distinct()
    return distinct.mutate(census_date=census_date(distinct.school_year, quality, as_of_date))


def _with_needs(students: ibis.Table, bridge: ibis.Table) -> ibis.Table:
    """Students with a column for each need: whether they have it."""
    needs = bridge.group_by("k_student").agg(
        **{column: (bridge.k_subgroup == subgroup).any() for column, subgroup in NEEDS.items()}
    )
    joined = students.left_join(needs, "k_student")
    return joined.select(students, **{column: joined[column].fill_null(False) for column in NEEDS})


def _ratios(students: ibis.Table, teachers: ibis.Table, aggregation: str, columns: tuple[str, ...]) -> ibis.Table:
    group = ["school_year", *columns]
    enrolled = students.group_by(group).agg(
        n_students_census=n_students(students),
        n_english_learners_census=n_students(students, where=students.is_english_learner),
        n_students_with_disability_census=n_students(students, where=students.has_disability),
    )
    joined = _beside(enrolled, _staffed(teachers, group), group)
    missing = {name: ibis.null("string") for name in AGGREGATIONS[SCHOOL] if name not in columns}
    fte = ("teacher_fte", "english_learner_teacher_fte", "special_education_teacher_fte")
    counted = joined.mutate(
        aggregation=ibis.literal(aggregation),
        n_teachers=joined.n_teachers.fill_null(0),
        n_teachers_judged=joined.n_teachers_judged.fill_null(0),
        **{name: joined[name].fill_null(0).cast(_FTE) for name in fte},
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
        n_english_learners_census=counted.n_english_learners_census,
        english_learner_teacher_fte=counted.english_learner_teacher_fte,
        english_learners_per_teacher_fte=students_per_teacher_fte(
            counted.n_english_learners_census, counted.english_learner_teacher_fte
        ),
        n_students_with_disability_census=counted.n_students_with_disability_census,
        special_education_teacher_fte=counted.special_education_teacher_fte,
        students_with_disability_per_teacher_fte=students_per_teacher_fte(
            counted.n_students_with_disability_census, counted.special_education_teacher_fte
        ),
        n_teachers_judged=counted.n_teachers_judged,
        pct_teachers_fully_certified=counted.pct_teachers_fully_certified,
    )


def _staffed(teachers: ibis.Table, group: list[str]) -> ibis.Table:
    staffed = teachers.group_by(group).agg(
        n_teachers=n_teachers(teachers),
        teacher_fte=teacher_fte(teachers),
        english_learner_teacher_fte=program_teacher_fte(teachers, ENGLISH_LEARNER_PROGRAM),
        special_education_teacher_fte=program_teacher_fte(teachers, SPECIAL_EDUCATION_PROGRAM),
    )
    for_all = teachers.filter(teaches_everyone(teachers))
    certified = for_all.group_by(group).agg(
        n_teachers_judged=n_teachers_judged(for_all),
        pct_teachers_fully_certified=pct_teachers_fully_certified(for_all),
    )
    return _beside(staffed, certified, group)


def _beside(rows: ibis.Table, more: ibis.Table, group: list[str]) -> ibis.Table:
    """Left join on group columns in which nulls are equal."""
    renamed = more.rename({f"_{name}": name for name in group})
    same = [rows[name].identical_to(renamed[f"_{name}"]) for name in group]
    return rows.left_join(renamed, same).drop(*(f"_{name}" for name in group))
