"""Rules about sections, who sits in them and who teaches them (SEC)."""

import datetime as dt

import ibis

from district_platform.dictionary import Owner
from district_platform.dimensions.calendars import on_calendars
from district_platform.quality.attendance import FAR_FUTURE, STUDENT_AT_SCHOOL
from district_platform.quality.enrollment import CALENDAR
from district_platform.quality.model import joined_key, rule, sentence

SECTION = ["school_year", "school_id", "section_id"]


@rule(
    "SEC-01",
    title="Section without educator or students",
    severity="warn",
    owner=Owner.SIS,
    table="stg_sections",
    unit="a section",
    key=tuple(SECTION),
    why="Nobody answers for its students, or it was never closed; both distort class sizes and teaching loads.",
    how_to_fix="Assign the educator or the students, or delete the section.",
    extracts=("sections", "section_educators", "section_enrollments"),
)
def section_without_people(
    stg_sections: ibis.Table, stg_section_educators: ibis.Table, stg_section_enrollments: ibis.Table
) -> ibis.Table:
    missing = ibis.union(
        stg_sections.anti_join(stg_section_educators, SECTION).mutate(missing=ibis.literal("no educator")),
        stg_sections.anti_join(stg_section_enrollments, SECTION).mutate(missing=ibis.literal("no students")),
    )
    return missing.group_by(finding_key=joined_key(missing, *SECTION)).agg(
        message=missing.missing.group_concat(", ", order_by=missing.missing),
        value_found=missing.missing.group_concat(", ", order_by=missing.missing),
        value_expected=ibis.literal("an educator and a student"),
    )


@rule(
    "SEC-02",
    title="Enrolled without a section",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="an enrollment with at least one enrolled day",
    key=("enrollment_id",),
    why="The student has a school and no class: nobody teaches the child, or the schedule was not delivered.",
    how_to_fix="Schedule the student, or correct the school or the dates of the enrollment.",
    extracts=("enrollments", "calendar_dates", "section_enrollments"),
)
def enrolled_without_section(
    stg_enrollments: ibis.Table,
    stg_section_enrollments: ibis.Table,
    stg_calendar_dates: ibis.Table,
    as_of_date: dt.date,
) -> ibis.Table:
    """An enrolled day is an instructional day of the enrollment's calendar, not after as_of_date."""
    followed = on_calendars(stg_enrollments, stg_calendar_dates)
    enrollments = followed.mutate(last_day=followed.exit_date.fill_null(as_of_date))
    seats = stg_section_enrollments.select(
        *STUDENT_AT_SCHOOL, "begin_date", end_date=stg_section_enrollments.end_date.fill_null(FAR_FUTURE)
    )
    seated = enrollments.join(seats, STUDENT_AT_SCHOOL).filter(
        lambda t: t.begin_date <= t.last_day, lambda t: t.end_date >= t.entry_date
    )
    unseated = enrollments.anti_join(seated, "enrollment_id")
    days = stg_calendar_dates.filter(stg_calendar_dates.is_school_day, stg_calendar_dates.calendar_date <= as_of_date)
    enrolled = unseated.join(days.select(*CALENDAR, "calendar_date"), CALENDAR).filter(
        lambda t: t.calendar_date.between(t.entry_date, t.last_day)
    )
    found = enrolled.distinct(on="enrollment_id")
    return found.select(
        finding_key="enrollment_id",
        message=sentence(
            "no section at school ", found.school_id, " between ", found.entry_date, " and ", found.last_day
        ),
        value_found=ibis.literal("no section"),
        value_expected=sentence("a section between ", found.entry_date, " and ", found.last_day),
    )
