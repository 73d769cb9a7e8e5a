"""Schools side by side: one row a school and year, each figure from the table that defines it."""

import ibis
import pandas as pd

from district_platform.analysis.schools import school_comparison
from district_platform.dictionary import TABLES
from district_platform_tests.quality.tables import table

ALL = "All students-All students"


def comparison(
    performance: list[tuple], growth: list[tuple] = (), staffing: list[tuple] = (), absence: list[tuple] = ()
) -> pd.DataFrame:
    """The table for schools E1 and E2 of 2025-26 with ten students each.

    `performance`: (school or None, subject, administration, n_tested, pct_proficient); `growth`: (school, subject, n_growth, mean,
    change); `staffing`: (school, students per teacher FTE, its change); `absence`: (school, grade or None, subgroup,
    students judged, percent chronically absent).
    """
    place = "school_year aggregation k_school k_subgroup"
    levels = {None: "District"}
    enrolled = [(2026, "School", school, ALL, 10) for school in ("E1", "E2")]
    tables = (
        table("enrollment_summary", f"{place} n_students", enrolled),
        table(
            "chronic_absence",
            "school_year aggregation k_school grade_level k_subgroup n_students_judged pct_chronically_absent",
            [(2026, "School", *row) for row in absence],
        ),
        table(
            "staffing_ratios",
            "school_year aggregation k_school students_per_teacher_fte students_per_teacher_fte_change",
            [(2026, "School", *row) for row in staffing],
        ),
        table(
            "student_performance",
            f"{place} subject administration n_tested pct_proficient",
            [(2026, levels.get(row[0], "School"), row[0], ALL, *row[1:]) for row in performance],
        ),
        table(
            "student_growth",
            f"{place} subject n_growth mean_growth_percentile mean_growth_percentile_change",
            [(2026, "School", row[0], ALL, *row[1:]) for row in growth],
        ),
        table("dim_school", "k_school school_name", [("E1", "East"), ("E2", "West")]),
    )
    frame = ibis.duckdb.connect().execute(school_comparison(*tables))
    assert set(frame.columns) == set(TABLES["school_comparison"].columns)
    return frame.set_index("k_school").sort_index()


def test_proficiency_is_that_of_the_districts_latest_administration():
    rows = comparison(
        [
            (None, "Reading", "Fall", 20, 40.0),
            (None, "Reading", "Winter", 9, 50.0),
            ("E1", "Reading", "Fall", 10, 30.0),
            ("E1", "Reading", "Winter", 9, 50.0),
            ("E2", "Reading", "Fall", 10, 50.0),
            ("E1", "Science", "Spring", 9, 90.0),
        ]
    )
    assert rows.administration.tolist() == ["Winter", "Winter"]
    assert rows.pct_proficient_reading.loc["E1"] == 50.0
    assert pd.isna(rows.pct_proficient_reading.loc["E2"])


def test_growth_stands_beside_by_subject_with_its_change():
    rows = comparison(
        [], growth=[("E1", "Math", 9, 52.5, 1.5), ("E1", "Science", 9, 1.0, 1.0), ("E2", "Reading", 8, 47.0, None)]
    )
    assert rows.loc[
        "E1", ["n_growth_math", "mean_growth_percentile_math", "mean_growth_percentile_math_change"]
    ].tolist() == [
        9,
        52.5,
        1.5,
    ]
    assert pd.isna(rows.mean_growth_percentile_reading.loc["E1"])
    assert rows.mean_growth_percentile_reading.loc["E2"] == 47.0


def test_staffing_is_the_schools_own():
    rows = comparison([], staffing=[("E1", 16.5, -0.5)])
    assert rows.loc["E1", ["students_per_teacher_fte", "students_per_teacher_fte_change"]].tolist() == [16.5, -0.5]
    assert pd.isna(rows.students_per_teacher_fte.loc["E2"])


def test_chronic_absence_is_that_of_all_grades_and_all_students():
    rows = comparison(
        [],
        absence=[("E1", None, ALL, 9, 11.0), ("E1", "03", ALL, 4, 25.0), ("E1", None, "Sex-F", 5, 20.0)],
    )
    assert rows.loc["E1", ["n_students_judged", "pct_chronically_absent"]].tolist() == [9, 11.0]
    assert pd.isna(rows.pct_chronically_absent.loc["E2"])
