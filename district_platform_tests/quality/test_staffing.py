from decimal import Decimal

import ibis

from district_platform.dictionary import TABLES, schema_of
from district_platform.quality.staffing import (
    implausible_ratio,
    impossible_fte,
    more_than_one_position,
    students_without_teachers,
    sudden_ratio_change,
    unknown_position_or_program,
)
from district_platform.settings import Quality
from district_platform.sources.reference.staff_crosswalks import POSITION_CROSSWALK, PROGRAM_CROSSWALK, staff_crosswalk
from district_platform_tests.quality.tables import found, table

ASSIGNMENT = "assignment_id educator_id school_year school_id position fte begin_date end_date"


def assignments(*rows: tuple):
    return table("stg_staff_assignments", ASSIGNMENT, rows)


def over(*rows: tuple) -> dict[str, str]:
    return found(more_than_one_position, assignments(*rows), Quality())


def test_concurrent_fte_above_one_is_found_with_its_first_day():
    assert over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", "2026-06-10"),
        ("A2", "E1", 2026, "S2", "Coach", "0.25", "2025-11-03", None),
    ) == {"E1|2026": "1.25 FTE at the same time, more than 1.0 from 2025-11-03"}


def test_more_than_severe_fte_is_severe():
    messages = over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A2", "E1", 2026, "S2", "Coach", "0.6", "2025-08-15", None),
    )
    assert messages["E1|2026"].startswith("severe: 1.6 FTE")


def test_next_assignment_may_begin_on_the_last_day_of_the_one_before():
    assert not over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", "2026-01-16"),
        ("A2", "E1", 2026, "S2", "Teacher", "1.0", "2026-01-16", None),
    )


def test_next_assignment_a_day_before_that_is_an_overlap():
    assert over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", "2026-01-16"),
        ("A2", "E1", 2026, "S2", "Teacher", "1.0", "2026-01-15", None),
    )


def test_tenths_add_up_exactly():
    tenths = [(f"A{n}", "E1", 2026, "S1", f"P{n}", "0.1", "2025-08-15", None) for n in range(10)]
    assert not over(*tenths)


def test_assignment_of_a_single_day_counts_on_it():
    assert over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A2", "E1", 2026, "S2", "Coach", "0.5", "2025-10-01", "2025-10-01"),
    )


def test_equal_assignments_at_several_schools_are_one_itinerant_assignment():
    assert not over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A2", "E1", 2026, "S2", "Teacher", "1.0", "2025-08-15", None),
    )


def test_equal_assignments_at_one_school_add_up():
    assert over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A2", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
    )


def test_years_educators_and_impossible_fte_do_not_add_up():
    assert not over(
        ("A1", "E1", 2025, "S1", "Teacher", "1.0", "2024-08-15", "2025-08-31"),
        ("A2", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A3", "E2", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A4", "E2", 2026, "S2", "Coach", None, "2025-08-15", None),
        ("A5", "E2", 2026, "S2", "Coach", "-0.5", "2025-08-15", None),
    )


def test_missing_end_is_the_end_of_the_school_year():
    assert not over(
        ("A1", "E1", 2026, "S1", "Teacher", "1.0", "2025-08-15", None),
        ("A2", "E1", 2026, "S2", "Coach", "1.0", "2026-06-30", "2026-07-31"),
    )


def test_null_zero_negative_and_too_large_fte_are_impossible():
    rows = [("A1", None), ("A2", "0"), ("A3", "-0.5"), ("A4", "1.0001"), ("A5", "1.0"), ("A6", "0.0001")]
    assert found(impossible_fte, table("stg_staff_assignments", "assignment_id fte", rows)) == {
        "A1": "FTE missing",
        "A2": "FTE 0.0",
        "A3": "FTE -0.5",
        "A4": "FTE 1.0001",
    }


def ratios(*rows: tuple):
    columns = "aggregation k_school school_year n_students_census teacher_fte students_per_teacher_fte"
    return table("staffing_ratios", columns, rows)


def test_ratio_outside_8_to_30_is_found_and_the_ends_are_plausible():
    messages = found(
        implausible_ratio,
        ratios(
            ("School", "S1", 2026, 240, 30, 8.0),
            ("School", "S2", 2026, 246, "8.2", 246 / 8.2),
            ("School", "S3", 2026, 310, 10, 31.0),
            ("School", "S4", 2026, 75, 10, 7.5),
            ("District", None, 2026, 310, 10, 31.0),
        ),
        Quality(),
    )
    assert messages == {
        "S3|2026": "31.0 students per teacher FTE, plausible is 8 to 30",
        "S4|2026": "7.5 students per teacher FTE, plausible is 8 to 30",
    }


def test_ratio_outside_2_to_60_is_severe():
    messages = found(
        implausible_ratio,
        ratios(("School", "S1", 2026, 19, 10, 1.9), ("School", "S2", 2026, 610, 10, 61.0)),
        Quality(ratio_high=Decimal(40)),
    )
    assert [message.split(" students")[0] for message in messages.values()] == ["severe: 1.9", "severe: 61.0"]


def test_school_with_students_and_no_teacher_fte_is_found_and_has_no_ratio():
    unstaffed = ratios(("School", "S1", 2026, 300, 0, None), ("School", "S2", 2026, 300, 15, 20.0))
    assert found(students_without_teachers, unstaffed) == {"S1|2026": "300 students enrolled, no teacher FTE"}
    assert not found(implausible_ratio, unstaffed, Quality())


def test_ratio_changed_by_more_than_a_quarter_is_found():
    assert found(
        sudden_ratio_change,
        ratios(
            ("School", "S1", 2025, 200, 10, 20.0),
            ("School", "S1", 2026, 251, 10, 25.1),
            ("School", "S2", 2025, 200, 10, 20.0),
            ("School", "S2", 2026, 250, 10, 25.0),
            ("School", "S3", 2024, 200, 10, 20.0),
            ("School", "S3", 2026, 400, 10, 40.0),
        ),
        Quality(),
    ) == {"S1|2026": "students per teacher FTE 25.1, the year before 20.0"}


def test_year_without_teacher_fte_is_a_change_in_it_and_in_the_next():
    changed = found(
        sudden_ratio_change,
        ratios(
            ("School", "S1", 2024, 200, 10, 20.0),
            ("School", "S1", 2025, 200, 0, None),
            ("School", "S1", 2026, 200, 10, 20.0),
        ),
        Quality(),
    )
    assert changed.keys() == {"S1|2025", "S1|2026"}


def test_vacant_posts_are_no_educator_with_all_of_their_fte():
    vacant = [(f"A{n}", nobody, 2026, "S1", "Teacher", "1.0", None, None) for n, nobody in enumerate([None] * 3)]
    named = [(f"B{n}", "VACANT", 2026, "S1", "Teacher", "1.0", None, None) for n in range(3)]
    assert not over(*vacant, *named)


def test_unknown_positions_and_programs_of_teachers_are_findings():
    crosswalks = [
        ibis.memtable(staff_crosswalk(name, None), schema=schema_of(TABLES[name]))
        for name in (POSITION_CROSSWALK, PROGRAM_CROSSWALK)
    ]
    rows = table(
        "stg_staff_assignments",
        "assignment_id position program fte",
        [
            ("A1", "Teacher", "General", "1.0"),
            ("A2", "Maestro", "General", "1.0"),
            ("A3", "MAESTRO ", None, "0.5"),
            ("A4", "Teacher", "STEM Academy", "1.0"),
            ("A5", "Teacher", None, "1.0"),
            ("A6", "Aide", "STEM Academy", "1.0"),
            ("A7", "ESL Teacher", None, "1.0"),
        ],
    )
    assert found(unknown_position_or_program, rows, *crosswalks) == {
        "position|maestro": "position maestro: 2 assignments, 1.5 FTE",
        "program|stem academy": "program stem academy: 1 assignment, 1.0 FTE",
        "program|": "program (blank): 1 assignment, 1.0 FTE",
    }
