"""The attendance history of students: the one relation that the page Student, the API and other stores show.

The attendance of record is the daily fact's, which may follow the SIS or the reconciled events. Here a day's category and absence are
as the SIS has them, and what online learning says of the day stands beside them, so that a correction is seen before the SIS took it.
"""

import ibis
import ibis.expr.types as ir

from district_platform.dictionary.online import PRESENT_VIRTUAL, TRACKED_ABSENCE
from district_platform.facts.daily_attendance.events import IN_ATTENDANCE, UNKNOWN

KEY = ("k_student_xyear", "k_school", "calendar_date")
COLUMNS = (
    *KEY,
    "school_year",
    "k_session",
    "attendance_event_category",
    "attendance_event_reason",
    "attendance_excusal_status",
    "is_absent",
    "is_present",
    "presence_source",
    "correction",
    "is_tracked",
)
IN_PERSON, VIRTUAL = "in-person", "virtual"
PENDING, CONFIRMED = "pending", "confirmed"
READ = (
    "fct_student_daily_attendance",
    "fct_attendance_decision",
    "fct_tracked_attendance_day",
    "fct_student_school_attendance_event",
)
"""Tables that it is made of, in the order of the arguments."""

_DAY = ["k_student_xyear", "k_school", "event_date"]
_STATED = ("attendance_event_category", "attendance_event_reason", "attendance_excusal_status", "is_absent")


def attendance_history(days: ibis.Table, decisions: ibis.Table, tracked: ibis.Table, sis: ibis.Table) -> ibis.Table:
    """One row per student, school and date: the daily fact's enrolled days, and days that only the hand-kept tracker knows.

    category, reason, excusal and is_absent: as the SIS has them; of days without a mark of the SIS that are not in the daily fact, as the
    tracker has them. A day without a mark that became present, virtual has none of them where the daily fact follows the reconciled
    events.
    presence_source: virtual where reconciliation, the tracker or the SIS says so, in-person where the SIS has the student present for any
    part of the day, else null.
    correction: pending while the SIS does not show what reconciliation decided; confirmed when the SIS shows the day as virtual.
    is_tracked: whether the tracker has the day and the SIS no mark of it.
    """
    merged = tracked.filter(tracked.reject_reason.isnull()).select(*_DAY, "school_year", "tracked_presence")
    recorded = _recorded(days.filter(days.is_enrolled == 1), decisions, merged, sis)
    return ibis.union(recorded, _known_to_the_tracker_alone(merged, days))


def _recorded(days: ibis.Table, decisions: ibis.Table, merged: ibis.Table, sis: ibis.Table) -> ibis.Table:
    """The daily fact's days with what else is known of them."""
    decided = decisions.filter(decisions.is_reconciled, decisions.k_school.notnull()).select(
        *_DAY, "old_attendance_code", is_decided=ibis.literal(True)
    )
    at = _on(days, decided)
    known = days.left_join(decided, at).drop(*(f"{name}_right" for name in _DAY[:2]), "event_date")
    online = merged.drop("school_year")
    known = known.left_join(online, _on(known, online)).drop(*(f"{name}_right" for name in _DAY[:2]), "event_date")
    before = _marks_before(decided, sis)
    known = known.left_join(before, _on(known, before)).drop(*(f"{name}_right" for name in _DAY[:2]), "event_date")
    is_decided, is_tracked = known.is_decided.notnull(), known.tracked_presence.notnull()
    is_virtual = known.attendance_event_category == PRESENT_VIRTUAL
    is_replaced = is_decided & is_virtual
    stated = {name: is_replaced.ifelse(known[f"{name}_before"], known[name]) for name in _STATED}
    source = ibis.cases(
        (is_decided | is_virtual.fill_null(False) | (known.tracked_presence == VIRTUAL).fill_null(False), VIRTUAL),
        (is_tracked, ibis.null("string")),
        (known.is_absent < 1, IN_PERSON),
        else_=ibis.null("string"),
    )
    correction = ibis.cases((is_decided, PENDING), (is_virtual & ~is_tracked, CONFIRMED), else_=ibis.null("string"))
    return known.mutate(
        **stated,
        is_present=is_replaced.ifelse(1 - known.is_absent_before, known.is_present).cast(known.is_present.type()),
        presence_source=source,
        correction=correction,
        is_tracked=is_tracked,
    ).select(*COLUMNS)


def _marks_before(decided: ibis.Table, sis: ibis.Table) -> ibis.Table:
    """What the SIS has of the days that reconciliation changed, wherever it holds the mark."""
    marks = decided.join(
        sis.select("k_student_xyear", "event_date", *_STATED, old_attendance_code="attendance_code"),
        ["k_student_xyear", "event_date", "old_attendance_code"],
    )
    excusal = (marks.is_absent == 0).ifelse(IN_ATTENDANCE, marks.attendance_excusal_status.fill_null(UNKNOWN))
    return (
        marks.mutate(attendance_excusal_status=excusal)
        .group_by(_DAY)
        .agg(**{f"{name}_before": ibis._[name].max() for name in _STATED})
    )


def _known_to_the_tracker_alone(merged: ibis.Table, days: ibis.Table) -> ibis.Table:
    """Days of the tracker on which the daily fact has no enrolled day of the student."""
    enrolled = days.filter(days.is_enrolled == 1)
    alone = merged.anti_join(enrolled, _on(merged, enrolled, "event_date", "calendar_date"))
    is_online = alone.tracked_presence == VIRTUAL
    absent = _as(is_online.ifelse(0, 1), days.is_absent)
    return alone.mutate(
        calendar_date=alone.event_date,
        k_session=ibis.null("string"),
        attendance_event_category=is_online.ifelse(PRESENT_VIRTUAL, TRACKED_ABSENCE),
        attendance_event_reason=ibis.null("string"),
        attendance_excusal_status=is_online.ifelse(IN_ATTENDANCE, UNKNOWN),
        is_absent=absent,
        is_present=_as(is_online.ifelse(1, 0), days.is_present),
        presence_source=is_online.ifelse(VIRTUAL, ibis.null("string")),
        correction=ibis.null("string"),
        is_tracked=ibis.literal(True),
    ).select(*COLUMNS)


def _on(
    left: ibis.Table, right: ibis.Table, date: str = "calendar_date", other: str = "event_date"
) -> list[ir.BooleanValue]:
    """That two tables speak of the same student, school and date."""
    return [
        left.k_student_xyear == right.k_student_xyear,
        left.k_school == right.k_school,
        left[date] == right[other],
    ]


def _as(value: ir.Value, like: ir.Value) -> ir.Value:
    return value.cast(like.type())
