"""Work weeks: overtime, pay, and where a week begins."""

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
