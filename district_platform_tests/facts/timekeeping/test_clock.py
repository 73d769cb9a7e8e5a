"""Hours where clocks are turned, and in zones that do not turn them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from district_platform.facts.timekeeping.clock import ZONES, zone_years
from district_platform_tests.facts.timekeeping.punches import NEW_YORK, day, staff_time

NIGHT = ("2025-11-01 22:00", "2025-11-02 06:00")


def hours(*times: str, zone: str = NEW_YORK) -> list[str]:
    return [str(shift["hours_worked"]) for shift in staff_time(day(*times, zone=zone)).shifts]


def test_night_on_which_clocks_go_back_has_an_hour_more() -> None:
    assert hours(*NIGHT) == ["9.00"]
    assert hours(*NIGHT, zone="America/Phoenix") == ["8.00"]


def test_night_on_which_clocks_go_forward_has_an_hour_less() -> None:
    assert hours("2025-03-08 22:00", "2025-03-09 06:00") == ["7.00"]


def test_repeated_hour_is_its_first_time_unless_the_order_of_punches_says_otherwise() -> None:
    assert hours("2025-11-01 22:00", "2025-11-02 01:30") == ["3.50"]
    [shift] = staff_time(day("2025-11-01 22:00", "2025-11-02 01:30", "2025-11-02 01:10", "2025-11-02 06:00")).shifts
    assert (str(shift["hours_worked"]), shift["break_seconds"]) == ("8.33", 40 * 60)


def test_after_the_clock_was_turned_back_all_later_punches_are_of_the_second_time() -> None:
    times = ("2025-11-02 01:40", "2025-11-02 01:05", "2025-11-02 01:10", "2025-11-02 01:50")
    assert [row["utc_offset"] for row in staff_time(day(*times)).punches] == [-14400, -18000, -18000, -18000]


def test_local_time_that_does_not_exist_is_read_by_the_clock_before_it_was_turned() -> None:
    [punch] = staff_time(day("2025-03-09 02:30")).punches
    assert (punch["utc_offset"], punch["is_repeated_hour"]) == (-18000, False)


def test_shift_that_ends_in_another_zone_is_as_long_as_it_was() -> None:
    begun = day("2025-10-06 08:00")
    ended = day("2025-10-06 11:00", zone="America/Chicago", first_id=2)
    assert str(staff_time([*begun, *ended]).shifts[0]["hours_worked"]) == "4.00"


def test_zone_that_settings_name_is_known() -> None:
    punches = day("2025-10-25 22:00", "2025-10-26 06:00", zone="Europe/Berlin")
    assert staff_time(punches).shifts == []
    assert str(staff_time(punches, zones=("Europe/Berlin",)).shifts[0]["hours_worked"]) == "9.00"


@pytest.mark.parametrize("year", [2010, 2026, 2040])
def test_offsets_are_those_of_the_zone_database_on_every_day(year: int) -> None:
    rows = [row for row in zone_years(frozenset(ZONES)).to_pylist() if row["clock_year"] == year]
    assert len(rows) == len(ZONES)
    noons = [dt.datetime(year, 1, 1, 12) + dt.timedelta(days=number) for number in range(365)]
    for row in rows:
        zone = ZoneInfo(row["clock_zone"])
        for noon in noons:
            turned = [c for c in ("turned", "turned_again") if row[f"{c}_at"] is not None and noon >= row[f"{c}_at"]]
            offset = row[f"{turned[-1]}_offset"] if turned else row["january_offset"]
            assert dt.timedelta(seconds=offset) == zone.utcoffset(noon), (row["clock_zone"], noon)
