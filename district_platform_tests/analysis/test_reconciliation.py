"""Both readings of attendance beside each other, by school: the SIS's, and the one with learning online counted as presence."""

import datetime as dt
from decimal import Decimal
from typing import Any

import ibis
import pytest

from district_platform.analysis.reconciliation import RECONCILED_EVENTS, reconciliation_summary
from district_platform.facts.daily_attendance import fct_student_daily_attendance
from district_platform.facts.reconciliation import fct_reconciled_attendance_event
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import absentee_categories
from district_platform_tests.facts.daily_attendance.tables import EVENT, SESSION, SUBMISSION, memtable
from district_platform_tests.facts.reconciliation.tables import (
    AS_OF,
    FRIDAY,
    MONDAY,
    THURSDAY,
    TUESDAY,
    WEDNESDAY,
    an_hour_on,
    calendar,
    decide,
    enrollments,
    events,
    online,
    tracked,
)
from district_platform_tests.quality.tables import table
from district_platform_tests.transforms import executed

POLICY = Attendance(chronic_absence_min_days=4, federal_min_days=2, chronic_absence_threshold=Decimal(75))
WEEK = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY)
SCHOOLS = table("dim_school", "k_school school_name", [("A", "Ash"), ("B", "Birch")])
ENROLLED = enrollments(("1", "A", MONDAY, None), ("2", "A", MONDAY, None), ("3", "B", MONDAY, None))


def summary(sis: ibis.Table, online_dates: tuple[dt.date, ...], source: str | None = None, student: str = "1") -> Any:
    """The summary by school (None: the district); `student` has an hour online on these dates."""
    decisions = decide(online(an_hour_on(*online_dates, student=student)), sis, enrolled=ENROLLED)
    reconciled = executed(fct_reconciled_attendance_event, sis, decisions, tracked())
    attendance = POLICY.model_copy(update={"daily_attendance_source": source or POLICY.daily_attendance_source})
    dates, sessions, taken = calendar("A", "B"), memtable([], SESSION), _taken()
    in_use = reconciled if source else sis
    daily = executed(
        fct_student_daily_attendance,
        ENROLLED,
        dates,
        sessions,
        in_use,
        taken,
        absentee_categories(),
        sis,
        attendance,
        AS_OF,
    )
    rows = executed(
        reconciliation_summary,
        daily,
        sis,
        reconciled,
        ENROLLED,
        dates,
        sessions,
        taken,
        absentee_categories(),
        SCHOOLS,
        attendance,
        AS_OF,
    )
    return {row["k_school"]: row for row in rows.to_pyarrow().to_pylist()}


def _taken() -> ibis.Table:
    """Both schools took attendance from Monday to Thursday."""
    return memtable([{"school_id": s, "submission_date": day} for s in ("A", "B") for day in WEEK], SUBMISSION)


ABSENT = events(("1", MONDAY, "AU"), ("1", TUESDAY, "AU"), ("2", MONDAY, "AU"))
"""Student 1 is absent on two of four days, student 2 on one of them."""


@pytest.mark.whole
def test_absence_by_the_sis_and_what_of_it_was_presence_online():
    rows = summary(ABSENT, (MONDAY,))
    shown = {
        school: (row["days_absent_sis"], row["days_reconciled"], row["n_students_reconciled"])
        for school, row in rows.items()
    }
    assert shown == {"A": (3, 1, 1), "B": (0, 0, 0), None: (3, 1, 1)}


def test_attendance_and_chronic_absence_by_both_readings_and_their_difference():
    """Student 1 attends 50 % by the SIS and 75 % with Monday online: chronically absent by both; student 2 75 % by both."""
    row = summary(ABSENT, (MONDAY,))["A"]
    assert (row["pct_attendance"], row["pct_attendance_other"]) == (62.5, 75.0)
    assert row["pct_attendance_difference"] == -12.5
    assert (row["n_students_judged"], row["n_chronically_absent"], row["n_chronically_absent_other"]) == (2, 2, 2)
    row = summary(ABSENT, (MONDAY, TUESDAY))["A"]
    assert (row["n_chronically_absent"], row["n_chronically_absent_other"]) == (2, 1)
    assert (row["pct_chronically_absent"], row["pct_chronically_absent_difference"]) == (100, 50)
    assert (row["pct_chronically_absent_federal"], row["pct_chronically_absent_federal_other"]) == (100, 50)


@pytest.mark.whole
def test_the_other_reading_is_that_of_the_sis_where_the_district_counts_reconciled_days():
    by_sis, by_reconciled = summary(ABSENT, (MONDAY,))["A"], summary(ABSENT, (MONDAY,), RECONCILED_EVENTS)["A"]
    assert (by_sis["other_reading"], by_reconciled["other_reading"]) == ("reconciled", "SIS")
    assert by_reconciled["pct_attendance"] == by_sis["pct_attendance_other"]
    assert by_reconciled["pct_attendance_other"] == by_sis["pct_attendance"]
    assert by_reconciled["pct_attendance_difference"] == 12.5
    assert (by_reconciled["days_absent_sis"], by_reconciled["days_reconciled"]) == (3, 1)


def test_a_year_that_reconciliation_leaves_as_it_is_has_no_rows():
    assert summary(ABSENT, (FRIDAY,)) == {}
    assert summary(memtable([], EVENT), (MONDAY,)) == {}


@pytest.mark.parametrize("source", [None, RECONCILED_EVENTS])
def test_the_figures_in_use_are_those_of_the_daily_fact(source: str | None):
    row = summary(ABSENT, (MONDAY,), source)[None]
    assert (row["n_students_attending"], row["n_students_judged"]) == (3, 3)
    assert row["pct_attendance"] == pytest.approx(100 * (10 if source else 9) / 12)
