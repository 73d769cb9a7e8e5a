"""Figures one of whose counts is not told: at least three values of it fit what a reader sees."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from district_platform.dictionary import Ranges, Side
from district_platform.privacy.open_counts import as_ranges
from district_platform_tests.privacy.rows import release_of, table

PARTICIPATION = Ranges(bounds=(0, 50, 75, 90, 95, 100), of=Side.PART)
LEFT_OUT = Ranges(bounds=(0, 5, 10, 25, 50, 100), of=Side.WHOLE)


def told(ranges: Ranges, known: int, unknown: np.ndarray) -> list[str]:
    part, whole = (known, unknown) if ranges.of is Side.PART else (unknown, known)
    pct = pd.Series(100 * part / whole, dtype=float)
    return as_ranges(pct, pd.Series(np.full(len(pct), known)), ranges).tolist()


@pytest.mark.parametrize("n_tested", [1, 5, 10, 20, 40, 57, 200, 3_000])
def test_participation_leaves_three_numbers_of_enrolled_students_open(n_tested):
    texts = pd.Series(told(PARTICIPATION, n_tested, np.arange(n_tested, 20 * n_tested)))
    assert texts.value_counts().min() >= 3


@pytest.mark.parametrize("n_students", [10, 12, 40, 250, 4_000])
def test_share_left_out_leaves_three_numbers_of_students_open(n_students):
    texts = pd.Series(told(LEFT_OUT, n_students, np.arange(1, n_students)))
    assert texts.value_counts().min() >= 3


@pytest.mark.parametrize(
    ("tested", "enrolled", "text"),
    [(400, 400, "≥ 95 %"), (400, 421, "≥ 95 %"), (400, 422, "90–95 %"), (400, 1000, "< 50 %"), (10, 10, "≥ 75 %")],
)
def test_participation_reads_as_at_least_95_or_as_a_range(tested, enrolled, text):
    assert told(PARTICIPATION, tested, np.array([enrolled])) == [text]


def test_nobody_left_out_is_told_as_it_is():
    assert told(LEFT_OUT, 400, np.array([0, 400, 12])) == ["0 %", "100 %", "< 5 %"]


def ratio(n_left_out: int, value: float, fte: float) -> tuple[float | None, str]:
    row = {
        "k_school": None,
        "n_students_census": 5_000,
        "students_per_teacher_fte": value,
        "n_schools_left_out": n_left_out,
        "compared_teacher_fte": fte,
    }
    released = release_of(staffing_ratios=table("staffing_ratios", [row]))["staffing_ratios"].iloc[0]
    number = released["students_per_teacher_fte"]
    return None if pd.isna(number) else number, released["students_per_teacher_fte_display"]


@pytest.mark.parametrize(
    ("n_left_out", "fte", "expected"),
    [
        (0, 40, (16.5, "16.5")),
        (1, 300, (16.5, "16.5")),
        (1, 40, (16.5, "16.5")),
        (1, 29, (17.0, "17")),
        (1, 2.9, (16.0, "16")),
    ],
)
def test_ratio_over_some_of_the_schools_does_not_tell_their_students(n_left_out, fte, expected):
    """One tenth of a student per teacher is four students of 40 teachers, and more than one number of them fits."""
    assert ratio(n_left_out, 16.549, fte) == expected


@pytest.mark.parametrize(
    ("headcount", "n_left_out", "per_fte", "fte", "expected"),
    [
        (60, 0, 38.26, 50, ("38.3", "0 %")),
        (60, 3, 38.26, 50, ("40", "< 10 %")),
        (600, 3, 38.26, 500, ("38", "< 5 %")),
        (60, 3, 38.26, 2, ("hidden (few are left out)", "< 10 %")),
        (10, 1, 38.26, 9, ("40", "< 50 %")),
        (60, 7, None, 50, ("not available", "10–25 %")),
        (9, 0, 38.26, 9, ("hidden (fewer than 10)", "hidden (fewer than 10)")),
        (9, 5, None, 4, ("hidden (fewer than 10)", "hidden (fewer than 10)")),
    ],
)
def test_hours_per_fte_do_not_tell_the_hours_of_the_few_employees_without_fte(
    headcount, n_left_out, per_fte, fte, expected
):
    """The hours of all less those of employees with an FTE leave three full weeks of 40 hours open. The share is a range."""
    row = {
        "k_school": None,
        "position": "Aide",
        "work_week_begin_date": dt.date(2026, 1, 11),
        "headcount": headcount,
        "assigned_fte": fte,
        "hours_per_fte": per_fte,
        "pct_employees_left_out": 100 * n_left_out / headcount,
    }
    released = release_of(staff_hours=table("staff_hours", [row]))["staff_hours"].iloc[0]
    assert (released["hours_per_fte_display"], released["pct_employees_left_out_display"]) == expected
    assert pd.isna(released["pct_employees_left_out"])
