"""The page Student: a calendar that says what each day was, totals that add up, and nobody's page but the viewer's own students'."""

import datetime as dt
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import student
from district_platform.web.pages.model import NotFoundError, PageModel, Tone
from district_platform.web.pages.student import calendar, history
from district_platform.web.reading.reader import Library
from district_platform.web.rendering import Chrome, page
from district_platform_tests.web.pages.pupils import day, to_date
from district_platform_tests.web.published import people, publish

PAT = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
TOM = Viewer("tom", Role.TEACHER, Scope(sections=("math",), educator=("tom",)))
LEE = Viewer("lee", Role.DISTRICT, Scope(schools=("north", "south")))
MONDAY = dt.date(2026, 2, 2)


def on(number: int) -> dt.date:
    return MONDAY + dt.timedelta(days=number)


@pytest.fixture
def read(home: Home, library: Library):
    versions = count(1)

    def look(viewer: Viewer = PAT, asked: str = "ann", rows: dict[str, Any] | None = None, **filters: str) -> PageModel:
        publish(home, people(**(rows or {})), f"v{next(versions):08}-made")
        with library.reader() as reader:
            return student.build(viewer, {"student": asked, **filters}, reader)

    return look


@pytest.mark.parametrize(
    ("absent", "excusal", "category", "letter", "tone"),
    [
        ("0", "In Attendance", "In Attendance", "P", Tone.PRESENT),
        ("0", "In Attendance", "Tardy", "T", Tone.PRESENT),
        ("0", "In Attendance", "Field Trip", "P", Tone.PRESENT),
        ("0.5", "Excused", "Partial Day Absence", "H", Tone.PART),
        ("1", "Excused", "Absence", "E", Tone.ABSENT),
        ("1", "Unexcused", "Absence", "U", Tone.UNEXCUSED),
        ("1", "Excused", "Out-of-School Suspension", "S", Tone.ABSENT),
        ("1", None, "Absence", "A", Tone.ABSENT),
    ],
)
def test_a_day_is_a_letter_that_its_color_repeats(absent, excusal, category, letter, tone) -> None:
    made = {
        **day("ann", on(0), absent, excusal),
        "attendance_event_category": category,
        "attendance_excusal_status": excusal,
    }
    cell = calendar.cell(made, ())
    assert (cell.shown, cell.tone) == (letter, tone)
    assert cell.title.startswith("February\N{NO-BREAK SPACE}2: ")


def test_a_day_without_a_known_share_is_not_counted_as_present() -> None:
    assert calendar.letter({**day("ann", on(0)), "is_absent": None}, ()) == "?"


def test_a_day_learned_online_is_neither_in_person_nor_a_letter_of_absence() -> None:
    days = [day("ann", on(0)), day("ann", on(1), "0"), day("ann", on(2), "0.25", "Excused")]
    assert calendar.letter(days[0], {on(0)}) == "V"
    found = history.totals(days, {("north", on(0))})[2026, "north"]
    assert (found.in_person, found.online, found.absent) == (Decimal("1.75"), 1, Decimal("1.25"))
    assert (found.by_excusal["Unexcused"], found.by_excusal["Excused"], found.other) == (1, Decimal("0.25"), 0)


def test_the_calendar_has_a_row_a_week_and_leaves_days_off_empty() -> None:
    made = calendar.table([day("ann", on(0)), day("ann", on(4), "0"), day("ann", on(8), "0")], (), "Days")
    assert [[cell.shown for cell in row] for row in made.cells()] == [
        ["February\N{NO-BREAK SPACE}2", "U", "", "", "", "P"],
        ["February\N{NO-BREAK SPACE}9", "", "P", "", "", ""],
    ]
    assert made.note == "P present; U absent, unexcused. Empty: no school day, or not enrolled."


def test_the_year_is_told_in_a_sentence_that_its_days_add_up_to(read) -> None:
    rows = {
        "msr_student_cumulative_attendance": [to_date("ann", 6, 50)],
        "fct_student_daily_attendance": [day("ann", on(-14 - n), "1", "Excused") for n in range(5)],
    }
    model = read(rows=rows)
    assert model.sections[0].sentences == (
        "2025–26: absent 6 of 50 days enrolled (1 unexcused and 5 excused); chronically absent.",
    )


@pytest.mark.parametrize(
    ("viewer", "asked"),
    [
        (PAT, "sue"),
        (PAT, "gone"),
        (PAT, "nobody"),
        (PAT, ""),
        (TOM, "sue"),
        (TOM, "gone"),
        (LEE, "gone"),
        (PAT, "2026-ann"),
    ],
)
def test_who_is_not_the_viewers_student_does_not_exist(read, viewer: Viewer, asked: str) -> None:
    with pytest.raises(NotFoundError):
        read(viewer, asked)


def test_a_principal_sees_the_days_at_all_schools_and_a_teacher_those_of_this_one(read) -> None:
    rows = {
        "msr_student_cumulative_attendance": [
            to_date("moved", 1, 20),
            to_date("moved", 2, 60, "south"),
            to_date("moved", 3, 100, "south", 2025),
        ]
    }

    def schools(viewer: Viewer) -> list[tuple[str, str]]:
        return [(row[0].shown, row[1].shown) for row in read(viewer, "moved", rows).table("history").cells()]

    assert schools(PAT) == [("2025–26", "North"), ("2025–26", "South"), ("2024–25", "South")]
    assert schools(TOM) == [("2025–26", "North")]


def test_another_year_can_be_looked_at(read) -> None:
    assert [row[0].shown for row in read(PAT, "moved", year="2025").table("calendar").cells()] == [
        "September\N{NO-BREAK SPACE}30"
    ]


def test_the_page_says_why_it_is_seen(read) -> None:
    assert read(TOM).access.startswith("This student now sits in your section math at North.")
    assert read(PAT).access.startswith("You are principal of North, where this student is enrolled this school year")
    assert read(LEE).access.startswith("You are a district leader; this student is enrolled at North")


def test_the_way_back_keeps_the_filters(read) -> None:
    model = read(LEE, school="north", grade="05", first_date="2026-01-01")
    assert [name for name, _ in model.trail] == ["District", "North", "Grade 5"]
    assert dict(model.trail[2][1].filters) == {"school": "north", "grade": "05", "first_date": "2026-01-01"}
    assert [(name, link.page) for name, link in read(TOM).trail] == [("My classes", "classes")]


def test_need_is_named_to_the_people_of_the_school_alone(read) -> None:
    known = {
        "k_student": "2026-ann",
        "k_student_xyear": "ann",
        "school_year": 2026,
        "last_name": "L",
        "is_homeless": True,
    }
    rows = {"dim_student": [known]}

    def programs(viewer: Viewer) -> tuple[str, ...]:
        return next(section.sentences for section in read(viewer, rows=rows).sections if section.key == "programs")

    assert "On record: experiencing homelessness." in programs(PAT)
    assert programs(TOM) == programs(LEE) == ()


def test_the_window_and_the_addresses_name_nobody(read) -> None:
    html = page(read(PAT, "moved"), Chrome("District"))
    assert "<title>Student · District</title>" in html
    assert "L, moved" in html


@pytest.mark.parametrize(
    ("years", "said"),
    [
        ([], ()),
        ([(2026, 1)], ("Not chronically absent in 1 school year on record.",)),
        ([(2026, 9), (2025, 1), (2024, 8)], ("Chronically absent in 2 of 3 school years on record.",)),
        ([(2026, 9), (2026, 1)], ("Chronically absent in 1 of 1 school year on record.",)),
    ],
)
def test_school_years_are_summed_up(years: list[tuple[int, int]], said: tuple[str, ...]) -> None:
    assert history.judged([to_date("ann", absent, 50, year=year) for year, absent in years]) == said
