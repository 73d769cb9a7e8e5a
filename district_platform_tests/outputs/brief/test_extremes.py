"""Highest and lowest, where some figures are hidden or told as a range: what is claimed holds over them, or says of whom it holds."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from district_platform.outputs.brief import Release, write_brief
from district_platform.outputs.brief.exhibits import MAKERS
from district_platform.outputs.brief.extremes import ends
from district_platform.outputs.brief.facts import Facts
from district_platform.outputs.brief.finding import Evidence, Topic
from district_platform.outputs.brief.findings import key_findings
from district_platform.outputs.brief.reading import read_facts
from district_platform.outputs.brief.release import Figure, State, figure
from district_platform.outputs.brief.typography import register_fonts
from district_platform_tests.outputs.brief.districts import district
from district_platform_tests.outputs.brief.quality_document import REPORT
from district_platform_tests.outputs.brief.rows import AS_OF, POLICY, absent, compared, enrolled, facts_of, result

EVERYONE = "All students-All students"
WITHHELD = {
    "hidden (fewer than 10)": Figure(None, "hidden", State.HIDDEN, 0.0, 100.0),
    "5–15 %": Figure(None, "5–15%", State.RANGE, 5.0, 15.0),
    "≤ 10 %": Figure(None, "≤10%", State.RANGE, 0.0, 10.0),
    "≥ 95 %": Figure(None, "≥95%", State.RANGE, 95.0, 100.0),
}


@pytest.mark.parametrize("display", WITHHELD)
def test_a_withheld_figure_is_read_with_the_bounds_it_lies_between(display: str) -> None:
    assert figure({"pct_proficient": None, "pct_proficient_display": display}, "pct_proficient") == WITHHELD[display]


def test_a_figure_is_written_as_the_release_displays_it_and_never_rounded_again() -> None:
    """15.546 stands in the CSV as 15.55 and is displayed as 15.5: rounding 15.55 again would make 15.6 of it."""
    told = figure({"pct_proficient": 15.55, "pct_proficient_display": "15.5 %"}, "pct_proficient")
    assert told.shown == "15.5%"
    assert (
        figure({"n_students_census": 4812, "n_students_census_display": "4812"}, "n_students_census").shown == "4,812"
    )
    change = figure({"pct_proficient_change": -3.04, "pct_proficient_change_display": "-3.0"}, "pct_proficient_change")
    assert (change.shown, change.signed, change.unsigned) == ("−3.0", "−3.0", "3.0")
    whole = figure({"pct_proficient": 43.0, "pct_proficient_display": "43 %"}, "pct_proficient")
    assert whole.shown == "43%"


def told(pct: float) -> Figure:
    return figure({"pct_proficient": pct}, "pct_proficient")


@pytest.mark.parametrize(
    ("other", "highest_is_of_all", "lowest_is_of_all"),
    [
        (WITHHELD["hidden (fewer than 10)"], False, False),
        (WITHHELD["5–15 %"], True, False),
        (WITHHELD["≤ 10 %"], True, False),
        (WITHHELD["≥ 95 %"], False, True),
        (Figure(), True, True),
        (told(20.0), True, True),
    ],
    ids=["hidden", "may be lowest", "surely lower", "surely higher", "no figure", "told"],
)
def test_an_extreme_holds_of_all_only_where_no_withheld_figure_could_be_beyond_it(
    other: Figure, highest_is_of_all: bool, lowest_is_of_all: bool
) -> None:
    found = ends([("A", told(12.0)), ("B", told(27.5)), ("C", other)])
    assert found is not None
    assert (found.highest.names, found.lowest.names) == (("B",), ("A",))
    assert (found.highest.is_of_all, found.lowest.is_of_all) == (highest_is_of_all, lowest_is_of_all)


def test_those_who_share_an_extreme_are_all_named() -> None:
    found = ends([("A", told(12.0)), ("B", told(27.5)), ("C", told(27.5))])
    assert found is not None
    assert found.highest.names == ("B", "C")
    assert ends([("A", told(12.0)), ("B", told(12.0))]) is None


def grade(level: str, pct: float, n: int = 300) -> dict[str, object]:
    return absent(EVERYONE, n, pct, grade_level=level)


def test_highest_grade_of_those_shown_where_grade_12_is_hidden_and_keeps_its_place() -> None:
    grades = [grade("KG", 27.5), grade("05", 9.0), grade("06", 12.0), grade("12", 30.0, n=8)]
    facts = facts_of([enrolled(2026, 2000)], absence=[absent(EVERYONE, 2000, 19.8), *grades])
    chart = MAKERS[Evidence.CHRONIC_BY_GRADE](facts)
    assert chart is not None
    assert chart.claim == (
        "Of the grades that can be shown, chronic absence is highest in kindergarten and lowest in grade 5"
    )
    assert "grade 12 hidden" in chart.alt
    assert "h: hidden to protect a small group." in chart.note
    register_fonts()
    drawn = [shape.text for shape in chart.make(240, 160).contents if hasattr(shape, "text")]
    assert drawn.count("12") == drawn.count("h") == 1


def test_a_grade_without_any_row_of_absence_counts_as_hidden() -> None:
    enrollment = [enrolled(2026, 2000), enrolled(2026, 40, subgroup_dimension="Grade", subgroup_value="12")]
    rows = [absent(EVERYONE, 2000, 19.8), grade("KG", 27.5), grade("05", 9.0)]
    chart = MAKERS[Evidence.CHRONIC_BY_GRADE](facts_of(enrollment, absence=rows))
    assert chart is not None
    assert chart.claim.startswith("Of the grades that can be shown, ")


@pytest.mark.parametrize(
    ("n_tested", "begin"),
    [(450, "Percent proficient runs"), (8, "Of the middle schools that can be shown, percent proficient runs")],
)
def test_between_schools_it_runs_over_those_that_can_be_shown(n_tested: int, begin: str) -> None:
    schools = [
        compared("Adams", 500, 450, 60.0),
        compared("Baldwin", 500, 450, 30.0),
        compared("Cedar", 9, n_tested, 45.0),
    ]
    facts = facts_of([enrolled(2026, 1000)], [result(EVERYONE, 900, 45.0)], schools=schools)
    found = next(f for f in key_findings(facts, POLICY) if f.topic is Topic.SCHOOLS)
    assert found.detail == f"{begin} from 30.0 at Baldwin to 60.0 at Adams."
    assert found.figure == "30\N{NO-BREAK SPACE}points"


def test_schools_of_different_levels_are_not_held_against_each_other() -> None:
    schools = [compared("Adams", 500, 450, 60.0), {**compared("Baldwin", 500, 450, 30.0), "school_level": "High"}]
    facts = facts_of([enrolled(2026, 1000)], [result(EVERYONE, 900, 45.0)], schools=schools)
    assert Topic.SCHOOLS not in {f.topic for f in key_findings(facts, POLICY)}


def test_a_school_that_is_hidden_keeps_its_place_in_the_chart_and_a_range_is_drawn_hollow() -> None:
    release = district(5)
    rows = release.chronic_absence
    for name, display in (("Baldwin Middle School", "hidden (fewer than 10)"), ("Cedar High School", "20–30 %")):
        at = (rows["school_name"] == name) & (rows["subgroup_dimension"] == "All students")
        rows.loc[at, "pct_chronically_absent"] = None
        rows.loc[at, ["pct_chronically_absent_display", "suppression"]] = [display, "primary"]
    facts = _facts(release)
    chart = MAKERS[Evidence.CHRONIC_BY_SCHOOL](facts)
    assert chart is not None
    assert "3 schools that can be shown" in chart.claim
    assert "Baldwin Middle School hidden" in chart.alt
    assert "Cedar High School 20–30%" in chart.alt
    assert chart.note.endswith("Hollow: between the two values. h: hidden to protect a small group.")


def _facts(release: Release) -> Facts:
    return read_facts(release, POLICY.quality, AS_OF)


def test_a_chart_that_stops_at_six_groups_says_so() -> None:
    chart = MAKERS[Evidence.CHRONIC_BY_GROUP](_facts(district(8)))
    assert chart is not None
    assert re.search(r"The six highest of \d+ groups that can be shown\.", chart.note)


def test_the_six_highest_and_lowest_schools_are_those_of_the_schools_that_can_be_shown(tmp_path: Path) -> None:
    release = district(14)
    rows = release.school_comparison
    rows.loc[rows["k_school"] == "003", ["pct_proficient_math", "pct_proficient_math_display"]] = [
        None,
        "hidden (fewer than 10)",
    ]
    write_brief(tmp_path / "brief.pdf", release, REPORT, "Example", AS_OF)
    text = " ".join(" ".join(page.extract_text() for page in PdfReader(tmp_path / "brief.pdf").pages).split())
    assert "The six highest and the six lowest of the 13 schools that can be shown by the mean of" in text


def test_the_pdf_is_dated_by_its_run(tmp_path: Path) -> None:
    write_brief(tmp_path / "brief.pdf", district(2), REPORT, "Example", AS_OF)
    made = PdfReader(tmp_path / "brief.pdf").metadata
    assert made is not None
    assert made.creation_date is not None
    assert made.creation_date.date() == AS_OF
