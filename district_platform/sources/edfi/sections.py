"""Courses, sections, who sits in them and who teaches them."""

import ibis

from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.pulled import Pulled, one_each, school_year
from district_platform.sources.edfi.schools import band, grade_spans

_KEY = ["school_year", "school_id", "section_id"]
_OFFERING = ["school_year", "school_id", "local_course_code", "session_id"]


def courses(pulled: Pulled) -> ibis.Table:
    """Extract sis/courses. Of several subjects of a course, the first by name."""
    rows = one_each(pulled["courses"], ["course_id"])
    spans = grade_spans(pulled, rows, "course_id")
    joined = rows.left_join(spans, "course_id").select(rows, spans.low, spans.high)
    subject = pulled.crosswalk("AcademicSubject").meant(joined.subjects.sort()[0])
    return joined.select(
        FILE, LINE, "course_id", "course_title", subject=subject, grade_band=band(joined.low, joined.high)
    )


def _identified(pulled: Pulled, resource: str) -> ibis.Table:
    """The rows with their year, and with a section id that is unique in a school and year.

    Ed-Fi's key of a section holds course and session, too: where an identifier repeats, these are part of the id.
    """
    every = pulled["sections"]
    every = every.mutate(school_year=school_year(every)).select(*_KEY, "local_course_code", "session_id").distinct()
    counts = every.group_by(_KEY).agg(n_sections=every.count())
    repeated = counts.filter(counts.n_sections > 1)
    rows = pulled[resource]
    rows = rows.mutate(school_year=school_year(rows))
    joined = rows.left_join(repeated, _KEY).select(rows, repeated.n_sections)
    longer = ibis.literal("/").join([joined.section_id, joined.local_course_code, joined.session_id])
    return joined.mutate(section_id=joined.n_sections.notnull().ifelse(longer, joined.section_id)).drop("n_sections")


def sections(pulled: Pulled) -> ibis.Table:
    """Extract sis/sections; the course is that of the offering."""
    rows = one_each(_identified(pulled, "sections"), _KEY)
    offerings = pulled["courseOfferings"]
    offerings = one_each(offerings.mutate(school_year=school_year(offerings)), _OFFERING)
    joined = rows.left_join(offerings, _OFFERING).select(rows, offerings.course_id)
    return joined.select(*_KEY, FILE, LINE, "course_id", "session_id")


def section_enrollments(pulled: Pulled) -> ibis.Table:
    """Extract sis/section_enrollments."""
    rows = one_each(_identified(pulled, "studentSectionAssociations"), [*_KEY, "student_id", "begin_date"])
    return rows.select(*_KEY, FILE, LINE, "student_id", "begin_date", "end_date")


def section_educators(pulled: Pulled) -> ibis.Table:
    """Extract sis/section_educators; the role is the classroom position, in the sender's words unless a line says another."""
    rows = one_each(_identified(pulled, "staffSectionAssociations"), [*_KEY, "educator_id"])
    role = pulled.crosswalk("ClassroomPosition").meant(rows.role)
    return rows.select(*_KEY, FILE, LINE, "educator_id", role=role)
