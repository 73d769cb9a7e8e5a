from decimal import Decimal

from district_platform.quality.assessment import impossible_or_repeated_result, result_in_another_grade
from district_platform.settings import Assessments, ScoreRange
from district_platform_tests.quality.tables import found, table

SCALE = Assessments(scale={"Math": ScoreRange(min=Decimal(200), max=Decimal(800))})


def results(columns: str, *rows: tuple):
    return table("stg_assessment_results", f"school_year student_id subject administration {columns}", rows)


def test_score_outside_the_scale_of_its_subject_is_found_and_the_ends_are_inside():
    scores = results(
        "scale_score",
        (2026, "T1", "Math", "Fall", "199.99"),
        (2026, "T2", "Math", "Fall", "800.01"),
        (2026, "T3", "Math", "Fall", 200),
        (2026, "T4", "Math", "Fall", 800),
        (2026, "T5", "Math", "Fall", None),
        (2026, "T6", "Art", "Fall", 5000),
    )
    outside = found(impossible_or_repeated_result, scores, table("extract_rejects"), SCALE)
    assert outside.keys() == {"2026|T1|Math|Fall", "2026|T2|Math|Fall"}


def test_repeated_result_is_one_finding_with_its_lines_and_other_faults():
    rejected = table(
        "extract_rejects",
        "rule_id file_name line_number finding_key",
        [
            ("ASM-01", "assessments/assessment_results.csv", 8, "2026|T1|Math|Fall"),
            ("ASM-01", "assessments/assessment_results.csv", 9, "2026|T1|Math|Fall"),
            ("EDU-01", "hr/educators.csv", 4, "E1"),
        ],
    )
    scores = results("scale_score", (2026, "T1", "Math", "Fall", 5000))
    assert found(impossible_or_repeated_result, scores, rejected, SCALE) == {
        "2026|T1|Math|Fall": "repeated in assessments/assessment_results.csv:8; "
        "repeated in assessments/assessment_results.csv:9; score outside the scale of its subject"
    }


def test_without_a_scale_no_score_is_judged():
    scores = results("scale_score", (2026, "T1", "Math", "Fall", 5000))
    assert not found(impossible_or_repeated_result, scores, table("extract_rejects"), Assessments(scale={}))


def test_result_in_a_grade_of_no_enrollment_of_the_year_is_found():
    enrollments = table(
        "stg_enrollments",
        "enrollment_id school_year student_id grade_level",
        [("N1", 2026, "T1", "04"), ("N2", 2026, "T1", "05"), ("N3", 2025, "T1", "03"), ("N4", 2026, "T3", None)],
    )
    tested = results(
        "grade_level",
        (2026, "T1", "Math", "Fall", "04"),
        (2026, "T1", "Math", "Winter", "05"),
        (2026, "T1", "Math", "Spring", "03"),
        (2026, "T1", "Reading", "Fall", None),
        (2026, "T2", "Math", "Fall", "04"),
        (2026, "T3", "Math", "Fall", "04"),
    )
    assert found(result_in_another_grade, tested, enrollments) == {
        "2026|T1|Math|Spring": "tested in grade 03, not enrolled in it in 2026"
    }


def of_tests(*rows: tuple):
    columns = "school_year student_id subject administration assessment_name scale_score"
    return table("stg_assessment_results", columns, rows)


def test_each_test_of_a_subject_has_its_own_scale_and_the_key_names_the_test():
    scales = SCALE.model_copy(
        update={"scale": SCALE.scale | {"Math (ACT)": ScoreRange(min=Decimal(1), max=Decimal(36))}}
    )
    scores = of_tests(
        (2026, "T1", "Math", "Spring", "ACT", 24),
        (2026, "T2", "Math", "Spring", "ACT", 300),
        (2026, "T3", "Math", "Spring", None, 24),
        (2026, "T4", "Math", "Spring", "PSAT", 5000),
    )
    outside = found(impossible_or_repeated_result, scores, table("extract_rejects"), scales)
    assert outside.keys() == {"2026|T2|Math|Spring|ACT", "2026|T3|Math|Spring"}


def test_main_test_is_judged_by_the_scale_of_the_subject_alone():
    scores = of_tests((2026, "T1", "Math", "Spring", "State", 900), (2026, "T2", "Math", "Spring", "ACT", 900))
    of_state = SCALE.model_copy(update={"main_test": "State"})
    assert found(impossible_or_repeated_result, scores, table("extract_rejects"), of_state).keys() == {
        "2026|T1|Math|Spring|State"
    }


def test_repeated_result_without_a_name_has_the_key_that_waivers_of_earlier_versions_name():
    rejected = table(
        "extract_rejects",
        "rule_id file_name line_number finding_key",
        [
            ("ASM-01", "assessments/assessment_results.csv", 8, "2026|T1|Math|Fall|"),
            ("ASM-01", "assessments/assessment_results.csv", 9, "2026|T1|Math|Fall|ACT"),
        ],
    )
    assert found(impossible_or_repeated_result, of_tests(), rejected, SCALE).keys() == {
        "2026|T1|Math|Fall",
        "2026|T1|Math|Fall|ACT",
    }
