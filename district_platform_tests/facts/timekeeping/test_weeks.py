"""Work weeks: overtime, pay, and where a week begins."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from district_platform.settings import Hours
from district_platform_tests.facts.timekeeping.punches import AIDE, Employee, Punch, Row, day, staff_time

LONG_DAYS = [f"2025-10-{number:02} {hour}" for number in range(6, 11) for hour in ("07:00", "15:40")]


def week(punches: list[Punch], employee: Employee = AIDE, **hours: Any) -> Row:
    [row] = staff_time(punches, [employee], Hours(uses_rounded_punches=False, **hours)).weeks
    return row


def test_hours_beyond_forty_are_overtime() -> None:
    row = week(day(*LONG_DAYS))
    assert [str(row[name]) for name in ("hours_worked", "regular_hours", "overtime_hours")] == [
        "43.35",
        "40.00",
        "3.35",
    ]
    assert str(week(day(*LONG_DAYS), overtime_after_hours=Decimal(35))["overtime_hours"]) == "8.35"


def test_salaried_staff_have_no_overtime() -> None:
    row = week(day(*LONG_DAYS), Employee("E1", worker_type="salaried"))
    assert [str(row[name]) for name in ("regular_hours", "overtime_hours")] == ["43.35", "0.00"]


@pytest.mark.parametrize(("rate", "pay"), [("18.55", "835.21"), ("0.00", "0.00")])
def test_pay_is_estimated_to_the_cent_with_time_and_a_half(rate: str, pay: str) -> None:
    row = week(day(*LONG_DAYS), Employee("E1", rate=Decimal(rate)))
    assert str(row["estimated_gross_pay"]) == pay


def test_no_pay_is_estimated_without_a_rate() -> None:
    assert week(day(*LONG_DAYS))["estimated_gross_pay"] is None


def test_week_begins_on_the_day_of_the_settings() -> None:
    saturday_and_sunday = day("2025-10-04 08:00", "2025-10-04 09:00", "2025-10-05 08:00", "2025-10-05 09:00")
    begins = [str(row["work_week_begin_date"]) for row in staff_time(saturday_and_sunday).weeks]
    assert begins == ["2025-09-28", "2025-10-05"]
    assert str(week(saturday_and_sunday, work_week_begins="Monday")["work_week_begin_date"]) == "2025-09-29"
    assert str(week(saturday_and_sunday, work_week_begins="Saturday")["work_week_begin_date"]) == "2025-10-04"


FOUR_NIGHTS = [
    f"2026-01-{number:02} {hour}" for n in range(25, 29) for number, hour in ((n, "20:00"), (n + 1, "06:00"))
]
OVER_THE_END = ("2026-01-31 20:00:00", "2026-01-31 23:59:59", "2026-02-01 00:00:00", "2026-02-01 05:00:00")


def test_a_shift_over_the_end_of_a_week_counts_in_both_and_stays_one_shift() -> None:
    time = staff_time(day(*FOUR_NIGHTS, *OVER_THE_END), [Employee("E1", rate=Decimal(20))])
    *_, last = time.shifts
    assert [str(last[name]) for name in ("hours_worked", "hours_worked_next_week")] == ["9.00", "5.00"]
    shown = ("work_week_begin_date", "n_shifts", "n_days_worked", "first_work_date", "hours_worked", "overtime_hours")
    assert [tuple(str(row[name]) for name in (*shown, "estimated_gross_pay")) for row in time.weeks] == [
        ("2026-01-25", "5", "5", "2026-01-25", "44.00", "4.00", "920.00"),
        ("2026-02-01", "0", "0", "2026-02-01", "5.00", "0.00", "100.00"),
    ]


def test_the_end_of_a_week_is_midnight_of_the_settings_day_also_within_a_stretch_of_work() -> None:
    night = day("2025-10-05 22:00", "2025-10-06 06:00")
    monday = Hours(uses_rounded_punches=False, work_week_begins="Monday")
    by_week = [(str(w["work_week_begin_date"]), str(w["hours_worked"])) for w in staff_time(night, hours=monday).weeks]
    assert by_week == [("2025-09-29", "2.00"), ("2025-10-06", "6.00")]
    assert [str(w["hours_worked"]) for w in staff_time(night).weeks] == ["8.00"]


def test_clocks_that_go_back_lengthen_the_part_after_midnight() -> None:
    [before, after] = staff_time(day("2025-11-01 22:00", "2025-11-02 05:00")).weeks
    assert (str(before["hours_worked"]), str(after["hours_worked"])) == ("2.00", "6.00")


def test_rounded_punches_are_what_is_cut() -> None:
    begun, ended = day("2025-10-04 21:53", "2025-10-05 06:05")
    rounded = [
        replace(begun, rounded=day("2025-10-04 22:00")[0].at),
        replace(ended, rounded=day("2025-10-05 06:00")[0].at),
    ]
    assert [str(w["hours_worked"]) for w in staff_time(rounded, hours=Hours()).weeks] == ["2.00", "6.00"]
