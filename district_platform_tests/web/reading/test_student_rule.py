"""The one student rule: whom a scope opens, and which of their days."""

import datetime as dt

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.reading.queries import classes, school, student
from district_platform.web.reading.reader import Choices, Library
from district_platform_tests.web.pages.pupils import calendar
from district_platform_tests.web.published import AS_OF, people, publish

NORTH = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
COUNSELOR = Viewer("cam", Role.COUNSELOR, Scope(schools=("north",)))
TEACHER = Viewer("tom", Role.TEACHER, Scope(sections=("autumn-art", "math"), educator=("tom",)))
DISTRICT = Viewer("super", Role.DISTRICT, Scope(schools=("north", "south")))


def seen(library: Library, viewer: Viewer) -> set[str]:
    """Students whose page the viewer may open, of all that there are."""
    with library.reader() as reader:
        everybody = ("ann", "moved", "gone", "sue")
        return {name for name in everybody if len(reader.rows(student.NAME, viewer, student=name))}


def days(library: Library, viewer: Viewer, name: str) -> list[tuple[str, int]]:
    with library.reader() as reader:
        return [(row["k_school"], row["school_year"]) for row in reader.rows(student.DAYS, viewer, student=name)]


@pytest.mark.parametrize("viewer", [NORTH, COUNSELOR])
def test_school_people_see_who_is_enrolled_there_this_year(home: Home, library: Library, viewer: Viewer) -> None:
    publish(home, people())
    assert seen(library, viewer) == {"ann", "moved"}


def test_school_sees_who_left_it_during_the_year(home: Home, library: Library) -> None:
    publish(home, people())
    assert seen(library, Viewer("sal", Role.PRINCIPAL, Scope(schools=("south",)))) == {"sue", "moved"}


def test_teacher_sees_who_now_sits_in_a_section_that_runs(home: Home, library: Library) -> None:
    publish(home, people())
    assert seen(library, TEACHER) == {"ann", "moved"}
    assert seen(library, Viewer("tom", Role.TEACHER, Scope(sections=("autumn-art",)))) == set()
    assert seen(library, Viewer("aid", Role.TEACHER, Scope(sections=("last-math",)))) == set()


def test_who_left_the_section_is_not_seen_by_its_teacher(home: Home, library: Library) -> None:
    tables = people()
    tables["fct_student_section_association"] = [
        {**row, "end_date": dt.date(2026, 2, 12)} if row["k_student_xyear"] == "ann" else row
        for row in tables["fct_student_section_association"]
    ]
    publish(home, tables)
    assert seen(library, TEACHER) == {"moved"}


def test_district_leader_sees_students_of_all_schools(home: Home, library: Library) -> None:
    publish(home, people())
    assert seen(library, DISTRICT) == {"ann", "moved", "sue"}


def test_principal_sees_days_at_all_schools_and_teacher_those_at_the_own_one(home: Home, library: Library) -> None:
    publish(home, people())
    everywhere = [("south", 2025), ("south", 2026), ("north", 2026)]
    assert (
        days(library, NORTH, "moved")
        == days(library, COUNSELOR, "moved")
        == days(library, DISTRICT, "moved")
        == everywhere
    )
    assert days(library, TEACHER, "moved") == [("north", 2026)]
    assert days(library, NORTH, "sue") == days(library, TEACHER, "sue") == []


@pytest.mark.parametrize(
    "scope",
    [
        Scope(),
        Scope(stores=("north",), owners=("north",), employee=("ann",), educator=("tom",)),
        Scope(sections=("north",)),
    ],
)
@pytest.mark.parametrize("role", [Role.PRINCIPAL, Role.COUNSELOR, Role.TEACHER, Role.DISTRICT])
def test_scope_without_school_or_section_opens_nobody(home: Home, library: Library, role: Role, scope: Scope) -> None:
    publish(home, people())
    assert seen(library, Viewer("x", role, scope)) == set()


def test_rows_without_school_section_or_student_are_nobodys(home: Home, library: Library) -> None:
    """Neither a null nor an empty text in the data equals anything of a scope."""
    lost = {"k_student": "2026-lost", "k_student_xyear": "lost", "school_year": 2026}
    entry = {"enrollment_id": "1", "entry_date": dt.date(2025, 8, 20)}
    publish(
        home,
        people(
            dim_calendar_date=calendar(AS_OF),
            fct_student_school_association=[
                {**lost, **entry},
                {**lost, **entry, "enrollment_id": "2", "k_school": ""},
                {**entry, "enrollment_id": "3", "k_school": "north", "school_year": 2026},
            ],
            fct_student_section_association=[
                {**lost, "begin_date": dt.date(2025, 8, 20)},
                {"k_section": "math", "begin_date": dt.date(2025, 8, 20), "school_year": 2026},
            ],
        ),
    )
    with library.reader() as reader:
        for viewer in (NORTH, TEACHER, DISTRICT, Viewer("x", Role.PRINCIPAL), Viewer("x", Role.TEACHER)):
            assert len(reader.rows(student.NAME, viewer, student="lost")) == 0
            assert len(reader.rows(student.NAME, viewer, student=None)) == 0
        assert set(reader.rows(school.STUDENTS, NORTH, school="north").student_ids) == {"ann", "moved"}


@pytest.mark.parametrize("entry", [dt.date(2026, 2, 14), None])
def test_who_has_not_entered_yet_is_not_seen(home: Home, library: Library, entry: dt.date | None) -> None:
    row = {
        "k_student": "2026-new",
        "k_student_xyear": "new",
        "k_school": "north",
        "school_year": 2026,
        "entry_date": entry,
    }
    publish(home, people(fct_student_school_association=[{**row, "enrollment_id": "1"}]))
    with library.reader() as reader:
        assert len(reader.rows(student.NAME, NORTH, student="new")) == 0


def test_lists_show_whom_the_student_check_lets_through_and_nobody_else(home: Home, library: Library) -> None:
    publish(home, people(dim_calendar_date=calendar(AS_OF)))
    with library.reader() as reader:
        for viewer in (NORTH, COUNSELOR):
            listed = reader.rows(school.STUDENTS, viewer, school="north").student_ids
            assert set(listed) == seen(library, viewer)
        assert reader.rows(school.STUDENTS, NORTH, school="south").rows == ()
        assert set(reader.rows(classes.STUDENTS, TEACHER).student_ids) == seen(library, TEACHER)
        assert [row["k_section"] for row in reader.rows(classes.SECTIONS, TEACHER)] == ["math"]


def test_programs_that_are_not_open_are_for_the_school_alone(home: Home) -> None:
    """A program can tell a disability."""
    from district_platform.web.reading.queries import registry

    program = {
        "k_student": "2026-ann",
        "k_student_xyear": "ann",
        "school_year": 2026,
        "begin_date": dt.date(2025, 9, 1),
    }
    publish(home, people(fct_student_program_association=[{**program, "program": p} for p in ("Speech", "Chess")]))

    def programs(library: Library, viewer: Viewer) -> list[str]:
        with library.reader() as reader:
            return [row["program"] for row in reader.rows(student.PROGRAMS, viewer, student="ann")]

    closed, opened = Library(home, registry()), Library(home, registry(), choices=Choices(open_programs=("Chess",)))
    assert programs(closed, NORTH) == programs(closed, COUNSELOR) == ["Chess", "Speech"]
    assert programs(closed, TEACHER) == programs(closed, DISTRICT) == []
    assert programs(opened, TEACHER) == programs(opened, DISTRICT) == ["Chess"]
