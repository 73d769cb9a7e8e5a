"""Enrollments, and the school years in which each student is enrolled."""

import ibis

from district_platform.engine.raw_files import FILE, LINE
from district_platform.sources.edfi.pulled import ODS_YEAR, SEGMENT, Pulled, one_each, school_year

NO_SHOW = "no show"
"""What a line of ExitWithdrawTypeDescriptor says of a student who never came."""


def stays(pulled: Pulled) -> ibis.Table:
    """Enrollments of students who came, one for each student, school and entry date.

    A year that is not stated is that of the entry date, else that of the ODS.
    """
    rows = _with_years(pulled)
    came = rows.anti_join(no_shows(pulled), [FILE, LINE])
    return one_each(came, ["student_id", "school_id", "entry_date"])


def no_shows(pulled: Pulled) -> ibis.Table:
    """File and line of enrollments of students who never came: by their exit code, or out before entry or before the first school day."""
    rows = _with_years(pulled)
    code = pulled.crosswalk("ExitWithdrawType").decided(rows.exit_reason)
    days = pulled["calendarDates"]
    days = days.select(
        FILE,
        LINE,
        "school_id",
        "calendar_date",
        school_year=school_year(days, "calendar_date"),
        code=days.events.unnest(),
    )
    lessons = days.filter(pulled.crosswalk("CalendarEvent").decided(days.code) == "true")
    first = lessons.group_by("school_id", "school_year").agg(first_day=lessons.calendar_date.min())
    held = rows.mutate(code=code).left_join(first, ["school_id", "school_year"])
    is_no_show = (held.code == NO_SHOW).fill_null(False) | (
        held.exit_date < ibis.greatest(held.entry_date, ibis.coalesce(held.first_day, held.entry_date))
    ).fill_null(False)
    return held.filter(is_no_show).select(FILE, LINE)


def _with_years(pulled: Pulled) -> ibis.Table:
    rows = pulled["studentSchoolAssociations"]
    return rows.mutate(school_year=school_year(rows, "entry_date"))


def enrollments(pulled: Pulled, kept: ibis.Table) -> ibis.Table:
    """Extract sis/enrollments. A calendar that is not named stays null: the platform takes the only one of the school and year."""
    return kept.select(
        FILE,
        LINE,
        "school_year",
        "student_id",
        "school_id",
        "calendar_code",
        "entry_date",
        "exit_date",
        enrollment_id="id",
        grade_level=pulled.crosswalk("GradeLevel").meant(kept.grade_level),
        exit_reason=pulled.crosswalk("ExitWithdrawType").meant(kept.exit_reason),
        is_primary=kept.is_primary.fill_null("true"),
    )


def years_of(kept: ibis.Table) -> ibis.Table:
    """Students by ODS and school year, with the ODS's `latest` year, of which alone its undated records speak."""
    enrolled = kept.select(SEGMENT, ODS_YEAR, "student_id", "school_year").distinct()
    latest = enrolled.group_by(SEGMENT).agg(latest=enrolled.school_year.max())
    return enrolled.join(latest, SEGMENT)
