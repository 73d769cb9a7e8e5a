"""Rules about attendance (ATT). What evidence of attendance is, `facts.daily_attendance.days` says."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.dictionary import EXTRACTS, Owner
from district_platform.dimensions.calendars import on_calendars
from district_platform.facts.daily_attendance.days import took_attendance_on
from district_platform.facts.daily_attendance.gaps import evidence_gaps
from district_platform.facts.reconciliation.codes import with_virtual
from district_platform.quality.enrollment import CALENDAR
from district_platform.quality.model import joined_key, rule, sentence
from district_platform.settings import Attendance, Quality

SCHOOL_YEAR = ["school_id", "school_year"]

STUDENT_AT_SCHOOL = [*SCHOOL_YEAR, "student_id"]
EVENT = EXTRACTS["attendance_events"].key
EVENT_DAY = ["school_year", "school_id", "student_id", "event_date"]
A_DAY = ("school_year", "student_id", "event_date")
"""Of a student, at whatever school."""

FAR_FUTURE = dt.date(9999, 12, 31)
"""The exit date of students who are still enrolled: a range without `or` stays a hash join."""


@rule(
    "ATT-01",
    title="Attendance code without a usable meaning",
    severity="error",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_events",
    unit="an event",
    key=EVENT,
    why="It is unknown whether the student was there; an absence could be published as presence.",
    how_to_fix="Add the code to sis/attendance_codes with an is_absent from 0 to 1, or correct the code of the events.",
    extracts=("attendance_events",),
    is_locked=True,
)
def unmapped_attendance_code(stg_attendance_events: ibis.Table, stg_attendance_codes: ibis.Table) -> ibis.Table:
    """Every event is judged, whatever its date. Without the extract attendance_codes no event has a meaning."""
    codes = with_virtual(stg_attendance_codes)
    usable = codes.filter(codes.is_absent.between(0, 1))
    meaningless = stg_attendance_events.anti_join(usable, "attendance_code")
    known = codes.select("attendance_code", mapped_code="attendance_code", is_absent="is_absent")
    n_events = meaningless.count().over(ibis.window(group_by="attendance_code"))
    events = meaningless.mutate(n_events=n_events).left_join(known, "attendance_code")
    return events.select(
        finding_key=_event_key(events),
        message=sentence("code '", events.attendance_code, "' ", _fault(events), " (", events.n_events, " events)"),
        value_found=sentence("code ", events.attendance_code),
        value_expected=ibis.literal("a code of sis/attendance_codes with an is_absent from 0 to 1"),
    )


def _fault(events: ibis.Table) -> ir.StringValue:
    return ibis.cases(
        (events.mapped_code.isnull(), ibis.literal("is not in sis/attendance_codes")),
        (events.is_absent.isnull(), ibis.literal("has no is_absent")),
        else_=sentence("has is_absent ", events.is_absent, ", outside 0 to 1"),
    )


@rule(
    "ATT-02",
    title="Absence code without excusal status",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_codes",
    unit="an attendance code",
    key=("attendance_code",),
    why="Its absences are neither excused nor unexcused: they count as 'Unknown'.",
    how_to_fix="Set attendance_excusal_status of the code to Excused or Unexcused.",
    extracts=("attendance_codes",),
    columns=("attendance_codes.attendance_excusal_status",),
)
def absence_code_without_excusal_status(stg_attendance_codes: ibis.Table) -> ibis.Table:
    codes = stg_attendance_codes
    unclear = codes.filter(codes.is_absent > 0, codes.attendance_excusal_status.isnull())
    return unclear.select(
        finding_key="attendance_code",
        message=sentence("category ", unclear.attendance_event_category),
        value_found=ibis.literal("no excusal status"),
        value_expected=ibis.literal("Excused or Unexcused"),
    )


@rule(
    "ATT-03",
    title="Event on a day without instruction",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_events",
    unit="an event",
    key=EVENT,
    why="The event counts nowhere: either its date or the calendar is wrong.",
    how_to_fix="Correct the date of the event, or the school's calendar.",
    extracts=("attendance_events", "calendar_dates"),
)
def event_without_instruction(stg_attendance_events: ibis.Table, stg_calendar_dates: ibis.Table) -> ibis.Table:
    """By all calendars of the school in the year; a school without a calendar is not judged (ENR-07)."""
    days = stg_calendar_dates.filter(stg_calendar_dates.is_school_day)
    judged = stg_attendance_events.semi_join(stg_calendar_dates, SCHOOL_YEAR)
    on_no_day = judged.anti_join(days, [*SCHOOL_YEAR, judged.event_date == days.calendar_date])
    return on_no_day.select(
        finding_key=_event_key(on_no_day),
        message=sentence("no calendar of school ", on_no_day.school_id, " has instruction on ", on_no_day.event_date),
        value_found=on_no_day.event_date,
        value_expected=ibis.literal("an instructional day of the school"),
    )


@rule(
    "ATT-04",
    title="Event outside the enrollment",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_events",
    unit="an event",
    key=EVENT,
    why="The student was not enrolled at the school on that day. The event counts at the one other school that had the "
    "student then (attendance.stray_events), and nowhere where none had, or several.",
    how_to_fix="Correct the enrollment's dates or the event's school, or remove the event.",
    extracts=("attendance_events", "enrollments"),
)
def event_outside_enrollment(
    stg_attendance_events: ibis.Table, stg_enrollments: ibis.Table, attendance: Attendance
) -> ibis.Table:
    """Names the schools that had the student on that day instead."""
    last_day = stg_enrollments.exit_date
    if not attendance.exit_date_inclusive:
        last_day = (last_day.cast("timestamp") - ibis.interval(days=1)).date()
    stretches = stg_enrollments.select(*STUDENT_AT_SCHOOL, "entry_date", last_day=last_day.fill_null(FAR_FUTURE))
    days = stg_attendance_events.select(*EVENT_DAY)
    enrolled = days.join(stretches, STUDENT_AT_SCHOOL).filter(lambda t: t.event_date.between(t.entry_date, t.last_day))
    outside = stg_attendance_events.anti_join(enrolled, EVENT_DAY)
    events = outside.left_join(_schools_of_days(outside, stretches), list(A_DAY))
    instead = ibis.ifelse(events.schools.isnull(), "", sentence(", but at school ", events.schools))
    return events.select(
        finding_key=_event_key(events),
        message=sentence("not enrolled at school ", events.school_id, " on ", events.event_date, instead),
        value_found=sentence("an event at school ", events.school_id),
        value_expected=sentence("an event at a school that has the student: ", events.schools.fill_null("none had")),
    )


def _schools_of_days(events: ibis.Table, stretches: ibis.Table) -> ibis.Table:
    """One row per student and date of events on which schools had the student: `schools` names them all."""
    had = stretches.select("school_year", "student_id", "entry_date", "last_day", school="school_id")
    days = events.select(*A_DAY).distinct().join(had, ["school_year", "student_id"])
    on_day = days.filter(days.event_date.between(days.entry_date, days.last_day)).select(*A_DAY, "school").distinct()
    return on_day.group_by(A_DAY).agg(schools=on_day.school.group_concat(", ", order_by=on_day.school))


@rule(
    "ATT-05",
    title="Several events on one day",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_events",
    unit="a day of a student at a school",
    key=tuple(EVENT_DAY),
    why="Only one can be the day's status; the order of docs/attendance.md decides which.",
    how_to_fix="Keep the event that describes the whole day.",
    extracts=("attendance_events",),
)
def several_events_on_one_day(stg_attendance_events: ibis.Table) -> ibis.Table:
    days = stg_attendance_events.group_by(EVENT_DAY).agg(n_events=stg_attendance_events.count())
    events = stg_attendance_events.semi_join(days.filter(days.n_events > 1), EVENT_DAY)
    code = events.attendance_code
    repeated = events.group_by(EVENT_DAY).agg(codes=code.group_concat(", ", order_by=code))
    return repeated.select(
        finding_key=joined_key(repeated, *EVENT_DAY),
        message=sentence("codes ", repeated.codes),
        value_found=sentence("codes ", repeated.codes),
        value_expected=ibis.literal("one code"),
    )


@rule(
    "ATT-06",
    title="Running school has fallen silent",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="dim_calendar_date",
    unit="a school in the running year",
    key=tuple(SCHOOL_YEAR),
    why="Its attendance ends at its latest evidence: absences since then are missing, and rates look old.",
    how_to_fix="Ask the school to submit its attendance, and the SIS team to check the nightly export.",
    extracts=("attendance_events", "calendar_dates"),
    thresholds=("max_evidence_age_days",),
)
def silent_school(
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    quality: Quality,
    as_of_date: dt.date,
) -> ibis.Table:
    """More instructional days than the setting since the latest evidence, up to as_of_date, in a year that is not over."""
    evidence = took_attendance_on(
        dim_calendar_date, fct_student_school_attendance_event, stg_attendance_submissions, as_of_date
    )
    latest = evidence.group_by("k_school", "school_year").agg(latest=evidence.calendar_date.max())
    years = dim_calendar_date.group_by("k_school", "school_year").agg(last_date=dim_calendar_date.calendar_date.max())
    running = latest.join(years.filter(years.last_date > as_of_date), ["k_school", "school_year"])
    days = dim_calendar_date.filter(dim_calendar_date.is_school_day, dim_calendar_date.calendar_date <= as_of_date)
    since = running.join(days.select("k_school", "school_year", "calendar_date"), ["k_school", "school_year"])
    since = since.filter(since.calendar_date > since.latest)
    counted = since.group_by("k_school", "school_year", "latest").agg(n_days=since.calendar_date.nunique())
    silent = counted.filter(counted.n_days > quality.max_evidence_age_days)
    return silent.select(
        finding_key=joined_key(silent, "k_school", "school_year"),
        message=sentence("latest evidence ", silent.latest, ", ", silent.n_days, " instructional days ago"),
        value_found=sentence("latest evidence ", silent.latest),
        value_expected=ibis.literal(f"at most {quality.max_evidence_age_days} instructional days ago"),
    )


def schools_with_enrollments(stg_enrollments: ibis.Table) -> ir.IntegerScalar:
    """Schools by year."""
    return stg_enrollments.select(*SCHOOL_YEAR).distinct().count()


@rule(
    "ATT-07",
    title="Enrollments without any attendance",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_enrollments",
    unit="a school in a year",
    key=tuple(SCHOOL_YEAR),
    why="The school has no attendance days at all in that year: perfect attendance is not claimed without evidence.",
    how_to_fix="Deliver the school's attendance events, or its submissions where nobody was absent.",
    extracts=("attendance_events", "enrollments"),
    count_judged=schools_with_enrollments,
)
def school_without_attendance(
    stg_enrollments: ibis.Table,
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    as_of_date: dt.date,
) -> ibis.Table:
    """Enrollments that have not begun by as_of_date are not judged."""
    evidence = took_attendance_on(
        dim_calendar_date, fct_student_school_attendance_event, stg_attendance_submissions, as_of_date
    ).rename(school_id="k_school")
    begun = stg_enrollments.filter(stg_enrollments.entry_date <= as_of_date)
    schools = begun.group_by(SCHOOL_YEAR).agg(n_enrollments=begun.count())
    without = schools.anti_join(evidence, SCHOOL_YEAR)
    return without.select(
        finding_key=joined_key(without, *SCHOOL_YEAR),
        message=sentence(without.n_enrollments, " enrollments, no attendance event or submission"),
        value_found=ibis.literal("no attendance"),
        value_expected=ibis.literal("events, or submissions where nobody was absent"),
    )


@rule(
    "ATT-08",
    title="Too many days enrolled",
    severity="warn",
    owner=Owner.SIS,
    table="stg_enrollments",
    unit="a student in a year",
    key=("student_id", "school_year"),
    why="No calendar has so many days: the student is enrolled in two of them, or a calendar is wrong.",
    how_to_fix="Correct the calendar, or the dates of the enrollments.",
    extracts=("enrollments", "calendar_dates"),
    thresholds=("max_days_enrolled",),
)
def too_many_days_enrolled(
    stg_enrollments: ibis.Table, stg_calendar_dates: ibis.Table, quality: Quality, as_of_date: dt.date
) -> ibis.Table:
    """Distinct instructional days, up to as_of_date, that any of the student's enrollments of the year holds."""
    student = ["student_id", "school_year"]
    days = stg_calendar_dates.filter(stg_calendar_dates.is_school_day, stg_calendar_dates.calendar_date <= as_of_date)
    sizes = days.group_by(CALENDAR).agg(n_days=days.count())
    enrollments = on_calendars(stg_enrollments, stg_calendar_dates)
    at_most = enrollments.join(sizes, CALENDAR).group_by(student).agg(n_days=lambda t: t.n_days.sum())
    possible = enrollments.semi_join(at_most.filter(at_most.n_days > quality.max_days_enrolled), student)
    enrolled = possible.join(
        days,
        [
            *(possible[name] == days[name] for name in CALENDAR),
            possible.entry_date <= days.calendar_date,
            possible.exit_date.fill_null(FAR_FUTURE) >= days.calendar_date,
        ],
    )
    counted = enrolled.group_by(student).agg(n_days=enrolled.calendar_date.nunique())
    over = counted.filter(counted.n_days > quality.max_days_enrolled)
    return over.select(
        finding_key=joined_key(over, *student),
        message=sentence(over.n_days, " days enrolled"),
        value_found=sentence(over.n_days, " days"),
        value_expected=ibis.literal(f"at most {quality.max_days_enrolled} days"),
    )


def schools_with_submissions(stg_attendance_submissions: ibis.Table) -> ir.IntegerScalar:
    """Schools that submit their attendance."""
    return stg_attendance_submissions.school_id.nunique()


@rule(
    "ATT-10",
    title="Gap in the evidence of attendance",
    severity="warn",
    owner=Owner.ATTENDANCE,
    table="stg_attendance_submissions",
    unit="a gap of a school in a year",
    key=("school_id", "school_year", "event_date"),
    why="The school submits its attendance daily, and sent nothing on these days: nobody has a day there, since presence is "
    "not claimed without evidence.",
    how_to_fix="Ask the school to submit the attendance of these days. Where it was closed, correct its calendar.",
    extracts=("attendance_submissions", "calendar_dates"),
    count_judged=schools_with_submissions,
)
def gap_in_evidence(
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """What a gap is, `facts.daily_attendance.gaps` says; its settings stand under [attendance]."""
    gaps = evidence_gaps(
        dim_calendar_date, fct_student_school_attendance_event, stg_attendance_submissions, attendance, as_of_date
    )
    stretch = sentence(gaps.first_date, " to ", gaps.last_date, ", ", gaps.n_days, " instructional days")
    return gaps.select(
        finding_key=joined_key(gaps, "k_school", "school_year", "first_date"),
        message=sentence("school ", gaps.k_school, ": no attendance from ", stretch),
        value_found=sentence("no attendance from ", gaps.first_date, " to ", gaps.last_date),
        value_expected=ibis.literal("the attendance of these days, or no instruction"),
    )


def _event_key(events: ibis.Table) -> ir.StringValue:
    return joined_key(events, *EVENT)
