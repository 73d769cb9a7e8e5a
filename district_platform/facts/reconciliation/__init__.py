"""Attendance reconciled with online learning: students who were marked absent and worked online that day. Rules: docs/reconciliation.md.

Each module holds one part: `sessions` (whose a session is, and whether it counts), `minutes` (time online a day), `days` (which days
are considered, and what is known of them), `policies` (whose rules hold), `decisions` (what becomes of a day), `tracker` (what was
kept by hand before), `codes` (those that the platform adds). What goes to the SIS is `outputs.uploads`.
"""

import datetime as dt

import ibis

from district_platform.dictionary.online import PRESENT_VIRTUAL, TRACKED, TRACKED_ABSENCE, VIRTUAL
from district_platform.facts.daily_attendance.days import took_attendance_on
from district_platform.facts.daily_attendance.gaps import attendance_days, evidence_gaps
from district_platform.facts.daily_attendance.spells import enrollment_spells
from district_platform.facts.daily_attendance.strays import placed_events
from district_platform.facts.reconciliation import days, decisions, minutes, policies, sessions, tracker
from district_platform.settings import Attendance, Reconciliation

A_DAY = ["k_student", "k_school", "event_date"]
EVENT_DAY = ["k_student", "k_student_xyear", "k_school", "k_session", "school_year", "event_date"]


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
    fct_student_program_association: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    reconciliation: Reconciliation,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per student, school and date considered: every day online, and every other day that a weekly minimum can change.

    A stray event (docs/attendance.md) is a mark of the school at which it counts. In a gap of evidence no attendance was taken.
    """
    online, sis_events = fct_student_online_day, fct_student_school_attendance_event
    taken = (dim_calendar_date, sis_events, stg_attendance_submissions, attendance, as_of_date)
    marks = _where_they_count(sis_events, fct_student_school_association, attendance_days(*taken), attendance)
    considered = days.enrolled_days(
        days.days_considered(online, sis_events, reconciliation),
        fct_student_school_association,
        dim_calendar_date,
        attendance.exit_date_inclusive,
    )
    evidence = took_attendance_on(dim_calendar_date, sis_events, stg_attendance_submissions, as_of_date)
    marked = days.with_marks(considered, marks, evidence, evidence_gaps(*taken))
    known = days.with_week(marked, online)
    ruled = policies.with_policy(known, fct_student_program_association, reconciliation)
    within_reach = (ruled.n_sessions > 0) | ruled.old_attendance_code.notnull()
    within_reach |= ruled.is_school_day & ruled.marks_everyone
    return decisions.decided(ruled.filter(within_reach), reconciliation, as_of_date)


def fct_tracked_attendance_day(
    stg_attendance_tracker: ibis.Table,
    dim_student: ibis.Table,
    fct_student_school_association: ibis.Table,
    dim_calendar_date: ibis.Table,
    fct_student_school_attendance_event: ibis.Table,
    stg_attendance_submissions: ibis.Table,
    reconciliation: Reconciliation,
    attendance: Attendance,
    as_of_date: dt.date,
) -> ibis.Table:
    """One row per line of the tracker and school where the student is enrolled on its day; merged where no reason speaks against it."""
    sis_events, associations = fct_student_school_attendance_event, fct_student_school_association
    taken = (dim_calendar_date, sis_events, stg_attendance_submissions, attendance, as_of_date)
    judged = tracker.judged_days(
        stg_attendance_tracker,
        dim_student,
        associations,
        dim_calendar_date,
        _where_they_count(sis_events, associations, attendance_days(*taken), attendance),
        evidence_gaps(*taken),
        reconciliation,
        attendance.exit_date_inclusive,
    )
    reasoned = judged.mutate(reject_reason=tracker.reject_reason(judged, reconciliation, as_of_date))
    return reasoned.rename(event_date="activity_date").drop("is_school_day", "is_known", "is_marked", "is_in_gap")


def fct_reconciled_attendance_event(
    fct_student_school_attendance_event: ibis.Table,
    fct_attendance_decision: ibis.Table,
    fct_tracked_attendance_day: ibis.Table,
) -> ibis.Table:
    """The events of the SIS and of the tracker; the events of a reconciled day are replaced by one event: present, virtual."""
    sis_events = fct_student_school_attendance_event
    reconciled = fct_attendance_decision.filter(fct_attendance_decision.is_reconciled)
    merged = fct_tracked_attendance_day.filter(fct_tracked_attendance_day.reject_reason.isnull())
    tracked = merged.anti_join(reconciled, A_DAY).mutate(k_session=ibis.null("string"))
    virtual = ibis.union(
        reconciled.select(*EVENT_DAY), tracked.filter(tracked.tracked_presence == tracker.VIRTUALLY).select(*EVENT_DAY)
    )
    absent = tracked.filter(tracked.tracked_presence == tracker.ABSENT).select(*EVENT_DAY)
    return ibis.union(
        sis_events.anti_join(reconciled, A_DAY),
        _events(virtual, VIRTUAL, PRESENT_VIRTUAL, 0, sis_events),
        _events(absent, TRACKED, TRACKED_ABSENCE, 1, sis_events),
    )


def _where_they_count(
    sis_events: ibis.Table, associations: ibis.Table, attendance_days: ibis.Table, attendance: Attendance
) -> ibis.Table:
    """The SIS's events at the schools where the daily fact counts them."""
    spells = enrollment_spells(associations, attendance.exit_date_inclusive)
    return placed_events(sis_events, spells, attendance_days, attendance)


def _events(days: ibis.Table, code: str, category: str, is_absent: int, like: ibis.Table) -> ibis.Table:
    """One event a day, in the shape of the SIS's."""
    events = days.mutate(
        attendance_code=ibis.literal(code),
        attendance_event_category=ibis.literal(category),
        attendance_event_reason=ibis.null("string"),
        attendance_excusal_status=ibis.null("string"),
        is_absent=ibis.literal(is_absent).cast(like.is_absent.type()),
    )
    return events.select(*like.columns)
