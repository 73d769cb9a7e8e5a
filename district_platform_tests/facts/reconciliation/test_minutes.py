"""Time online a day: the union of sessions, cut at midnight, idle time left out."""

import datetime as dt
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from district_platform.settings import Reconciliation
from district_platform_tests.facts.daily_attendance.tables import rows_of
from district_platform_tests.facts.reconciliation.reference import seconds_by_date
from district_platform_tests.facts.reconciliation.tables import (
    crosswalk,
    minutes,
    online,
    rejected,
    sessions,
)


def test_sessions_apart_add_up():
    assert minutes(
        ("1", "2026-02-09 09:00", "2026-02-09 09:20", None),
        ("1", "2026-02-09 13:00", "2026-02-09 13:15", None),
    ) == {"2026-02-09": Decimal(35)}


def test_two_tabs_open_at_once_count_once():
    assert minutes(
        ("1", "2026-02-09 09:00", "2026-02-09 10:00", None),
        ("1", "2026-02-09 09:30", "2026-02-09 10:15", None),
    ) == {"2026-02-09": Decimal(75)}


def test_a_session_within_another_adds_nothing_and_what_follows_both_counts_whole():
    assert minutes(
        ("1", "2026-02-09 09:00", "2026-02-09 11:00", None),
        ("1", "2026-02-09 09:10", "2026-02-09 09:20", None),
        ("1", "2026-02-09 10:50", "2026-02-09 11:10", None),
    ) == {"2026-02-09": Decimal(130)}


def test_a_session_delivered_twice_under_two_ids_counts_once():
    session = ("1", "2026-02-09 09:00", "2026-02-09 09:40", None)
    assert minutes(session, session) == {"2026-02-09": Decimal(40)}


def test_a_session_across_midnight_is_cut_there():
    assert minutes(("1", "2026-02-09 23:50", "2026-02-10 00:30", None)) == {
        "2026-02-09": Decimal(10),
        "2026-02-10": Decimal(30),
    }


def test_a_session_that_ends_at_midnight_stays_on_its_date():
    assert minutes(("1", "2026-02-09 23:50", "2026-02-10 00:00", None)) == {"2026-02-09": Decimal(10)}


def test_a_session_counts_no_longer_than_it_was_active():
    assert minutes(("1", "2026-02-09 09:00", "2026-02-09 15:00", 12.5)) == {"2026-02-09": Decimal("12.5")}


def test_more_active_minutes_than_the_session_lasted_add_nothing():
    assert minutes(("1", "2026-02-09 09:00", "2026-02-09 09:30", 90)) == {"2026-02-09": Decimal(30)}


def test_an_open_session_counts_as_long_as_it_was_active():
    assert minutes(("1", "2026-02-09 09:00", None, 25)) == {"2026-02-09": Decimal(25)}


def test_seconds_below_a_minute_are_not_rounded_up_to_a_threshold():
    assert minutes(("1", "2026-02-09 09:00:00", "2026-02-09 09:09:59", None)) == {"2026-02-09": Decimal("9.98")}


def test_a_long_session_with_active_minutes_counts_up_to_the_longest_that_one_can_last():
    days = rows_of(
        online([("1", "2026-02-09 09:00", "2026-02-12 09:00", 900)], Reconciliation(max_session_minutes=600)),
        order=["activity_date"],
    )
    assert [(str(d["activity_date"]), d["minutes_online"]) for d in days] == [("2026-02-09", Decimal(600))]


def test_the_hour_that_daylight_saving_skips_counts_as_the_clock_on_the_wall_shows_it():
    """2026-03-08, 02:00 to 03:00 does not exist in most of the United States; it is a Sunday."""
    assert minutes(("1", "2026-03-08 01:50", "2026-03-08 03:10", None)) == {"2026-03-08": Decimal(80)}


def test_in_the_hour_that_daylight_saving_repeats_active_minutes_are_the_most_that_counts():
    """2026-11-01: from 01:10 in the first pass to 01:40 in the second, an hour longer than the clock says."""
    assert minutes(("1", "2026-11-01 01:10", "2026-11-01 01:40", 90)) == {"2026-11-01": Decimal(30)}


def test_a_session_that_the_repeated_hour_turns_around_is_rejected():
    table = sessions([("1", "2026-11-01 01:50", "2026-11-01 01:10", None)])
    assert rejected(table) == {"s0": "ends before it begins"}


def test_each_session_that_does_not_count_says_why():
    table = sessions(
        [
            ("1", "2026-02-09 09:00", "2026-02-09 09:20", None),
            ("9", "2026-02-09 09:00", "2026-02-09 09:20", None),
            ("1", None, "2026-02-09 09:20", None),
            ("1", "2026-02-09 09:00", "2026-02-09 08:00", None),
            ("1", "2026-02-09 09:00", "2026-02-09 09:20", -1),
            ("1", "2026-02-09 09:00", None, None),
            ("1", "2026-02-09 09:00", "2026-02-10 09:00", None),
        ]
    )
    assert rejected(table) == {
        "s1": "learner's student_id is no student of the SIS",
        "s2": "no login time",
        "s3": "ends before it begins",
        "s4": "active minutes below zero",
        "s5": "still open, without active minutes",
        "s6": "longer than 720 minutes, without active minutes",
    }


def test_a_learner_whom_neither_the_vendor_nor_the_crosswalk_knows_is_rejected():
    table = sessions([("1", "2026-02-09 09:00", "2026-02-09 09:20", None)], sis_ids=False)
    assert rejected(table) == {"s0": "learner without a student_id, and not in the crosswalk"}
    assert rejected(table, learner_crosswalk=crosswalk(("L1", "1"))) == {}


def test_the_crosswalk_goes_before_the_id_that_the_vendor_holds():
    table = sessions([("1", "2026-02-09 09:00", "2026-02-09 09:20", None)])
    assert rejected(table, learner_crosswalk=crosswalk(("L1", "404"))) == {
        "s0": "learner's student_id is no student of the SIS"
    }


MOMENTS = st.integers(min_value=0, max_value=2 * 86_400).map(
    lambda second: dt.datetime(2026, 2, 9) + dt.timedelta(seconds=second)
)
LENGTHS = st.one_of(st.none(), st.integers(min_value=-600, max_value=15_000))
ACTIVE = st.one_of(st.none(), st.decimals(min_value=0, max_value=200, places=2))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(MOMENTS, LENGTHS, ACTIVE), min_size=1, max_size=8), st.sampled_from([60, 180, 1440]))
def test_time_online_is_what_counting_every_second_finds(drawn, limit):
    intervals = [
        (login, None if length is None else login + dt.timedelta(seconds=length), active)
        for login, length, active in drawn
    ]
    table = online(
        [("1", str(login), str(logout) if logout else None, active) for login, logout, active in intervals],
        Reconciliation(max_session_minutes=limit),
    )
    found = {row["activity_date"]: row["seconds_online"] for row in rows_of(table, order=["activity_date"])}
    assert found == seconds_by_date(intervals, limit)
