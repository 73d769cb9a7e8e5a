"""The page Staff hours: overtime, missing punches and hours far from FTE, for human resources."""

import datetime as dt
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.pages import staff
from district_platform.web.pages.hours import Clock
from district_platform.web.pages.model import PageModel
from district_platform.web.pages.staff import weeks
from district_platform.web.reading.reader import Library
from district_platform_tests.web.pages.workers import SUNDAY, employee, unpaired, week
from district_platform_tests.web.published import people, publish

PUBLISHED = Clock()
HR = Viewer("hr@d.example", Role.HR, Scope(staff=(EVERYBODY,)))
BEFORE = SUNDAY - dt.timedelta(weeks=1)
FTE = {
    "rule_id": "TIM-04",
    "title": "Hours far from the assigned FTE",
    "staff_id": "1",
    "evidence": "68 hours",
    "is_waived": False,
}
ROWS: dict[str, Any] = {
    "dim_employee": [employee("1"), employee("2", k_school="south"), employee("3", k_school=None)],
    "msr_staff_weekly_hours": [
        week("1", BEFORE, 46, 6),
        week("1", BEFORE - dt.timedelta(weeks=1), 41, 1),
        week("1", BEFORE - dt.timedelta(weeks=20), 60, 20),
        week("2", BEFORE, 40, missing=1),
        week("3", BEFORE, 42, 2),
        week("3", SUNDAY, 8),
    ],
    "fct_staff_punch": [
        unpaired("2", "2026-02-05T16:13"),
        unpaired("1", "2026-02-12T07:00", "open"),
        unpaired("1", "2025-09-12T07:00"),
    ],
    "worklist": [
        FTE,
        {**FTE, "rule_id": "TIM-01", "finding_key": "7", "staff_id": "X7"},
        {**FTE, "staff_id": "9", "is_waived": True},
        {**FTE, "rule_id": "EDU-03"},
    ],
}


@pytest.fixture
def look(home: Home, library: Library):
    publish(home, {**people(), **ROWS})

    def looked(viewer: Viewer = HR, clock: Clock = PUBLISHED, **filters: str) -> PageModel:
        with library.reader() as reader:
            return staff.build(viewer, filters, reader, clock)

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def test_weeks_over_the_limit_of_the_last_four_weeks_that_are_over(look) -> None:
    assert cells(look(), "overtime") == [
        ["Name 1", "Aide", "North", "2 of 2", "46.00", "7.00", "$1,740.00"],
        ["Name 3", "Aide", "–", "1 of 1", "42.00", "2.00", "$840.00"],
    ]


def test_other_weeks_can_be_asked_for(look) -> None:
    [row, *_] = cells(look(first_date="2025-09-01"), "overtime")
    assert row[3:6] == ["3 of 3", "60.00", "27.00"]


def test_a_school_shows_its_own(look) -> None:
    assert cells(look(school="south"), "overtime") == []
    assert [row[0] for row in cells(look(school="south"), "everyone")] == ["Name 2"]


def test_missing_punches_name_day_time_and_what_is_missing(look) -> None:
    assert [row[3:] for row in cells(look(), "missing")] == [
        ["February\N{NO-BREAK SPACE}5, 2026", "4:13 pm", "the punch out"]
    ]


def test_findings_on_fte_stand_apart_and_those_waived_or_of_other_rules_do_not_count(look) -> None:
    assert [row[:2] for row in cells(look(), "fte")] == [["Name 1", "TIM-04"]]
    assert [row[:2] for row in cells(look(), "findings")] == [["X7", "TIM-01"]]


def test_an_employee_leads_to_their_page(look) -> None:
    cell = look().table("overtime").cells()[0][0]
    assert cell.link
    assert (cell.link.page, cell.link.filters) == ("employee", (("employee", "1"),))


@pytest.mark.parametrize(
    "filters",
    [
        {"first_date": "0001-01-01", "last_date": "9999-12-31"},
        {"first_date": "2026-03-01", "last_date": "2026-01-01"},
        {"last_date": "0001-01-01"},
        {"first_date": "yesterday", "school": "nowhere"},
    ],
)
def test_odd_filters_give_a_page(look, filters: dict[str, str]) -> None:
    assert look(**filters).title == "Staff hours"


def test_human_resources_without_the_grant_see_nobody(look) -> None:
    model = look(Viewer("hr", Role.HR))
    assert [table.key for table in model.tables if table.rows and table.key != "positions"] == []


def test_many_employees_are_listed_by_school(look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weeks, "MOST_LISTED", 2)
    assert "Choose a school" in look().sections[-1].sentences[0]
    assert [row[0] for row in cells(look(school="south"), "everyone")] == ["Name 2"]


def test_a_month_of_overtime_stands_against_the_month_before_week_by_week(look) -> None:
    model = look()
    [section] = [section for section in model.sections if section.key == "trend"]
    assert section.sentences == (
        "9.00 hours of overtime in the four weeks up to the one of February\u00a01, 2026; nobody's work is known before.",
    )
    assert cells(model, "trend")[-3:] == [
        ["January\u00a018, 2026", "–", "–", "–", "–"],
        ["January\u00a025, 2026", "1", "41.00", "1.00", "–"],
        ["February\u00a01, 2026", "3", "128.00", "8.00", "1"],
    ]
    assert section.charts[0].alt.endswith("January\u00a025: 1.00; February\u00a01: 8.00.")


def test_where_the_month_before_is_known_it_is_told_beside(home: Home, library: Library) -> None:
    weeks = [week("1", BEFORE - n * dt.timedelta(weeks=1), 41 + n, 1 + n) for n in (0, 4, 8)]
    publish(home, {**people(), **ROWS, "msr_staff_weekly_hours": weeks})
    with library.reader() as reader:
        model = staff.build(HR, {}, reader, PUBLISHED)
    [section] = [section for section in model.sections if section.key == "trend"]
    assert section.sentences == (
        "1.00 hours of overtime in the four weeks up to the one of February\u00a01, 2026, 5.00 in the four before.",
    )


def test_the_trend_of_a_school_is_its_own(look) -> None:
    assert cells(look(school="south"), "trend")[-1] == ["February\u00a01, 2026", "1", "40.00", "0.00", "1"]
