"""What a figure rests on, where the brief must say it: how many were tested, and which schools a change compares."""

from district_platform.outputs.brief.finding import Topic
from district_platform.outputs.brief.findings import key_findings
from district_platform.outputs.brief.quality_report import QualityReport
from district_platform.outputs.brief.report import limits
from district_platform.outputs.brief.sections import method, years_table
from district_platform_tests.outputs.brief.districts import district
from district_platform_tests.outputs.brief.rows import POLICY, absent, enrolled, facts_of, gap, result

EVERYONE = "All students-All students"


def test_participation_stands_beside_proficiency_and_is_said_where_it_is_low() -> None:
    row = result(EVERYONE, 900, 40.0)
    facts = facts_of([enrolled(2026, 1000)], [row], participation=[row | {"pct_participation": 93.0}])
    table = years_table(facts)
    assert table is not None
    assert ("Proficient in math, %", "40.0") in table.rows
    assert "tested: " not in table.note
    assert (
        "Fewer than 95% of the enrolled students were tested in math (93.0%), so results may not speak for the others."
        in limits(facts, district(), QualityReport({}), POLICY)
    )


def test_participation_that_is_high_enough_stands_under_the_table_of_years() -> None:
    row = result(EVERYONE, 900, 40.0)
    table = years_table(facts_of([enrolled(2026, 1000)], [row], participation=[row | {"pct_participation": 97.0}]))
    assert table is not None
    assert "Of students enrolled in 2025–26, tested: 97.0% in math." in table.note


def test_a_change_over_some_of_the_schools_says_which() -> None:
    row = absent(EVERYONE, 4000, 12.0, n_students_judged_before=4000, pct_chronically_absent_change=4.0)
    basis = {"change_basis": "23 of 25 schools in both 2025 and 2026"}
    found = {of.topic: of for of in key_findings(facts_of([enrolled(2026, 4000)], absence=[row | basis]), POLICY)}
    assert found[Topic.ATTENDANCE].detail.endswith(
        "The change compares the 23 of 25 schools with attendance in both years."
    )
    alone = {of.topic: of for of in key_findings(facts_of([enrolled(2026, 4000)], absence=[row]), POLICY)}
    assert "schools" not in alone[Topic.ATTENDANCE].detail


def test_a_change_of_results_over_some_of_the_schools_says_which() -> None:
    basis = {"change_basis": "7 of 8 schools in both 2025 and 2026"}
    row = result(EVERYONE, 3000, 40.0, n_tested_before=3000, pct_proficient_change=-6.0) | basis
    found = {of.topic: of for of in key_findings(facts_of([enrolled(2026, 5000)], [row]), POLICY)}
    assert found[Topic.ACHIEVEMENT].detail == (
        "In winter 2025–26, 40.0% of the students tested were proficient. "
        "The change compares the 7 of 8 schools with results in both years."
    )


def test_intervals_and_effect_sizes_are_explained_where_gaps_are_shown() -> None:
    rows = [result(EVERYONE, 900, 40.0)]
    without, shown = (
        facts_of([enrolled(2026, 1000)], rows, gaps=gaps) for gaps in ([], [gap("Sex-F", 450, "M", 450, -9.0, 5.0)])
    )
    assert method(without, POLICY)[0] == "Proficient: at or above the test's proficient level."
    assert "Effect size: a gap in standard deviations" in method(shown, POLICY)[0]
