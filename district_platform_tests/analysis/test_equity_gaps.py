"""Gaps between groups of students: within grades, with both groups' sizes and an interval."""

from decimal import Decimal

import ibis
import numpy as np
import pytest
from scipy import stats

from district_platform.analysis.gaps import equity_gaps
from district_platform.dimensions.students import dim_subgroup
from district_platform.settings import Assessments
from district_platform_tests.tables import memtable
from district_platform_tests.transforms import executed

RESULT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "grade_level": "string",
    "subject": "string",
    "administration": "string",
    "scale_score": "decimal(9, 2)",
    "is_proficient": "boolean",
}
POOR, NOT_POOR = "Economically disadvantaged-Yes", "Economically disadvantaged-No"
HISPANIC, WHITE, ASIAN = (f"Race/ethnicity-{value}" for value in ("Hispanic or Latino", "White", "Asian"))


def gaps(*rows: tuple[str, str, float, str]) -> dict[tuple[str, str, str | None], dict]:
    """Results (subgroup, grade, score, school) of a student each in Spring Math of 2026, proficient from 500 on.

    Rows of the table by (subgroup, comparison, school), None for the district.
    """
    results = [
        (f"2026-{n}", school, 2026, grade, "Math", "Spring", Decimal(str(score)), score >= 500)
        for n, (_, grade, score, school) in enumerate(rows)
    ]
    bridge = [(f"2026-{n}", group, 2026) for n, (group, *_) in enumerate(rows)]
    tables = (
        memtable(RESULT, results),
        ibis.memtable(bridge, columns=["k_student", "k_subgroup", "school_year"]),
        ibis.memtable([("E1", "East"), ("E2", "West")], columns=["k_school", "school_name"]),
        dim_subgroup(),
        Assessments(),
    )
    frame = ibis.duckdb.connect().execute(executed(equity_gaps, *tables)).astype(object)
    frame = frame.where(lambda d: d.notna(), None)
    return {(row.k_subgroup, row.comparison, row.k_school): row._asdict() for row in frame.itertuples()}


def test_in_one_grade_the_gap_is_the_difference_of_means_with_welchs_interval():
    poor, others = [480, 490, 470, 500], [500, 520, 510, 505, 495, 530]
    rows = gaps(*((POOR, "04", s, "E1") for s in poor), *((NOT_POOR, "04", s, "E1") for s in others))
    row = rows[POOR, "complement", None]
    welch = stats.ttest_ind(poor, others, equal_var=False).confidence_interval()
    assert (row["n_group"], row["n_comparison"], row["comparison_value"]) == (4, 6, "All others")
    assert row["mean_scale_score_gap"] == pytest.approx(np.mean(poor) - np.mean(others))
    assert row["mean_scale_score_gap_ci_low"] == pytest.approx(welch.low, abs=1e-3)
    assert row["mean_scale_score_gap_ci_high"] == pytest.approx(welch.high, abs=1e-3)
    pooled = np.sqrt((3 * np.var(poor, ddof=1) + 5 * np.var(others, ddof=1)) / 8)
    assert row["hedges_g"] == pytest.approx((1 - 3 / 31) * row["mean_scale_score_gap"] / pooled)
    assert row["hedges_g_ci_low"] < row["hedges_g"] < row["hedges_g_ci_high"]
    assert row["pct_proficient_gap"] == pytest.approx(100 * (1 / 4 - 5 / 6))


def test_yes_or_no_has_one_gap_and_no_is_its_reference_group():
    rows = gaps(
        (POOR, "04", 480, "E1"), (POOR, "04", 490, "E1"), (NOT_POOR, "04", 500, "E1"), (NOT_POOR, "04", 505, "E1")
    )
    assert {key[:2] for key in rows} == {(POOR, "complement"), (POOR, "reference group")}
    assert rows[POOR, "reference group", None]["comparison_value"] == "No"
    assert rows[POOR, "reference group", None]["mean_scale_score_gap"] == -17.5


def test_group_in_lower_grades_is_not_taken_for_a_group_with_lower_scores():
    fourth, eighth = [(g, "04", s, "E1") for g in (POOR, NOT_POOR) for s in (440, 450)], [(NOT_POOR, "08", 520, "E1")]
    assert gaps(*fourth, *eighth)[POOR, "complement", None]["mean_scale_score_gap"] == 0


def test_comparison_is_weighted_to_the_grades_of_the_group():
    rows = gaps(
        *((POOR, "04", s, "E1") for s in (440, 440, 440)),
        (POOR, "08", 500, "E1"),
        *((NOT_POOR, "04", s, "E1") for s in (450, 450)),
        *((NOT_POOR, "08", s, "E1") for s in (530, 530)),
    )
    assert rows[POOR, "complement", None]["mean_scale_score_gap"] == pytest.approx(-(3 * 10 + 1 * 30) / 4)


def test_reference_group_is_the_districts_largest_also_in_a_school_where_it_is_not():
    rows = gaps(
        *((WHITE, "04", 500, "E2") for _ in range(3)),
        (WHITE, "04", 510, "E1"),
        *((HISPANIC, "04", 490, "E1") for _ in range(2)),
        (ASIAN, "04", 520, "E1"),
    )
    assert rows[HISPANIC, "reference group", "E1"]["comparison_value"] == "White"
    assert rows[HISPANIC, "reference group", "E1"]["mean_scale_score_gap"] == -20
    assert rows[HISPANIC, "complement", "E1"]["mean_scale_score_gap"] == -25
    assert (WHITE, "reference group", None) not in rows
    assert rows[WHITE, "complement", None]["n_comparison"] == 3


def test_who_is_not_reported_stands_on_neither_side():
    rows = gaps((HISPANIC, "04", 490, "E1"), (WHITE, "04", 500, "E1"), ("Race/ethnicity-Not reported", "04", 300, "E1"))
    assert rows[HISPANIC, "complement", None]["n_comparison"] == 1
    assert {key[0] for key in rows} == {HISPANIC, WHITE}


def test_two_students_have_a_gap_but_no_interval():
    row = gaps((POOR, "04", 490, "E1"), (NOT_POOR, "04", 500, "E1"))[POOR, "complement", "E1"]
    assert row["mean_scale_score_gap"] == -10
    assert (row["mean_scale_score_gap_ci_low"], row["hedges_g"], row["hedges_g_ci_high"]) == (None, None, None)
    assert row["pct_proficient_gap_ci_low"] < row["pct_proficient_gap"] == -100 < row["pct_proficient_gap_ci_high"]


def test_impossible_score_is_in_no_gap():
    rows = gaps((POOR, "04", 490, "E1"), (POOR, "04", 5000, "E1"), (NOT_POOR, "04", 500, "E1"))
    assert rows[POOR, "complement", None]["n_group"] == 1
