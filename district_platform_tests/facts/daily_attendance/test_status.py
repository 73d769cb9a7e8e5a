"""The status of a day: event, excusal, session, and which of several events stands for it."""

from decimal import Decimal
from typing import Any

import pytest

from district_platform_tests.facts.daily_attendance.reference import Row
from district_platform_tests.facts.daily_attendance.rows import (
    calendar,
    column,
    daily,
    district,
    enrollment,
    event,
    session,
)

YEAR_LONG = session("Year", 1, 30, 180)
AUTUMN = session("Autumn", 1, 5, 60)
STATUS = ("attendance_event_category", "attendance_excusal_status", "is_absent", "is_present", "is_enrolled")


def the_day(*events: Row, exit: int | None = None, **other: Any) -> Row:
    """The row of 2 September, in a calendar of three days."""
    return daily(district([enrollment(exit=exit)], calendar(1, 2, 3), list(events), **other))[1]


@pytest.mark.parametrize(
    ("events", "status"),
    [
        ([], ("In Attendance", "In Attendance", 0, 1, 1)),
        ([event(2, "1", "Excused")], ("Absent", "Excused", 1, 0, 1)),
        ([event(2, "0.5", "Unexcused")], ("Absent", "Unexcused", Decimal("0.5"), Decimal("0.5"), 1)),
        ([event(2, "0", "Unexcused", attendance_event_category="Tardy")], ("Tardy", "In Attendance", 0, 1, 1)),
        ([event(2, "1", None)], ("Absent", "Unknown", 1, 0, 1)),
        ([event(2, None)], ("Absent", "Excused", None, None, 1)),
        ([event(2, "1.5")], ("Absent", "Excused", None, None, 1)),
        ([event(2, "-1")], ("Absent", "Excused", None, None, 1)),
    ],
    ids=["no event", "absence", "half a day", "present by code", "no excusal", "not mapped", "above 1", "below 0"],
)
def test_status_of_an_enrolled_day(events: list[Row], status: tuple[Any, ...]) -> None:
    row = the_day(*events)
    assert tuple(row[name] for name in STATUS) == status


def test_only_the_category_follows_the_setting() -> None:
    row = the_day(in_attendance_code="Present")
    assert (row["attendance_event_category"], row["attendance_excusal_status"]) == ("Present", "In Attendance")


def test_an_event_after_the_exit_changes_nothing() -> None:
    late = event(2, k_session="2026-S-Autumn")
    named = event(1, k_session="2026-S-Year")
    row = the_day(named, late, exit=1, sessions=[YEAR_LONG])
    assert tuple(row[name] for name in STATUS) == ("Not Enrolled", "Not Enrolled", 0, 0, 0)
    assert row["attendance_event_reason"] is None
    assert row["k_session"] == "2026-S-Year"


def test_the_session_of_a_day_is_the_shortest_that_the_schools_events_use() -> None:
    week = session("Week", 1, 5, 5)
    uses = [event(1, k_session="2026-S-Year"), event(3, k_session="2026-S-Autumn")]
    assert the_day(*uses, sessions=[YEAR_LONG, AUTUMN, week])["k_session"] == "2026-S-Autumn"


def test_an_event_keeps_its_own_session_and_loses_an_unknown_one() -> None:
    uses = event(3, k_session="2026-S-Autumn")
    own = the_day(uses, event(2, k_session="2026-S-Year"), sessions=[YEAR_LONG, AUTUMN])
    unknown = the_day(uses, event(2, k_session="2026-S-nowhere"), sessions=[YEAR_LONG, AUTUMN])
    assert (own["k_session"], unknown["k_session"]) == ("2026-S-Year", "2026-S-Autumn")


def test_no_session_covers_the_day() -> None:
    elsewhere = session("Late", 3, 3, 1)
    assert the_day(event(3, k_session="2026-S-Late"), sessions=[elsewhere])["k_session"] is None


LOSER = {"k_session": "2026-S-Year", "attendance_event_category": "Absent", "attendance_code": "A"}


@pytest.mark.parametrize(
    ("winner", "loser"),
    [
        ({"k_session": "2026-S-Autumn", "attendance_event_category": "Tardy"}, LOSER),
        ({**LOSER, "attendance_event_category": "Aaa"}, LOSER),
        ({**LOSER, "is_absent": Decimal(1)}, {**LOSER, "is_absent": Decimal("0.5")}),
        ({**LOSER, "is_absent": Decimal(0)}, {**LOSER, "is_absent": None}),
        ({**LOSER, "attendance_code": "A"}, {**LOSER, "attendance_code": "B"}),
        (LOSER, {**LOSER, "attendance_event_category": None}),
    ],
    ids=["shorter session", "category", "more absence", "usable is_absent", "code", "nulls last"],
)
def test_of_several_events_the_first_in_order_stands_for_the_day(winner: Row, loser: Row) -> None:
    first = event(2, **({"attendance_event_reason": "wins"} | winner))
    second = event(2, **({"attendance_event_reason": "loses"} | loser))
    rows = daily(district([enrollment()], calendar(1, 2), [second, first], sessions=[YEAR_LONG, AUTUMN]))
    assert column(rows, "attendance_event_reason") == [None, "wins"]
