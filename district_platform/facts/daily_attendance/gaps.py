"""Gaps in the evidence: runs of days for which a school that submits its attendance daily sent nothing. docs/attendance.md.

A school that sends only absences leaves days without evidence whenever nobody is absent. Such days mean nothing, and are not a gap.
"""

import datetime as dt

import ibis

from district_platform.facts.daily_attendance.days import (
    SCHOOL,
    days_with_evidence_to_come,
    submitted_on,
    took_attendance_on,
)
from district_platform.settings import Attendance


def attendance_days(
    dim_calendar_date: ibis.Table,
    sis_events: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per calendar and instructional day that counts: all days up to which evidence reaches, except gaps."""
    evidence = took_attendance_on(dim_calendar_date, sis_events, stg_attendance_submissions, as_of_date)
    reached = days_with_evidence_to_come(dim_calendar_date, evidence, as_of_date)
    gaps = evidence_gaps(dim_calendar_date, sis_events, stg_attendance_submissions, attendance, as_of_date)
    return reached.anti_join(
        gaps, [*SCHOOL, reached.calendar_date >= gaps.first_date, reached.calendar_date <= gaps.last_date]
    )


def evidence_gaps(
    dim_calendar_date: ibis.Table,
    sis_events: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per gap: school, year, first_date and last_date (both instructional), and n_days between them, both included.

    A gap is a run of `evidence_gap_days` or more consecutive instructional days (of any calendar of the school) without
    any evidence, at a school that submits daily, from its first submission to where its evidence reaches.
    """
    evidence = took_attendance_on(dim_calendar_date, sis_events, stg_attendance_submissions, as_of_date)
    submitted = submitted_on(dim_calendar_date, stg_attendance_submissions, as_of_date)
    reached = days_with_evidence_to_come(dim_calendar_date, evidence, as_of_date)
    daily = _schools_that_submit_daily(dim_calendar_date, submitted, attendance)
    judged = reached.select(*SCHOOL, "calendar_date").distinct().join(daily, SCHOOL)
    judged = judged.filter(judged.calendar_date >= judged.first_submission).drop("first_submission")
    known = evidence.mutate(has_evidence=ibis.literal(1))
    days = judged.left_join(known, [*SCHOOL, "calendar_date"]).select(
        *SCHOOL, "calendar_date", has_evidence=lambda t: t.has_evidence.fill_null(0)
    )
    so_far = ibis.window(group_by=SCHOOL, order_by="calendar_date", preceding=(None, 0))
    runs = days.mutate(run=days.has_evidence.sum().over(so_far)).filter(days.has_evidence == 0)
    gaps = runs.group_by([*SCHOOL, "run"]).agg(
        first_date=runs.calendar_date.min(), last_date=runs.calendar_date.max(), n_days=runs.count()
    )
    return gaps.filter(gaps.n_days >= attendance.evidence_gap_days).drop("run")


def _schools_that_submit_daily(
    dim_calendar_date: ibis.Table, submitted: ibis.Table, attendance: Attendance
) -> ibis.Table:
    """One row per school and year that submits daily, with its `first_submission`."""
    ends = submitted.group_by(SCHOOL).agg(
        first_submission=submitted.calendar_date.min(), latest_submission=submitted.calendar_date.max()
    )
    days = dim_calendar_date.filter(dim_calendar_date.is_school_day).select(*SCHOOL, "calendar_date").distinct()
    between = days.join(ends, SCHOOL)
    between = between.filter(between.calendar_date.between(between.first_submission, between.latest_submission))
    with_submission = between.semi_join(submitted, [*SCHOOL, "calendar_date"])
    n_days = between.group_by([*SCHOOL, "first_submission"]).agg(n_days=between.count())
    n_submitted = with_submission.group_by(SCHOOL).agg(n_submitted=with_submission.count())
    counted = n_days.join(n_submitted, SCHOOL)
    is_daily = counted.n_submitted >= attendance.daily_submission_min_days
    is_daily &= counted.n_submitted >= counted.n_days * ibis.literal(attendance.daily_submission_share)
    return counted.filter(is_daily).select(*SCHOOL, "first_submission")
