"""The pairing rule, case by case (docs/timekeeping.md)."""

from dataclasses import replace

import pytest

from district_platform.dictionary import COLUMNS
from district_platform.facts.timekeeping.pairing import Pairing
from district_platform.settings import Hours
from district_platform_tests.facts.timekeeping.punches import Punch, day, staff_time

MONDAY = ("2025-10-06 08:00", "2025-10-06 12:00", "2025-10-06 12:30", "2025-10-06 16:30")
TUESDAY = ("2025-10-07 08:00", "2025-10-07 12:00", "2025-10-07 12:30", "2025-10-07 16:30")


def marked(punches: list[Punch], **overrides: str) -> list[Punch]:
    """Punches, of which some (p3='Out Punch') are marked."""
    return [replace(p, override=overrides.get(f"p{p.id}")) for p in punches]


def test_dictionary_lists_all_that_can_become_of_a_punch() -> None:
    assert COLUMNS["pairing"].domain == tuple(Pairing)


def test_punches_are_in_and_out_in_turn_and_a_meal_break_is_no_work() -> None:
    time = staff_time(day(*MONDAY))
    assert time.in_shifts == [[1, 2, 3, 4]]
    [shift] = time.shifts
    assert (shift["n_segments"], shift["break_seconds"], str(shift["hours_worked"])) == (2, 1800, "8.00")
    assert [row["is_in"] for row in time.punches] == [True, False, True, False]


def test_a_missed_punch_spoils_its_own_day_alone() -> None:
    missing_out_to_lunch = day(MONDAY[0], *MONDAY[2:], *TUESDAY)
    time = staff_time(missing_out_to_lunch)
    assert time.in_shifts == [[1, 2], [4, 5, 6, 7]]
    assert time.pairings[3] == "missing out"
    [week] = time.weeks
    assert (week["n_shifts"], week["n_missing_punch_days"]) == (2, 1)


def test_single_punches_of_two_days_are_no_shift_through_the_night() -> None:
    time = staff_time(day(MONDAY[0], TUESDAY[0]))
    assert time.pairings == {1: "missing out", 2: "missing out"}
    assert time.shifts == []
    [week] = time.weeks
    assert (week["n_shifts"], str(week["hours_worked"]), week["n_missing_punch_days"]) == (0, "0.00", 2)


def test_overnight_shift_belongs_to_the_day_on_which_it_begins() -> None:
    time = staff_time(day("2025-10-06 22:00", "2025-10-07 06:00"))
    [shift] = time.shifts
    assert (shift["work_date"].isoformat(), shift["is_overnight"]) == ("2025-10-06", True)
    assert [(str(w["work_week_begin_date"]), str(w["hours_worked"])) for w in time.weeks] == [("2025-10-05", "8.00")]


def test_a_longer_pause_than_a_break_begins_a_second_shift() -> None:
    pause = ("2025-10-06 06:00", "2025-10-06 09:00", "2025-10-06 11:30", "2025-10-06 14:30")
    assert staff_time(day(*pause)).in_shifts == [[1, 2, 3, 4]]
    assert staff_time(day(*pause[:2], "2025-10-06 11:31", pause[3])).in_shifts == [[1, 2], [3, 4]]


def test_pause_that_is_just_as_long_as_anyone_works_still_pairs() -> None:
    assert staff_time(day("2025-10-06 06:00", "2025-10-06 19:00")).in_shifts == [[1, 2]]
    assert staff_time(day("2025-10-06 06:00", "2025-10-06 19:00:01")).in_shifts == []


def test_punch_marked_as_in_leaves_the_one_before_without_its_out() -> None:
    time = staff_time(marked(day(*MONDAY[:3]), p2="In Punch"))
    assert time.pairings == {1: "missing out", 2: "paired", 3: "paired"}
    assert time.in_shifts == [[2, 3]]


def test_punch_marked_as_out_that_ends_nothing_misses_its_in() -> None:
    time = staff_time(marked(day(*MONDAY), p1="Out Punch"))
    assert time.pairings == {1: "missing in", 2: "paired", 3: "paired", 4: "missing out"}


def test_what_does_not_count_is_kept_and_told() -> None:
    punches = day(*MONDAY, employee="E1")
    punches[1] = replace(punches[1], is_deleted=True)
    punches[2] = replace(punches[2], is_phantom=True)
    unknown = day("2025-10-06 09:00", employee="E9", first_id=5)
    elsewhere = day("2025-10-06 09:00", zone="Mars/Olympus", first_id=6)
    time = staff_time([*punches, *unknown, *elsewhere])
    assert time.pairings == {
        1: "paired",
        2: "deleted",
        3: "phantom",
        4: "paired",
        5: "unknown employee",
        6: "unknown time zone",
    }


def test_who_is_still_at_work_misses_no_punch() -> None:
    time = staff_time(day("2026-02-12 08:00", "2026-02-13 08:00"))
    assert time.pairings == {1: "missing out", 2: "open"}


def test_hours_count_from_rounded_punches_where_payroll_does() -> None:
    [begun, ended] = day("2025-10-06 07:56", "2025-10-06 16:08")
    rounded = [replace(begun, rounded=day(MONDAY[0])[0].at), replace(ended, rounded=day("2025-10-06 16:15")[0].at)]
    assert str(staff_time(rounded).shifts[0]["hours_worked"]) == "8.20"
    assert str(staff_time(rounded, hours=Hours()).shifts[0]["hours_worked"]) == "8.25"


def test_rounded_punches_that_cross_each_other_are_no_work() -> None:
    [begun, ended] = day("2025-10-06 08:00", "2025-10-06 08:03")
    crossed = [replace(begun, rounded=day("2025-10-06 08:15")[0].at), ended]
    assert str(staff_time(crossed, hours=Hours()).shifts[0]["hours_worked"]) == "0.00"


STORM = ("2026-01-26 17:00", "2026-01-27 08:00", "2026-01-28 07:00", "2026-01-28 15:00")


def test_marks_at_both_ends_make_a_long_shift_certain() -> None:
    assert staff_time(day(*STORM)).pairings == {1: "missing out", 2: "missing out", 3: "paired", 4: "paired"}
    time = staff_time(marked(day(*STORM), p1="In Punch", p2="Out Punch"))
    assert time.in_shifts == [[1, 2], [3, 4]]
    assert [str(shift["hours_worked"]) for shift in time.shifts] == ["15.00", "8.00"]
    between_others = day("2026-01-26 06:00", "2026-01-26 14:00", *STORM[:2], "2026-01-27 16:00", "2026-01-27 23:00")
    assert staff_time(marked(between_others, p3="New Shift", p4="Out Punch")).in_shifts == [[1, 2], [3, 4], [5, 6]]


def test_a_mark_at_one_end_is_not_enough_for_a_long_shift() -> None:
    assert staff_time(marked(day(*STORM[:2]), p1="In Punch")).in_shifts == []
    assert staff_time(marked(day(*STORM[:2]), p2="Out Punch")).pairings == {1: "missing out", 2: "missing in"}


def test_marks_of_two_days_are_no_shift_of_days() -> None:
    days_apart = marked(day(STORM[0], STORM[3]), p1="In Punch", p2="Out Punch")
    assert staff_time(days_apart).pairings == {1: "missing out", 2: "missing in"}


@pytest.mark.parametrize(
    ("times", "repeats"),
    [
        (("07:00:00", "07:00:20", "15:30:00"), {2}),
        (("07:00:00", "15:30:00", "15:30:15"), {3}),
        (("07:00:00", "07:00:10", "15:30:00", "15:30:10"), {2, 4}),
        (("07:00:00", "15:30:00", "15:30:00"), {3}),
        (("07:00:00", "07:02:00", "15:30:00"), {2}),
    ],
    ids=["in", "out", "both", "at one moment", "just within the setting"],
)
def test_a_second_reading_of_a_badge_is_a_repeat_kept_and_told(times: tuple[str, ...], repeats: set[int]) -> None:
    time = staff_time(day(*(f"2026-01-26 {at}" for at in times)))
    assert {id for id, pairing in time.pairings.items() if pairing == "repeat"} == repeats
    assert set(time.pairings.values()) == {"paired", "repeat"}
    assert [str(shift["hours_worked"]) for shift in time.shifts] == ["8.50"]


def test_a_repeat_at_the_door_leaves_the_lunch_break_alone() -> None:
    times = ("07:00:00", "07:00:20", "11:00", "11:30", "15:30:00")
    [shift] = staff_time(day(*(f"2026-01-26 {at}" for at in times))).shifts
    assert (shift["n_segments"], shift["break_seconds"], str(shift["hours_worked"])) == (2, 1800, "8.00")


def test_a_punch_later_than_the_setting_is_one_of_its_own() -> None:
    early = day("2026-01-26 07:00:00", "2026-01-26 07:02:01")
    assert staff_time(early).in_shifts == [[1, 2]]
    every_punch = Hours(uses_rounded_punches=False, repeat_minutes=0)
    assert staff_time(day("2026-01-26 07:00:00", "2026-01-26 07:00:20"), hours=every_punch).in_shifts == [[1, 2]]


def test_what_a_manager_marked_is_no_repeat_but_of_the_same_mark() -> None:
    moved = marked(day(STORM[0], "2026-01-26 17:01", STORM[1]), p2="Out Punch")
    assert staff_time(moved).pairings == {1: "paired", 2: "paired", 3: "missing out"}
    twice = marked(day(STORM[0], "2026-01-26 17:01", STORM[1]), p1="In Punch", p2="In Punch", p3="Out Punch")
    assert staff_time(twice).pairings == {1: "paired", 2: "repeat", 3: "paired"}


@pytest.mark.parametrize(
    ("cut", "overrides"),
    [
        (("2026-01-26 23:59:59", "2026-01-27 00:00:00"), {}),
        (("2026-01-27 00:00:00", "2026-01-27 00:00:00"), {}),
        (("2026-01-26 23:59:00", "2026-01-27 00:00:00"), {"p2": "Out Punch", "p3": "In Punch"}),
    ],
    ids=["a second apart", "at one moment", "marked"],
)
def test_a_night_shift_that_the_clock_cuts_at_midnight_stays_one_shift(
    cut: tuple[str, str], overrides: dict[str, str]
) -> None:
    time = staff_time(marked(day("2026-01-26 20:00", *cut, "2026-01-27 05:00"), **overrides))
    assert time.in_shifts == [[1, 2, 3, 4]]
    assert 8.98 <= float(time.shifts[0]["hours_worked"]) <= 9


def test_a_badge_read_twice_at_midnight_is_a_repeat_where_nobody_works_on_or_did_before() -> None:
    home = day("2026-01-26 16:00", "2026-01-26 23:59:40", "2026-01-27 00:00:05")
    assert staff_time(home).pairings == {1: "paired", 2: "paired", 3: "repeat"}
    begins = day("2026-01-26 23:59:40", "2026-01-27 00:00:05", "2026-01-27 08:00")
    assert staff_time(begins).pairings == {1: "paired", 2: "repeat", 3: "paired"}
