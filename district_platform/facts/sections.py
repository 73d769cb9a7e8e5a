"""Who sits in a section, and who teaches it."""

import ibis

from district_platform.dimensions import keys


def fct_student_section_association(stg_section_enrollments: ibis.Table) -> ibis.Table:
    members = stg_section_enrollments
    return members.select(
        "school_year",
        "begin_date",
        "end_date",
        k_student=keys.k_student(members),
        k_student_xyear=members.student_id,
        k_school=members.school_id,
        k_section=keys.k_section(members),
    )


def fct_staff_section_association(stg_section_educators: ibis.Table) -> ibis.Table:
    educators = stg_section_educators
    return educators.select(
        "school_year",
        "role",
        k_educator=educators.educator_id,
        k_section=keys.k_section(educators),
        k_school=educators.school_id,
    )
