"""The attendance tracker that was kept by hand before the platform: which of its lines complete the history, and why others do not.

A line counts only on days without data: a mark of the SIS wins, and so does a day that sessions have reconciled. Nothing of the tracker is
sent to the SIS, whose old days are locked.
"""

import datetime as dt

import ibis
import ibis.expr.types as ir

from district_platform.facts.reconciliation.days import enrolled_days, with_gaps
from district_platform.settings import Reconciliation

VIRTUALLY, IN_PERSON, ABSENT = "virtual", "in-person", "absent"
"""What a line can say (settings.Presence)."""


def judged_days(
    stg_attendance_tracker: ibis.Table,
    dim_student: ibis.Table,
    enrollments: ibis.Table,
    dim_calendar_date: ibis.Table,
    sis_events: ibis.Table,
    gaps: ibis.Table,
    reconciliation: Reconciliation,
    exit_date_inclusive: bool,
) -> ibis.Table:
    """One row per line and school of a primary enrollment that covers its day, with all that its merging depends on.

    Without such an enrollment, one row without a school. `is_known`: a student of the SIS; `is_marked`: the SIS has a mark there;
    `is_in_gap`: the school took no attendance around the day.
    """
    lines = stg_attendance_tracker.select(
        k_student_xyear="student_id",
        activity_date="date",
        tracked_status="status",
        tracked_presence=_meaning(stg_attendance_tracker.status, reconciliation),
        tracked_minutes="minutes",
    )
    days = with_gaps(enrolled_days(lines, enrollments, dim_calendar_date, exit_date_inclusive), gaps)
    known = dim_student.select("k_student_xyear", is_known=ibis.literal(True)).distinct()
    marked = sis_events.select("k_student", "k_school", activity_date="event_date", is_marked=ibis.literal(True))
    at_school = ["k_student", "k_school", "activity_date"]
    with_students = days.left_join(known, "k_student_xyear").drop("k_student_xyear_right")
    return with_students.left_join(marked.distinct(), at_school).drop(*(f"{name}_right" for name in at_school))


def reject_reason(days: ibis.Table, reconciliation: Reconciliation, as_of_date: dt.date) -> ir.StringValue:
    """Why the tracker's line on a judged day is not merged; null where it is merged."""
    words = ", ".join(reconciliation.tracker_statuses)
    return ibis.cases(
        (days.is_known.isnull(), "student_id is no student of the SIS"),
        (days.tracked_presence.isnull(), f"status is none of: {words} (reconciliation.tracker_statuses)"),
        (days.activity_date >= as_of_date, "day not over"),
        (days.k_school.isnull(), "no primary enrollment covers the day"),
        (~days.is_school_day, "no instructional day"),
        (days.is_in_gap, "no attendance taken: a gap in the school's evidence (ATT-10)"),
        (days.is_marked.notnull(), "the SIS has a mark of the day, which wins"),
        (days.tracked_presence == IN_PERSON, "present in person: nothing to add"),
        else_=ibis.null("string"),
    )


def _meaning(status: ir.StringValue, reconciliation: Reconciliation) -> ir.StringValue:
    words = [(status.lower() == word.lower(), meaning) for word, meaning in reconciliation.tracker_statuses.items()]
    return ibis.cases(*words, else_=ibis.null("string")) if words else ibis.null("string")
