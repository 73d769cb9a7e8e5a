"""Courses and sections."""

import ibis

from district_platform.dimensions import keys


def dim_course(stg_courses: ibis.Table) -> ibis.Table:
    return stg_courses.rename(k_course="course_id")


def dim_section(stg_sections: ibis.Table) -> ibis.Table:
    sections = stg_sections
    return sections.select(
        "school_year",
        "section_id",
        k_section=keys.k_section(sections),
        k_school=sections.school_id,
        k_course=sections.course_id,
        k_session=keys.k_session(sections),
    )
