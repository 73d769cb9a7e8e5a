"""The days that the reconciliation considers, with what is known of each: enrollment, instruction, and the marks of the SIS.

`decisions` says what becomes of a day, `minutes` how much time was online.
"""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.schools import DAYS_A_WEEK
from district_platform.facts.reconciliation.minutes import A_DAY
from district_platform.settings import Reconciliation

EXCUSED = "Excused"
OPEN_END = dt.date(9999, 12, 31)


def days_considered(online: ibis.Table, sis_events: ibis.Table, reconciliation: Reconciliation) -> ibis.Table:
    """Every day online; with a weekly minimum also the other days that it can change, with the columns of `online` and no time counted.

    Those are the days of weeks with time online that hold none themselves: absences, and where anybody marks everyone, days
    without a mark.
    """
    if not reconciliation.has_weekly_minimum:
        return online
    weeks = online.select("k_student_xyear", week=_week_of(online.activity_date)).distinct()
    dates = weeks.mutate(day=ibis.range(0, DAYS_A_WEEK).unnest())
    dates = dates.select("k_student_xyear", activity_date=dates.week.cast("timestamp") + dates.day.as_interval("D"))
    dates = dates.mutate(activity_date=dates.activity_date.date())
    marked = sis_events.select("k_student_xyear", "is_absent", activity_date="event_date")
    within_reach = dates.semi_join(marked.filter(marked.is_absent > 0), A_DAY)
    if reconciliation.has_marks_of_everyone:
        within_reach = within_reach.union(dates.anti_join(marked, A_DAY))
    return online.union(_without_time(within_reach.anti_join(online, A_DAY)))


def _without_time(days: ibis.Table) -> ibis.Table:
    return days.select(
        *A_DAY,
        n_sessions=ibis.literal(0).cast("int64"),
        seconds_online=ibis.literal(0).cast("int64"),
        minutes_online=ibis.literal(0).cast("decimal(9, 2)"),
        first_online_at=ibis.null("timestamp"),
        last_online_at=ibis.null("timestamp"),
    )


def enrolled_days(
    days: ibis.Table, enrollments: ibis.Table, dim_calendar_date: ibis.Table, exit_date_inclusive: bool
) -> ibis.Table:
    """One row per student's day and school of a primary enrollment that covers it; without one, a row without a school.

    `is_school_day`: whether a calendar of such an enrollment teaches on the date. Other columns of `days` stay.
    """
    carried = [name for name in days.columns if name not in A_DAY]
    last_date = enrollments.exit_date if exit_date_inclusive else enrollments.exit_date - ibis.interval(days=1)
    primary = enrollments.filter(enrollments.is_primary.fill_null(True)).select(
        "k_student",
        "k_school",
        "school_year",
        "calendar_code",
        "entry_date",
        student="k_student_xyear",
        last_date=ibis.coalesce(last_date.cast("date"), ibis.literal(OPEN_END)),
    )
    covered = days.left_join(
        primary,
        [
            days.k_student_xyear == primary.student,
            days.activity_date >= primary.entry_date,
            days.activity_date <= primary.last_date,
        ],
    ).drop("student", "entry_date", "last_date")
    taught = dim_calendar_date.filter(dim_calendar_date.is_school_day).select(
        "k_school", "calendar_code", activity_date="calendar_date", taught_year="school_year"
    )
    on_calendar = covered.left_join(taught, ["k_school", "calendar_code", "activity_date"])
    return on_calendar.group_by("k_student", "k_student_xyear", "k_school", "school_year", "activity_date").agg(
        is_school_day=(on_calendar.taught_year == on_calendar.school_year).any().fill_null(False),
        **{name: on_calendar[name].max() for name in carried},
    )


def with_marks(days: ibis.Table, sis_events: ibis.Table, evidence: ibis.Table, gaps: ibis.Table) -> ibis.Table:
    """The days with what the SIS says of them: its events of the student at the school, and whether attendance was taken."""
    on_days = sis_events.semi_join(days, ["k_student", "k_school", sis_events.event_date == days.activity_date])
    is_usable = on_days.is_absent.between(0, 1).fill_null(False)
    marks = on_days.group_by("k_student", "k_school", activity_date="event_date").agg(
        has_unknown_code=(~is_usable).any(),
        has_excuse=((on_days.attendance_excusal_status == EXCUSED) & (on_days.is_absent > 0)).any().fill_null(False),
        has_presence=(on_days.is_absent < 1).any().fill_null(False),
        old_attendance_code=on_days.attendance_code.min(),
        k_session=on_days.k_session.min(),
    )
    taken = evidence.select("k_school", activity_date="calendar_date", was_taken=ibis.literal(True)).distinct()
    marked = (
        days.left_join(marks, ["k_student", "k_school", "activity_date"])
        .drop("k_student_right", "k_school_right", "activity_date_right")
        .left_join(taken, ["k_school", "activity_date"])
        .drop("k_school_right", "activity_date_right")
    )
    return with_gaps(marked, gaps)


def with_gaps(days: ibis.Table, gaps: ibis.Table) -> ibis.Table:
    """The days with `is_in_gap`: whether the school has a gap in its evidence on that day, so that the day counts for nobody."""
    stretches = gaps.select("first_date", "last_date", gap_school="k_school", gap_year="school_year")
    in_gap = days.left_join(
        stretches,
        [
            days.k_school == stretches.gap_school,
            days.school_year == stretches.gap_year,
            days.activity_date >= stretches.first_date,
            days.activity_date <= stretches.last_date,
        ],
    )
    return in_gap.select(*days.columns, is_in_gap=in_gap.gap_school.notnull())


def with_week(days: ibis.Table, online: ibis.Table) -> ibis.Table:
    """The days with the student's seconds of the week, Monday to Sunday, enrolled or not."""
    by_week = online.group_by("k_student_xyear", week=_week_of(online.activity_date))
    weeks = by_week.agg(seconds_of_week=online.seconds_online.sum())
    return days.mutate(week=_week_of(days.activity_date)).join(weeks, ["k_student_xyear", "week"])


def _week_of(date: ir.DateValue) -> ir.DateValue:
    """The Monday with which a date's week begins."""
    return date.truncate("W").cast("date")
