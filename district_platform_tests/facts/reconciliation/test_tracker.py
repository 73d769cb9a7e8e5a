"""The tracker kept by hand before the platform: it completes the history where the SIS is silent, and nowhere else."""

import datetime as dt

import ibis

from district_platform.settings import Attendance
from district_platform_tests.facts.daily_attendance.tables import rows_of
from district_platform_tests.facts.reconciliation.tables import (
    AS_OF,
    MONDAY,
    SATURDAY,
    TUESDAY,
    WEDNESDAY,
    an_hour_on,
    calendar,
    decide,
    enrollments,
    events,
    online,
    reconciled,
    tracked,
)

LONG_AGO = dt.date(2026, 1, 5)
"""A Monday before the days that the SIS still lets change."""


def merged(tracker: ibis.Table, sis_events: ibis.Table | None = None) -> list[tuple[dt.date, str, int | None]]:
    """Date, code and is_absent of the events after reconciliation of nothing but the tracker."""
    sis = events() if sis_events is None else sis_events
    return [(date, code, absent) for _, date, code, absent in reconciled(decide(online([]), sis), sis, tracker)]


def reasons(tracker: ibis.Table) -> dict[tuple[str, dt.date], str | None]:
    return {(r["k_student_xyear"], r["event_date"]): r["reject_reason"] for r in rows_of(tracker, order=["event_date"])}


def test_what_only_the_tracker_knows_is_merged():
    lines = (("1", LONG_AGO, "Present Virtual"), ("1", MONDAY, "Absent"))
    assert merged(tracked(*lines)) == [(LONG_AGO, "VIRTUAL", 0), (MONDAY, "TRACKED", 1)]


def test_words_of_the_tracker_are_the_district_s_in_any_case():
    policy = {"tracker_statuses": {"Fernunterricht": "virtual"}}
    assert merged(tracked(("1", MONDAY, "FERNUNTERRICHT"), **policy)) == [(MONDAY, "VIRTUAL", 0)]


def test_the_sis_wins_where_both_know_the_day():
    marks = events(("1", MONDAY, "AE"), ("1", TUESDAY, "TU"))
    lines = (("1", MONDAY, "Present Virtual"), ("1", TUESDAY, "Absent"))
    assert merged(tracked(*lines, sis_events=marks), marks) == [(MONDAY, "AE", 1), (TUESDAY, "TU", 0)]


def test_a_day_that_sessions_reconciled_is_virtual_once_whatever_the_tracker_says():
    days = decide(online(an_hour_on(MONDAY)), events(), submissions=(("A", MONDAY),), marks_everyone=True)
    assert reconciled(days, events(), tracked(("1", MONDAY, "Absent"))) == [("1", MONDAY, "VIRTUAL", 0)]


def test_every_other_line_says_why_it_is_not_merged():
    tracker = tracked(
        ("9", MONDAY, "Absent"),
        ("1", MONDAY, "ill"),
        ("1", TUESDAY, None),
        ("1", AS_OF, "Absent"),
        ("2", WEDNESDAY, "Absent"),
        ("1", SATURDAY - dt.timedelta(days=7), "Absent"),
        ("1", WEDNESDAY, "Present"),
        sis_events=events(("2", WEDNESDAY, "AU")),
    )
    assert reasons(tracker) == {
        ("9", MONDAY): "student_id is no student of the SIS",
        ("1", MONDAY): "status is none of: Present Virtual, Present, Absent (reconciliation.tracker_statuses)",
        ("1", TUESDAY): "status is none of: Present Virtual, Present, Absent (reconciliation.tracker_statuses)",
        ("1", AS_OF): "day not over",
        ("2", WEDNESDAY): "no primary enrollment covers the day",
        ("1", SATURDAY - dt.timedelta(days=7)): "no instructional day",
        ("1", WEDNESDAY): "present in person: nothing to add",
    }
    assert merged(tracker) == []


def test_a_line_that_the_sis_knows_better_says_so():
    marks = events(("1", MONDAY, "AU"))
    assert reasons(tracked(("1", MONDAY, "Present Virtual"), sis_events=marks)) == {
        ("1", MONDAY): "the SIS has a mark of the day, which wins"
    }


def test_a_student_of_two_schools_that_day_is_completed_at_the_one_without_a_mark():
    both = enrollments(("1", "A", LONG_AGO, None), ("1", "B", LONG_AGO, None))
    marks = events(("1", MONDAY, "AU"), school="B")
    tracker = tracked(("1", MONDAY, "Present Virtual"), sis_events=marks, enrolled=both, dates=calendar("A", "B"))
    assert merged(tracker, marks) == [(MONDAY, "AU", 1), (MONDAY, "VIRTUAL", 0)]


GAP_OF_ONE_DAY = Attendance(daily_submission_min_days=2, evidence_gap_days=1)


def test_a_day_in_a_gap_of_evidence_is_not_merged():
    lines = (("1", MONDAY, "Present Virtual"), ("1", TUESDAY, "Present Virtual"))
    sent = (("A", MONDAY), ("A", WEDNESDAY))
    assert reasons(tracked(*lines, submissions=sent, attendance=GAP_OF_ONE_DAY)) == {
        ("1", MONDAY): None,
        ("1", TUESDAY): "no attendance taken: a gap in the school's evidence (ATT-10)",
    }


def test_an_absence_that_another_school_holds_is_a_mark_where_the_student_was():
    moved = enrollments(("1", "A", dt.date(2025, 8, 20), TUESDAY), ("1", "B", WEDNESDAY, None))
    stamped_with_todays_school = events(("1", MONDAY, "AU"), school="B")
    tracker = tracked(
        ("1", MONDAY, "Present Virtual"),
        sis_events=stamped_with_todays_school,
        enrolled=moved,
        submissions=(("A", WEDNESDAY),),
    )
    assert reasons(tracker) == {("1", MONDAY): "the SIS has a mark of the day, which wins"}
