"""Who is on a school's call list, and what the list says of them."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis

from district_platform.facts.daily_attendance import msr_student_cumulative_attendance
from district_platform.outputs.call_lists.students import students_to_call
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import DEFAULTS
from district_platform_tests.facts.daily_attendance.reference import District, Row
from district_platform_tests.facts.daily_attendance.rows import enrollment, event
from district_platform_tests.facts.daily_attendance.tables import (
    ASSOCIATION,
    CALENDAR,
    EVENT,
    SUBMISSION,
    daily_fact,
    memtable,
    rows_of,
)
from district_platform_tests.transforms import executed

FIRST = dt.date(2025, 9, 1)
STUDENT = ibis.schema({"k_student": "string", "first_name": "string", "last_name": "string"})
ADA = {"k_student": "2026-7", "first_name": "Ada", "last_name": "Arden"}


def date(number: int) -> dt.date:
    """The day of a calendar on which every date is instructional, counted from 1 September."""
    return FIRST + dt.timedelta(days=number - 1)


def days(n: int, school: str = "S") -> list[Row]:
    return [
        {
            "k_calendar_date": f"{school}-{date(number)}",
            "k_school": school,
            "school_year": 2026,
            "calendar_code": "main",
            "calendar_date": date(number),
            "is_school_day": True,
        }
        for number in range(1, n + 1)
    ]


def absent(number: int, is_absent: str = "1", excusal: str | None = "Unexcused", **other: Any) -> Row:
    return event(date(number), is_absent, excusal, **other)


def to_call(
    *events: Row,
    taught: int = 60,
    as_of: int = 60,
    enrollments: list[Row] | None = None,
    exit_date_inclusive: bool = True,
) -> list[Row]:
    """The lists on day `as_of` of a year of 200 days, of which attendance was taken on the first `taught`."""
    own = enrollments or [enrollment(grade_level="05", is_primary=True)]
    taken = [{"school_id": school, "submission_date": date(n)} for school in "ST" for n in range(1, taught + 1)]
    calendar = days(200) + days(200, "T")
    case = District(
        own,
        calendar,
        [],
        list(events),
        taken,
        list(DEFAULTS),
        list(events),
        date(as_of),
        exit_date_inclusive=exit_date_inclusive,
    )
    fact = daily_fact(case)
    lists = executed(
        students_to_call,
        fact,
        executed(msr_student_cumulative_attendance, fact),
        memtable(own, ASSOCIATION),
        memtable(calendar, CALENDAR),
        memtable([ADA], STUDENT),
        memtable(list(events), EVENT),
        memtable(taken, SUBMISSION),
        Attendance(exit_date_inclusive=exit_date_inclusive),
        date(as_of),
    )
    return rows_of(lists, order=())


def enrolled(entry: int = 1, exit: int | None = None, **other: Any) -> Row:
    row = enrollment(grade_level="05", is_primary=True)
    return row | {"entry_date": date(entry), "exit_date": exit and date(exit)} | other


def test_a_list_says_of_a_student_what_the_caller_needs() -> None:
    excused = absent(30, excusal="Excused")
    assert to_call(absent(10), excused, absent(40, "0.5"), absent(59), absent(60)) == [
        {
            "k_student": "2026-7",
            "k_school": "S",
            "student_id": "7",
            "grade": "05",
            "is_chronic_absentee": False,
            "days_absent": Decimal("4.5"),
            "attendance_rate": Decimal("92.5"),
            "days_absent_45": Decimal("3.5"),
            "days_unexcused_45": Decimal("2.5"),
            "last_day_present": date(58),
            "current_streak": 2,
            "trend_days_absent": Decimal(2),
            "trend_days_absent_before": Decimal("1.5"),
            "first_name": "Ada",
            "last_name": "Arden",
        }
    ]


def test_two_days_absent_in_45_calendar_days_to_the_latest_evidence_put_a_student_on_the_list() -> None:
    assert not to_call(absent(15), absent(16))
    assert to_call(absent(16), absent(17))[0]["days_absent_45"] == 2
    assert not to_call(absent(16), absent(17, "0.5"))
    assert to_call(absent(16), absent(17), taught=60, as_of=75)
    assert not to_call(absent(15), absent(16), taught=60, as_of=75)


def test_a_chronically_absent_student_is_on_the_list_whatever_happened_lately() -> None:
    early = [absent(number) for number in range(1, 8)]
    [row] = to_call(*early)
    assert (row["days_absent_45"], row["days_absent"], row["is_chronic_absentee"]) == (0, 7, True)
    assert not to_call(*early[:5])


def test_who_is_not_enrolled_today_is_not_called() -> None:
    lately = [absent(40), absent(41)]
    assert not to_call(*lately, enrollments=[enrolled(exit=59)])
    assert to_call(*lately, enrollments=[enrolled(exit=60)])
    assert not to_call(*lately, enrollments=[enrolled(exit=60)], exit_date_inclusive=False)
    assert not to_call(*lately, enrollments=[enrolled(exit=50), enrolled(70)])
    assert not to_call(*lately, taught=200, as_of=201)


def test_a_student_of_two_schools_is_on_the_list_of_the_one_where_days_are_missed() -> None:
    both = [enrolled(), enrolled(k_school="T", is_primary=False)]
    lists = to_call(absent(40, k_school="T"), absent(41, k_school="T"), absent(42), enrollments=both)
    assert [(row["k_school"], row["days_absent_45"]) for row in lists] == [("T", 2)]


def test_the_trend_waits_for_forty_days_and_the_streak_may_be_all_days() -> None:
    [row] = to_call(*(absent(number) for number in range(22, 61)), enrollments=[enrolled(22)])
    assert (row["last_day_present"], row["current_streak"], row["trend_days_absent"]) == (None, 39, None)


def test_half_a_day_is_a_day_present_and_ends_a_streak() -> None:
    [row] = to_call(absent(57), absent(58), absent(59, "0.5"), absent(60))
    assert (row["last_day_present"], row["current_streak"]) == (date(59), 1)


def test_most_days_absent_come_first_then_the_lowest_rate() -> None:
    def someone(student: str, *missed: int, **other: Any) -> tuple[Row, list[Row]]:
        who: Row = {"k_student": f"2026-{student}", "k_student_xyear": student}
        return enrolled(**who, **other), [absent(number, **who) for number in missed]

    students = [
        someone("1", 40, 41),
        someone("2", 40, 41, 42),
        someone("3", 2, 40, 41),
        someone("4", 40, 41, entry=30),
    ]
    rows = to_call(*(e for _, events in students for e in events), enrollments=[who for who, _ in students])
    assert [row["student_id"] for row in rows] == ["2", "4", "3", "1"]
