"""Participants' change against that of comparable students: who is compared with whom, and what is said about it."""

import datetime as dt
from decimal import Decimal

import ibis
import numpy as np
import pandas as pd
import pytest

from district_platform.analysis.program_readings import reading
from district_platform.analysis.programs import program_evaluation
from district_platform.dictionary import TABLES, schema_of
from district_platform.dimensions.students import dim_subgroup
from district_platform.facts.programs import msr_program_stratum
from district_platform.settings import Assessments
from district_platform_tests.tables import memtable

RESULT = {
    "k_student": "string",
    "k_school": "string",
    "school_year": "int64",
    "grade_level": "string",
    "subject": "string",
    "administration": "string",
    "test_date": "date",
    "scale_score": "decimal(9, 2)",
}
PARTICIPATION = {
    "k_student": "string",
    "school_year": "int64",
    "program": "string",
    "begin_date": "date",
    "end_date": "date",
}
FALL, WINTER, SPRING = dt.date(2025, 9, 10), dt.date(2026, 1, 20), dt.date(2026, 5, 5)
DATES = {"Fall": FALL, "Winter": WINTER, "Spring": SPRING}
ALL = "All students-All students"

Student = tuple[str, str, str, int | None, int | None, str]
"""Number, school, grade, first score, last score, programs (with begin, where not before the first test)."""


def strata(*students: Student, last: str = "Spring") -> pd.DataFrame:
    """msr_program_stratum of students in Reading of 2025-26."""
    results, participation, bridge = [], [], []
    for number, school, grade, first_score, last_score, programs in students:
        for administration, score in (("Fall", first_score), (last, last_score)):
            if score is not None:
                test = ("Reading", administration, DATES[administration], Decimal(score))
                results.append((f"2026-{number}", school, 2026, grade, *test))
        for program in filter(None, programs.split(", ")):
            name, _, begin = program.partition(" from ")
            day = dt.date.fromisoformat(begin) if begin else dt.date(2025, 9, 1)
            participation.append((f"2026-{number}", 2026, name, day, None))
        bridge.append((f"2026-{number}", ALL))
    schools = [("E1", "Elementary"), ("E2", "Elementary"), ("E3", "Elementary"), ("M1", "Middle")]
    expression = msr_program_stratum(
        memtable(RESULT, results),
        memtable(PARTICIPATION, participation),
        ibis.memtable(bridge, columns=["k_student", "k_subgroup"]),
        ibis.memtable(schools, columns=["k_school", "school_level"]),
        dim_subgroup(),
        Assessments(),
    )
    return ibis.duckdb.connect().execute(expression)


def evaluation(*students: Student, last: str = "Spring") -> dict[tuple[str, str | None], pd.Series]:
    """Rows of program_evaluation by (program, level), None for the district."""
    subgroups = ibis.duckdb.connect().execute(dim_subgroup())
    frame = program_evaluation(strata(*students, last=last), subgroups)
    assert list(frame.columns) == list(TABLES["program_evaluation"].columns)
    return {(row.program, None if pd.isna(row.school_level) else row.school_level): row for _, row in frame.iterrows()}


def class_of(school: str, grade: str, gains: list[int], programs: str, first: int = 400) -> list[Student]:
    return [
        (f"{school}{grade}{programs}{n}", school, grade, first + n, first + n + gain, programs)
        for n, gain in enumerate(gains)
    ]


def test_effect_is_the_difference_of_changes_and_its_parts_add_up():
    row = evaluation(*class_of("E1", "03", [20, 24], "Tutoring"), *class_of("E1", "03", [10, 12, 14], ""))[
        "Tutoring", None
    ]
    assert (row.n_participants, row.n_comparison, row.n_schools) == (2, 3, 1)
    assert (row.change_participants, row.change_comparison, row.did_estimate) == (22, 12, 10)
    assert (row.from_administration, row.to_administration) == ("Fall", "Spring")
    assert np.isnan([row.did_standard_error, row.did_ci_low, row.did_p_value]).all()


def test_comparison_is_of_the_same_school_and_grade_and_weighted_to_the_participants():
    rows = evaluation(
        *class_of("E1", "03", [20, 20, 20], "Tutoring"),
        *class_of("E1", "03", [10], ""),
        *class_of("E2", "03", [40], "Tutoring"),
        *class_of("E2", "03", [20, 20], ""),
        *class_of("E1", "04", [90, 90], ""),
    )
    row = rows["Tutoring", None]
    assert row.did_estimate == pytest.approx((3 * 10 + 1 * 20) / 4)
    assert row.change_comparison == pytest.approx((3 * 10 + 1 * 20) / 4)
    assert row.n_comparison == 3


def test_interval_is_the_jackknife_over_schools_with_students_t():
    differences = {"E1": 8, "E2": 12, "M1": 4}
    rows = evaluation(
        *(s for school, d in differences.items() for s in class_of(school, "05", [10 + d, 10 + d], "Tutoring")),
        *(s for school in differences for s in class_of(school, "05", [10], "")),
    )
    row = rows["Tutoring", None]
    left_out = np.array([np.mean([d for k, d in differences.items() if k != school]) for school in differences])
    error = np.sqrt(2 / 3 * ((left_out - 8) ** 2).sum())
    assert (row.did_estimate, row.n_schools) == (pytest.approx(8), 3)
    assert row.did_standard_error == pytest.approx(error)
    assert row.did_ci_high == pytest.approx(8 + 4.302653 * error)
    assert rows["Tutoring", "Elementary"].did_estimate == pytest.approx(10)


def test_participant_in_two_programs_is_compared_with_students_in_the_other_one():
    rows = evaluation(
        *class_of("E1", "03", [30], "Band, Tutoring"),
        *class_of("E1", "03", [12], "Band"),
        *class_of("E1", "03", [25], "Tutoring"),
        *class_of("E1", "03", [10], ""),
    )
    assert rows["Tutoring", None].did_estimate == pytest.approx((18 + 15) / 2)
    assert rows["Band", None].did_estimate == pytest.approx((5 + 2) / 2)


def test_participant_without_a_comparable_student_is_counted_and_left_out():
    row = evaluation(
        *class_of("E1", "03", [20], "Tutoring"),
        *class_of("E1", "03", [10], ""),
        *class_of("E2", "03", [99], "Tutoring"),
    )["Tutoring", None]
    assert (row.n_participants, row.n_participants_not_compared, row.did_estimate) == (1, 1, 10)


def test_attrition_is_stated_by_arm():
    row = evaluation(
        *class_of("E1", "03", [20, 20, 20], "Tutoring"),
        ("9", "E1", "03", 400, None, "Tutoring"),
        *class_of("E1", "03", [10, 10], ""),
        ("8", "E1", "03", None, 500, ""),
    )["Tutoring", None]
    assert (row.n_participants_attrited, row.pct_participants_attrited) == (1, 25.0)
    assert (row.n_comparison_attrited, row.pct_comparison_attrited) == (0, 0.0)


def test_baseline_difference_is_in_standard_deviations_within_grade():
    row = evaluation(
        *class_of("E1", "03", [20, 20], "Tutoring", first=380), *class_of("E1", "03", [10, 10], "", first=400)
    )["Tutoring", None]
    assert row.baseline_mean_comparison - row.baseline_mean_participants == 20
    assert row.standardized_baseline_difference == pytest.approx(-20 / np.sqrt(0.5))
    assert "stood 28.28 standard deviations below them" in row.reading


def test_in_a_running_year_the_latest_administration_taken_is_used_and_named():
    students = (*class_of("E1", "03", [9, 9], "Tutoring"), *class_of("E1", "03", [5, 5], ""))
    row = evaluation(*students, last="Winter")["Tutoring", None]
    assert (row.from_administration, row.to_administration, row.did_estimate) == ("Fall", "Winter", 4)
    assert row.reading.startswith("From Fall to Winter, participants gained 4.0 points more in Reading")


def test_who_joined_after_the_last_test_is_no_participant():
    students = (
        *class_of("E1", "03", [20], "Tutoring"),
        *class_of("E1", "03", [16], "Tutoring from 2026-05-20"),
        *class_of("E1", "03", [10], ""),
    )
    row = evaluation(*students)["Tutoring", None]
    assert (row.n_participants, row.change_comparison) == (1, 13)


def test_first_results_of_a_window_do_not_make_an_administration():
    students = [
        *class_of("E1", "03", [9, 9], "Tutoring"),
        *class_of("E1", "03", [5, 5, 5], ""),
    ]
    started = [(*student[:4], student[4] if n == 0 else None, student[5]) for n, student in enumerate(students)]
    assert strata(*started).empty


def test_without_programs_the_table_is_empty_and_typed():
    assert evaluation(*class_of("E1", "03", [10, 10], "")) == {}
    assert schema_of(TABLES["program_evaluation"])["reading"].is_string()


def test_order_of_rows_does_not_matter():
    students = [
        student
        for school, effect in {"E1": 8, "E2": 11, "E3": 3, "M1": 7}.items()
        for grade, more in {"03": 1, "04": 2}.items()
        for student in (
            *class_of(school, grade, [10 + effect, 13 + more], "Tutoring"),
            *class_of(school, grade, [9, 11, 10 + more], ""),
        )
    ]
    subgroups = ibis.duckdb.connect().execute(dim_subgroup())
    rows = strata(*students)
    shuffled = rows.sample(frac=1, random_state=3).reset_index(drop=True)
    pd.testing.assert_frame_equal(
        program_evaluation(rows, subgroups), program_evaluation(shuffled, subgroups), check_exact=True
    )


ROW = {
    "from_administration": "Fall",
    "to_administration": "Spring",
    "subject": "Reading",
    "n_participants": 120,
    "did_estimate": 8.04,
    "did_ci_low": 5.0,
    "did_ci_high": 11.1,
    "standardized_baseline_difference": 0.1,
    "pct_participants_attrited": 8.0,
    "pct_comparison_attrited": 9.0,
}


def test_reading_never_says_that_the_program_did_it():
    text = reading(ROW)
    assert "gained 8.0 points more" in text
    assert "(95 % interval 5.0 to 11.1): a difference that chance alone rarely makes." in text
    assert text.endswith("and not by itself that the program made it.")
    assert "standard deviations" not in text
    assert "tested again" not in text


def test_reading_does_not_say_how_many_took_part():
    """The words are released with groups whose size is not told."""
    assert reading(ROW) == reading(ROW | {"n_participants": 6288})


def test_reading_says_when_nothing_was_found():
    text = reading(ROW | {"did_estimate": -1.2, "did_ci_low": -4.0, "did_ci_high": 1.6})
    assert "gained 1.2 points less" in text
    assert "no difference can be told from chance" in text


def test_reading_names_uneven_attrition():
    text = reading(ROW | {"pct_participants_attrited": 25.0})
    assert "Of participants 25 % were not tested again, of the others 9 %." in text
