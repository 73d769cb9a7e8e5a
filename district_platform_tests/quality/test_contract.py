import pytest

from district_platform.dictionary import EXTRACTS, TABLES
from district_platform.quality.contract import (
    missing_extract_or_column,
    repeated_key,
    unreadable_row,
    unresolved_reference,
    value_outside_domain,
)
from district_platform.quality.model import StagedTables
from district_platform.sources.last_delivery import LastDelivery
from district_platform_tests.quality.tables import found, table

REQUIRED = [("sis/schools", "sis/schools.csv"), ("sis/students", "sis/students.csv")]


def files(*rows: tuple):
    return table("extract_files", "extract file_name problem", rows)


def test_required_extract_without_a_file_is_found_by_its_path():
    delivered = [(*file, None) for file in REQUIRED]
    assert found(missing_extract_or_column, files(*delivered), LastDelivery()) == {
        "sis/enrollments": "is required and was not delivered"
    }


STAFF_ALONE = [("hr/educators", "hr/educators.csv", None)]


@pytest.mark.parametrize(
    ("delivered", "last", "missing"),
    [
        (STAFF_ALONE, LastDelivery(), set()),
        (STAFF_ALONE, LastDelivery({("hr/educators", None): 5}), set()),
        (STAFF_ALONE, LastDelivery({("sis/sections", 2026): 5}), {"sis/schools", "sis/students", "sis/enrollments"}),
        ([], LastDelivery(), {"sis/schools", "sis/students", "sis/enrollments"}),
        (
            [*STAFF_ALONE, ("sis/courses", "sis/courses.csv", None)],
            LastDelivery(),
            {"sis/schools", "sis/students", "sis/enrollments"},
        ),
    ],
    ids=["staff alone", "staff alone again", "students came last time", "nothing at all", "staff and courses"],
)
def test_extracts_of_students_are_not_required_where_nothing_of_students_comes_or_came(delivered, last, missing):
    assert found(missing_extract_or_column, files(*delivered), last).keys() == missing


def test_unusable_file_and_missing_column_are_found_by_their_file():
    delivered = [(*file, None) for file in REQUIRED]
    at_fault = found(
        missing_extract_or_column,
        files(
            *delivered,
            ("sis/enrollments", "sis/enrollments/2025.csv", None),
            ("sis/enrollments", "sis/enrollments/2026.csv", "lacks the columns exit_date"),
            ("sis/courses", "sis/courses.csv", "is empty; a header line was expected"),
        ),
        LastDelivery(),
    )
    assert at_fault == {
        "sis/enrollments/2026.csv": "lacks the columns exit_date",
        "sis/courses.csv": "is empty; a header line was expected",
    }


def rejects(*rows: tuple):
    return table("extract_rejects", "rule_id file_name line_number column_name value message", rows)


def test_row_with_several_faults_is_one_finding_without_the_values():
    rejected = rejects(
        ("CON-02", "sis/students.csv", 7, "school_year", "Mia", "is not a whole number"),
        ("CON-02", "sis/students.csv", 7, "birth_date", "soon", "is not a date as YYYY-MM-DD"),
        ("CON-02", "sis/students.csv", 9, None, None, "has 3 values where the header has 11 columns"),
        ("CON-03", "sis/students.csv", 8, None, None, "repeats the key of another row"),
    )
    assert found(unreadable_row, rejected) == {
        "sis/students.csv:7": "birth_date is not a date as YYYY-MM-DD; school_year is not a whole number",
        "sis/students.csv:9": "has 3 values where the header has 11 columns",
    }
    assert found(repeated_key, rejected) == {"sis/students.csv:8": "repeats the key of another row"}


def test_value_outside_its_domain_is_found_by_file_line_and_column():
    nulled = [("sis/students.csv", 3, "sex", "W", "is none of: F, M, X")]
    columns = "file_name line_number column_name value message"
    assert found(value_outside_domain, table("extract_nulled_values", columns, nulled)) == {
        "sis/students.csv:3:sex": "sex is none of: F, M, X"
    }


def staged(**given) -> StagedTables:
    return StagedTables({name: given.get(name, table(f"stg_{name}")) for name in EXTRACTS})


def test_reference_to_nothing_is_found_by_its_columns_and_the_rows_key():
    unresolved = found(
        unresolved_reference,
        staged(
            students=table("stg_students", "school_year student_id", [(2026, "T1")]),
            program_participation=table(
                "stg_program_participation",
                "school_year student_id program begin_date",
                [(2026, "T1", "Tutoring", "2025-09-01"), (2025, "T1", "Tutoring", "2024-09-01")],
            ),
        ),
    )
    assert unresolved == {
        "program_participation.school_year+student_id|2025|T1|Tutoring|2024-09-01": "2025|T1 is not in sis/students"
    }


def test_null_reference_and_reference_to_an_empty_extract_are_not_judged():
    assert not found(
        unresolved_reference,
        staged(
            schools=table("stg_schools", "school_id", [("S1",)]),
            stores=table("stg_stores", "store_id school_id", [("R1", None), ("R2", "S1")]),
            sections=table("stg_sections", "school_year school_id section_id course_id", [(2026, "S1", "1", "X")]),
        ),
    )


def test_references_that_other_rules_own_are_left_to_them():
    assert not found(
        unresolved_reference,
        staged(
            schools=table("stg_schools", "school_id", [("S1",)]),
            students=table("stg_students", "school_year student_id", [(2026, "T1")]),
            enrollments=table(
                "stg_enrollments", "enrollment_id school_year student_id school_id", [("N1", 2026, "T9", "S1")]
            ),
        ),
    )


def test_every_staged_table_can_be_judged():
    assert {f"stg_{name}" for name in staged()} <= set(TABLES)
