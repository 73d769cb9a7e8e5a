"""Who is on a school's call list, and what the list says about a student. All figures are for the student's days at that school."""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.facts.daily_attendance.days import SCHOOL, took_attendance_on
from district_platform.settings import Attendance

RECENT_DAYS = 45
"""Calendar days up to the school's latest evidence, which is one of them."""
FEWEST_DAYS_ABSENT = 2
"""Days absent in RECENT_DAYS from which a student is on the list, parts of days added up."""
TREND_DAYS = 20
"""Days enrolled that the trend holds against as many before them."""

UNEXCUSED = "Unexcused"
AT_SCHOOL = ["k_student", "k_school"]


def students_to_call(
    fct_student_daily_attendance: ibis.Table,
    msr_student_cumulative_attendance: ibis.Table,
    fct_student_school_association: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_student: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per student and school: enrolled there on `as_of_date`, and absent lately or chronically absent to date.

    Lately: at least FEWEST_DAYS_ABSENT in RECENT_DAYS. `last_day_present` is the last day on which the student came at all,
    `current_streak` counts the days enrolled since. The trend's two sums are null before twice TREND_DAYS days enrolled.
    """
    enrolled = enrolled_on(
        as_of_date, fct_student_school_association, dim_calendar_date, attendance.exit_date_inclusive
    )
    evidence = took_attendance_on(
        dim_calendar_date, fct_student_school_attendance_event, stg_attendance_submissions, as_of_date
    )
    latest = evidence.group_by(SCHOOL).agg(last=evidence.calendar_date.max())
    since = latest.mutate(first=(latest["last"].cast("timestamp") - ibis.interval(days=RECENT_DAYS - 1)).date())
    return listed(enrolled, fct_student_daily_attendance, msr_student_cumulative_attendance, dim_student, since)


def listed(
    enrolled: ibis.Table, daily: ibis.Table, to_date: ibis.Table, names: ibis.Table, since: ibis.Table
) -> ibis.Table:
    """The students of `enrolled` who are on a list, by their days from `first` to `last` of their school and year in `since`."""
    days = daily.filter(daily.is_enrolled == 1).semi_join(enrolled, AT_SCHOOL)
    candidates = (
        _with(enrolled, _to_date(to_date))
        .join(_lately(days, since), AT_SCHOOL, how="left")
        .drop(*(f"{name}_right" for name in AT_SCHOOL))
        .fill_null({"days_absent_45": 0, "days_unexcused_45": 0})
    )
    is_absent_lately = candidates.days_absent_45 >= FEWEST_DAYS_ABSENT
    to_call = candidates.filter(is_absent_lately | candidates.is_chronic_absentee.fill_null(False))
    rows = _with(_with(to_call, _course(days.semi_join(to_call, AT_SCHOOL))), _names(names), ["k_student"])
    return rows.order_by(
        "k_school",
        ibis.desc("days_absent_45"),
        ibis.asc("attendance_rate", nulls_first=False),
        "student_id",
    )


def enrolled_on(
    date: dt.date | ir.DateValue,
    enrollments: ibis.Table,
    dim_calendar_date: ibis.Table,
    exit_date_inclusive: bool | ir.BooleanValue,
) -> ibis.Table:
    """One row per student and school with an enrollment that covers the date, in a year whose calendars reach it.

    `grade` is that of the enrollment; of several, of the primary one, then of the one that began last.
    """
    ends = dim_calendar_date.group_by(SCHOOL).agg(last_date=dim_calendar_date.calendar_date.max())
    has_left = ibis.ifelse(exit_date_inclusive, enrollments.exit_date < date, enrollments.exit_date <= date)
    covering = enrollments.filter(enrollments.entry_date <= date, ~has_left.fill_null(False))
    here = covering.semi_join(ends.filter(ends.last_date >= date), SCHOOL)
    order = [
        here.is_primary.fill_null(False).desc(),
        here.entry_date.desc(),
        here.enrollment_id.asc(),
    ]
    first = here.mutate(place=ibis.row_number().over(group_by=AT_SCHOOL, order_by=order)).filter(lambda t: t.place == 0)
    return first.select(*AT_SCHOOL, student_id="k_student_xyear", grade="grade_level")


def _to_date(measure: ibis.Table) -> ibis.Table:
    return measure.select(
        *AT_SCHOOL,
        "is_chronic_absentee",
        days_absent="cumulative_days_absent",
        attendance_rate="cumulative_attendance_rate",
    )


def _lately(days: ibis.Table, since: ibis.Table) -> ibis.Table:
    """Days absent from `first` to `last` of the school, and the unexcused ones of them."""
    recent = days.join(since, SCHOOL)
    recent = recent.filter(recent.calendar_date.between(recent["first"], recent["last"]))
    is_unexcused = recent.attendance_excusal_status == UNEXCUSED
    return recent.group_by(AT_SCHOOL).agg(
        days_absent_45=recent.is_absent.sum(),
        days_unexcused_45=recent.is_absent.sum(where=is_unexcused),
    )


def _course(days: ibis.Table) -> ibis.Table:
    """The streak, the last day present and the trend of each student, from the days counted back from the last."""
    latest_first = ibis.window(group_by=AT_SCHOOL, order_by=ibis.desc("calendar_date"))
    counted = days.mutate(back=ibis.row_number().over(latest_first))
    came = counted.is_present > 0
    students = counted.group_by(AT_SCHOOL).agg(
        last_day_present=counted.calendar_date.max(where=came),
        days_since=counted.back.min(where=came),
        n_days=counted.count(),
        absent_last=counted.is_absent.sum(where=counted.back < TREND_DAYS),
        absent_before=counted.is_absent.sum(where=counted.back.between(TREND_DAYS, 2 * TREND_DAYS - 1)),
    )
    has_trend = students.n_days >= 2 * TREND_DAYS
    return students.select(
        *AT_SCHOOL,
        "last_day_present",
        current_streak=students.days_since.fill_null(students.n_days),
        trend_days_absent=ibis.ifelse(has_trend, students.absent_last, None),
        trend_days_absent_before=ibis.ifelse(has_trend, students.absent_before, None),
    )


def _names(dim_student: ibis.Table) -> ibis.Table:
    return dim_student.select("k_student", "first_name", "last_name")


def _with(rows: ibis.Table, others: ibis.Table, keys: list[str] = AT_SCHOOL) -> ibis.Table:
    return rows.left_join(others, keys).drop(*(f"{name}_right" for name in keys))
