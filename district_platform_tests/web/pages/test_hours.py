"""The pages My hours and Employee: one's own hours, and anybody's for human resources."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.outputs.live_hours import LiveHours
from district_platform.timekeeping.live import StoreAwayError
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.pages import hours
from district_platform.web.pages.model import NotFoundError, PageModel
from district_platform.web.reading.reader import Library
from district_platform.web.rendering import Chrome, csv
from district_platform.web.rendering import page as html_of
from district_platform_tests.web.pages.workers import SUNDAY, employee, shift, unpaired, week
from district_platform_tests.web.published import AS_OF, people, publish

ANN = Viewer("ann@d.example", Role.EMPLOYEE, Scope(employee=("1",)))
HR = Viewer("hr@d.example", Role.HR, Scope(staff=(EVERYBODY,)))
NOBODY = Viewer("new@d.example", Role.EMPLOYEE)
PUBLISHED = hours.Clock()
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

    def looked(
        viewer: Viewer = ANN, build: Any = hours.build, clock: hours.Clock = PUBLISHED, **filters: str
    ) -> PageModel:
        with library.reader() as reader:
            return build(viewer, filters, reader, clock)

    return looked


@dataclass
class MadeStore:
    """A store of punches that holds one week of whoever is asked for, or is away."""

    today: dt.date = AS_OF
    away_since: dt.datetime | None = None
    is_own: bool = True
    asked: list[str] = field(default_factory=list)

    def is_of(self, publication: Path) -> bool:
        return self.is_own

    def of(self, number: str, since: dt.date) -> LiveHours:
        self.asked.append(number)
        if self.away_since:
            raise StoreAwayError(self.away_since)
        going_on = unpaired(number, "2026-02-13T06:45", "open")
        return LiveHours([week(number, hours=12.5)], [], [going_on], self.today, dt.datetime(2026, 2, 13, 19, 15))


def clock(store: MadeStore) -> hours.Clock:
    return hours.Clock(store, "America/New_York")  # type: ignore[arg-type]


HELD = {"k_educator": "E1", "k_school": "north", "position": "Aide", "fte": 0.5}
YEAR = {"begin_date": dt.date(2025, 8, 20), "end_date": dt.date(2026, 6, 5)}


@pytest.fixture
def look_with_fte(home: Home, library: Library):
    """Ann holds half a position; school is on weekdays, but not on Monday, February 2."""
    days = [SUNDAY + n * dt.timedelta(days=1) for n in range(-42, 21)]
    rows = {
        "dim_employee": [employee("1", k_educator="E1"), employee("2", k_educator="E2")],
        "fct_staff_assignment": [
            {**HELD, **YEAR, "assignment_id": "half", "school_year": 2026},
            {**HELD, **YEAR, "assignment_id": "impossible", "school_year": 2026, "fte": 9},
            {**HELD, **YEAR, "assignment_id": "bob", "school_year": 2026, "k_educator": "E2", "fte": 1},
        ],
        "dim_calendar_date": [
            {
                "k_school": "north",
                "calendar_date": day,
                "school_year": 2026,
                "is_school_day": day.weekday() < 5 and day != dt.date(2026, 2, 2),
            }
            for day in days
        ],
        "msr_staff_weekly_hours": [
            week("1", hours=8),
            week("1", SUNDAY - A_WEEK, 17.5),
            week("1", SUNDAY - 3 * A_WEEK, 22),
        ],
    }
    publish(home, {**people(), **rows})

    def looked(viewer: Viewer = ANN, **filters: str) -> PageModel:
        with library.reader() as reader:
            return hours.build(viewer, filters, reader, PUBLISHED)

    return looked


def test_weeks_stand_against_the_hours_of_the_assigned_fte(look_with_fte) -> None:
    assert [row[2:5] for row in cells(look_with_fte(), "weeks")][:5] == [
        ["8.00", "20.00", "\N{MINUS SIGN}12.00"],
        ["17.50", "16.00", "+1.50"],
        ["–", "20.00", "–"],
        ["22.00", "20.00", "+2.00"],
        ["–", "20.00", "–"],
    ]


def test_the_week_that_goes_on_and_those_before_the_first_punch_do_not_count_against_fte(look_with_fte) -> None:
    [section] = [section for section in look_with_fte().sections if section.key == "weeks"]
    assert section.sentences[1] == (
        "In the 3 weeks with school days that are over, 39.50 hours, where the assigned FTE stands for 56.00."
    )


def test_without_an_assignment_nothing_is_said_of_fte(look) -> None:
    [section] = [section for section in look().sections if section.key == "weeks"]
    assert len(section.sentences) == 1
    assert not [column.name for column in look().table("weeks").columns if "FTE" in column.name]


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


TWO_JOBS = Viewer("ann@d.example", Role.EMPLOYEE, Scope(employee=("1", "2")))


def test_of_several_own_numbers_one_is_shown_and_the_others_can_be_chosen(look) -> None:
    model = look(TWO_JOBS)
    choice = model.filters[0]
    assert (choice.name, choice.value) == ("job", "1")
    assert [name for _, name in choice.options] == ["Aide, North, number 1", "Aide, North, number 2"]
    assert cells(model, "weeks")[0][2] == "40.00"
    other = look(TWO_JOBS, job="2")
    assert cells(other, "weeks")[0][2] == "99.00"
    assert other.here.filters == (("job", "2"),)
    links = [cell.link for row in other.table("weeks").cells() for cell in row if cell.link]
    assert links
    assert all(dict(link.filters)["job"] == "2" for link in links)
    assert "several numbers" in " ".join(other.sentences)


@pytest.mark.parametrize("asked", ["3", "everybody", "1' or 1=1", "1,3"])
def test_no_number_but_the_own_ones_can_be_chosen(look, asked: str) -> None:
    store = MadeStore()
    model = look(TWO_JOBS, clock=clock(store), job=asked)
    assert store.asked == ["1"]
    assert model.notices == ("There is no such job to choose here, so it is left as it is by default.",)
    assert look(job="2") == look(), "one number is no choice"


def test_the_store_is_asked_for_the_number_chosen(look) -> None:
    store = MadeStore()
    look(TWO_JOBS, clock=clock(store), job="2")
    assert store.asked == ["2"]


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


def test_with_a_store_the_hours_are_those_of_now(look) -> None:
    store = MadeStore()
    model = look(clock=clock(store))
    assert store.asked == ["1"]
    assert [figure.value for figure in model.figures] == ["12.50", "0.00", "6:45 am", "0"]
    day = "February\N{NO-BREAK SPACE}13, 2026"
    assert model.sentences[1] == f"Punches as the timekeeping system had them when it was last asked, {day} at 2:15 pm."


@pytest.mark.parametrize("asked", ["2", "everybody"])
def test_the_store_is_asked_for_the_own_number_alone(look, asked: str) -> None:
    store = MadeStore()
    look(clock=clock(store), employee=asked, person=asked)
    assert store.asked == ["1"]


def test_the_store_is_not_asked_for_somebody_outside_the_scope(look) -> None:
    store = MadeStore()
    with pytest.raises(NotFoundError):
        look(Viewer("hr", Role.HR), hours.build_employee, clock(store), employee="1")
    assert store.asked == []


def test_a_store_that_is_away_leaves_the_publication_and_says_since_when(look) -> None:
    model = look(clock=clock(MadeStore(away_since=dt.datetime(2026, 2, 13, 15, 42))))
    assert "does not answer since February\N{NO-BREAK SPACE}13, 2026 at 10:42 am" in model.notices[0]
    assert cells(model, "weeks") == cells(look(), "weeks")
    assert model.sentences[1].endswith("by the last publication.")


def test_the_store_is_not_asked_for_another_districts_employees(look) -> None:
    store = MadeStore(is_own=False)
    look(clock=clock(store))
    assert store.asked == []


def test_human_resources_without_the_grant_find_nobody(look) -> None:
    with pytest.raises(NotFoundError):
        look(Viewer("hr", Role.HR), hours.build_employee, employee="1")
