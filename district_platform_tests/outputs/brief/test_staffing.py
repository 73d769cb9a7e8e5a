"""What the brief says of staff where a ratio compares some of the schools only."""

from district_platform.outputs.brief.missing import STAFF, reasons
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.sections import staffing_sentences, years_table
from district_platform.settings import Attendance
from district_platform_tests.outputs.brief.rows import enrolled, facts_of, staffed

DELIVERED = QualityReport(
    {"extracts": [{"extract": "hr/staff_assignments", "n_rows_read": 90, "n_rows_accepted": 90, "n_rows_rejected": 0}]}
)


def test_a_ratio_says_which_schools_it_leaves_out() -> None:
    row = staffed("District", None, 950, 50.0) | {"n_schools_left_out": 1, "pct_students_left_out": 4.2}
    assert staffing_sentences(facts_of([enrolled(2026, 950)], staffing=[row])) == [
        "Students per teacher leave out 1 school without a teacher on record, with 4.2% of the students."
    ]


def test_a_ratio_that_would_leave_out_too_many_is_not_told_and_the_reason_is() -> None:
    row = staffed("District", None, 950, 50.0) | {"n_schools_left_out": 2, "students_per_teacher_fte": None}
    facts = facts_of([enrolled(2026, 950)], staffing=[row])
    assert reasons(facts, DELIVERED, Attendance())[STAFF] == (
        "Students per teacher are not told: no teacher is on record at 2 schools with students."
    )


def test_the_federal_count_of_students_per_teacher_stands_beside_the_districts() -> None:
    row = staffed("District", None, 950, 50.0) | {"students_per_teacher_fte_ccd": 16.5}
    table = years_table(facts_of([enrolled(2026, 950)], staffing=[row]))
    assert table is not None
    assert table.rows[-2:] == (("Students per teacher", "19.0"), ("Per teacher, federal count", "16.5"))
