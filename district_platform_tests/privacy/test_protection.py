"""What a reader can work out of random releases, by arithmetic that is not the audit's."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from district_platform.settings import Privacy
from district_platform_tests.privacy.intruder import Cell, Intruder, read
from district_platform_tests.privacy.random_releases import (
    SEXES,
    Totals,
    absence,
    children,
    enrollment,
    performance,
    totals,
)
from district_platform_tests.privacy.rows import PRIVACY, release_of, subgroup


def worked_out(intruder: Intruder, of: Totals) -> dict[Cell, int]:
    """The groups that are too few to be told and can be known all the same, with how closely."""
    minimum, enough = intruder.privacy.min_group_size, intruder.privacy.min_uncertainty
    asked: dict[Cell, int] = {}
    for group, (n, k) in of.items():
        if n < minimum:
            asked["n", *group] = enough
        if ("k", *group) in intruder.known and min(k, n - k) < minimum:
            asked["k", *group] = enough if n >= minimum else 1
    return intruder.known_closely(asked)


NOBODY = dict.fromkeys(((2026, "A", "03", sex) for sex in SEXES), (0, 0))
ONLY_FEW = {(2026, "A", "03", "F"): (1, 0), (2026, "A", "03", "M"): (3, 3)}


@settings(max_examples=10)
@example(NOBODY)
@example(ONLY_FEW)
@given(children())
def test_one_school(children):
    of = totals(children)
    release = release_of(student_performance=performance(of))["student_performance"]
    assert not worked_out(read(release, "n_tested", "pct_proficient", PRIVACY, 0), of)


@settings(max_examples=10)
@given(children(schools=3))
def test_schools_and_sexes(children):
    of = totals(children)
    release = release_of(student_performance=performance(of))["student_performance"]
    assert not worked_out(read(release, "n_tested", "pct_proficient", PRIVACY, 0), of)


@settings(max_examples=10)
@given(children(years=2, schools=2, grades=2))
def test_two_years_with_changes_schools_grades_and_sexes(children):
    of = totals(children)
    release = release_of(student_performance=performance(of))["student_performance"]
    assert not worked_out(read(release, "n_tested", "pct_proficient", PRIVACY, 0), of)


@settings(max_examples=10)
@given(children(schools=2, grades=2))
def test_sexes_within_grades(children):
    of = totals(children, is_crossed=True)
    release = release_of(chronic_absence=absence(of))["chronic_absence"]
    assert not worked_out(read(release, "n_students_judged", "pct_chronically_absent", PRIVACY, None), of)


@settings(max_examples=10)
@given(children(schools=3), st.integers(0, 9))
def test_schools_that_share_children(children, n_of_two_schools):
    of = totals(children)
    n_twice = min(n_of_two_schools, of.get((2026, None, None, subgroup("Sex", "M")), (0, 0))[0] // 2)
    release = release_of(enrollment_summary=enrollment(of, n_twice))["enrollment_summary"]
    assert not worked_out(read(release, "n_students", None, PRIVACY, float("inf")), of)


@pytest.mark.parametrize("minimum", [4, 5])
@settings(max_examples=10)
@given(children=children(schools=3, grades=2))
def test_where_few_are_small_already(minimum, children):
    """Fewer than four leaves no room at all between 1 and 3: whatever a total adds to that would tell too much."""
    of, privacy = totals(children), Privacy(min_group_size=minimum)
    release = release_of(privacy, student_performance=performance(of))["student_performance"]
    assert not worked_out(read(release, "n_tested", "pct_proficient", privacy, 0), of)


def test_intruder_works_out_what_hiding_the_small_groups_alone_gives_away():
    of = totals({(2026, "A", "03", "F"): (50, 20), (2026, "A", "03", "M"): (4, 2)})
    frame = performance(of).assign(n_tested_before_display="not available", pct_proficient_display="")
    is_small = frame["n_tested"] < PRIVACY.min_group_size
    frame["n_tested_display"] = is_small.map({True: "hidden (fewer than 10)", False: ""})
    frame[["n_tested", "pct_proficient"]] = frame[["n_tested", "pct_proficient"]].mask(is_small, axis=0)
    found = worked_out(read(frame, "n_tested", None, PRIVACY, 0), of)
    assert found == {("n", 2026, None, None, "Sex-M"): 0, ("n", 2026, "A", None, "Sex-M"): 0}


@settings(max_examples=3)
@given(children(years=2, schools=3, grades=2), st.randoms(use_true_random=False))
def test_order_of_the_rows_changes_nothing(children, random):
    frame = performance(totals(children))
    shuffled = frame.iloc[random.sample(range(len(frame)), len(frame))]
    one, other = (release_of(student_performance=f)["student_performance"] for f in (frame, shuffled))
    assert one.to_csv() == other.to_csv()
