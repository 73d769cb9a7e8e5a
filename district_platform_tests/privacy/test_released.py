"""What is told of a figure, and what stands beside it."""

import pytest

from district_platform.dictionary import TABLES
from district_platform.privacy.words import NOT_TOLD
from district_platform.settings import Privacy
from district_platform_tests.privacy.rows import ALL, enrolled, release_of, subgroup, table

GIRLS, BOYS, OTHER = (subgroup("Sex", value) for value in ("F", "M", "X"))
PRIVATE = Privacy(public_figures="none")


def performance(n_tested: int, n_before: int | None, minimum: int = 10, pct: float | None = 50.0) -> dict:
    """One row of student_performance of girls with these group sizes, as it would be released."""
    row = {
        "subject": "Reading",
        "administration": "Spring",
        "school_name": "School A",
        "k_subgroup": GIRLS,
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


def test_group_of_the_minimum_has_figures_and_no_size():
    row = performance(60, 60, pct=50.0)
    assert (row["n_tested"], row["n_tested_display"]) == (None, NOT_TOLD)
    assert (row["mean_scale_score"], row["pct_proficient"]) == (512, 50.0)
    assert (row["pct_proficient_display"], row["suppression"]) == ("50 %", "none")


@pytest.mark.parametrize("n", [1, 9])
def test_small_group_is_hidden_with_everything_that_rests_on_it(n):
    row = performance(n, 50)
    hidden = ["n_tested", "mean_scale_score", "pct_proficient", "mean_scale_score_change"]
    assert [row[name] for name in hidden] == [None] * 4
    assert row["pct_proficient_display"] == "hidden (fewer than 10)"
    assert (row["n_tested_display"], row["suppression"]) == (NOT_TOLD, "primary")


@pytest.mark.parametrize(("n", "mean"), [(999, 512.0), (1000, 512.3)])
def test_mean_of_fewer_than_a_thousand_is_told_as_a_whole_number(n, mean):
    """Means of all students and of each group say how the sizes of the groups relate, the closer the finer they are."""
    assert performance(n, n)["mean_scale_score"] == mean


def test_change_is_hidden_when_the_year_before_was_small():
    row = performance(50, 3)
    assert row["pct_proficient_display"] == "50 %"
    assert (row["n_tested_before"], row["mean_scale_score_change"]) == (None, None)


def test_nobody_is_no_small_group():
    assert performance(0, 0, pct=None)["suppression"] == "none"


def test_minimum_is_a_setting():
    assert performance(15, 15, minimum=16)["suppression"] == "primary"


def test_missing_figure_reads_not_available():
    assert performance(20, None)["n_tested_before_display"] == "not available"


def test_change_is_the_difference_of_what_both_years_tell():
    """40.6 % of 165 now, 30.4 % of 1,250 before: 41 % less 30 %, since a finer change would tell how many of the 165."""
    exam = {"subject": "Reading", "administration": "Spring", "k_subgroup": GIRLS, "school_name": "A"}
    before = {**exam, "school_year": 2025, "n_tested": 1250, "pct_proficient": 30.4}
    now = {**exam, "n_tested": 165, "pct_proficient": 100 * 67 / 165, "n_tested_before": 1250}
    now["pct_proficient_change"] = now["pct_proficient"] - 30.4
    release = release_of(student_performance=table("student_performance", [before, now]))["student_performance"]
    assert release["pct_proficient_display"].tolist() == ["30.4 %", "41 %"]
    assert release["pct_proficient_change_display"].tolist() == ["not available", "11"]


def test_ratio_of_a_hidden_school_without_teachers_is_not_available():
    row = {"k_school": "A", "n_students_census": 5, "teacher_fte": 0}
    released = release_of(PRIVATE, staffing_ratios=table("staffing_ratios", [row]))["staffing_ratios"].iloc[0]
    assert released["n_students_census_display"] == "hidden (fewer than 10)"
    assert released["students_per_teacher_fte_display"] == "not available"


def test_words_do_not_give_away_that_a_hidden_group_is_one_child():
    """One child has no interval and nine have one: both read alike."""
    gap = {"subject": "Reading", "administration": "Spring", "comparison": "complement", "n_comparison": 50}
    gap["school_name"] = "School A"
    rows = [
        {**gap, "k_subgroup": GIRLS, "n_group": 1, "mean_scale_score_gap": 3.0},
        {**gap, "k_subgroup": BOYS, "n_group": 9, "mean_scale_score_gap": 3.0, "mean_scale_score_gap_ci_low": 1.0},
    ]
    released = release_of(equity_gaps=table("equity_gaps", rows))["equity_gaps"]
    assert released["mean_scale_score_gap_ci_low_display"].tolist() == ["hidden (fewer than 10)"] * 2


def test_subgroups_of_single_grades_stay_in_the_warehouse_unless_asked_for():
    rows = [
        {"grade_level": grade, "k_subgroup": group, "n_students_judged": 50}
        for grade in (None, "03")
        for group in (ALL, GIRLS)
    ]
    told = release_of(chronic_absence=table("chronic_absence", rows))["chronic_absence"]
    assert sorted(zip(told["grade_level"].fillna("all"), told["k_subgroup"], strict=True)) == [
        ("03", ALL),
        ("all", ALL),
        ("all", GIRLS),
    ]
    fine = release_of(Privacy(detail="grades_by_groups"), chronic_absence=table("chronic_absence", rows))
    assert len(fine["chronic_absence"]) == 4


def test_results_of_a_school_that_nobody_knows_count_in_the_district_alone():
    rows = [
        {"k_school": school, "school_name": name, "subject": "Math", "administration": "Fall", "n_tested": 60}
        for school, name in ((None, None), ("A", "School A"), ("X", None))
    ]
    told = release_of(student_performance=table("student_performance", rows))["student_performance"]
    assert set(told["k_school"].fillna("district")) == {"A", "district"}
