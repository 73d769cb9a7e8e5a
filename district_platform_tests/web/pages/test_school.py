"""The page School: whom to call, by the rule of the call lists, and who may see it."""

import datetime as dt
from itertools import count
from typing import Any

import pytest

from district_platform.home import Home
from district_platform.outputs.brief.facts import Policy
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages import school
from district_platform.web.pages.model import Link, NotFoundError, PageModel
from district_platform.web.pages.school import slices
from district_platform.web.reading.reader import Library
from district_platform_tests.web.pages.pupils import calendar, day, to_date
from district_platform_tests.web.published import people, publish

PAT = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
CAM = Viewer("cam", Role.COUNSELOR, Scope(schools=("north",)))
LEE = Viewer("lee", Role.DISTRICT, Scope(schools=("north", "south")))
NOBODY = Viewer("new", Role.PRINCIPAL)

FEB = [dt.date(2026, 2, number) for number in range(2, 14)]


@pytest.fixture
def read(home: Home, library: Library):
    versions = count(1)

    def page(rows: dict[str, Any], viewer: Viewer = PAT, **filters: str) -> PageModel:
        publish(home, rows, f"v{next(versions):08}-made")
        with library.reader() as reader:
            return school.build(viewer, filters, reader, Policy())

    return page


def north(*days: dict[str, Any], **more: Any) -> dict[str, Any]:
    """ann and moved are enrolled at north; what is known of their days is given."""
    rows = people(dim_calendar_date=calendar(*FEB), **more)
    return {**rows, "fct_student_daily_attendance": days}


def said(model: PageModel, key: str = "calls") -> tuple[str, ...]:
    """The sentences of a section, with plain blanks."""
    sentences = next(section.sentences for section in model.sections if section.key == key)
    return tuple(sentence.replace("\N{NO-BREAK SPACE}", " ") for sentence in sentences)


def names(model: PageModel, table: str = "calls") -> list[str]:
    return [row[0].shown for each in model.tables if each.key == table for row in each.cells()]


def test_who_missed_two_days_of_the_last_45_is_to_be_called(read) -> None:
    model = read(
        north(day("ann", FEB[0]), day("ann", FEB[1], "1", "Excused"), day("moved", FEB[1]), day("moved", FEB[2], "0"))
    )
    (row,) = model.table("calls").cells()
    assert [cell.shown for cell in row] == ["L, ann", "5", "1", "2", "–", "2", "never", "–", ""]
    assert said(model) == (
        "1 of 2 students enrolled here is to be called.",
        "1 missed 2 days or more from December 22, 2025 to February 4, 2026; 0 are chronically absent this year.",
    )


def test_the_45_days_end_on_the_last_day_with_marks(read) -> None:
    model = read(north(day("ann", FEB[3], "0")))
    assert {each.name: each.value for each in model.filters if each.value} == {
        "school": "north",
        "first_date": "2025-12-23",
        "last_date": "2026-02-05",
    }


def test_who_is_chronically_absent_is_to_be_called_whatever_they_missed_lately(read) -> None:
    measured = [to_date("ann", 12, 60), to_date("moved", 1, 60)]
    model = read(north(day("ann", FEB[0], "0"), msr_student_cumulative_attendance=measured))
    assert names(model) == ["L, ann"]
    assert "1 is chronically absent this year." in said(model)[1]


def test_other_dates_ask_for_others(read) -> None:
    rows = north(day("ann", FEB[0]), day("ann", FEB[1]), day("moved", FEB[3]), day("moved", FEB[4]))
    assert names(read(rows)) == ["L, ann", "L, moved"]
    assert names(read(rows, first_date="2026-02-04", last_date="2026-02-13")) == ["L, moved"]
    assert names(read(rows, first_date="2026-02-13", last_date="2026-02-04")) == ["L, moved"]


def test_a_date_that_is_none_is_answered_by_a_notice(read) -> None:
    model = read(north(day("ann", FEB[0])), last_date="2026-02-31")
    assert model.notices == ("To: that is no date such as 2026-02-02; February\N{NO-BREAK SPACE}2, 2026 is taken.",)


def test_nobody_to_call_is_said(read) -> None:
    model = read(north(day("ann", FEB[0], "0")))
    assert said(model) == (
        "None of the 2 students enrolled here missed 2 days or more from December 20, 2025 to February 2, 2026, and none is "
        "chronically absent.",
    )


def test_a_year_without_a_day_of_attendance_says_so(read) -> None:
    model = read(north())
    assert said(model) == ("No day of attendance is known yet this school year, so there is nobody to call.",)


def test_a_link_to_a_student_keeps_the_filters_and_holds_ids_alone(read) -> None:
    model = read(north(day("ann", FEB[0]), day("ann", FEB[1])), grade="05")
    link = model.table("calls").cells()[0][0].link
    assert link
    assert (link.page, dict(link.filters)["student"], dict(link.filters)["grade"]) == ("student", "ann", "05")


def test_a_section_narrows_the_list_to_who_sits_in_it_now(read) -> None:
    rows = north(*(day(name, date) for name in ("ann", "moved") for date in FEB[:2]))
    assert names(read(rows, section="math")) == ["L, ann", "L, moved"]
    rows["fct_student_section_association"] = [
        r for r in rows["fct_student_section_association"] if r["k_student_xyear"] == "ann"
    ]
    model = read(rows, section="math")
    assert names(model) == ["L, ann"]
    assert said(model)[0] == "1 of 1 students who sit in this section is to be called."


@pytest.mark.parametrize("asked", ["south", "nowhere", "north' or '1'='1"])
def test_another_school_does_not_exist(read, asked: str) -> None:
    with pytest.raises(NotFoundError):
        read(north(day("ann", FEB[0])), school=asked)


def test_a_leader_chooses_a_school_first(read) -> None:
    rows = north(day("ann", FEB[0]), day("ann", FEB[1]))
    assert names(read(rows, LEE), "schools") == ["north", "south"]
    assert names(read(rows, LEE, school="north")) == ["L, ann"]


def test_a_principal_of_no_school_sees_none(read) -> None:
    assert not read(north(day("ann", FEB[0])), NOBODY).table("schools").rows


def test_a_search_finds_students_of_the_school_alone(read) -> None:
    rows = north(day("ann", FEB[0], "0"))
    assert names(read(rows, name="an"), "found") == ["L, ann"]
    assert said(read(rows, name="sue"), "found") == ("No student here has this name.",)
    assert said(read(rows, name="a"), "found") == ("Type 2 letters or more of a name.",)


def test_a_name_that_is_searched_for_stands_in_no_link(read) -> None:
    model = read(north(day("ann", FEB[0]), day("ann", FEB[1])), name="ann")
    links = [cell.link for table in model.tables for row in table.cells() for cell in row if cell.link]
    assert links
    assert not [link for link in [*links, model.here] if "name" in dict(link.filters)]


def test_grades_lead_to_their_list_and_are_exact(read) -> None:
    measured = [to_date("ann", 12, 60), to_date("moved", 0, 60)]
    model = read(north(day("ann", FEB[0]), msr_student_cumulative_attendance=measured))
    (row,) = model.table("by_grade").cells()
    assert [cell.shown for cell in row] == ["Grade 5", "2", "90.0%", "1", "2", "50.0%"]
    assert row[0].link
    assert dict(row[0].link.filters)["grade"] == "05"


def test_findings_on_educators_are_the_principals(read) -> None:
    worklist = [
        {
            "rule_id": "EDU-03",
            "title": "No certification",
            "staff_id": "tom",
            "evidence": "none",
            "finding_key": "tom",
        },
        {
            "rule_id": "SEC-01",
            "title": "No students",
            "school_id": "north",
            "finding_key": "2026|north|art",
            "evidence": "none",
        },
        {
            "rule_id": "EDU-03",
            "title": "No certification",
            "staff_id": "sal",
            "evidence": "none",
            "finding_key": "sal",
        },
    ]
    rows = north(day("ann", FEB[0]), worklist=worklist)
    assert names(read(rows, PAT), "educators") == ["tom, tom"]
    assert names(read(rows, PAT), "courses") == names(read(rows, CAM), "courses") == ["art"]
    assert "educators" not in {table.key for table in read(rows, CAM).tables}


def test_own_groups_are_not_for_a_leader(read) -> None:
    rows = north(day("ann", FEB[0]))
    assert "by_group" in {table.key for table in read(rows, CAM).tables}
    assert "by_group" not in {table.key for table in read(rows, LEE, school="north").tables}


def test_what_a_search_found_has_no_file(read) -> None:
    with pytest.raises(NotFoundError):
        read(north(day("ann", FEB[0])), name="ann").table("found")


def measured(grade: str, chronic: int | None, judged: int) -> dict[str, Any]:
    rate = None if chronic is None else 100 * chronic / judged
    numbers = {"n_students": judged, "n_students_judged": judged, "n_chronically_absent": chronic}
    return {"grade": grade, **numbers, "pct_chronically_absent": rate, "pct_attendance": 95.0}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], ()),
        ([measured("03", 2, 10)], ()),
        ([measured("03", 2, 10), measured("KG", 1, 10)], ("Chronic absence is highest in grade 3: 20.0%.",)),
        ([measured("03", 2, 10), measured("KG", 2, 10)], ("Chronic absence is 20.0% in every grade.",)),
        (
            [measured("03", 2, 10), measured("KG", None, 0), measured("PK", 0, 4)],
            ("Chronic absence is highest in grade 3: 20.0%.",),
        ),
    ],
)
def test_the_grade_with_most_chronic_absence_is_named(rows, said) -> None:
    assert slices.grades(rows, Link("school")).sentences == said


def test_grades_stand_from_kindergarten_up() -> None:
    rows = [measured("10", 1, 10), measured("03", 1, 10), measured("KG", 1, 10)]
    shown = slices.grades(rows, Link("school")).tables[0].cells()
    assert [row[0].shown for row in shown] == ["Kindergarten", "Grade 3", "Grade 10"]
