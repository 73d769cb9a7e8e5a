"""What is told of a figure, and what stands beside it."""

import pytest

from district_platform.dictionary import TABLES
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import enrolled, release_of, subgroup, table

GIRLS, BOYS, OTHER = (subgroup("Sex", value) for value in ("F", "M", "X"))


def performance(n_tested: int, n_before: int | None, minimum: int = 10, pct: float = 50.0) -> dict:
    """One row of student_performance with these group sizes, as it would be released."""
    row = {
        "subject": "Reading",
        "administration": "Spring",
        "n_tested": n_tested,
        "mean_scale_score": 512.345678,
        "pct_proficient": pct,
        "n_tested_before": n_before,
        "mean_scale_score_change": 4.0,
    }
    release = release_of(Privacy(min_group_size=minimum), student_performance=table("student_performance", [row]))
    frame = release["student_performance"].astype(object)
    return frame.where(frame.notna(), None).iloc[0].to_dict()


def test_columns_are_those_of_the_dictionary():
    release = release_of(enrollment_summary=enrolled({(None, GIRLS): 5}))["enrollment_summary"]
    assert tuple(release.columns) == TABLES["release_enrollment_summary"].columns


def test_group_of_the_minimum_is_shown_and_rounded():
    row = performance(20, 10, pct=50.0)
    assert (row["n_tested"], row["mean_scale_score"], row["pct_proficient"]) == (20, 512.35, 50.0)
    assert (row["pct_proficient_display"], row["suppression"]) == ("50.0 %", "none")


@pytest.mark.parametrize("n", [1, 9])
def test_small_group_is_hidden_with_everything_that_rests_on_it(n):
    row = performance(n, 50)
    hidden = ["n_tested", "mean_scale_score", "pct_proficient", "mean_scale_score_change"]
    assert [row[name] for name in hidden] == [None] * 4
    assert row["n_tested_display"] == "hidden (fewer than 10)"
    assert (row["n_tested_before"], row["suppression"]) == (50, "primary")


def test_change_is_hidden_when_the_year_before_was_small():
    row = performance(50, 3)
    assert row["n_tested"] == 50
    assert (row["n_tested_before"], row["mean_scale_score_change"]) == (None, None)


def test_nobody_is_no_small_group():
    assert performance(0, 0, pct=None)["suppression"] == "none"


def test_minimum_is_a_setting():
    assert performance(15, 15, minimum=16)["suppression"] == "primary"


def test_missing_figure_reads_not_available():
    assert performance(20, None)["n_tested_before_display"] == "not available"


def test_change_of_a_hidden_group_without_a_year_before_is_not_available():
    row = performance(5, None)
    assert row["n_tested_display"] == "hidden (fewer than 10)"
    assert (row["n_tested_before_display"], row["pct_proficient_change_display"]) == ("not available",) * 2


def test_ratio_of_a_hidden_school_without_teachers_is_not_available():
    row = {"k_school": "A", "n_students_census": 5, "teacher_fte": 0}
    released = release_of(staffing_ratios=table("staffing_ratios", [row]))["staffing_ratios"].iloc[0]
    assert released["n_students_census_display"] == "hidden (fewer than 10)"
    assert released["students_per_teacher_fte_display"] == "not available"


def test_words_do_not_give_away_that_a_hidden_group_is_one_child():
    """One child has no interval and nine have one: both read alike."""
    gap = {"subject": "Reading", "administration": "Spring", "comparison": "complement", "n_comparison": 50}
    rows = [
        {**gap, "k_subgroup": GIRLS, "n_group": 1, "mean_scale_score_gap": 3.0},
        {**gap, "k_subgroup": BOYS, "n_group": 9, "mean_scale_score_gap": 3.0, "mean_scale_score_gap_ci_low": 1.0},
    ]
    released = release_of(equity_gaps=table("equity_gaps", rows))["equity_gaps"]
    assert released["mean_scale_score_gap_ci_low_display"].tolist() == ["hidden (fewer than 10)"] * 2
