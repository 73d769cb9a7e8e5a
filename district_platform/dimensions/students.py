"""Students in a year, and the groups that results are reported for."""

import ibis

from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dictionary.students import NOT_REPORTED, RACE_ETHNICITIES, SEXES
from district_platform.dimensions import keys

ALL_STUDENTS = "All students"
RACE_ETHNICITY = "Race/ethnicity"
SEX = "Sex"
GRADE = "Grade"

FLAGS = {
    "Economically disadvantaged": "is_economically_disadvantaged",
    "English learner": "is_english_learner",
    "Disability": "has_disability",
    "Homeless": "is_homeless",
}
"""Subgroup dimensions that a yes-or-no column of dim_student decides."""

YES, NO = "Yes", "No"

SUBGROUPS: dict[str, tuple[str, ...]] = {
    ALL_STUDENTS: (ALL_STUDENTS,),
    RACE_ETHNICITY: (*RACE_ETHNICITIES, NOT_REPORTED),
    SEX: (*SEXES, NOT_REPORTED),
    **dict.fromkeys(FLAGS, (YES, NO, NOT_REPORTED)),
    GRADE: (*GRADE_LEVELS, NOT_REPORTED),
}
"""Every group, by dimension, in the order of display (ESSA section 1111(c)(2) names most of the dimensions)."""


def dim_student(stg_students: ibis.Table, stg_enrollments: ibis.Table) -> ibis.Table:
    """The year's students, and those enrolled without being among them (ENR-06), who keep null demographics."""
    students = stg_students
    identity = ["school_year", "student_id"]
    missing = stg_enrollments.drop_null(identity).select(*identity).distinct().anti_join(students, identity)
    unknown = {name: ibis.null(dtype) for name, dtype in students.schema().items() if name not in identity}
    everyone = students.union(missing.mutate(**unknown).select(*students.columns))
    return everyone.mutate(k_student=keys.k_student(everyone), k_student_xyear=everyone.student_id).drop("student_id")


def dim_subgroup() -> ibis.Table:
    pairs = [(dimension, value) for dimension, values in SUBGROUPS.items() for value in values]
    rows = [
        {
            "k_subgroup": f"{dimension}-{value}",
            "subgroup_dimension": dimension,
            "subgroup_value": value,
            "display_order": order,
        }
        for order, (dimension, value) in enumerate(pairs, start=1)
    ]
    return ibis.memtable(rows)
