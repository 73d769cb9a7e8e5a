"""What must hold for every district, by Hypothesis: invariants of the fact, and changes of the input that change nothing."""

import datetime as dt
import random
from dataclasses import replace
from itertools import groupby

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from district_platform_tests.facts.daily_attendance.random_districts import random_district
from district_platform_tests.facts.daily_attendance.reference import District, Row
from district_platform_tests.facts.daily_attendance.rows import daily

FEW = settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""Each example is a district of eight schools; an example costs a second, most of it writing the SQL."""

districts = st.integers(min_value=1_000, max_value=999_999).map(lambda seed: random_district(seed, n_schools=8))
COUNTS = ("cumulative_days_absent", "cumulative_days_attended", "cumulative_days_enrolled")


def by_student(rows: list[Row]) -> list[list[Row]]:
    return [list(days) for _, days in groupby(rows, key=lambda row: (row["k_student"], row["k_school"]))]


@FEW
@given(districts)
def test_invariants(district: District) -> None:
    rows = daily(district)
    keys = [(row["k_student"], row["k_school"], row["calendar_date"]) for row in rows]
    assert len(set(keys)) == len(keys)
    for row in rows:
        if row["is_absent"] is not None:
            assert row["is_present"] + row["is_absent"] == row["is_enrolled"]
        else:
            assert row["is_present"] is None
    for days in by_student(rows):
        for count in COUNTS:
            values = [day[count] for day in days]
            assert values == sorted(values)
        assert days[-1]["cumulative_days_enrolled"] == days[-1]["total_days_enrolled"]


@pytest.mark.whole
@FEW
@given(districts, st.randoms(use_true_random=False))
def test_the_order_of_input_rows_does_not_matter(district: District, dice: random.Random) -> None:
    def shuffled(rows: list[Row]) -> list[Row]:
        return dice.sample(rows, len(rows))

    other = replace(
        district,
        enrollments=shuffled(district.enrollments),
        calendar=shuffled(district.calendar),
        sessions=shuffled(district.sessions),
        events=shuffled(district.events),
        categories=shuffled(district.categories),
    )
    assert daily(other) == daily(district)


@pytest.mark.whole
@FEW
@given(districts, st.integers(min_value=1, max_value=10))
def test_one_enrollment_or_two_adjoining_ones_is_the_same(district: District, offset: int) -> None:
    split = [part for whole in district.enrollments for part in _split(whole, offset, district.exit_date_inclusive)]
    if len(split) == len(district.enrollments):
        pytest.skip("no enrollment is long enough to split")
    assert daily(replace(district, enrollments=split)) == daily(district)


def _split(whole: Row, offset: int, exit_date_inclusive: bool) -> list[Row]:
    """An enrollment cut `offset` days after its entry, if it lasts longer than that."""
    if whole["entry_date"] is None:
        return [whole]
    second = whole["entry_date"] + dt.timedelta(days=offset)
    if whole["exit_date"] is not None and second >= whole["exit_date"]:
        return [whole]
    first_exit = second - dt.timedelta(days=1 if exit_date_inclusive else 0)
    return [
        whole | {"exit_date": first_exit, "enrollment_id": f"{whole['enrollment_id']}a"},
        whole | {"entry_date": second, "enrollment_id": f"{whole['enrollment_id']}b"},
    ]
