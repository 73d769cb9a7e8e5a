"""What becomes of a day: which absences become present, virtual, and which days nothing may touch."""

import datetime as dt
from decimal import Decimal

import pytest

from district_platform.settings import Attendance
from district_platform_tests.facts.daily_attendance.tables import rows_of
from district_platform_tests.facts.reconciliation.tables import (
    AS_OF,
    FRIDAY,
    MONDAY,
    SATURDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    an_hour_on,
    calendar,
    decide,
    enrollments,
    events,
    online,
    reconciled,
    verdicts,
)


def test_absent_without_excuse_and_an_hour_online_is_present_virtual():
    marks = events(("1", MONDAY, "AU"))
    decisions = decide(online(an_hour_on(MONDAY)), marks)
    assert verdicts(decisions) == {MONDAY: "daily minimum"}
    assert reconciled(decisions, marks) == [("1", MONDAY, "VIRTUAL", 0)]


def test_ten_minutes_are_enough_and_a_second_less_is_not():
    marks = events(("1", MONDAY, "AU"), ("1", TUESDAY, "AU"))
    days = online(
        [
            ("1", "2026-02-09 09:00:00", "2026-02-09 09:10:00", None),
            ("1", "2026-02-10 09:00:00", "2026-02-10 09:09:59", None),
        ]
    )
    decisions = decide(days, marks)
    assert verdicts(decisions) == {MONDAY: "daily minimum", TUESDAY: "below minimum"}
    assert reconciled(decisions, marks) == [("1", MONDAY, "VIRTUAL", 0), ("1", TUESDAY, "AU", 1)]


def test_a_decision_says_what_it_rests_on():
    [decision] = rows_of(decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AU"))), order=["event_date"])
    assert decision == {
        "k_student": "2026-1",
        "k_student_xyear": "1",
        "k_school": "A",
        "school_year": 2026,
        "event_date": MONDAY,
        "k_session": None,
        "n_sessions": 1,
        "minutes_online": Decimal(60),
        "minutes_online_week": Decimal(60),
        "threshold_minutes": 10,
        "first_online_at": dt.datetime(2026, 2, 9, 9),
        "last_online_at": dt.datetime(2026, 2, 9, 10),
        "reconciliation_rule": "daily minimum",
        "is_reconciled": True,
        "has_enough_time": True,
        "old_attendance_code": "AU",
        "new_attendance_code": "VIRTUAL",
    }


def test_an_excused_absence_is_not_touched():
    marks = events(("1", MONDAY, "AE"))
    decisions = decide(online(an_hour_on(MONDAY)), marks)
    assert verdicts(decisions) == {MONDAY: "excused"}
    assert reconciled(decisions, marks) == [("1", MONDAY, "AE", 1)]


def test_an_excused_absence_is_reconciled_where_the_district_says_so():
    decisions = decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AE")), reconciles_excused=True)
    assert verdicts(decisions) == {MONDAY: "daily minimum"}


def test_an_absence_without_excusal_status_has_no_excuse():
    assert verdicts(decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AX")))) == {MONDAY: "daily minimum"}


@pytest.mark.parametrize("code", ["TU", "HU"])
def test_who_was_there_for_a_part_of_the_day_was_present_in_person(code: str):
    marks = events(("1", MONDAY, code))
    decisions = decide(online(an_hour_on(MONDAY)), marks)
    assert verdicts(decisions) == {MONDAY: "present in person"}
    assert [code for _, _, code, _ in reconciled(decisions, marks)] == [code]


def test_an_absence_beside_a_tardy_is_a_day_in_person():
    marks = events(("1", MONDAY, "AU"), ("1", MONDAY, "TU"))
    assert verdicts(decide(online(an_hour_on(MONDAY)), marks)) == {MONDAY: "present in person"}


def test_two_absences_of_one_day_become_one_presence():
    marks = events(("1", MONDAY, "AU"), ("1", MONDAY, "AX"))
    assert reconciled(decide(online(an_hour_on(MONDAY)), marks), marks) == [("1", MONDAY, "VIRTUAL", 0)]


def test_a_code_without_meaning_is_left_for_the_rule_that_stops_the_run():
    marks = events(("1", MONDAY, "??"))
    assert verdicts(decide(online(an_hour_on(MONDAY)), marks)) == {MONDAY: "code without meaning"}


def test_a_day_without_a_mark_is_presence_where_a_school_marks_absences_only():
    assert verdicts(decide(online(an_hour_on(MONDAY)), events())) == {MONDAY: "present in person"}


def test_a_day_without_a_mark_is_virtual_where_the_school_marks_everyone_and_took_attendance_that_day():
    decisions = decide(online(an_hour_on(MONDAY, TUESDAY)), events(), submissions=(("A", MONDAY),), marks_everyone=True)
    assert verdicts(decisions) == {MONDAY: "daily minimum", TUESDAY: "no attendance taken"}
    assert reconciled(decisions, events()) == [("1", MONDAY, "VIRTUAL", 0)]


def test_a_holiday_and_a_weekend_are_no_instructional_days():
    decisions = decide(
        online(an_hour_on(MONDAY, FRIDAY - dt.timedelta(days=6))),
        events(("1", MONDAY, "AU")),
        dates=calendar("A", holidays=(MONDAY,)),
    )
    assert verdicts(decisions) == {
        MONDAY: "no instructional day",
        FRIDAY - dt.timedelta(days=6): "no instructional day",
    }


def test_a_day_outside_the_enrollment_is_not_touched():
    marks = events(("1", MONDAY, "AU"), ("1", WEDNESDAY, "AU"))
    enrolled = enrollments(("1", "A", TUESDAY, TUESDAY))
    decisions = decide(online(an_hour_on(MONDAY, TUESDAY, WEDNESDAY)), marks, enrolled=enrolled)
    assert verdicts(decisions) == {MONDAY: "not enrolled", TUESDAY: "present in person", WEDNESDAY: "not enrolled"}
    assert reconciled(decisions, marks) == [("1", MONDAY, "AU", 1), ("1", WEDNESDAY, "AU", 1)]


def test_the_exit_date_is_a_day_enrolled_where_it_counts_as_one():
    marks, enrolled = events(("1", TUESDAY, "AU")), enrollments(("1", "A", MONDAY, TUESDAY))
    days = online(an_hour_on(TUESDAY))
    assert verdicts(decide(days, marks, enrolled=enrolled)) == {TUESDAY: "daily minimum"}
    exclusive = Attendance(exit_date_inclusive=False)
    assert verdicts(decide(days, marks, enrolled=enrolled, attendance=exclusive)) == {TUESDAY: "not enrolled"}


def test_a_day_that_two_enrollments_at_a_school_claim_is_decided_once():
    enrolled = enrollments(("1", "A", dt.date(2025, 8, 20), None), ("1", "A", dt.date(2025, 9, 1), None))
    assert verdicts(decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AU")), enrolled=enrolled)) == {
        MONDAY: "daily minimum"
    }


def test_time_online_counts_at_the_school_of_the_primary_enrollment():
    enrolled = enrollments(("1", "A", dt.date(2025, 8, 20), None), is_primary=False)
    assert verdicts(decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AU")), enrolled=enrolled)) == {
        MONDAY: "not enrolled"
    }


def test_an_absence_at_another_school_is_left_alone():
    marks = events(("1", MONDAY, "AU"), school="B")
    decisions = decide(online(an_hour_on(MONDAY)), marks)
    assert reconciled(decisions, marks) == [("1", MONDAY, "AU", 1)]


def test_a_day_is_judged_when_it_is_over():
    marks = events(("1", AS_OF, "AU"), ("1", THURSDAY, "AU"))
    assert verdicts(decide(online(an_hour_on(THURSDAY, AS_OF)), marks)) == {
        THURSDAY: "daily minimum",
        AS_OF: "day not over",
    }


def test_days_older_than_the_lock_stay_as_they_are():
    last_open, locked = AS_OF - dt.timedelta(days=7), AS_OF - dt.timedelta(days=8)
    marks = events(("1", last_open, "AU"), ("1", locked, "AU"))
    assert verdicts(decide(online(an_hour_on(last_open, locked)), marks, lock_after_days=7)) == {
        last_open: "daily minimum",
        locked: "locked",
    }


def test_without_a_lock_every_day_of_the_past_is_open():
    day = AS_OF - dt.timedelta(days=30)
    assert verdicts(decide(online(an_hour_on(day)), events(("1", day, "AU")), lock_after_days=None)) == {
        day: "daily minimum"
    }


def test_a_week_with_enough_time_online_makes_each_of_its_absences_virtual():
    """Two hours on Saturday, none on Monday; a week runs from Monday to Sunday."""
    marks = events(("1", MONDAY - dt.timedelta(days=7), "AU"), ("1", MONDAY, "AU"))
    last_saturday = SATURDAY - dt.timedelta(days=7)
    decisions = decide(online(an_hour_on(last_saturday, minutes=120)), marks, weekly_minimum_minutes=120)
    assert verdicts(decisions) == {
        MONDAY - dt.timedelta(days=7): "weekly minimum",
        last_saturday: "no instructional day",
    }
    assert reconciled(decisions, marks) == [
        ("1", MONDAY - dt.timedelta(days=7), "VIRTUAL", 0),
        ("1", MONDAY, "AU", 1),
    ]


def test_without_a_weekly_minimum_a_day_without_time_online_is_not_considered():
    last_saturday = SATURDAY - dt.timedelta(days=7)
    marks = events(("1", MONDAY - dt.timedelta(days=7), "AU"))
    assert verdicts(decide(online(an_hour_on(last_saturday)), marks)) == {last_saturday: "no instructional day"}


def test_nobody_elses_day_changes():
    marks = events(("1", MONDAY, "AU"), ("2", MONDAY, "AU"))
    enrolled = enrollments(("1", "A", dt.date(2025, 8, 20), None), ("2", "A", dt.date(2025, 8, 20), None))
    decisions = decide(online(an_hour_on(MONDAY)), marks, enrolled=enrolled)
    assert reconciled(decisions, marks) == [("1", MONDAY, "VIRTUAL", 0), ("2", MONDAY, "AU", 1)]


def test_in_a_gap_of_evidence_no_attendance_was_taken():
    sent = tuple(("A", date) for date in (MONDAY, TUESDAY, FRIDAY - dt.timedelta(days=7)))
    policy = Attendance(daily_submission_min_days=2, daily_submission_share=Decimal("0.1"), evidence_gap_days=2)
    long_before = WEDNESDAY - dt.timedelta(days=7)
    days = online(an_hour_on(WEDNESDAY - dt.timedelta(days=14), long_before, MONDAY))
    submissions = (("A", dt.date(2026, 1, 26)), *sent)
    decisions = decide(days, events(), submissions=submissions, attendance=policy)
    assert verdicts(decisions) == {
        WEDNESDAY - dt.timedelta(days=14): "no attendance taken",
        long_before: "no attendance taken",
        MONDAY: "present in person",
    }


def test_an_absence_that_another_school_holds_is_reconciled_where_the_student_was():
    moved = enrollments(("1", "A", dt.date(2025, 8, 20), TUESDAY), ("1", "B", WEDNESDAY, None))
    stamped_with_todays_school = events(("1", MONDAY, "AU"), school="B")
    sent = (("A", WEDNESDAY),)
    decisions = decide(online(an_hour_on(MONDAY)), stamped_with_todays_school, enrolled=moved, submissions=sent)
    [decision] = rows_of(decisions, order=["event_date"])
    assert (decision["k_school"], decision["reconciliation_rule"]) == ("A", "daily minimum")
    ignored = Attendance(stray_events="ignore")
    left = decide(
        online(an_hour_on(MONDAY)), stamped_with_todays_school, enrolled=moved, submissions=sent, attendance=ignored
    )
    assert verdicts(left) == {MONDAY: "present in person"}
