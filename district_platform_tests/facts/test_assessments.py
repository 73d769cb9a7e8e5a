"""The one grade of a result, wherever results are looked at by grade."""

import datetime as dt

import ibis

from district_platform.analysis.assessments import student_performance
from district_platform.dictionary import TABLES, schema_of
from district_platform.dimensions.students import dim_subgroup
from district_platform.facts.assessments import fct_student_assessment
from district_platform.facts.growth import msr_student_growth
from district_platform.facts.programs import msr_program_stratum
from district_platform.settings import Assessments
from district_platform_tests.facts.daily_attendance.tables import ASSOCIATION, rows_of
from district_platform_tests.facts.daily_attendance.tables import memtable as table_of

ALL = "All students-All students"
FALL, SPRING = dt.date(2025, 9, 15), dt.date(2026, 5, 4)


def enrolled(grade: str | None, entry: dt.date, exit: dt.date | None = None, **other: object) -> dict[str, object]:
    row = {
        "k_student": "2026-1",
        "k_student_xyear": "1",
        "k_school": "E1",
        "school_year": 2026,
        "enrollment_id": str(entry),
        "grade_level": grade,
        "entry_date": entry,
        "exit_date": exit,
        "is_primary": True,
    }
    return row | other


def result(grade: str | None, administration: str, date: dt.date | None) -> dict[str, object]:
    return {
        "school_year": 2026,
        "student_id": "1",
        "school_id": "E1",
        "grade_level": grade,
        "subject": "Math",
        "administration": administration,
        "test_date": date,
        "scale_score": 500,
        "is_proficient": True,
    }


PROMOTED_AT_NEW_YEAR = [
    enrolled("04", dt.date(2025, 8, 20), dt.date(2025, 12, 19)),
    enrolled("05", dt.date(2026, 1, 5)),
]


def facts(
    *results: dict[str, object],
    enrollments: list[dict[str, object]] = PROMOTED_AT_NEW_YEAR,
    main_test: str | None = None,
) -> ibis.Table:
    staged = table_of(results, schema_of(TABLES["stg_assessment_results"]))
    return fct_student_assessment(staged, table_of(enrollments, ASSOCIATION), Assessments(main_test=main_test))


def grades(table: ibis.Table) -> dict[str, str | None]:
    return {row["administration"]: row["grade_level"] for row in rows_of(table, order=["administration"])}


def test_a_result_is_of_the_grade_in_which_the_student_was_tested() -> None:
    assert grades(facts(result("03", "Fall", FALL), result("05", "Spring", SPRING))) == {"Fall": "03", "Spring": "05"}


def test_without_a_grade_it_is_that_of_the_enrollment_on_the_test_day_promotions_included() -> None:
    assert grades(facts(result(None, "Fall", FALL), result(None, "Spring", SPRING))) == {"Fall": "04", "Spring": "05"}


def test_the_primary_enrollment_of_the_day_goes_before_a_second_one() -> None:
    second = enrolled("11", dt.date(2025, 9, 1), enrollment_id="x", is_primary=False)
    two = [*PROMOTED_AT_NEW_YEAR, second]
    assert grades(facts(result(None, "Fall", FALL), enrollments=two)) == {"Fall": "04"}


def test_without_an_enrollment_on_the_day_it_is_the_grade_of_the_year_and_without_any_unknown() -> None:
    assert grades(facts(result(None, "Winter", dt.date(2025, 12, 28)), result(None, "Spring", None))) == {
        "Winter": "05",
        "Spring": "05",
    }
    assert grades(facts(result(None, "Fall", FALL), enrollments=[])) == {"Fall": None}


def test_performance_growth_and_programs_have_a_promoted_students_result_in_one_grade() -> None:
    before = result("04", "Spring", dt.date(2025, 5, 5)) | {"school_year": 2025}
    results = facts(before, result(None, "Fall", FALL), result(None, "Spring", SPRING))
    bridge = ibis.memtable(
        [("2026-1", "Grade-05", 2026), ("2026-1", ALL, 2026)], columns=["k_student", "k_subgroup", "school_year"]
    )
    schools = ibis.memtable([("E1", "East", "Elementary")], columns=["k_school", "school_name", "school_level"])
    performance = student_performance(results, bridge, schools, dim_subgroup(), Assessments())
    of_grades = performance.filter(performance.subgroup_dimension == "Grade", performance.k_school == "E1")
    found = {(row["administration"], row["subgroup_value"]): row["n_tested"] for row in rows_of(of_grades, order=())}
    assert found == {("Fall", "04"): 1, ("Spring", "05"): 1}
    assert [row["grade_level"] for row in rows_of(msr_student_growth(results, Assessments()), order=())] == ["05"]
    program = schema_of(TABLES["fct_student_program_association"])
    tutoring = table_of([{"k_student": "2026-1", "school_year": 2026, "program": "Tutoring"}], program)
    strata = msr_program_stratum(results, tutoring, bridge, schools, dim_subgroup(), Assessments())
    assert [row["grade_level"] for row in rows_of(strata, order=())] == ["04"]


def of_test(name: str | None, score: int) -> dict[str, object]:
    return result("11", "Spring", SPRING) | {"assessment_name": name, "scale_score": score}


def test_two_tests_of_one_subject_are_two_results_and_the_subject_names_the_test():
    rows = rows_of(facts(of_test(None, 500), of_test("ACT", 24), of_test("PSAT", 1000)))
    assert {(row["assessment_name"], row["subject"], row["scale_score"]) for row in rows} == {
        (None, "Math", 500),
        ("ACT", "Math (ACT)", 24),
        ("PSAT", "Math (PSAT)", 1000),
    }


def test_the_districts_main_test_goes_by_the_subject_alone():
    rows = rows_of(facts(of_test("State", 500), of_test("ACT", 24), main_test="State"))
    assert {row["subject"] for row in rows} == {"Math", "Math (ACT)"}


def test_performance_growth_and_programs_keep_two_tests_apart():
    year_before = {"school_year": 2025, "test_date": dt.date(2025, 5, 4)}
    tests = [of_test(name, score) for name, score in ((None, 500), ("ACT", 24))]
    tests += [test | year_before for test in tests]
    tests += [test | {"administration": "Fall", "test_date": FALL} for test in tests[:2]]
    results = facts(*tests, enrollments=[enrolled("11", dt.date(2025, 8, 20))])
    bridge = ibis.memtable([("2026-1", ALL, 2026)], columns=["k_student", "k_subgroup", "school_year"])
    schools = ibis.memtable([("E1", "East", "High")], columns=["k_school", "school_name", "school_level"])
    performance = student_performance(results, bridge, schools, dim_subgroup(), Assessments())
    means = {
        (row["subject"], row["mean_scale_score"])
        for row in rows_of(performance)
        if (row["aggregation"], row["administration"], row["school_year"]) == ("School", "Spring", 2026)
    }
    assert means == {("Math", 500.0), ("Math (ACT)", 24.0)}
    grown = rows_of(msr_student_growth(results, Assessments()))
    assert {(row["subject"], row["scale_score"], row["prior_scale_score"]) for row in grown} == {
        ("Math", 500, 500),
        ("Math (ACT)", 24, 24),
    }
    taking_part = ibis.memtable(
        [("2026-1", 2026, "Tutoring", FALL, None)],
        schema={
            "k_student": "string",
            "school_year": "int64",
            "program": "string",
            "begin_date": "date",
            "end_date": "date",
        },
    )
    strata = rows_of(msr_program_stratum(results, taking_part, bridge, schools, dim_subgroup(), Assessments()))
    assert {row["subject"] for row in strata} == {"Math", "Math (ACT)"}
