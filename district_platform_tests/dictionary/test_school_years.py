import datetime as dt

import pytest

from district_platform.dictionary.schools import school_year_of


@pytest.mark.parametrize(
    ("date", "year"),
    [("2026-06-30", 2026), ("2026-07-01", 2027), ("2026-12-31", 2027), ("2027-01-01", 2027), ("2027-06-30", 2027)],
)
def test_a_school_year_runs_from_july_to_june_and_has_the_name_of_its_spring(date: str, year: int) -> None:
    assert school_year_of(dt.date.fromisoformat(date)) == year
