"""Running measures, thresholds, bands, and the measure of the last day."""

from decimal import Decimal

from district_platform.facts.daily_attendance import msr_student_cumulative_attendance
from district_platform_tests.facts.daily_attendance.rows import calendar, column, daily, district, enrollment, event
from district_platform_tests.facts.daily_attendance.tables import DAILY, daily_fact, rows_of

TEN_DAYS = calendar(*range(1, 11))


def test_columns_and_types() -> None:
    assert daily_fact(district([enrollment()], TEN_DAYS)).schema() == DAILY


def test_a_streak_is_broken_by_another_excusal_status_and_carried_across_enrollments() -> None:
    events = [event(3), event(4), event(5, excusal="Unexcused"), event(7, "0")]
    rows = daily(district([enrollment(1, 6), enrollment(7, 8)], TEN_DAYS, events))
    assert column(rows, "consecutive_days_by_excusal_status") == [1, 2, 1, 2, 1, 1, 2, 3, 1, 2]


def test_counts_run_and_the_rate_is_rounded_half_up() -> None:
    rows = daily(district([enrollment(1, 8)], TEN_DAYS, [event(2, "0.5"), event(8, "0.0012")], min_days=1))
    assert column(rows, "cumulative_days_enrolled") == [1, 2, 3, 4, 5, 6, 7, 8, 8, 8]
    assert column(rows, "total_days_enrolled") == [8] * 10
    assert rows[7]["cumulative_days_absent"] == Decimal("0.5012")
    assert rows[7]["cumulative_days_attended"] == Decimal("7.4988")
    # 100 × 7.4988 / 8 = 93.735 exactly
    assert rows[7]["cumulative_attendance_rate"] == Decimal("93.74")
    assert rows[2]["cumulative_attendance_rate"] == Decimal("83.33")


def test_nothing_is_judged_below_the_minimum_days() -> None:
    rows = daily(district([enrollment()], TEN_DAYS, [event(1)], min_days=5))
    assert column(rows, "meets_enrollment_threshold") == [False] * 4 + [True] * 6
    assert column(rows, "is_chronic_absentee") == [False] * 4 + [True] * 6
    assert column(rows, "absentee_category_rank") == [None] * 4 + [1, 2, 2, 2, 2, 2]


def test_a_rate_at_the_threshold_is_chronic_and_in_the_band_below() -> None:
    last = daily(district([enrollment()], TEN_DAYS, [event(1)], min_days=1))[-1]
    assert last["cumulative_attendance_rate"] == 90
    assert last["is_chronic_absentee"] is True
    assert last["absentee_category_label"] == "Chronic Absence"


def test_the_lowest_band_includes_zero() -> None:
    first = daily(district([enrollment()], TEN_DAYS, [event(1)], min_days=1))[0]
    assert (first["cumulative_attendance_rate"], first["absentee_category_rank"]) == (0, 1)


def test_who_was_never_enrolled_has_no_rate() -> None:
    rows = daily(district([enrollment(3, 2)], TEN_DAYS, min_days=0))
    assert set(column(rows, "cumulative_attendance_rate")) == {None}
    assert set(column(rows, "is_chronic_absentee")) == {False}
    assert set(column(rows, "absentee_category_rank")) == {None}


def test_a_day_of_unknown_absence_is_enrolled_and_neither_present_nor_absent() -> None:
    last = daily(district([enrollment()], TEN_DAYS, [event(4, None)], min_days=1))[-1]
    assert (last["cumulative_days_enrolled"], last["cumulative_days_absent"], last["cumulative_days_attended"]) == (
        10,
        0,
        9,
    )


def test_the_measure_is_the_last_row_of_each_student_and_school() -> None:
    other = enrollment(2, 4, k_student="2026-8", k_student_xyear="8")
    case = district([enrollment(), other], TEN_DAYS, [event(2), event(9)], min_days=1)
    measure = rows_of(msr_student_cumulative_attendance(daily_fact(case)))
    last = {row["k_student"]: row for row in daily(case)}
    assert [row["k_student"] for row in measure] == ["2026-7", "2026-8"]
    for row in measure:
        assert row.items() <= last[row["k_student"]].items()
        assert {"cumulative_days_absent", "absentee_category_label", "total_days_enrolled"} <= row.keys()
