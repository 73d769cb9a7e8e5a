"""Schools, calendars and sessions."""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.schools import GRADE_LEVELS, OFFICE
from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.pulled import ODS_YEAR, SEGMENT, Pulled, one_each, school_year

INSTRUCTIONAL_DAY = "instructional day"


def schools(pulled: Pulled) -> ibis.Table:
    """Extract sis/schools: every school, and as offices the other organizations that staff are assigned to.

    Level by the first category that has one; lowest and highest of its grades.
    """
    rows = one_each(pulled["schools"], ["school_id"])
    level = pulled.crosswalk("SchoolCategory").meant(rows.categories[0])
    spans = grade_spans(pulled, rows, "school_id")
    found = rows.select(
        "school_id",
        school_name=rows.name,
        school_level=level,
        is_title_i=pulled.crosswalk("TitleIPartASchoolDesignation").decided(rows.title_i),
        **{FILE: rows[FILE], LINE: rows[LINE]},
    )
    with_grades = found.left_join(spans, "school_id").select(*found.columns, low_grade=spans.low, high_grade=spans.high)
    return ibis.union(with_grades, _offices(pulled).select(with_grades.columns))


def _offices(pulled: Pulled) -> ibis.Table:
    assigned = pulled["staffEducationOrganizationAssignmentAssociations"].select("school_id").distinct()
    places = assigned.anti_join(pulled.school_ids, "school_id")
    agencies = one_each(pulled["localEducationAgencies"], ["organization_id"])
    named = agencies.semi_join(places, agencies.organization_id == places.school_id)
    nothing = ibis.null("string")
    return named.select(
        FILE,
        LINE,
        school_id="organization_id",
        school_name="name",
        school_level=ibis.literal(OFFICE),
        is_title_i=nothing,
        low_grade=nothing,
        high_grade=nothing,
    )


def grade_spans(pulled: Pulled, rows: ibis.Table, key: str) -> ibis.Table:
    """By key, the lowest and highest of the list `grades`; nothing of codes without a meaning."""
    codes = rows.select(key, code=rows.grades.unnest())
    positions = [(grade, number) for number, grade in enumerate(GRADE_LEVELS)]
    grade = pulled.crosswalk("GradeLevel").meant(codes.code)
    placed = codes.mutate(place=grade.cases(*positions, else_=ibis.null("int64"))).drop_null("place")
    spans = placed.group_by(key).agg(first=placed.place.min(), last=placed.place.max())
    back = [(number, name) for name, number in positions]
    return spans.select(key, low=spans["first"].cases(*back), high=spans["last"].cases(*back))


def band(low: ir.StringValue, high: ir.StringValue) -> ir.StringValue:
    """A span of grades as a band, 09-12, or the grade alone."""
    return (low == high).ifelse(low, low + ibis.literal("-") + high)


def calendar_dates(pulled: Pulled) -> ibis.Table:
    """Extract sis/calendar_dates: an instructional day is one on which any event is instructional; the event is the first other one."""
    rows = pulled["calendarDates"]
    rows = rows.mutate(school_year=school_year(rows, "calendar_date"))
    rows = one_each(rows, ["school_id", "calendar_code", "calendar_date"])
    codes = rows.select(FILE, LINE, code=rows.events.unnest())
    is_instructional = pulled.crosswalk("CalendarEvent").decided(codes.code) == "true"
    events = codes.group_by(FILE, LINE).agg(
        is_school_day=is_instructional.fill_null(False).any(),
        calendar_event=codes.code.min(where=codes.code.lower() != INSTRUCTIONAL_DAY),
    )
    return rows.left_join(events, [FILE, LINE]).select(
        FILE,
        LINE,
        "school_id",
        "calendar_code",
        "school_year",
        "calendar_date",
        "calendar_event",
        is_school_day=events.is_school_day.fill_null(False).ifelse("true", "false"),
    )


def sessions(pulled: Pulled) -> ibis.Table:
    """Extract sis/sessions. The name is the key."""
    rows = pulled["sessions"]
    rows = rows.mutate(school_year=school_year(rows, "begin_date"))
    rows = one_each(rows, ["school_id", "school_year", "session_id"])
    return rows.drop("id", SEGMENT, ODS_YEAR).mutate(session_name=rows.session_id)
