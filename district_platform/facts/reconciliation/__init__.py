"""Attendance reconciled with online learning: who was marked absent and worked online that day. Rules: docs/reconciliation.md.

Each module holds one part: `sessions` (whose a session is, and whether it counts), `minutes` (time online a day), `decisions` (what
becomes of a day), `codes` (the code that the platform adds). What goes to the SIS is `outputs.uploads`.
"""

import datetime as dt

import ibis

from district_platform.facts.daily_attendance.days import took_attendance_on
from district_platform.facts.reconciliation import decisions, minutes, sessions
from district_platform.facts.reconciliation.codes import PRESENT_VIRTUAL, VIRTUAL
from district_platform.settings import Attendance, Reconciliation

A_DAY = ["k_student", "k_school", "event_date"]


def fct_student_online_day(
    stg_learner_sessions: ibis.Table,
    learner_crosswalk: ibis.Table,
    dim_student: ibis.Table,
    reconciliation: Reconciliation,
) -> ibis.Table:
    """One row per student and local date with a session that counts: time online as the union of sessions."""
    limit = reconciliation.max_session_minutes
    counted = sessions.counted_sessions(stg_learner_sessions, learner_crosswalk, dim_student, limit)
    return minutes.online_days(counted, limit)


def learner_session_rejects(
    stg_learner_sessions: ibis.Table,
    learner_crosswalk: ibis.Table,
    dim_student: ibis.Table,
    reconciliation: Reconciliation,
) -> ibis.Table:
    """One row per session that does not count, with the reason."""
    judged = sessions.judged_sessions(
        stg_learner_sessions, learner_crosswalk, dim_student, reconciliation.max_session_minutes
    )
    return judged.filter(judged.reject_reason.notnull()).drop("k_student_xyear", "wall_seconds", "active_seconds")


def fct_attendance_decision(
    fct_student_online_day: ibis.Table,
    fct_student_school_association: ibis.Table,
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    reconciliation: Reconciliation,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per student, school and date considered: every day online, and where a school has a weekly minimum, every
    day of absence in a week with time online."""
    online, sis_events = fct_student_online_day, fct_student_school_attendance_event
    considered = online
    if reconciliation.has_weekly_minimum:
        considered = online.union(decisions.absences_in_online_weeks(online, sis_events))
    days = decisions.enrolled_days(
        considered, fct_student_school_association, dim_calendar_date, attendance.exit_date_inclusive
    )
    evidence = took_attendance_on(dim_calendar_date, sis_events, stg_attendance_submissions, as_of_date)
    marked = decisions.with_marks(days, sis_events, evidence)
    judged = decisions.with_policy(decisions.with_week(marked, online), reconciliation)
    return decisions.decided(judged, reconciliation, as_of_date)


def fct_reconciled_attendance_event(
    fct_student_school_attendance_event: ibis.Table, fct_attendance_decision: ibis.Table
) -> ibis.Table:
    """The events of the SIS, with those of a reconciled day replaced by one that says present, virtual."""
    sis_events = fct_student_school_attendance_event
    reconciled = fct_attendance_decision.filter(fct_attendance_decision.is_reconciled)
    virtual = reconciled.select(
        "k_student",
        "k_student_xyear",
        "k_school",
        "k_session",
        "school_year",
        "event_date",
        attendance_code=ibis.literal(VIRTUAL),
        attendance_event_category=ibis.literal(PRESENT_VIRTUAL),
        attendance_event_reason=ibis.null("string"),
        attendance_excusal_status=ibis.null("string"),
        is_absent=ibis.literal(0).cast(sis_events.is_absent.type()),
    )
    return sis_events.anti_join(reconciled, A_DAY).union(virtual.select(*sis_events.columns))
