"""What must hold for all punches, by Hypothesis and against plain Python."""

import datetime as dt
import random
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district_platform_tests.facts.timekeeping.punches import ACTUAL, NEW_YORK, Employee, Punch, staff_time
from district_platform_tests.facts.timekeeping.reference import paired

SOME = settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
EMPLOYEES = tuple(Employee(f"E{number}") for number in range(40))
BEGINNINGS = ("2025-03-07 18:00", "2025-10-31 18:00", "2025-10-06 05:00", "2025-10-04 19:59:30")
"""Before the night on which clocks go forward, before the one on which they go back, and before no such night; before a week's end."""


def random_punches(seed: int) -> list[Punch]:
    """Days of a few employees with every oddity: nights, breaks, missed and marked punches, two at one moment, two zones."""
    source = random.Random(seed)
    punches: list[Punch] = []
    for employee in EMPLOYEES:
        at = dt.datetime.fromisoformat(source.choice(BEGINNINGS))
        for _ in range(source.randrange(1, 16)):
            at += dt.timedelta(
                minutes=source.choice([0, 1, 2, 3, 30, 31, 150, 151, 240, 480, 780, 781, 960, 1440, 1500])
            )
            is_back = source.random() < 0.15
            wall = at - dt.timedelta(minutes=50) if is_back else at
            zone = NEW_YORK if source.random() < 0.9 else "America/Chicago"
            override = source.choice([None] * 9 + ["In Punch", "Out Punch", "New Shift", "Meal"])
            punches.append(Punch(len(punches) + 1, wall, employee.number, zone, override))
    return punches


punch_lists = st.integers(min_value=0, max_value=10**6).map(random_punches)


@SOME
@given(punch_lists)
def test_pairing_and_hours_are_those_of_the_reference(punches: list[Punch]) -> None:
    expected, time = paired(punches, ACTUAL), staff_time(punches, EMPLOYEES)
    assert {shift[0]: shift for shift in time.in_shifts} == expected.shifts
    assert {id: p for id, p in time.pairings.items() if p != "paired"} == expected.alone
    hours = {shift: Decimal(seconds) / 3600 for shift, seconds in expected.seconds.items()}
    rounded = {shift: value.quantize(Decimal("0.01"), ROUND_HALF_UP) for shift, value in hours.items()}
    assert {row["k_shift"]: row["hours_worked"] for row in time.shifts} == rounded
    this_week = {
        shift: Decimal(seconds - expected.next_week[shift]) / 3600 for shift, seconds in expected.seconds.items()
    }
    later = {
        shift: rounded[shift] - hours.quantize(Decimal("0.01"), ROUND_HALF_UP) for shift, hours in this_week.items()
    }
    assert {row["k_shift"]: row["hours_worked_next_week"] for row in time.shifts} == later


@SOME
@given(punch_lists)
def test_every_punch_is_in_one_shift_or_says_why_not_and_no_hours_are_negative(punches: list[Punch]) -> None:
    time = staff_time(punches, EMPLOYEES)
    assert sorted(row["punch_id"] for row in time.punches) == sorted(punch.id for punch in punches)
    assert all((row["k_shift"] is None) == (row["pairing"] != "paired") for row in time.punches)
    shifts = {row["k_shift"]: row for row in time.shifts}
    assert {row["k_shift"] for row in time.punches} - {None} == set(shifts)
    for shift in shifts.values():
        assert shift["hours_worked"] >= 0
        assert 0 <= shift["break_seconds"] <= shift["seconds_elapsed"]


@SOME
@given(punch_lists, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(punches: list[Punch], dice: random.Random) -> None:
    assert staff_time(dice.sample(punches, len(punches)), EMPLOYEES) == staff_time(punches, EMPLOYEES)


@SOME
@given(punch_lists)
def test_weeks_are_the_sums_of_their_shifts_and_of_the_ends_of_those_before(punches: list[Punch]) -> None:
    time = staff_time(punches, EMPLOYEES)
    of_weeks: dict[tuple[str, dt.date], Decimal] = defaultdict(Decimal)
    for shift in time.shifts:
        week, later = shift["work_week_begin_date"], shift["hours_worked_next_week"]
        of_weeks[shift["k_employee"], week] += shift["hours_worked"] - later
        if later:
            of_weeks[shift["k_employee"], week + dt.timedelta(days=7)] += later
    worked = {(w["k_employee"], w["work_week_begin_date"]): w for w in time.weeks if w["first_work_date"]}
    assert {key: week["hours_worked"] for key, week in worked.items()} == of_weeks
    assert all(week["regular_hours"] + week["overtime_hours"] == week["hours_worked"] for week in time.weeks)
    assert sum(week["n_shifts"] for week in time.weeks) == len(time.shifts)
