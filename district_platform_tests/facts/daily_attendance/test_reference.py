"""The fast daily fact against the slow one, on random districts: equal in every row and column."""

import pytest

from district_platform_tests.facts.daily_attendance.random_districts import random_district
from district_platform_tests.facts.daily_attendance.reference import daily_attendance
from district_platform_tests.facts.daily_attendance.tables import DAILY, daily_fact, rows_of


@pytest.mark.parametrize("seed", [*range(4), *(pytest.param(seed, marks=pytest.mark.whole) for seed in range(4, 10))])
def test_agrees_with_the_slow_reference_on_thirty_random_districts(seed: int) -> None:
    district = random_district(seed, n_schools=30)
    expected = sorted(
        daily_attendance(district), key=lambda row: (row["k_student"], row["k_school"], row["calendar_date"])
    )
    result = rows_of(daily_fact(district))
    assert len(result) == len(expected) > 300
    for fast, slow in zip(result, expected, strict=True):
        assert fast == {name: slow[name] for name in DAILY.names}
