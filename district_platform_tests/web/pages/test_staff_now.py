"""This week on Staff hours: at work, over the limit, punches missing; by the store of punches where it is read, else as published."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.outputs.live_hours import LiveHours
from district_platform.timekeeping.live import StoreAwayError
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.pages import staff
from district_platform.web.pages.hours import Clock
from district_platform.web.pages.model import PageModel
from district_platform.web.pages.staff import now
from district_platform.web.reading.reader import Library
from district_platform_tests.web.pages.workers import SUNDAY, employee, unpaired, week
from district_platform_tests.web.published import AS_OF, people, publish

HR = Viewer("hr@d.example", Role.HR, Scope(staff=(EVERYBODY,)))
BEFORE = SUNDAY - dt.timedelta(weeks=1)
ROWS: dict[str, Any] = {
    "dim_employee": [
        employee("1"),
        employee("2", k_school="south"),
        employee("3", k_school=None),
        employee("4", termination_date=dt.date(2026, 1, 30)),
    ],
    "msr_staff_weekly_hours": [week("1", BEFORE, 46, 6), week("1", hours=41, overtime=1), week("2", hours=20)],
    "fct_staff_punch": [
        unpaired("1", "2026-02-13T06:58", "open"),
        unpaired("2", "2026-02-11T16:13"),
        unpaired("2", "2026-02-05T16:13"),
    ],
}


@dataclass
class MadeStore:
    """A store of punches where 2, 3, 4 and somebody new are at work, and 2 is over the limit; or one that is away."""

    today: dt.date = AS_OF
    away_since: dt.datetime | None = None
    is_own: bool = True
    asked: list[dt.date] = field(default_factory=list)

    def is_of(self, publication: Path) -> bool:
        return self.is_own

    def of_all(self, since: dt.date) -> LiveHours:
        self.asked.append(since)
        if self.away_since:
            raise StoreAwayError(self.away_since)
        at_work = [unpaired(number, "2026-02-13T12:01", "open") for number in ("2", "3", "4", "new")]
        missing = [
            unpaired("1", "2026-02-12T07:05"),
            unpaired("1", "2026-02-06T07:05"),
            unpaired("new", "2026-02-12T07:00"),
        ]
        weeks = [
            week("2", hours=Decimal("42.5"), overtime=Decimal("2.5")),
            week("1", hours=Decimal(30), overtime=Decimal(0)),
            week("new", hours=Decimal(60), overtime=Decimal(20)),
        ]
        asked_at = dt.datetime(2026, 2, 13, 19, 15)
        return LiveHours(
            [*weeks, week("1", BEFORE, Decimal(46), Decimal(6))], [], [*at_work, *missing], self.today, asked_at
        )


def clock(store: MadeStore) -> Clock:
    return Clock(store, "America/New_York")  # type: ignore[arg-type]


@pytest.fixture
def look(home: Home, library: Library):
    publish(home, {**people(), **ROWS})

    def looked(store: MadeStore | None = None, viewer: Viewer = HR, **filters: str) -> PageModel:
        with library.reader() as reader:
            return staff.build(viewer, filters, reader, Clock() if store is None else clock(store))

    return looked


def cells(model: PageModel, table: str) -> list[list[str]]:
    return [[cell.shown for cell in row] for row in model.table(table).cells()]


def said(model: PageModel) -> tuple[str, ...]:
    [section] = [section for section in model.sections if section.key == "now"]
    return section.sentences


def test_as_published_shifts_that_went_on_overtime_and_missing_punches_of_the_week_stand_first(look) -> None:
    model = look()
    assert model.sections[0].key == "now"
    assert model.figures[0].value == "1"
    assert cells(model, "at-work") == [["Name 1", "Aide", "North", "6:58 am", "41.00"]]
    assert cells(model, "over-now") == [["Name 1", "Aide", "North", "41.00", "1.00"]]
    assert [(row[0], row[4]) for row in cells(model, "missing-now")] == [("Name 2", "4:13 pm")]
    assert said(model)[0].endswith("by the last publication.")


def test_with_a_store_they_are_those_of_now_and_the_page_says_as_of_when(look) -> None:
    store = MadeStore()
    model = look(store)
    assert store.asked == [SUNDAY]
    assert [row[:1] + row[3:] for row in cells(model, "at-work")] == [
        ["Name 2", "12:01 pm", "42.50"],
        ["Name 3", "12:01 pm", "0.00"],
    ]
    assert cells(model, "over-now") == [["Name 2", "Aide", "South", "42.50", "2.50"]]
    assert [(row[0], row[4]) for row in cells(model, "missing-now")] == [("Name 1", "7:05 am")]
    day = "February\N{NO-BREAK SPACE}13, 2026"
    assert said(model) == (
        f"Punches as the timekeeping system had them when it was last asked, {day} at 2:15 pm.",
        "Since February\N{NO-BREAK SPACE}8, 2026: 72.50 hours of 2 employees in shifts that are over, 2.50 of them overtime.",
    )


def test_a_school_shows_its_own_people_of_now(look) -> None:
    assert [row[0] for row in cells(look(MadeStore(), school="south"), "at-work")] == ["Name 2"]
    assert cells(look(MadeStore(), school="south"), "missing-now") == []


def test_files_name_in_the_audit_whom_they_hold(look) -> None:
    model = look(MadeStore())
    assert model.table("at-work").people == ("employee:2", "employee:3")
    assert model.table("over-now").people == ("employee:2",)
    assert model.table("missing-now").people == ("employee:1",)


def test_without_the_grant_the_store_is_not_asked_and_nobody_is_shown(look) -> None:
    store = MadeStore()
    model = look(store, Viewer("hr", Role.HR))
    assert store.asked == []
    assert [table.key for table in model.tables if table.rows and table.key != "positions"] == []


def test_the_store_is_not_asked_for_another_districts_employees(look) -> None:
    store = MadeStore(is_own=False)
    assert look(store) == look()
    assert store.asked == []


def test_a_store_that_is_away_leaves_the_publication_and_says_since_when(look) -> None:
    model = look(MadeStore(away_since=dt.datetime(2026, 2, 13, 15, 42)))
    assert "does not answer since February\N{NO-BREAK SPACE}13, 2026 at 10:42 am" in model.notices[0]
    assert cells(model, "at-work") == cells(look(), "at-work")
    assert said(model) == said(look())


def test_many_at_work_are_listed_by_school(look, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(now, "MOST_LISTED", 1)
    model = look(MadeStore())
    assert said(model)[-1] == "2 employees are at work. Choose a school to list them."
    assert "at-work" not in {table.key for table in model.tables}
    assert [row[0] for row in cells(look(MadeStore(), school="south"), "at-work")] == ["Name 2"]
