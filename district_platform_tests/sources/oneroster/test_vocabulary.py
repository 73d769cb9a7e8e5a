"""Words of OneRoster in the data contract."""

import pytest

from district_platform.sources.oneroster import vocabulary

ASIAN, WHITE = "asian", "white"
TWO, HISPANIC = "demographicRaceTwoOrMoreRaces", "hispanicOrLatinoEthnicity"


@pytest.mark.parametrize(
    ("said", "race"),
    [
        ([], ""),
        ([WHITE], "White"),
        ([ASIAN, WHITE], "Two or More Races"),
        ([TWO], "Two or More Races"),
        ([ASIAN, TWO], "Two or More Races"),
        ([HISPANIC], "Hispanic or Latino"),
        ([HISPANIC, ASIAN, WHITE, TWO], "Hispanic or Latino"),
    ],
)
def test_hispanic_of_any_race_comes_first_then_two_or_more(said: list[str], race: str) -> None:
    flags = {column: "true" if column in said else "false" for column in vocabulary.RACE_COLUMNS}
    assert vocabulary.race_ethnicity(flags) == race


@pytest.mark.parametrize(
    ("stated", "grade"),
    [
        *(("PR", "PK"), ("PK", "PK"), ("TK", "KG"), ("KG", "KG"), ("K", "KG"), ("kg", "KG"), ("5", "05"), ("12", "12")),
        *(("IT", "IT"), ("13", "13"), ("PS", "PS"), ("UG", "UG"), ("Other", "Other")),
    ],
)
def test_grades_are_mapped_and_those_outside_the_domain_stay(stated: str, grade: str) -> None:
    assert vocabulary.grade_level(stated) == grade


@pytest.mark.parametrize(
    ("stated", "sex"), [("male", "M"), ("Female", "F"), ("other", "X"), ("unspecified", ""), ("", ""), ("U", "U")]
)
def test_sex_of_both_versions(stated: str, sex: str) -> None:
    assert vocabulary.sex(stated) == sex


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [
        *(("PK", "05", "Elementary"), ("KG", "08", "Elementary"), ("04", "05", "Middle"), ("06", "08", "Middle")),
        *(
            ("07", "09", "Middle"),
            ("09", "12", "High"),
            ("07", "12", "High"),
            ("KG", "12", "Other"),
            ("09", "11", "Other"),
        ),
    ],
)
def test_school_level_follows_the_span_of_grades(low: str, high: str, level: str) -> None:
    assert vocabulary.school_level(low, high) == level


@pytest.mark.parametrize(
    ("stated", "begin", "end", "year"),
    [
        ("2027", "2026-08-15", "2027-06-10", 2027),
        ("2026", "2026-08-15", "2027-06-10", 2027),
        ("2026", "2026-08-15", "2026-12-18", 2027),
        ("2026", "2027-01-05", "2027-06-10", 2027),
        ("2026-2027", "2026-08-15", "2027-06-10", 2027),
        ("2025-26", "2026-08-15", "2027-06-10", 2027),
        ("", "2026-07-28", "2026-10-02", 2027),
        ("SY27", "2027-03-22", "2027-08-01", 2027),
        ("", "2027-06-14", "2027-08-06", 2027),
        ("2027", "2027-07-01", "2027-07-31", 2027),
        ("2028", "2027-07-01", "2027-07-31", 2028),
        ("2020", "2027-07-01", "2027-07-31", 2027),
    ],
)
def test_dates_decide_the_school_year_and_the_stated_one_that_of_a_summer(
    stated: str, begin: str, end: str, year: int
) -> None:
    assert vocabulary.school_year(stated, begin, end) == year


@pytest.mark.parametrize(
    ("grades", "band"), [(["09", "10", "11"], "09-11"), (["12", "9"], "09-12"), (["05"], "05"), (["UG"], ""), ([], "")]
)
def test_a_band_spans_the_grades_listed(grades: list[str], band: str) -> None:
    assert vocabulary.grade_band(grades) == band
