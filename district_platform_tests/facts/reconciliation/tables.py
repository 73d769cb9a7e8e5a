"""Rows in, rows out: what the reconciliation reads as small tables, and its results as Python values."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis

from district_platform.facts.reconciliation import (
    fct_attendance_decision,
    fct_reconciled_attendance_event,
    fct_student_online_day,
    fct_tracked_attendance_day,
    learner_session_rejects,
)
from district_platform.settings import Attendance, Reconciliation
from district_platform_tests.facts.daily_attendance.tables import ASSOCIATION, CALENDAR, EVENT, rows_of
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

SESSION = {
    "session_uuid": "string",
    "learner_id": "string",
    "sis_student_id": "string",
    "login_at": "timestamp",
    "logout_at": "timestamp",
    "active_minutes": "decimal(9, 2)",
    "course_name": "string",
}

PROGRAM = {
    "k_student": "string",
    "k_student_xyear": "string",
    "school_year": "int64",
    "program": "string",
    "begin_date": "date",
    "end_date": "date",
}
TRACKER = {"student_id": "string", "date": "date", "status": "string", "minutes": "decimal(9, 2)", "note": "string"}

AS_OF = dt.date(2026, 2, 13)
MONDAY = dt.date(2026, 2, 9)
TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = (MONDAY + dt.timedelta(days=n) for n in range(1, 7))

Session = tuple[str, str | None, str | None, float | None]
"""Learner, login, logout ('2026-02-09 09:00'), active minutes; the learner's number is the student's id too."""

MEANING = {
    "AU": ("Absence", "Unexcused", 1),
    "AE": ("Absence", "Excused", 1),
    "AX": ("Absence", None, 1),
    "HU": ("Partial Day Absence", "Unexcused", Decimal("0.5")),
    "TU": ("Tardy", "Unexcused", 0),
    "??": (None, None, None),
}


def sessions(rows: list[Session], *, sis_ids: bool = True) -> ibis.Table:
    records = [
        (
            f"s{number}",
            f"L{learner}",
            learner if sis_ids else None,
            _moment(login),
            _moment(logout),
            _decimal(active),
            None,
        )
        for number, (learner, login, logout, active) in enumerate(rows)
    ]
    return memtable(SESSION, records)


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def _decimal(minutes: float | None) -> Decimal | None:
    return None if minutes is None else Decimal(str(minutes))


def crosswalk(*rows: tuple[str, str]) -> ibis.Table:
    return memtable({"learner_id": "string", "student_id": "string"}, rows)


def students(*ids: str) -> ibis.Table:
    return memtable({"k_student_xyear": "string"}, [(student,) for student in ids])


def online(rows: list[Session], reconciliation: Reconciliation | None = None) -> ibis.Table:
    return executed(
        fct_student_online_day, sessions(rows), crosswalk(), students("1", "2"), reconciliation or Reconciliation()
    )


def minutes(*rows: Session) -> dict[str, Decimal]:
    """Minutes online of the one student of these sessions, by date."""
    days = rows_of(online(list(rows)), order=["activity_date"])
    return {str(day["activity_date"]): day["minutes_online"] for day in days}


def rejected(table: ibis.Table, *, learner_crosswalk: ibis.Table | None = None) -> dict[str, str]:
    known = crosswalk() if learner_crosswalk is None else learner_crosswalk
    rejects = executed(learner_session_rejects, table, known, students("1", "2"), Reconciliation())
    return {row["session_uuid"]: row["reject_reason"] for row in rows_of(rejects, order=["session_uuid"])}


def events(*marks: tuple[str, dt.date, str], school: str = "A") -> ibis.Table:
    """Events of the SIS: student, date, code."""
    rows = []
    for student, date, code in marks:
        category, status, is_absent = MEANING[code]
        record = {
            "k_student": f"2026-{student}",
            "k_student_xyear": student,
            "k_school": school,
            "school_year": 2026,
            "event_date": date,
            "attendance_code": code,
            "attendance_event_category": category,
            "attendance_excusal_status": status,
            "is_absent": None if is_absent is None else Decimal(is_absent),
        }
        rows.append(tuple(record.get(name) for name in EVENT.names))
    return memtable(EVENT, rows)


def enrollments(*rows: tuple[str, str, dt.date, dt.date | None], is_primary: bool | None = True) -> ibis.Table:
    """Student, school, entry, exit."""
    records = []
    for number, (student, school, entry, exit_) in enumerate(rows):
        record = {
            "k_student": f"2026-{student}",
            "k_student_xyear": student,
            "k_school": school,
            "school_year": 2026,
            "enrollment_id": str(number),
            "calendar_code": "STD",
            "entry_date": entry,
            "exit_date": exit_,
            "is_primary": is_primary,
        }
        records.append(tuple(record.get(name) for name in ASSOCIATION.names))
    return memtable(ASSOCIATION, records)


def calendar(*schools: str, holidays: tuple[dt.date, ...] = ()) -> ibis.Table:
    """Six weeks up to Sunday 15 February 2026; weekdays are instructional but for the holidays."""
    dates = [SUNDAY - dt.timedelta(days=n) for n in range(42)]
    records = []
    for school in schools:
        for date in dates:
            record: dict[str, Any] = {
                "k_school": school,
                "school_year": 2026,
                "calendar_code": "STD",
                "calendar_date": date,
                "is_school_day": date.weekday() < 5 and date not in holidays,
            }
            records.append(tuple(record.get(name) for name in CALENDAR.names))
    return memtable(CALENDAR, records)


def decide(
    online_days: ibis.Table,
    sis_events: ibis.Table,
    *,
    enrolled: ibis.Table | None = None,
    dates: ibis.Table | None = None,
    submissions: tuple[tuple[str, dt.date], ...] = (),
    participation: tuple[tuple[str, str, dt.date, dt.date | None], ...] = (),
    attendance: Attendance | None = None,
    **policy: Any,
) -> ibis.Table:
    """The decisions; `participation`: student, program, begin, end."""
    return executed(
        fct_attendance_decision,
        online_days,
        enrollments(("1", "A", dt.date(2025, 8, 20), None)) if enrolled is None else enrolled,
        calendar("A", "B") if dates is None else dates,
        sis_events,
        memtable(PROGRAM, [(f"2026-{student}", student, 2026, *stretch) for student, *stretch in participation]),
        memtable({"school_id": "string", "submission_date": "date"}, submissions),
        Reconciliation(**policy),
        attendance or Attendance(),
        AS_OF,
    )


def verdicts(decisions: ibis.Table) -> dict[dt.date, str]:
    """The rule of each date, of one student at one school."""
    found = rows_of(decisions, order=["event_date"])
    assert len({row["event_date"] for row in found}) == len(found)
    return {row["event_date"]: row["reconciliation_rule"] for row in found}


def tracked(
    *lines: tuple[str, dt.date, str | None],
    sis_events: ibis.Table | None = None,
    enrolled: ibis.Table | None = None,
    dates: ibis.Table | None = None,
    submissions: tuple[tuple[str, dt.date], ...] = (),
    attendance: Attendance | None = None,
    **policy: Any,
) -> ibis.Table:
    """The days of a tracker with these lines: student, date, status."""
    return executed(
        fct_tracked_attendance_day,
        memtable(TRACKER, [(*line, None, None) for line in lines]),
        students("1", "2"),
        enrollments(("1", "A", dt.date(2025, 8, 20), None)) if enrolled is None else enrolled,
        calendar("A", "B") if dates is None else dates,
        events() if sis_events is None else sis_events,
        memtable({"school_id": "string", "submission_date": "date"}, submissions),
        Reconciliation(**policy),
        attendance or Attendance(),
        AS_OF,
    )


def reconciled(
    decisions: ibis.Table, sis_events: ibis.Table, tracker: ibis.Table | None = None
) -> list[tuple[str, dt.date, str, Decimal | None]]:
    """Student, date, code and is_absent of every event after reconciliation."""
    merged = executed(fct_reconciled_attendance_event, sis_events, decisions, tracked() if tracker is None else tracker)
    events = rows_of(merged, order=["k_student_xyear", "event_date", "attendance_code"])
    return [(e["k_student_xyear"], e["event_date"], e["attendance_code"], e["is_absent"]) for e in events]


def an_hour_on(*dates: dt.date, student: str = "1", minutes: int = 60) -> list[Session]:
    begins = [dt.datetime.combine(date, dt.time(9)) for date in dates]
    return [(student, str(begin), str(begin + dt.timedelta(minutes=minutes)), None) for begin in begins]
