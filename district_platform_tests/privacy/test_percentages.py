"""How finely a percentage is told, and that others do not give away what it leaves open."""

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from district_platform.privacy.audit import audit
from district_platform.privacy.ranges import percentages_in_display
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import ALL, PRIVACY, release_of, subgroup
from district_platform_tests.privacy.rows import tested as performance_of

SEXES = ("F", "M", "X")


def told(numbers: dict[str, tuple[int, int]]) -> dict[str, str]:
    """The percentage that readers see of each group of one school, of (tested, proficient)."""
    release = release_of(student_performance=performance_of({("A", group): of for group, of in numbers.items()}))
    return release["student_performance"].set_index("k_subgroup")["pct_proficient_display"].to_dict()


@pytest.mark.parametrize(
    ("n", "k", "display"),
    [
        (9, 4, "hidden (fewer than 10)"),
        (30, 15, "30–50 %"),
        (60, 20, "33 %"),
        (60, 8, "5–15 %"),
        (999, 500, "50 %"),
        (1000, 505, "50.5 %"),
        (1000, 4, "≤ 1 %"),
        (400, 398, "≥ 99 %"),
    ],
    ids=["small", "fits few sizes", "whole percent", "few proficient", "below a thousand", "tenths", "none", "all"],
)
def test_percentage_is_told_by_the_size_of_its_group(n, k, display):
    assert told({ALL: (n, k)})[ALL] == display


def test_every_size_near_the_true_one_fits_a_whole_percent_from_a_hundred_on():
    """So that it says nothing of how large the group is, but that it has forty students or more."""
    for n in range(100, 1000):
        fits = {k for k in range(n + 1) if 17.5 <= 100 * k / n < 18.5}
        assert fits, n


def test_percentages_of_all_but_one_group_do_not_give_the_last_one_away():
    """140 students, 27 proficient: 19 %; 80 boys, 20 of them: 25 %; so 7 of 60 girls, if the boys were told exactly."""
    girls, boys = subgroup("Sex", "F"), subgroup("Sex", "M")
    found = told({ALL: (140, 27), girls: (60, 7), boys: (80, 20)})
    assert found == {ALL: "19 %", girls: "5–15 %", boys: "15–25 %"}


@st.composite
def sexes(draw: st.DrawFn) -> dict[str, tuple[int, int]]:
    """Students of one school by sex, and how many of them are proficient."""
    numbers = {}
    for sex in SEXES:
        n = draw(st.one_of(st.integers(1, 12), st.integers(1, 400)))
        numbers[subgroup("Sex", sex)] = n, draw(st.one_of(st.integers(0, min(n, 12)), st.integers(0, n)))
    return numbers | {ALL: tuple(sum(of) for of in zip(*numbers.values(), strict=True))}


@settings(max_examples=60, derandomize=False, print_blob=True)  # fresh examples in each run of the tests
@example(
    {subgroup("Sex", "F"): (20, 6), subgroup("Sex", "M"): (2, 2), subgroup("Sex", "X"): (10, 2), ALL: (32, 10)},
)
@given(sexes())
def test_a_reader_who_knew_every_size_could_not_tell_how_many(numbers):
    """By arithmetic of its own: all ways in which whole numbers of three groups fit what is told, size by size."""
    displays = told(numbers)
    low, high = percentages_in_display(np.array([displays[group] for group in numbers], dtype=object))
    fits = {}
    for (group, (n, _)), least, most in zip(numbers.items(), low, high, strict=True):
        possible = np.arange(n + 1)
        rate = 100 * possible / n
        fits[group] = possible if np.isnan(least) else possible[(rate >= least - 1e-9) & (rate <= most + 1e-9)]
    parts = [fits[subgroup("Sex", sex)] for sex in SEXES]
    sums = parts[0][:, None, None] + parts[1][None, :, None] + parts[2][None, None, :]
    is_whole = np.isin(sums, fits[ALL])
    for axis, sex in enumerate(SEXES):
        n, k = numbers[subgroup("Sex", sex)]
        left = parts[axis][is_whole.any(axis=tuple({0, 1, 2} - {axis}))]
        if n >= PRIVACY.min_group_size and min(k, n - k) < PRIVACY.min_group_size:
            assert left.max() - left.min() >= PRIVACY.min_uncertainty, (sex, displays)


def test_small_groups_of_a_small_group_are_not_said_to_be_small():
    """Fewer than five tested in the district, at three schools: one or two at each, if the words said so."""
    few, group = Privacy(profile="new_york"), subgroup("English learner", "Yes")
    numbers = {(None, group): (3, 1), **{(school, group): (1, 0) for school in "ABC"}}
    release = release_of(few, student_performance=performance_of(numbers))["student_performance"]
    assert set(release["pct_proficient_display"]) == {"hidden (size not told)"}
    assert set(release["suppression"]) == {"undisclosed"}
    assert audit({"student_performance": release}, {"student_performance": performance_of(numbers)}, few).findings == []
