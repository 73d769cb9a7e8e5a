"""The page District: released figures alone, in the words of the release."""

import json
import re
from decimal import Decimal
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.outputs.brief.facts import Policy
from district_platform.outputs.brief.sections.attendance_sentences import DERIVED_DAYS
from district_platform.quality.delivery_notes import DERIVED_CALENDAR
from district_platform.web.access.viewer import PUBLIC, Role, Scope, Viewer
from district_platform.web.pages import district
from district_platform.web.pages.model import Cell, Kind, Link, PageModel
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library
from district_platform_tests.outputs.brief.districts import district as made_up
from district_platform_tests.web.pages.releases import rows_of
from district_platform_tests.web.published import publish

LEADER = Viewer("lee", Role.DISTRICT, Scope(schools=("000", "001")))
ANALYST = Viewer("ana", Role.ANALYST)
NUMBER = re.compile(r"[−+-]?\d[\d,]*\.?\d*")


@pytest.fixture(scope="module")
def rows() -> dict[str, list[dict[str, Any]]]:
    return rows_of(made_up(n_schools=3, per_school=300))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, rows):
    """The page of one publication, which no test changes."""
    home = Home(root=tmp_path_factory.mktemp("district"))
    publish(home, rows)
    kept = Library(home, registry())

    def page(viewer: Viewer = LEADER, **filters: str) -> PageModel:
        with kept.reader() as reader:
            return district.build(viewer, filters, reader, Policy())

    yield page
    kept.close()


def numbers(text: str) -> set[Decimal]:
    return {Decimal(found.replace("−", "-").replace(",", "").lstrip("+")) for found in NUMBER.findall(text)}


def cells_of(model: PageModel) -> list[str]:
    """The cells of figures, and the figures over the page."""
    shown = [
        cell.shown
        for table in model.tables
        for row in table.cells()
        for column, cell in zip(table.columns, row, strict=True)
        if column.kind is Kind.NUMBER and table.key != "quality"
    ]
    return [*shown, *(figure.value for figure in model.figures)]


@pytest.mark.parametrize("school", ["", "001"])
def test_every_number_is_a_cell_of_a_released_table(read, rows, school: str) -> None:
    released = {
        number
        for table in rows.values()
        for row in table
        for value in row.values()
        if not isinstance(value, bool)
        for number in numbers(str(value))
    }
    shown = cells_of(read(school=school))
    assert len(shown) > 100
    assert {number for text in shown for number in numbers(text)} <= released


def test_what_is_hidden_is_hidden_in_the_words_of_the_release(read, rows) -> None:
    own = [row for row in rows["student_performance"] if row.get("k_school") == "001" and row["school_year"] == 2026]
    assert "hidden (fewer than 10)" in {row["pct_proficient_display"] for row in own}
    shown = {cell.shown for row in read(school="001").table("performance").cells() for cell in row}
    assert {text for text in shown if text.startswith("hidden")} == {"hidden (fewer than 10)"}


def first_links(model: PageModel) -> set[Link]:
    return {row[0].link for row in model.table("schools").cells() if row[0].link}


def test_a_leader_goes_on_to_a_schools_own_page_and_others_to_its_released_figures(read) -> None:
    assert Link("school", (("school", "001"),)) in first_links(read(LEADER))
    assert {link.page for link in first_links(read(ANALYST))} == {"district"}
    assert {link.page for link in first_links(read(PUBLIC))} == {"public"}


def test_a_link_keeps_the_filters(read) -> None:
    link = next(iter(first_links(read(ANALYST, year="2025"))))
    assert dict(link.filters)["year"] == "2025"


def test_a_school_is_shown_alone(read, rows) -> None:
    model = read(ANALYST, school="001")
    own = [r for r in rows["chronic_absence"] if r.get("k_school") == "001" and r["school_year"] == 2026]
    assert model.title == next(row["school_name"] for row in own)
    assert len(model.table("chronic_absence").rows) == len(own)
    assert "schools" not in {table.key for table in model.tables}


def test_a_school_that_is_none_is_answered_by_the_district_and_a_notice(read) -> None:
    model = read(ANALYST, school="nowhere")
    assert model.title == "Made District"
    assert model.notices == ("There is no such school to choose here, so it is left as it is by default.",)


def test_the_public_sees_no_findings_by_rule(read) -> None:
    assert "quality" in {table.key for table in read(ANALYST).tables}
    assert "quality" not in {table.key for table in read(PUBLIC).tables}


def test_the_brief_is_everybodys_and_the_quality_report_of_those_who_can_act_on_it(read) -> None:
    assert [document.file for document in read(PUBLIC).documents] == ["policy_brief.pdf"]
    assert [document.file for document in read(ANALYST).documents] == ["policy_brief.pdf", "data_quality_report.html"]


def test_figures_have_their_change_or_say_what_is_missing(read) -> None:
    assert [figure.label for figure in read().figures] == [
        "Attendance",
        "Chronically absent",
        "Proficient in reading",
        "Teachers fully certified",
    ]
    assert all(figure.change for figure in read().figures)


def test_a_district_of_which_nothing_is_known_yet_says_so(home: Home, library: Library) -> None:
    publish(home, {})
    with library.reader() as reader:
        model = district.build(ANALYST, {}, reader, Policy())
    assert not any(table.rows for table in model.tables)
    assert all(table.empty for table in model.tables)
    assert [figure.value for figure in model.figures] == ["–"] * 4


def test_a_page_is_of_one_publication(home: Home, library: Library, rows) -> None:
    publish(home, {"school_comparison": rows["school_comparison"]}, "v00000001-before")
    with library.reader() as reader:
        before = district.build(ANALYST, {}, reader, Policy())
        publish(home, {}, "v00000002-after")
        assert before.table("schools").rows
        assert district.build(ANALYST, {}, reader, Policy()) == before
    with library.reader() as reader:
        after = district.build(ANALYST, {}, reader, Policy())
    assert not after.table("schools").rows


def test_links_of_a_cell_hold_ids_alone(read) -> None:
    values = [
        value
        for table in read().tables
        for row in table.cells()
        for cell in row
        if isinstance(cell, Cell) and cell.link
        for _, value in cell.link.filters
    ]
    assert values
    assert not [value for value in values if " " in value]


def test_attendance_says_that_its_days_are_derived(tmp_path, rows):
    home = Home(root=tmp_path)
    report = publish(home, rows) / "reports" / "data_quality_report.json"
    report.write_text(json.dumps({**json.loads(report.read_text()), "notes": [f"{DERIVED_CALENDAR}: …"]}))
    kept = Library(home, registry())
    with kept.reader() as reader:
        for filters in ({}, {"school": "000"}):
            page = district.build(LEADER, filters, reader, Policy())
            [section] = [section for section in page.sections if section.key == "attendance"]
            assert section.sentences[0] == DERIVED_DAYS
    kept.close()
