"""An occasion is run once: the second delivery of an event, and one that comes late, do nothing."""

import pytest

from district_platform.operations.occasions import Occasion, note, was_run
from district_platform.settings import SettingsError

MONDAY, NEXT = "weekly@2026-11-30T10:30:00Z", "weekly@2026-12-07T10:30:00Z"


def test_occasion_that_was_run_is_not_run_again(home):
    home.warehouse.mkdir()
    monday = Occasion.parse(MONDAY)
    assert not was_run(home, monday)
    note(home, monday)
    assert was_run(home, monday)
    assert was_run(
        home, Occasion.parse("weekly@2026-11-30T05:30:00-05:00")
    )  # the same time, as another clock writes it
    assert not was_run(home, Occasion.parse(NEXT))


def test_event_that_comes_after_a_later_one_was_run_is_over(home):
    home.warehouse.mkdir()
    note(home, Occasion.parse(NEXT))
    assert was_run(home, Occasion.parse(MONDAY))


def test_schedules_do_not_count_for_each_other(home):
    home.warehouse.mkdir()
    note(home, Occasion.parse(NEXT))
    nightly = Occasion.parse("nightly@2026-11-30T10:15:00Z")
    assert not was_run(home, nightly)
    note(home, nightly)
    assert was_run(home, Occasion.parse(NEXT))


@pytest.mark.parametrize(
    "text",
    ["weekly", "weekly@monday", "weekly@2026-11-30T10:30:00", "@2026-11-30T10:30:00Z", "W k@2026-11-30T10:30:00Z"],
)
def test_text_that_is_no_occasion_is_refused(text):
    with pytest.raises(SettingsError, match=r"is not NAME@TIME, such as weekly@2026-11-30T10:30:00Z"):
        Occasion.parse(text)
