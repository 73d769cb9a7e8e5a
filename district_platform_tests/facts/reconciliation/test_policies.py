"""Whose rules hold for a day: the program's before the school's, the school's before the district's."""

import datetime as dt
from typing import Any

import pytest

from district_platform_tests.facts.reconciliation.tables import (
    FRIDAY,
    MONDAY,
    SATURDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    an_hour_on,
    decide,
    enrollments,
    events,
    online,
    reconciled,
    verdicts,
)

ENOUGH, TOO_LITTLE = "daily minimum", "below minimum"
LATER = {"minimum_minutes": 61}
ACADEMY = ("1", "Virtual Academy", MONDAY, None)
LAST_WEEK = dt.timedelta(days=7)


def hour_of_monday(*programs: tuple[Any, ...], **policy: Any) -> str:
    """The verdict on an hour online of student 1 at school A, marked absent."""
    [verdict] = verdicts(
        decide(online(an_hour_on(MONDAY)), events(("1", MONDAY, "AU")), participation=programs, **policy)
    ).values()
    return verdict


def test_a_school_may_have_a_minimum_of_its_own():
    assert hour_of_monday(schools={"A": LATER}) == TOO_LITTLE
    assert hour_of_monday(schools={"B": LATER}) == ENOUGH


def test_a_program_goes_before_the_school_and_leaves_to_it_what_it_does_not_say():
    of_school = {"schools": {"A": {"minimum_minutes": 30}}}
    assert hour_of_monday(ACADEMY, programs={"Virtual Academy": LATER}, **of_school) == TOO_LITTLE
    weekly = {"weekly_minimum_minutes": 600}
    assert hour_of_monday(ACADEMY, programs={"Virtual Academy": weekly}, schools={"A": LATER}) == TOO_LITTLE


@pytest.mark.parametrize(
    ("begin", "end", "verdict"),
    [
        (MONDAY, MONDAY, TOO_LITTLE),
        (TUESDAY, None, ENOUGH),
        (MONDAY - LAST_WEEK, MONDAY - dt.timedelta(days=1), ENOUGH),
    ],
    ids=["on its only day", "before it begins", "after it ended"],
)
def test_a_program_speaks_for_the_days_of_participation(begin: dt.date, end: dt.date | None, verdict: str):
    program = ("1", "Virtual Academy", begin, end)
    assert hour_of_monday(program, programs={"Virtual Academy": LATER}) == verdict


def test_another_student_s_program_and_one_without_a_policy_change_nothing():
    academy = {"Virtual Academy": LATER}
    assert hour_of_monday(("2", "Virtual Academy", MONDAY, None), programs=academy) == ENOUGH
    assert hour_of_monday(("1", "Chess", MONDAY, None), programs=academy) == ENOUGH


def test_of_several_programs_the_one_named_first_in_the_settings_decides():
    both = (ACADEMY, ("1", "Homebound", MONDAY, None))
    lenient = {"minimum_minutes": 5}
    assert hour_of_monday(*both, programs={"Virtual Academy": LATER, "Homebound": lenient}) == TOO_LITTLE
    assert hour_of_monday(*both, programs={"Homebound": lenient, "Virtual Academy": LATER}) == ENOUGH


def test_a_program_may_mark_everyone():
    """Student 1 of the program has no mark, which at a school that marks absences only is presence for student 2."""
    enrolled = enrollments(("1", "A", MONDAY, None), ("2", "A", MONDAY, None))
    days = online([*an_hour_on(MONDAY), *an_hour_on(MONDAY, student="2")])
    policy = {"Virtual Academy": {"marks_everyone": True}}
    decisions = decide(
        days, events(), enrolled=enrolled, participation=(ACADEMY,), submissions=(("A", MONDAY),), programs=policy
    )
    assert reconciled(decisions, events()) == [("1", MONDAY, "VIRTUAL", 0)]


TWO_HOURS_A_WEEK = {"weekly_minimum_minutes": 120, "marks_everyone": True}
MON, TUE, WED = (day - LAST_WEEK for day in (MONDAY, TUESDAY, WEDNESDAY))
LAST_SATURDAY, LAST_FRIDAY = SATURDAY - LAST_WEEK, FRIDAY - LAST_WEEK


def test_a_week_with_enough_time_also_holds_its_days_without_a_mark_where_the_school_marks_everyone():
    """Two hours on Saturday; attendance was taken on Monday and Tuesday; student 1 was marked on Tuesday alone."""
    marks = events(("1", TUE, "TU"))
    decisions = decide(
        online(an_hour_on(LAST_SATURDAY, minutes=120)),
        marks,
        submissions=(("A", MON), ("A", TUE)),
        **TWO_HOURS_A_WEEK,
    )
    assert verdicts(decisions) == {
        MON: "weekly minimum",
        WED: "no attendance taken",
        THURSDAY - LAST_WEEK: "no attendance taken",
        LAST_FRIDAY: "no attendance taken",
        LAST_SATURDAY: "no instructional day",
    }
    assert reconciled(decisions, marks) == [("1", MON, "VIRTUAL", 0), ("1", TUE, "TU", 0)]


def test_where_the_school_marks_absences_only_a_week_reaches_no_day_without_a_mark():
    decisions = decide(
        online(an_hour_on(LAST_SATURDAY, minutes=120)),
        events(),
        weekly_minimum_minutes=120,
        schools={"B": TWO_HOURS_A_WEEK},
    )
    assert verdicts(decisions) == {LAST_SATURDAY: "no instructional day"}
