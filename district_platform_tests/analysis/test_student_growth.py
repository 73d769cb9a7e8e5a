"""Growth percentiles: uniform among students who started alike, and what groups make of them."""

from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest
from scipy import stats

from district_platform.analysis.growth import student_growth
from district_platform.dimensions.students import dim_subgroup
from district_platform.facts.growth import msr_student_growth
from district_platform.settings import Assessments
from district_platform_tests.tables import memtable

RESULT = {
    "k_student": "string",
    "k_student_xyear": "string",
    "k_school": "string",
    "school_year": "int64",
    "grade_level": "string",
    "subject": "string",
    "administration": "string",
    "test_date": "date",
    "scale_score": "decimal(9, 2)",
}


def results(*rows: tuple[str, int, str, str, float | None]) -> ibis.Table:
    """(student, year, administration, grade, score) in Math at school E1."""
    full = [
        (f"{year}-{student}", student, "E1", year, grade, "Math", administration, None, score and Decimal(str(score)))
        for student, year, administration, grade, score in rows
    ]
    return memtable(RESULT, full)


def growth(table: ibis.Table) -> pd.DataFrame:
    frame = ibis.duckdb.connect().execute(msr_student_growth(table, Assessments()))
    return frame.set_index("k_student_xyear").sort_index()


def two_years(prior: np.ndarray, score: np.ndarray) -> ibis.Table:
    students = [f"S{n:04d}" for n in range(len(prior))]
    before = [(student, 2025, "Spring", "04", x) for student, x in zip(students, prior, strict=True)]
    after = [(student, 2026, "Spring", "05", y) for student, y in zip(students, score, strict=True)]
    return results(*before, *after)


def bent(n: int, seed: int = 7) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Prior scores, scores whose mean bends and whose spread shrinks with them, and the true percentile of each."""
    rng = np.random.default_rng(seed)
    prior = rng.normal(500, 45, n)
    z, error = (prior - 500) / 45, rng.normal(0, 1, n)
    score = 516 + 40 * z - 8 * z**2 + 15 * np.exp(-0.35 * z) * error
    return prior.round(), score.round(), 100 * stats.norm.cdf(error)


def test_percentiles_are_uniform_whatever_the_first_score():
    prior, score, _ = bent(1_000)
    found = growth(two_years(prior, score))
    assert found.growth_percentile.between(1, 99).all()
    by_quarter = found.groupby(pd.qcut(found.prior_scale_score.astype(float), 4), observed=True).growth_percentile
    assert (by_quarter.mean() - 50).abs().max() < 1
    assert (by_quarter.std() - 28.6).abs().max() < 1
    assert np.corrcoef(found.growth_percentile.astype(float), prior)[0, 1] == pytest.approx(0, abs=0.02)


def test_percentile_is_close_to_the_true_one_also_where_growth_bends():
    prior, score, truth = bent(1_000)
    found = growth(two_years(prior, score))
    assert np.sqrt(np.mean((found.growth_percentile - truth) ** 2)) < 7


def test_order_of_rows_does_not_matter():
    prior, score, _ = bent(120)
    rows = two_years(prior, score)
    shuffled = rows.order_by(rows.scale_score.desc(), rows.k_student.desc())
    pd.testing.assert_frame_equal(growth(rows), growth(shuffled))


def test_equal_scores_have_equal_percentiles():
    found = growth(two_years(np.full(60, 500.0), np.repeat([510.0, 520.0, 530.0], 20)))
    assert found.growth_percentile.unique().tolist() == [17, 50, 83]


def test_too_few_peers_have_no_percentile():
    prior, score, _ = bent(49)
    found = growth(two_years(prior, score))
    assert (found.n_peers == 49).all()
    assert found.growth_percentile.isna().all()


def test_growth_is_over_the_year_up_to_the_latest_administration():
    rows = results(
        ("1", 2025, "Winter", "04", 490),
        ("1", 2025, "Spring", "04", 500),
        ("1", 2026, "Fall", "05", 505),
        ("1", 2026, "Winter", "05", 515),
    )
    row = growth(rows).loc["1"]
    assert (row.school_year, row.administration) == (2026, "Winter")
    assert (row.prior_scale_score, row.scale_score) == (Decimal(490), Decimal(515))


def test_without_a_score_a_year_before_or_with_an_impossible_one_there_is_no_growth():
    rows = results(
        ("1", 2026, "Spring", "05", 500),
        ("2", 2025, "Spring", "04", 5000),
        ("2", 2026, "Spring", "05", 500),
        ("3", 2025, "Spring", "04", None),
        ("3", 2026, "Spring", "05", 500),
    )
    assert growth(rows).empty


GROWTH = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "subject": "string",
    "administration": "string",
    "grade_level": "string",
    "growth_percentile": "int64",
}


def test_group_has_mean_median_and_the_interval_of_the_mean():
    percentiles = {"E1": [20, 30, 70], "E2": [90, None]}
    students = [
        (f"2026-{school}{n}", school, 2026, "Math", "Spring", "05", p)
        for school, values in percentiles.items()
        for n, p in enumerate(values)
    ]
    before = [("2025-1", "E1", 2025, "Math", "Spring", "05", 35)]
    expression = student_growth(
        memtable(GROWTH, students + before),
        ibis.memtable([(s[0], "Sex-F") for s in students + before], columns=["k_student", "k_subgroup"]),
        ibis.memtable([("E1", "East"), ("E2", "West")], columns=["k_school", "school_name"]),
        dim_subgroup(),
    )
    frame = ibis.duckdb.connect().execute(expression)
    assert set(frame.k_subgroup) == {"Sex-F", "Grade-05"}
    frame = frame[frame.k_subgroup == "Sex-F"]
    east = frame[(frame.k_school == "E1") & (frame.school_year == 2026)].iloc[0]
    assert (east.n_growth, east.mean_growth_percentile, east.median_growth_percentile) == (3, 40, 30)
    low, high = stats.t.interval(0.95, 2, loc=40, scale=stats.sem([20, 30, 70]))
    assert east.mean_growth_percentile_ci_low == pytest.approx(low, rel=0.05)
    assert east.mean_growth_percentile_ci_high == pytest.approx(high, rel=0.05)
    assert (east.n_growth_before, east.mean_growth_percentile_change) == (1, 5)
    west = frame[frame.k_school == "E2"].iloc[0]
    assert west.n_growth == 1
    assert pd.isna(west.mean_growth_percentile_ci_low)
    district = frame[(frame.aggregation == "District") & (frame.school_year == 2026)].iloc[0]
    assert (district.n_growth, district.mean_growth_percentile) == (4, 52.5)


def test_district_changes_over_the_schools_with_growth_in_both_years():
    """E2 has none in 2025."""
    rows = [("E1", 2025, 40), ("E1", 2026, 50), ("E2", 2026, 90)]
    students = [(f"{year}-{school}", school, year, "Math", "Spring", "05", p) for school, year, p in rows]
    expression = student_growth(
        memtable(GROWTH, students),
        ibis.memtable([(s[0], "Sex-F") for s in students], columns=["k_student", "k_subgroup"]),
        ibis.memtable([("E1", "East"), ("E2", "West")], columns=["k_school", "school_name"]),
        dim_subgroup(),
    )
    frame = ibis.duckdb.connect().execute(expression).query("aggregation == 'District' and k_subgroup == 'Sex-F'")
    row = frame.set_index("school_year").loc[2026]
    assert (row.mean_growth_percentile, row.mean_growth_percentile_change) == (70, 10)
    assert row.change_basis == "1 of 2 schools in both 2025 and 2026"
