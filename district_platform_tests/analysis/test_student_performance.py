"""Achievement by school and subgroup, with the change against the year before."""

from decimal import Decimal

import ibis
import pytest

from district_platform.analysis.assessments import student_performance
from district_platform.dimensions.students import dim_subgroup
from district_platform.settings import Assessments
from district_platform_tests.tables import memtable

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


def performance(
    *rows: tuple[str, str, int, str | None, bool | None], grade: dict[int, str] | None = None
) -> dict[tuple, dict]:
    """Results (student, school, year, score, proficient) in Spring Math; rows by (year, school), None for the district.

    All are girls; where `grade` says so by year, the results are of that grade, and the students enrolled in another.
    """
    results = [
        (
            f"{year}-{student}",
            school,
            year,
            grade and grade[year],
            "Math",
            "Spring",
            score and Decimal(score),
            proficient,
        )
        for student, school, year, score, proficient in rows
    ]
    bridge = [(f"{year}-{student}", "Grade-12" if grade else "Sex-F", year) for student, _, year, _, _ in rows]
    tables = (
        memtable(RESULT, results),
        ibis.memtable(bridge, columns=["k_student", "k_subgroup", "school_year"]).distinct(),
        ibis.memtable([("E1", "East"), ("E2", "West")], columns=["k_school", "school_name"]),
        dim_subgroup(),
        Assessments(),
    )
    frame = ibis.duckdb.connect().execute(student_performance(*tables)).astype(object)
    frame = frame.where(lambda d: d.notna(), None)
    frame = frame[frame.k_subgroup.str.startswith("Grade-") if grade else frame.k_subgroup == "Sex-F"]
    return {(row.school_year, row.k_school): row._asdict() for row in frame.itertuples()}


def test_mean_and_share_of_a_school_and_of_the_district():
    rows = performance(("1", "E1", 2026, "500", True), ("2", "E1", 2026, "520", False), ("3", "E2", 2026, "540", True))
    assert (rows[2026, "E1"]["n_tested"], rows[2026, "E1"]["mean_scale_score"]) == (2, 510.0)
    assert rows[2026, "E1"]["pct_proficient"] == 50.0
    assert rows[2026, None]["mean_scale_score"] == 520.0
    assert rows[2026, None]["pct_proficient"] == pytest.approx(200 / 3)


def test_change_is_against_the_same_school_a_year_earlier():
    rows = performance(("1", "E1", 2025, "500", False), ("1", "E1", 2026, "510", True), ("2", "E2", 2026, "600", True))
    assert rows[2026, "E1"]["mean_scale_score_change"] == 10.0
    assert rows[2026, "E1"]["pct_proficient_change"] == 100.0
    assert rows[2026, "E1"]["n_tested_before"] == 1
    assert rows[2026, "E2"]["mean_scale_score_change"] is None


def test_missing_score_is_not_tested_and_missing_level_is_not_judged():
    rows = performance(("1", "E1", 2026, None, None), ("2", "E1", 2026, "500", None))
    assert (rows[2026, "E1"]["n_tested"], rows[2026, "E1"]["pct_proficient"]) == (1, None)


def test_impossible_score_moves_no_mean():
    rows = performance(("1", "E1", 2026, "500", True), ("2", "E1", 2026, "5000", True), ("3", "E1", 2026, "800", False))
    assert (rows[2026, "E1"]["n_tested"], rows[2026, "E1"]["mean_scale_score"]) == (2, 650.0)
    assert rows[2026, "E1"]["pct_proficient"] == 50.0


def test_cohort_is_the_grade_below_in_the_year_before():
    results = (("1", "E1", 2025, "500", False), ("1", "E1", 2026, "516", True), ("2", "E1", 2026, "520", True))
    fourth = performance(*results, grade={2025: "03", 2026: "04"})[2026, "E1"]
    assert (fourth["n_tested_cohort_before"], fourth["mean_scale_score_cohort_change"]) == (1, 18.0)
    assert fourth["pct_proficient_cohort_change"] == 100.0
    assert fourth["mean_scale_score_change"] is None
    third_again = performance(*results, grade={2025: "03", 2026: "03"})[2026, "E1"]
    assert (third_again["n_tested_cohort_before"], third_again["mean_scale_score_change"]) == (None, 18.0)


def test_only_grades_have_a_cohort():
    rows = performance(("1", "E1", 2025, "500", False), ("1", "E1", 2026, "516", True))
    assert rows[2026, "E1"]["n_tested_cohort_before"] is None


def test_district_changes_over_the_schools_with_results_in_both_years():
    """E2 has no results in 2025: its low scores are no fall of the district."""
    rows = performance(
        ("1", "E1", 2025, "500", True),
        ("2", "E1", 2025, "520", True),
        ("1", "E1", 2026, "510", True),
        ("2", "E1", 2026, "530", True),
        ("3", "E2", 2026, "300", False),
    )
    district = rows[2026, None]
    assert district["change_basis"] == "1 of 2 schools in both 2025 and 2026"
    assert (district["mean_scale_score_change"], district["pct_proficient_change"]) == (10.0, 0.0)
    assert (district["mean_scale_score"], district["n_tested"]) == (pytest.approx(1340 / 3), 3)
    assert district["n_tested_before"] is None
    assert rows[2026, "E1"]["mean_scale_score_change"] == 10.0
    assert rows[2026, "E1"]["change_basis"] is None


def test_result_of_an_unknown_school_leaves_the_basis_of_a_change_as_it_is():
    """X9 is in no extract of schools: CON-05 says so, and the district's change still compares all of its schools."""
    rows = performance(("1", "E1", 2025, "500", True), ("1", "E1", 2026, "510", True), ("2", "X9", 2026, "530", True))
    assert rows[2026, None]["change_basis"] is None
    assert (rows[2026, None]["mean_scale_score_change"], rows[2026, None]["n_tested_before"]) == (20.0, 1)
