"""Which days there are: the calendar, the evidence, the enrollment."""

import datetime as dt

from district_platform_tests.facts.daily_attendance.rows import (
    calendar,
    column,
    daily,
    days_of,
    district,
    enrollment,
    event,
    submission,
)
from district_platform_tests.facts.daily_attendance.tables import days_taken, rows_of

TWO_WEEKS = calendar(1, 2, 3, 4, 5, 8, 9, 10, 11, 12)


def test_only_school_days_count() -> None:
    case = district([enrollment()], calendar(1, 2, 3, holidays=(2,)))
    assert days_of(daily(case)) == [1, 3]


def test_a_running_year_ends_with_the_latest_evidence() -> None:
    case = district([enrollment()], TWO_WEEKS, as_of=11, submissions=[submission(8)])
    assert days_of(daily(case)) == [1, 2, 3, 4, 5, 8]


def test_a_year_is_over_once_its_last_date_is_reached_and_then_has_all_its_days() -> None:
    case = district([enrollment()], TWO_WEEKS, as_of=12, submissions=[submission(8)])
    assert days_of(daily(case)) == [1, 2, 3, 4, 5, 8, 9, 10, 11, 12]


def test_an_event_dated_in_the_future_is_no_evidence() -> None:
    typo = [event(3), event(dt.date(2031, 9, 9)), event(11)]
    case = district([enrollment()], TWO_WEEKS, typo, as_of=10, submissions=[])
    assert days_of(daily(case)) == [1, 2, 3]


def test_a_school_without_evidence_has_no_rows() -> None:
    assert daily(district([enrollment()], TWO_WEEKS, submissions=[])) == []


def test_events_of_another_source_are_no_evidence() -> None:
    case = district([enrollment()], TWO_WEEKS, [event(9)], as_of=10, submissions=[submission(2)], sis_events=[])
    assert days_of(daily(case)) == [1, 2]


def test_days_begin_with_the_entry_and_go_on_after_the_exit() -> None:
    rows = daily(district([enrollment(entry=3, exit=5)], TWO_WEEKS))
    assert days_of(rows) == [3, 4, 5, 8, 9, 10, 11, 12]
    assert column(rows, "is_enrolled") == [1, 1, 1, 0, 0, 0, 0, 0]


def test_the_exit_day_is_not_enrolled_where_exit_dates_are_exclusive() -> None:
    rows = daily(district([enrollment(entry=3, exit=5)], TWO_WEEKS, exit_date_inclusive=False))
    assert column(rows, "is_enrolled") == [1, 1, 0, 0, 0, 0, 0, 0]


def test_a_no_show_is_never_enrolled() -> None:
    rows = daily(district([enrollment(entry=3, exit=2)], calendar(1, 2, 3, 4)))
    assert days_of(rows) == [3, 4]
    assert column(rows, "attendance_event_category") == ["Not Enrolled", "Not Enrolled"]


def test_no_entry_date_no_days() -> None:
    assert daily(district([enrollment(entry=None)], TWO_WEEKS)) == []


def test_no_calendar_no_days() -> None:
    assert daily(district([enrollment(calendar=None)], TWO_WEEKS)) == []


def test_a_day_of_an_ended_enrollment_alone_has_no_row_while_another_one_covers_it() -> None:
    both = calendar(1, 2, 3, 4, 5, 6) + calendar(1, 2, 4, 5, code="alt")
    case = district([enrollment(1, 2, "main"), enrollment(3, 5, "alt")], both)
    rows = daily(case)
    assert days_of(rows) == [1, 2, 4, 5, 6]
    assert column(rows, "is_enrolled") == [1, 1, 1, 1, 0]


def test_a_day_in_two_calendars_is_one_row_from_the_first() -> None:
    both = calendar(1, 2) + calendar(2, 3, code="alt")
    rows = daily(district([enrollment(calendar="main"), enrollment(calendar="alt")], both))
    assert column(rows, "k_calendar_date") == ["S-main-2025-09-01", "S-alt-2025-09-02", "S-alt-2025-09-03"]


def test_each_school_day_up_to_today_says_what_evidence_there_is() -> None:
    case = district(
        [enrollment()],
        calendar(1, 2, 3, 4, 5, holidays=(4,)),
        [event(2), event(3)],
        as_of=5,
        submissions=[submission(3)],
    )
    found = [(row["calendar_date"].day, row["has_submission"], row["has_events"]) for row in rows_of(days_taken(case))]
    assert found == [(1, False, False), (2, False, True), (3, True, True), (5, False, False)]


def test_a_day_of_two_calendars_is_one_day_and_those_to_come_are_none() -> None:
    days = [*calendar(1, 2), *calendar(1, 2, 3, code="other", holidays=(1,))]
    assert [row["calendar_date"].day for row in rows_of(days_taken(district([enrollment()], days, as_of=2)))] == [1, 2]
