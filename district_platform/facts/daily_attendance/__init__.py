"""The daily attendance fact and its measure: one row per student, school and instructional day. Rules: docs/attendance.md.

Each module holds one part of the rules: `days` (which days count, whose session), `gaps` (which of them lack evidence), `spells`
(which days a student has), `strays` (at which school an event counts), `events` (what happened on a day), `spans` (the running
counts). Rate, threshold and band are metrics: `metrics.daily_measures`. The bands are a table of the district: `sources.reference`.

No student-by-day grid is built and sorted: a year is cut into spans where something changes, the running totals are
carried at the cuts, and only then are spans unrolled into days, where every measure is arithmetic on the day's number.
"""

import datetime as dt

import ibis

from district_platform.facts.daily_attendance import days, events, gaps, spans, spells, strays
from district_platform.facts.daily_attendance.days import fct_school_attendance_taken
from district_platform.metrics import daily_measures
from district_platform.settings import Attendance

__all__ = ["fct_school_attendance_taken", "fct_student_daily_attendance", "msr_student_cumulative_attendance"]


def fct_student_daily_attendance(
    fct_student_school_association: ibis.Table,
    dim_calendar_date: ibis.Table,
    dim_session: ibis.Table,
    attendance_events: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    absentee_categories: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per student, school and instructional day from entry on: that day's status and the running measures.

    `attendance_events` is the table that `attendance.daily_attendance_source` names; `fct_student_school_attendance_event`
    holds the SIS's own events, which alone are evidence that a school took attendance. They may be the same table.

    Days are fractions of a day, rates percent. Follows the business rules that Education Analytics publishes for the table
    of this name. An event whose is_absent is null or outside 0..1 leaves is_absent and is_present of its day null.
    """
    claimed_days = gaps.attendance_days(
        dim_calendar_date, fct_student_school_attendance_event, stg_attendance_submissions, attendance, as_of_date
    )
    sessions = days.sessions_in_use(dim_session, dim_calendar_date, attendance_events, as_of_date)
    student_spells = spells.enrollment_spells(fct_student_school_association, attendance.exit_date_inclusive)
    sessions_of_dates = days.session_of_each_date(claimed_days, sessions)
    numbered = spells.numbered_days(claimed_days, student_spells, sessions_of_dates)
    placed = spells.spells_on_days(student_spells, numbered)
    placed_events = strays.placed_events(attendance_events, student_spells, claimed_days, attendance)
    winners = events.one_a_day(placed_events, dim_session, sessions_of_dates)
    event_days = events.events_on_days(winners, placed, numbered)
    cuts = spans.with_running_totals(spans.marks(placed, event_days))
    return spans.unrolled(
        spans.spans(cuts, attendance.in_attendance_code),
        numbered,
        daily_measures.rate_card(absentee_categories, attendance),
        attendance.chronic_absence_min_days,
    )


def msr_student_cumulative_attendance(fct_student_daily_attendance: ibis.Table) -> ibis.Table:
    """One row per student, school and year: the running measures as they stand on the student's last day there."""
    daily = fct_student_daily_attendance
    last_days = daily.group_by("k_student", "k_school").agg(calendar_date=daily.calendar_date.max())
    return daily.semi_join(last_days, ["k_student", "k_school", "calendar_date"]).select(
        *spells.STUDENT, *daily_measures.RUNNING
    )
