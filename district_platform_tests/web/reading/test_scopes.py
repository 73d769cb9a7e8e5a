"""The rows of a scope are looked up once, and no other scope gets them."""

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.reading import scopes
from district_platform.web.reading.queries import registry, school, student
from district_platform.web.reading.reader import Library, Reader
from district_platform_tests.web.pages.pupils import calendar
from district_platform_tests.web.published import AS_OF, people, publish

NORTH = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
SOUTH = Viewer("sal", Role.PRINCIPAL, Scope(schools=("south",)))
TEACHER = Viewer("tom", Role.TEACHER, Scope(sections=("math",), educator=("tom",)))
LEADER = Viewer("lee", Role.DISTRICT, Scope(schools=("north", "south")))


@pytest.fixture
def looked(home: Home, library: Library, monkeypatch) -> list[str]:
    """The relations that were looked up, one after another."""
    publish(home, people(dim_calendar_date=calendar(AS_OF)))
    found: list[str] = []
    look = Reader._look

    def counted(reader, filling, bound, tables):
        [name] = [name for name, relation in registry().relations.items() if registry().filling(relation) is filling]
        found.append(name)
        return look(reader, filling, bound, tables)

    monkeypatch.setattr(Reader, "_look", counted)
    return found


def test_students_of_a_scope_are_looked_up_once_for_all_its_questions(library: Library, looked: list[str]) -> None:
    with library.reader() as reader:
        for name in ("ann", "moved", "sue"):
            reader.rows(student.NAME, NORTH, student=name)
            reader.rows(student.DAYS, NORTH, student=name)
    assert looked == ["scoped_place", "scoped_student"]


def test_two_scopes_share_nothing(library: Library, looked: list[str]) -> None:
    def seen(viewer: Viewer) -> set[str]:
        with library.reader() as reader:
            asked = {name for name in ("ann", "moved", "sue") if len(reader.rows(student.NAME, viewer, student=name))}
            assert set(reader.rows(school.MEMBERS, viewer, school=None).student_ids) <= asked
            return asked

    assert seen(NORTH) == {"ann", "moved"}
    assert seen(SOUTH) == {"moved", "sue"}
    assert seen(TEACHER) == {"ann", "moved"}
    assert seen(Viewer("new", Role.PRINCIPAL)) == seen(Viewer("new", Role.TEACHER)) == set()
    assert seen(NORTH) == {"ann", "moved"}
    assert looked.count("scoped_place") == 4, "three scopes, and that of nobody"


def test_role_without_history_does_not_get_the_history_that_was_looked_up_for_another(
    library: Library, looked: list[str]
) -> None:
    """A teacher and a principal of the same school."""
    teacher = Viewer("tom", Role.TEACHER, Scope(schools=("north",)))
    with library.reader() as reader:
        assert {row["k_school"] for row in reader.rows(student.ENROLLMENTS, NORTH, student="moved")} == {
            "north",
            "south",
        }
        assert {row["k_school"] for row in reader.rows(student.ENROLLMENTS, teacher, student="moved")} == {"north"}


def test_new_publication_is_looked_up_anew(home: Home, library: Library, looked: list[str]) -> None:
    with library.reader() as reader:
        assert len(reader.rows(student.NAME, NORTH, student="ann")) == 1
    publish(home, {"dim_school": people()["dim_school"]}, "v00000002-now")
    with library.reader() as reader:
        assert len(reader.rows(student.NAME, NORTH, student="ann")) == 0


def test_of_a_scope_of_many_schools_only_who_may_be_seen_is_kept(
    library: Library, looked: list[str], monkeypatch
) -> None:
    monkeypatch.setattr(scopes, "MOST_SCHOOLS", 1)
    with library.reader() as reader:
        assert len(reader.rows(student.NAME, LEADER, student="sue")) == 1
        assert set(reader.rows(school.STUDENTS, LEADER, school="north").student_ids) == {"ann", "moved"}
        assert len(reader.rows(student.NAME, LEADER, student="gone")) == 0
    assert looked == ["scoped_place"]


def test_question_about_a_student_is_given_no_other_ones_rows(library: Library, looked: list[str]) -> None:
    with library.reader() as reader:
        prepared = registry().prepared(student.NAME, Role.PRINCIPAL)
        _, given, tables = reader._source(prepared, {**reader.bindings(NORTH), "student": "ann"}, True)
    assert {each for table in tables.values() for each in table["k_student_xyear"].to_pylist()} == {"ann"}
    assert given["student"] == "ann"


def test_scopes_used_last_are_kept_up_to_a_number_of_rows(home: Home, looked: list[str]) -> None:
    library = Library(home, registry())
    library._scopes = scopes.KeptScopes(registry(), most_rows=5)
    with library.reader() as reader:
        for viewer, name in ((NORTH, "ann"), (SOUTH, "sue"), (NORTH, "moved")):
            assert len(reader.rows(student.NAME, viewer, student=name)) == 1
    assert looked.count("scoped_place") == 3
    library.close()
