"""The page My classes: a teacher's sections that run, and whom to call in each."""

import datetime as dt
from itertools import count
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import classes
from district_platform.web.pages.model import PageModel
from district_platform.web.reading.reader import Library
from district_platform_tests.web.pages.pupils import calendar, day
from district_platform_tests.web.published import people, publish

TOM = Viewer("tom", Role.TEACHER, Scope(sections=("math", "autumn-art"), educator=("tom",)))
NEW = Viewer("new", Role.TEACHER)
FEB = [dt.date(2026, 2, number) for number in range(2, 14)]


@pytest.fixture
def read(home: Home, library: Library):
    versions = count(1)

    def look(viewer: Viewer = TOM, days: Any = (), **filters: str) -> PageModel:
        rows = people(dim_calendar_date=calendar(*FEB))
        publish(home, {**rows, "fct_student_daily_attendance": days}, f"v{next(versions):08}-made")
        with library.reader() as reader:
            return classes.build(viewer, filters, reader)

    return look


def names(model: PageModel, table: str) -> list[str]:
    return [row[0].shown for each in model.tables if each.key == table for row in each.cells()]


def test_sections_that_run_are_listed_with_everyone_in_them(read) -> None:
    model = read()
    assert [section.key for section in model.sections] == ["sections", "section-1"]
    assert names(model, "roster-1") == ["L, ann", "L, moved"]


def test_each_file_names_in_the_audit_whom_it_holds(read) -> None:
    model = read(days=[day("ann", FEB[0]), day("ann", FEB[1]), day("moved", FEB[1], "0")])
    assert {table.key: table.people for table in model.tables} == {
        "sections": (),
        "calls-1": ("ann",),
        "roster-1": ("ann", "moved"),
    }


def test_the_call_list_of_a_section_is_of_its_students(read) -> None:
    days = [day("ann", FEB[0]), day("ann", FEB[1]), day("moved", FEB[1], "0"), day("sue", FEB[0], school="south")]
    model = read(days=days)
    assert names(model, "calls-1") == ["L, ann"]
    assert model.sections[1].sentences[0] == "1 of 2 students of this section is to be called."


def test_days_at_another_school_are_not_a_teachers(read) -> None:
    days = [
        day("moved", dt.date(2026, 1, 5), school="south"),
        day("moved", dt.date(2026, 1, 6), school="south"),
        day("moved", FEB[1], "0"),
    ]
    assert names(read(days=days), "calls-1") == []


def test_a_search_finds_own_students_alone(read) -> None:
    assert names(read(name="ann"), "found") == ["L, ann"]
    assert read(name="sue").sections[0].sentences == ("No student of yours has this name.",)


def test_who_teaches_no_section_today_is_told_so(read) -> None:
    model = read(NEW)
    assert model.sentences == ("You teach no section whose session runs today.",)
    assert not model.tables


def test_a_section_that_is_not_the_teachers_is_no_filter(read) -> None:
    model = read(section="south-math")
    assert model.notices == ("There is no such section to choose here, so it is left as it is by default.",)
    assert [section.title for section in model.sections] == ["My sections", "No course, math"]
