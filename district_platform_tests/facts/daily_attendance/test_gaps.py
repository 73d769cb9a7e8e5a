"""Gaps in evidence: where a school that submits daily sent nothing for too long, nobody has a day."""

from decimal import Decimal
from typing import Any

from district_platform_tests.facts.daily_attendance.reference import Row
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

SEPTEMBER = calendar(*range(1, 31))


def september_without(*missing: int, until: int = 30, events: list[Row] | None = None, **other: Any) -> list[Row]:
    """The days of a student whose school submitted on each of the 30 days up to `until`, but for those that are missing."""
    sent = [submission(day) for day in range(1, until + 1) if day not in missing]
    policy: dict[str, Any] = {"submissions": sent, "submission_min_days": 10} | other
    return daily(district([enrollment()], SEPTEMBER, events, **policy))


def test_nobody_has_a_day_in_a_gap() -> None:
    rows = september_without(11, 12, 13, 14, 15)
    assert days_of(rows) == [*range(1, 11), *range(16, 31)]
    assert column(rows, "cumulative_days_enrolled")[-1] == 25


def test_a_streak_goes_on_over_a_gap() -> None:
    rows = september_without(11, 12, 13, 14, 15, events=[event(10), event(16)])
    assert column(rows, "consecutive_days_by_excusal_status")[9:12] == [1, 2, 1]


def test_fewer_days_than_the_setting_are_no_gap() -> None:
    assert len(september_without(11, 12, 13, 14)) == 30
    assert len(september_without(11, 12, 13, 14, gap_days=4)) == 26


def test_days_off_do_not_break_a_gap_and_do_not_count_for_it() -> None:
    with_weekend = calendar(*range(1, 31), holidays=(13, 14))
    sent = [submission(day) for day in range(1, 31) if day not in range(11, 18)]
    case = district([enrollment()], with_weekend, submissions=sent)
    assert days_of(daily(case)) == [*range(1, 11), *range(18, 31)]


def test_a_day_of_any_calendar_of_the_school_is_instructional() -> None:
    both = calendar(*range(1, 31), holidays=(13,)) + calendar(*range(1, 31), code="alt")
    sent = [submission(day) for day in range(1, 31) if day not in range(11, 16)]
    assert days_of(daily(district([enrollment()], both, submissions=sent))) == [*range(1, 11), *range(16, 31)]


def test_an_absence_is_evidence_for_everybody() -> None:
    assert len(september_without(11, 12, 13, 14, 15, events=[event(13, k_student="2026-8")])) == 30


def test_events_of_another_source_do_not_fill_a_gap() -> None:
    rows = september_without(11, 12, 13, 14, 15, events=[event(13)], sis_events=[])
    assert days_of(rows) == [*range(1, 11), *range(16, 31)]


def test_a_school_that_submits_on_too_few_days_does_not_submit_daily() -> None:
    assert len(september_without(11, 12, 13, 14, 15, submission_min_days=25)) == 25
    assert len(september_without(11, 12, 13, 14, 15, submission_min_days=26)) == 30


def test_a_school_that_submits_on_too_small_a_share_of_its_days_does_not_submit_daily() -> None:
    seldom = [day for day in range(1, 31) if day % 6]
    assert len(september_without(*seldom, submission_min_days=5)) == 30
    half = list(range(11, 26))
    assert days_of(september_without(*half)) == [*range(1, 11), *range(26, 31)]
    assert len(september_without(*half, submission_share=Decimal("0.51"))) == 30


def test_days_before_the_first_submission_are_in_no_gap() -> None:
    assert len(september_without(*range(1, 9))) == 30


def test_once_the_year_is_over_its_silent_end_is_a_gap() -> None:
    assert days_of(september_without(until=24)) == list(range(1, 25))
    assert len(september_without(until=26)) == 30


def test_a_running_year_ends_with_its_latest_evidence_gaps_or_not() -> None:
    rows = september_without(11, 12, 13, 14, 15, until=24, as_of=29)
    assert days_of(rows) == [*range(1, 11), *range(16, 25)]


def test_a_submission_of_the_future_is_none() -> None:
    rows = september_without(*range(11, 24), as_of=23, submission_min_days=11)
    assert days_of(rows) == list(range(1, 11))
    assert len(september_without(5, 6, 7, 8, 9, until=30, as_of=12, submission_min_days=8)) == 12
