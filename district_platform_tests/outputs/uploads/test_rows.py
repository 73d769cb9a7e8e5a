"""Which rows an upload holds: what is new, what no longer holds, and never what the SIS was told already."""

import datetime as dt

import pytest

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.outputs.uploads.ledger import Row
from district_platform.outputs.uploads.rows import last_friday
from district_platform_tests.outputs.uploads.tables import FRIDAY, MONDAY, TUESDAY, add, daily, decision, due, event

DECISIONS, EVENTS, DAILY = (
    "fct_attendance_decision",
    "fct_student_school_attendance_event",
    "fct_student_daily_attendance",
)
VIRTUAL_MONDAY = Row("1", MONDAY, "present", "virtual")


@pytest.mark.parametrize(
    ("as_of", "friday"),
    [
        (dt.date(2026, 2, 16), dt.date(2026, 2, 13)),
        (dt.date(2026, 2, 14), dt.date(2026, 2, 13)),
        (dt.date(2026, 2, 13), dt.date(2026, 2, 6)),
        (dt.date(2026, 2, 12), dt.date(2026, 2, 6)),
    ],
)
def test_a_week_is_uploaded_once_its_friday_is_over(as_of: dt.date, friday: dt.date):
    assert last_friday(as_of) == friday


def test_reconciled_days_are_present_virtual_in_the_order_of_students_and_dates(tables: DuckDBTables):
    add(tables, DECISIONS, decision("2", MONDAY), decision("1", TUESDAY), decision("1", MONDAY))
    assert due(tables) == [
        ("1", MONDAY, "present", "virtual"),
        ("1", TUESDAY, "present", "virtual"),
        ("2", MONDAY, "present", "virtual"),
    ]


def test_days_after_the_last_friday_and_days_that_stay_are_not_in_it(tables: DuckDBTables):
    saturday = FRIDAY + dt.timedelta(days=1)
    add(tables, DECISIONS, decision("1", saturday), decision("1", MONDAY, "excused"))
    assert due(tables) == []


def test_a_day_at_two_schools_is_one_row(tables: DuckDBTables):
    add(tables, DECISIONS, decision("1", MONDAY), decision("1", MONDAY, k_school="B"))
    assert due(tables) == [("1", MONDAY, "present", "virtual")]


def test_what_the_sis_was_told_is_not_sent_again(tables: DuckDBTables):
    add(tables, DECISIONS, decision("1", MONDAY), decision("1", TUESDAY))
    assert due(tables, VIRTUAL_MONDAY) == [("1", TUESDAY, "present", "virtual")]


def test_a_day_that_the_sis_changed_back_is_not_flipped_again(tables: DuckDBTables):
    """The SIS shows AU again after it took the correction: somebody there knows more."""
    add(tables, DECISIONS, decision("1", MONDAY))
    add(tables, EVENTS, event("1", MONDAY, "AU"))
    assert due(tables, VIRTUAL_MONDAY) == []


def test_a_correction_that_no_longer_holds_is_taken_back(tables: DuckDBTables):
    """The vendor withdrew the session; the SIS still shows the day as the correction left it."""
    add(tables, EVENTS, event("1", MONDAY, "VIRTUAL"))
    assert due(tables, VIRTUAL_MONDAY) == [("1", MONDAY, "absent", "")]


def test_a_correction_with_too_little_time_left_is_taken_back_where_the_sis_removed_the_absence(
    tables: DuckDBTables,
):
    add(tables, DECISIONS, decision("1", MONDAY, "present in person", minutes=5))
    assert due(tables, VIRTUAL_MONDAY) == [("1", MONDAY, "absent", "")]


def test_a_correction_that_still_holds_stays(tables: DuckDBTables):
    add(tables, DECISIONS, decision("1", MONDAY, "present in person", minutes=60))
    add(tables, EVENTS, event("1", MONDAY, "VIRTUAL"))
    assert due(tables, VIRTUAL_MONDAY) == []


@pytest.mark.parametrize("code", ["AE", "TU", "AU"])
def test_a_day_that_the_sis_has_changed_since_is_left_to_it(tables: DuckDBTables, code: str):
    add(tables, EVENTS, event("1", MONDAY, code))
    assert due(tables, VIRTUAL_MONDAY) == []


def test_a_locked_day_is_not_taken_back(tables: DuckDBTables):
    add(tables, EVENTS, event("1", MONDAY, "VIRTUAL"))
    assert due(tables, VIRTUAL_MONDAY, lock_after_days=3) == []


def test_a_day_taken_back_is_sent_again_when_the_time_is_there_after_all(tables: DuckDBTables):
    add(tables, DECISIONS, decision("1", MONDAY))
    assert due(tables, Row("1", MONDAY, "absent", "")) == [("1", MONDAY, "present", "virtual")]


def test_with_a_weekly_minimum_a_day_without_time_of_its_own_is_held_by_its_week(tables: DuckDBTables):
    online = {"k_student_xyear": "1", "activity_date": FRIDAY, "n_sessions": 1, "seconds_online": 7_200}
    add(tables, "fct_student_online_day", online)
    assert due(tables, VIRTUAL_MONDAY, weekly_minimum_minutes=120) == []
    assert due(tables, VIRTUAL_MONDAY) == [("1", MONDAY, "absent", "")]


def test_every_day_is_stated_where_the_district_asks_for_all(tables: DuckDBTables):
    add(tables, DECISIONS, decision("4", MONDAY))
    add(
        tables,
        DAILY,
        daily("1", MONDAY, 0, "In Attendance"),
        daily("2", MONDAY, 1, "Absence"),
        daily("3", MONDAY, 0.5, "Partial Day Absence"),
        daily("4", MONDAY, 1, "Absence"),
        daily("5", MONDAY, 1, "Absence"),
        daily("5", MONDAY, 0.25, "Partial Day Absence", school="B"),
    )
    assert due(tables, upload_scope="all") == [
        ("1", MONDAY, "present", "in-person"),
        ("2", MONDAY, "absent", ""),
        ("3", MONDAY, "absent", ""),
        ("4", MONDAY, "present", "virtual"),
        ("5", MONDAY, "present", "in-person"),
    ]


def test_of_every_day_only_what_changed_is_sent_after_approval(tables: DuckDBTables):
    add(tables, DAILY, daily("1", MONDAY, 1, "Absence"), daily("2", MONDAY, 0, "In Attendance"))
    before = (Row("1", MONDAY, "present", "in-person"), Row("2", MONDAY, "present", "in-person"))
    assert due(tables, *before, upload_scope="all") == [("1", MONDAY, "absent", "")]
