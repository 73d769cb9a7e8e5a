"""Of a school with fewer students than the minimum nobody learns which groups it has, whatever they are."""

import pandas as pd
import pytest

from district_platform.privacy.audit import audit
from district_platform.settings import Privacy
from district_platform_tests.privacy.attacker.attack import attack
from district_platform_tests.privacy.attacker.findings import findings
from district_platform_tests.privacy.attacker.reading import read
from district_platform_tests.privacy.rows import ALL, enrolled, release_of, subgroup, table

YES, NO = subgroup("Disability", "Yes"), subgroup("Disability", "No")
GIRLS, BOYS = subgroup("Sex", "F"), subgroup("Sex", "M")

SPLITS = [(n, yes) for n in range(2, 10) for yes in sorted({0, 1, n // 2, n - 1, n})]
"""Students of a small school, and those of them with a disability."""


def of_two_schools(small: int, yes: int) -> dict[str, pd.DataFrame]:
    """A small school and one of 200 students, 40 of them with a disability; a group without students has no row."""
    counts = {("B", ALL): 200, ("B", YES): 40, ("B", NO): 160, ("S", GIRLS): 1, ("S", BOYS): small - 1}
    counts |= {("S", ALL): small, ("S", YES): yes, ("S", NO): small - yes}
    counts |= {(None, ALL): 200 + small, (None, YES): 40 + yes, (None, NO): 160 + small - yes}
    attends = [
        {"k_school": "S", "k_subgroup": group, "n_students_attending": n, "pct_attendance": 94.0}
        for group, n in ((ALL, small), (YES, yes), (NO, small - yes))
        if n
    ]
    return {
        "enrollment_summary": enrolled({at: n for at, n in counts.items() if n}),
        "chronic_absence": table("chronic_absence", attends),
    }


def of_school(release: dict[str, pd.DataFrame], name: str) -> list[tuple[str, ...]]:
    """What readers see of the small school: its groups, and the words and numbers of each."""
    rows = release[name][release[name]["k_school"] == "S"]
    shown = [c for c in rows if c.endswith("_display") or c in ("k_subgroup", "suppression")]
    return [tuple(map(str, row)) for row in rows[shown].itertuples(index=False)]


@pytest.mark.parametrize(("small", "yes"), SPLITS)
def test_groups_of_a_small_school_look_the_same_however_its_students_are_split(small: int, yes: int) -> None:
    release, other = release_of(**of_two_schools(small, yes)), release_of(**of_two_schools(small, 1))
    assert of_school(release, "enrollment_summary") == of_school(other, "enrollment_summary")
    assert {group for group, *_ in of_school(release, "enrollment_summary")} == {ALL, YES, NO, GIRLS, BOYS}
    assert [group for group, *_ in of_school(release, "chronic_absence")] == [ALL]


@pytest.mark.parametrize(("small", "yes"), SPLITS)
def test_neither_audit_nor_attacker_finds_a_group_of_a_small_school(small: int, yes: int) -> None:
    analysis = of_two_schools(small, yes)
    release = release_of(**analysis)
    assert audit(release, analysis, Privacy()).findings == []
    frame = release["enrollment_summary"].astype(object)
    rows = frame.where(frame.notna(), "").astype(str).to_dict("records")
    for row in rows:
        dimension, _, value = row["k_subgroup"].partition("-")
        row |= {
            "subgroup_dimension": dimension,
            "subgroup_value": value,
            "aggregation": "School" if row["k_school"] else "District",
        }
    known = attack(read({"enrollment_summary": rows}))
    assert [str(found) for found in findings(known).found if "Disability" in str(found.cell)] == []


@pytest.mark.parametrize("told_in", ["enrollment_summary", "chronic_absence"])
def test_audit_finds_rows_that_tell_of_a_group_of_a_small_school(told_in: str) -> None:
    """The words of a group in the headcounts, or a row elsewhere, whatever it says."""
    analysis = of_two_schools(9, 9)
    release = release_of(**analysis)
    frame = release[told_in].copy()
    if told_in == "enrollment_summary":
        frame.loc[(frame["k_school"] == "S") & (frame["k_subgroup"] == YES), "n_students_census_display"] = (
            "hidden (size not told)"
        )
    else:
        frame = pd.concat([frame, frame.assign(k_subgroup=YES)])
    found = audit({**release, told_in: frame}, analysis, Privacy()).findings
    assert {finding.message for finding in found if finding.key.startswith(told_in) and YES in finding.key} == {
        "tells of a group of a school with fewer students than the minimum"
    }


def test_a_headcount_that_is_told_as_it_was_first_makes_no_school_small() -> None:
    """Nine were told on the count day; ten are known now."""
    analysis = of_two_schools(10, 4)
    release = release_of(**analysis)
    frame = release["enrollment_summary"].copy()
    row = (frame["k_school"] == "S") & (frame["k_subgroup"] == ALL)
    frame.loc[row, ["n_students_census", "n_students_census_display"]] = [9, "9"]
    found = audit(
        {**release, "enrollment_summary": frame}, analysis, Privacy(), counted_before=frozenset({"2026"})
    ).findings
    assert [finding.message for finding in found if "fewer students" in finding.message] == []


def test_groups_of_a_school_with_the_minimum_are_as_ever() -> None:
    release = release_of(**of_two_schools(10, 10))
    groups = {group for group, *_ in of_school(release, "enrollment_summary")}
    assert groups == {ALL, YES, GIRLS, BOYS}
    assert [group for group, *_ in of_school(release, "chronic_absence")] == [ALL, YES]


def test_where_nobody_publishes_membership_no_group_of_a_small_school_is_told() -> None:
    release = release_of(Privacy(public_figures="none"), **of_two_schools(9, 4))
    groups = {group: figures for group, *figures in of_school(release, "enrollment_summary") if group != ALL}
    assert groups.keys() == {YES, NO, GIRLS, BOYS}
    assert {word for figures in groups.values() for word in figures} == {"not told", "undisclosed"}
