"""Group measures: rates of groups, the district grain, the federal reading."""

from decimal import Decimal
from typing import Any

import ibis
import pytest

from district_platform.metrics.attendance_rates import (
    STUDENT,
    attendance_rate,
    chronic_absence_rate,
    student_attendance,
    student_days_at_district_grain,
)
from district_platform.settings import Attendance
from district_platform.sources.reference.absentee_bands import absentee_categories
from district_platform_tests.facts.daily_attendance.rows import september
from district_platform_tests.facts.daily_attendance.tables import DAILY, SESSION, memtable, rows_of


def day(number: int, school: str = "A", is_absent: str = "0", enrolled: int = 1, **other: Any) -> dict[str, Any]:
    absent = Decimal(is_absent)
    row = {
        "k_student": "2026-7",
        "k_student_xyear": "7",
        "k_school": school,
        "school_year": 2026,
        "calendar_date": september(number),
        "attendance_event_category": "Absent" if absent else "In Attendance",
        "is_absent": absent,
        "is_present": enrolled - absent,
        "is_enrolled": enrolled,
    }
    return row | other


def test_a_groups_rates_weigh_days_and_count_students_who_are_judged() -> None:
    students = ibis.memtable(
        {
            "attended": [90, 5, 0],
            "enrolled": [100, 10, 0],
            "is_chronic": [True, False, False],
            "meets": [True, True, False],
        }
    )
    rates = students.agg(
        rate=attendance_rate(students.attended, students.enrolled),
        chronic=chronic_absence_rate(students.is_chronic, students.meets),
    )
    assert rows_of(rates) == [{"rate": pytest.approx(100 * 95 / 110), "chronic": 50.0}]


def test_a_group_without_days_or_judged_students_has_no_rate() -> None:
    nobody = ibis.memtable({"n": [0], "flag": [False]})
    rates = nobody.agg(rate=attendance_rate(nobody.n, nobody.n), chronic=chronic_absence_rate(nobody.flag, nobody.flag))
    assert rows_of(rates) == [{"rate": None, "chronic": None}]


def test_a_child_at_two_schools_counts_once_a_day_at_district_grain() -> None:
    sessions = memtable(
        [
            {"k_session": "A-long", "total_instructional_days": 180},
            {"k_session": "B-short", "total_instructional_days": 90},
        ],
        SESSION,
    )
    daily = memtable(
        [
            day(1, "A", enrolled=0),
            day(1, "B", "1"),  # enrolled before not enrolled
            day(2, "A", k_session="A-long"),
            day(2, "B", "1", k_session="B-short"),  # the shorter session
            day(3, "A", "1"),  # category Absent before In Attendance
            day(3, "B"),
            day(4, "A"),  # then k_school
            day(4, "B"),
            day(5, "B", "0.5"),
            day(1, "A", k_student="2026-8", k_student_xyear="8"),
        ],
        DAILY,
    )
    days = rows_of(student_days_at_district_grain(daily, sessions), order=("k_student", "calendar_date"))
    assert [(row["calendar_date"].day, row["k_school"]) for row in days if row["k_student_xyear"] == "7"] == [
        (1, "B"),
        (2, "B"),
        (3, "A"),
        (4, "A"),
        (5, "B"),
    ]
    policy = Attendance(chronic_absence_min_days=5)
    one_a_date = student_days_at_district_grain(daily, sessions)
    measure = rows_of(student_attendance(one_a_date, absentee_categories(), policy, by=STUDENT))
    assert measure[0] == {
        "k_student": "2026-7",
        "k_student_xyear": "7",
        "school_year": 2026,
        "cumulative_days_absent": Decimal("3.5"),
        "cumulative_days_attended": Decimal("1.5"),
        "cumulative_days_enrolled": 5,
        "federal_days_absent": 4,
        "cumulative_attendance_rate": Decimal(30),
        "meets_enrollment_threshold": True,
        "is_chronic_absentee": True,
        "absentee_category_rank": 1,
        "absentee_category_label": "Severe Chronic Absence",
        "meets_federal_threshold": False,
        "is_chronic_absentee_federal": False,
    }
    assert measure[1]["meets_enrollment_threshold"] is False


def test_the_federal_reading_counts_half_a_day_as_a_whole_absence_and_less_as_none() -> None:
    daily = memtable([day(1, is_absent="0.5"), day(2, is_absent="0.4999"), *map(day, range(3, 11))], DAILY)
    (student,) = rows_of(student_attendance(daily, absentee_categories(), Attendance()))
    assert (student["k_school"], student["federal_days_absent"], student["cumulative_days_absent"]) == (
        "A",
        1,
        Decimal("0.9999"),
    )
    assert (student["meets_federal_threshold"], student["is_chronic_absentee_federal"]) == (True, True)


def test_the_federal_reading_judges_nobody_below_ten_days() -> None:
    daily = memtable([day(number, is_absent="1") for number in range(1, 10)], DAILY)
    (student,) = rows_of(student_attendance(daily, absentee_categories(), Attendance()))
    assert (student["federal_days_absent"], student["is_chronic_absentee_federal"]) == (9, False)
