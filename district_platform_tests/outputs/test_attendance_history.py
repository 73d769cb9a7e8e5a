"""What the attendance history says of a day: as the SIS has it, and beside it what is known of learning online."""

import datetime as dt
from decimal import Decimal

import pytest

from district_platform.outputs.attendance_history import KEY, attendance_history
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

MONDAY, TUESDAY = dt.date(2026, 1, 12), dt.date(2026, 1, 13)
ADA, NORTH, YEAR = "0007", "0101", 2026

DAYS = {
    "k_student_xyear": "string",
    "k_school": "string",
    "calendar_date": "date",
    "school_year": "int64",
    "k_session": "string",
    "attendance_event_category": "string",
    "attendance_event_reason": "string",
    "attendance_excusal_status": "string",
    "is_absent": "decimal(5,4)",
    "is_present": "decimal(5,4)",
    "is_enrolled": "int64",
}
DECISIONS = {
    "k_student_xyear": "string",
    "k_school": "string",
    "event_date": "date",
    "is_reconciled": "boolean",
    "old_attendance_code": "string",
}
TRACKED = {
    "k_student_xyear": "string",
    "k_school": "string",
    "event_date": "date",
    "school_year": "int64",
    "tracked_presence": "string",
    "reject_reason": "string",
}
MARKS = {
    "k_student_xyear": "string",
    "k_school": "string",
    "event_date": "date",
    "attendance_code": "string",
    "attendance_event_category": "string",
    "attendance_event_reason": "string",
    "attendance_excusal_status": "string",
    "is_absent": "decimal(5,4)",
}


def day(category: str | None, excusal: str, absent: str | None, date: dt.date = MONDAY, enrolled: int = 1) -> tuple:
    amount = None if absent is None else Decimal(absent)
    present = None if amount is None else 1 - amount
    return (ADA, NORTH, date, YEAR, "FY", category, None, excusal, amount, present, enrolled)


PRESENT = day("In Attendance", "In Attendance", "0")
ABSENT = day("Absence", "Unexcused", "1")
VIRTUAL = day("Present Virtual", "In Attendance", "0")
DECIDED = (ADA, NORTH, MONDAY, True, "A")
WITHOUT_MARK = (ADA, NORTH, MONDAY, True, None)
MARK = (ADA, NORTH, MONDAY, "A", "Absence", "flu", None, Decimal(1))
ONLINE = (ADA, NORTH, MONDAY, YEAR, "virtual", None)
MISSED = (ADA, NORTH, MONDAY, YEAR, "absent", None)


def history(days=(), decisions=(), tracked=(), marks=()) -> list[dict]:
    found = executed(
        attendance_history,
        memtable(DAYS, days),
        memtable(DECISIONS, decisions),
        memtable(TRACKED, tracked),
        memtable(MARKS, marks),
    )
    return found.to_pyarrow().sort_by([(name, "ascending") for name in KEY]).to_pylist()


def said(**tables) -> list[tuple]:
    return [
        (
            row["attendance_event_category"],
            None if row["is_absent"] is None else float(row["is_absent"]),
            row["presence_source"],
            row["correction"],
            row["is_tracked"],
        )
        for row in history(**tables)
    ]


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (PRESENT, ("In Attendance", 0, "in-person", None, False)),
        (ABSENT, ("Absence", 1, None, None, False)),
        (day("Absence", "Excused", "0.5"), ("Absence", 0.5, "in-person", None, False)),
        (day(None, "Unknown", None), (None, None, None, None, False)),
        (VIRTUAL, ("Present Virtual", 0, "virtual", "confirmed", False)),
    ],
)
def test_day_is_as_the_sis_has_it(recorded, expected):
    assert said(days=[recorded], marks=[MARK]) == [expected]


def test_day_after_the_exit_is_no_day_of_the_history():
    assert said(days=[day("Not Enrolled", "Not Enrolled", "0", enrolled=0)]) == []


def test_pending_correction_stands_beside_the_absence_whichever_events_the_daily_fact_follows():
    by_sis = said(days=[ABSENT], decisions=[DECIDED], marks=[MARK])
    by_reconciled = said(days=[VIRTUAL], decisions=[DECIDED], marks=[MARK])
    assert by_sis == by_reconciled == [("Absence", 1, "virtual", "pending", False)]
    [restored] = history(days=[VIRTUAL], decisions=[DECIDED], marks=[MARK])
    assert (restored["attendance_event_reason"], restored["attendance_excusal_status"]) == ("flu", "Unknown")
    assert (restored["is_present"], restored["k_session"]) == (0, "FY")


def test_mark_that_another_school_holds_is_the_mark_of_the_day():
    elsewhere = (ADA, "0102", *MARK[2:])
    assert said(days=[VIRTUAL], decisions=[DECIDED], marks=[elsewhere])[0][:2] == ("Absence", 1)


def test_reconciled_day_without_a_mark_has_nothing_of_the_sis():
    assert said(days=[VIRTUAL], decisions=[WITHOUT_MARK], marks=[MARK]) == [(None, None, "virtual", "pending", False)]


def test_decision_that_changes_nothing_says_nothing():
    assert said(days=[ABSENT], decisions=[(ADA, NORTH, MONDAY, False, "A")], marks=[MARK]) == [
        ("Absence", 1, None, None, False)
    ]


def test_day_that_only_the_tracker_knows_is_added():
    assert said(days=[day("Absence", "Excused", "1", TUESDAY)], tracked=[ONLINE]) == [
        ("Present Virtual", 0, "virtual", None, True),
        ("Absence", 1, None, None, False),
    ]
    assert said(tracked=[MISSED]) == [("Absence", 1, None, None, True)]


def test_day_of_the_daily_fact_keeps_its_reading_beside_the_tracker():
    assert said(days=[PRESENT], tracked=[ONLINE]) == [("In Attendance", 0, "virtual", None, True)]
    assert said(days=[PRESENT], tracked=[MISSED]) == [("In Attendance", 0, None, None, True)]


def test_line_of_the_tracker_that_was_not_merged_is_no_day():
    rejected = (*MISSED[:-1], "the SIS has a mark of the day, which wins")
    assert said(tracked=[rejected]) == []


def test_nothing_repeats_when_all_know_the_day():
    rows = history(days=[VIRTUAL], decisions=[DECIDED], tracked=[ONLINE], marks=[MARK, (ADA, "0102", *MARK[2:])])
    assert len(rows) == 1
