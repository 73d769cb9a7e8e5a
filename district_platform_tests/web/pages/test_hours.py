"""The pages My hours and Employee: one's own hours, and anybody's for human resources."""

import datetime as dt
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.pages import hours
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.reading.reader import Library
from district_platform.web.rendering import Chrome, csv
from district_platform.web.rendering import page as html_of
from district_platform_tests.web.pages.workers import SUNDAY, employee, shift, unpaired, week
from district_platform_tests.web.published import people, publish

ANN = Viewer("ann@d.example", Role.EMPLOYEE, Scope(employee=("1",)))
HR = Viewer("hr@d.example", Role.HR, Scope(staff=(EVERYBODY,)))
NOBODY = Viewer("new@d.example", Role.EMPLOYEE)
A_WEEK = dt.timedelta(weeks=1)

ROWS: dict[str, Any] = {
    "dim_employee": [employee("1"), employee("2", full_name="Name of Bob")],
    "msr_staff_weekly_hours": [
        week("1"),
        week("1", SUNDAY - A_WEEK, 46, 6),
        week("2", hours=99),
        week("1", SUNDAY - 30 * A_WEEK),
    ],
    "fct_staff_shift": [
        shift("1", "2026-02-10T07:02", "2026-02-10T15:31", breaks=30),
        shift("1", "2026-02-11T22:00", "2026-02-12T06:00"),
        shift("2", "2026-02-10T05:00", "2026-02-10T13:00"),
    ],
    "fct_staff_punch": [
        unpaired("1", "2026-02-12T16:13"),
        unpaired("1", "2026-02-13T07:58", "open"),
        unpaired("2", "2026-02-12T01:11"),
    ],
}


@pytest.fixture
def look(home: Home, library: Library):
    publish(home, {**people(), **ROWS})

    def looked(viewer: Viewer = ANN, build: Any = hours.build, **filters: str) -> PageModel:
        with library.reader() as reader:
            return build(viewer, filters, reader)

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def test_days_are_told_from_in_to_out_the_latest_first(look) -> None:
    assert cells(look(), "days") == [
        ["Fri, February\N{NO-BREAK SPACE}13, 2026", "7:58 am", "at work", "–", "–"],
        ["Thu, February\N{NO-BREAK SPACE}12, 2026", "4:13 pm", "missing", "–", "–"],
        ["Wed, February\N{NO-BREAK SPACE}11, 2026", "10:00 pm", "6:00 am, next day", "–", "8.00"],
        ["Tue, February\N{NO-BREAK SPACE}10, 2026", "7:02 am", "3:31 pm", "30", "8.00"],
    ]


def test_26_weeks_are_shown_also_those_without_a_punch(look) -> None:
    rows = cells(look(), "weeks")
    assert len(rows) == 26
    assert rows[0][1:] == ["5", "40.00", "–", "–", "$800.00"]
    assert rows[1][1:] == ["5", "46.00", "6.00", "–", "$920.00"]
    assert rows[2][1:] == ["–"] * 5


def test_figures_say_the_open_shift_and_what_is_missing(look) -> None:
    told = {figure.label: figure.value for figure in look().figures}
    assert told == {
        "Hours this week": "40.00",
        "Overtime this week": "0.00",
        "Shift going on since": "7:58 am",
        "Punches missing": "1",
    }


def test_a_punch_of_today_without_its_partner_is_not_missing(look) -> None:
    assert cells(look(), "missing") == [["Thu, February\N{NO-BREAK SPACE}12, 2026", "4:13 pm", "the punch out"]]


def test_a_week_is_looked_at_day_by_day(look) -> None:
    model = look(week=(SUNDAY - A_WEEK).isoformat())
    assert model.table("days").rows == ()
    assert model.here.filters == (("week", "2026-02-01"),)


def test_an_unknown_week_gives_a_notice_and_the_last_days(look) -> None:
    for asked in ("2026-02-09", "x", "9999-12-31"):
        model = look(week=asked)
        assert model.notices
        assert len(model.table("days").rows) == 4


@pytest.mark.parametrize("asked", ["2", "EVERYBODY", "everybody", "%", "' or 1=1"])
def test_nothing_in_an_address_shows_an_employee_somebody_elses_hours(look, asked: str) -> None:
    others = dict.fromkeys(("employee", "person", "k_employee", "staff", "number"), asked)
    model = look(**others)
    assert model == look()
    sent = html_of(model, Chrome("D")) + "".join(csv(table) for table in model.tables)
    assert "Bob" not in sent
    assert "99.00" not in sent
    assert "1:11 am" not in sent


def test_an_account_without_a_number_sees_no_hours(look) -> None:
    assert look(NOBODY).sections == ()


def test_human_resources_look_at_anybody(look) -> None:
    model = look(HR, hours.build_employee, employee="2")
    assert model.title == "Name of Bob"
    assert model.tab == "Employee"
    assert cells(model, "weeks")[0][2] == "99.00"
    assert dict(model.here.filters) == {"employee": "2"}


@pytest.mark.parametrize("asked", ["", "3", "everybody"])
def test_a_number_of_nobody_is_not_found(look, asked: str) -> None:
    with pytest.raises(NotFoundError):
        look(HR, hours.build_employee, employee=asked)


def test_human_resources_without_the_grant_find_nobody(look) -> None:
    with pytest.raises(NotFoundError):
        look(Viewer("hr", Role.HR), hours.build_employee, employee="1")
