"""The attacker, on few rows."""

import ast
from pathlib import Path

import pytest

from district_platform_tests.privacy import attacker
from district_platform_tests.privacy.attacker.attack import attack
from district_platform_tests.privacy.attacker.findings import HIDDEN, TOLD, Findings, findings
from district_platform_tests.privacy.attacker.tables import Row, read

FEWER, PROTECTS = "hidden (fewer than 10)", "hidden (protects another group)"


def enrolled(k_school: str, group: str, n_students: str, n_census: str = "") -> Row:
    """A released row of enrollment_summary, year 2025; `group` is <dimension>-<value> or 'All students'."""
    dimension, _, value = group.partition("-")
    return {
        "school_year": "2025",
        "aggregation": "School" if k_school else "District",
        "k_school": k_school,
        "subgroup_dimension": dimension,
        "subgroup_value": value or dimension,
        "n_students_display": n_students,
        "n_students_census_display": n_census,
    }


def attends(k_school: str, group: str, attending: str, judged: str = "") -> Row:
    """A released row of chronic_absence, year 2025, all grades."""
    row = enrolled(k_school, group, "")
    return {
        **{column: row[column] for column in list(row)[:5]},
        "grade_level": "",
        "n_students_attending_display": attending,
        "n_students_judged_display": judged,
    }


def found_in(**tables: list[Row]) -> Findings:
    return findings(attack(read(tables)))


def claims(found: Findings, kind: str) -> dict[str, tuple[int, ...]]:
    return {str(f.cell): f.values for f in found.of(kind)}


def test_shares_nothing_with_the_platform() -> None:
    modules = sorted(Path(attacker.__file__).parent.glob("*.py"))
    assert len(modules) > 5
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{a.name}" for a in node.names)]
            assert not [n for n in names if n == "district_platform" or n.startswith("district_platform.")], module


def test_finds_a_told_difference_of_nested_populations() -> None:
    found = found_in(
        enrollment_summary=[enrolled("1", "All students", "675")],
        chronic_absence=[attends("1", "All students", "674")],
    )
    assert claims(found, TOLD) == {"enrolled-attending[2025 school:1 all]": (1,)}


@pytest.mark.parametrize(("attending", "expected"), [("63", (1,)), ("54", None)])
def test_finds_a_hidden_count_through_a_population_it_holds(attending: str, expected: tuple[int] | None) -> None:
    """64 less the 63 who attend in one group leave 1 enrolled in the other; 10 would be no small group."""
    found = found_in(
        enrollment_summary=[
            enrolled("1", "All students", "64"),
            enrolled("1", "Sex-F", FEWER),
            enrolled("1", "Sex-M", PROTECTS),
        ],
        chronic_absence=[attends("1", "Sex-M", attending)],
    )
    assert claims(found, HIDDEN).get("enrolled[2025 school:1 Sex=F]") == expected
