"""One publication a reader, locked down, and answers that no other scope shares."""

import shutil
from concurrent.futures import ThreadPoolExecutor

import duckdb
import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.reading import connection, publications
from district_platform.web.reading.publications import NoPublicationError, PublicationGoneError
from district_platform.web.reading.queries import registry, school, student
from district_platform.web.reading.reader import Answers, Library, Rows
from district_platform_tests.web.published import people, publish

NORTH = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
SOUTH = Viewer("sal", Role.PRINCIPAL, Scope(schools=("south",)))


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("create table kept as from dim_student", duckdb.InvalidInputException),
        ("insert into chronic_absence select * from chronic_absence", duckdb.InvalidInputException),
        ("from read_csv('/etc/passwd')", duckdb.PermissionException),
        ("from glob('/etc/*')", duckdb.PermissionException),
        ("copy (select 1) to '/tmp/district_pages_copied.csv'", duckdb.PermissionException),
        ("attach '/tmp/district_pages_attached.db'", duckdb.PermissionException),
        ("set enable_external_access = true", duckdb.InvalidInputException),
        ("set allowed_directories = ['/']", duckdb.InvalidInputException),
        ("reset memory_limit", duckdb.InvalidInputException),
        ("load httpfs", duckdb.Error),
        ("install httpfs", duckdb.Error),
        ("select getenv('PATH')", duckdb.Error),
    ],
)
def test_connection_reads_its_publication_and_does_nothing_else(
    home: Home, library: Library, statement: str, error
) -> None:
    publish(home, people())
    version = publications.current_version(home)
    assert library.ask(publications.publication(home, version), "select count(*) from dim_school") == [(2,)]
    with library.reader() as reader, pytest.raises(error):
        reader.ask(statement, {})


def test_connection_does_not_reach_the_publication_beside_it(home: Home, library: Library) -> None:
    beside = publish(home, people(), "v00000001-before")
    publish(home, people(), "v00000002-now")
    with library.reader() as reader, pytest.raises(duckdb.PermissionException):
        reader.ask(f"from read_parquet('{beside}/out/dim_student.parquet')", {})


def test_connection_is_capped(home: Home) -> None:
    publish(home, people())
    small = Library(home, registry(), connection.Limits(memory="200MiB", threads=1))
    with small.reader() as reader:
        assert reader.ask("select current_setting('threads'), current_setting('memory_limit')", {}) == [
            (1, "200.0 MiB")
        ]
    small.close()


def test_question_larger_than_memory_is_answered_by_way_of_the_disk(home: Home) -> None:
    publish(home, people())
    small = Library(home, registry(), connection.Limits(memory="60MiB", threads=1))
    with small.reader() as reader:
        text = "select max(n) from (select n, row_number() over (order by md5(n::varchar)) from range(1500000) as t(n))"
        assert reader.ask(text, {}) == [(1_499_999,)]
    small.close()


def test_more_questions_than_may_be_asked_at_once_wait_their_turn(home: Home) -> None:
    publish(home, people())
    one = Library(home, registry(), connection.Limits(at_once=1))
    with one.reader() as reader, ThreadPoolExecutor(2) as pool:
        with reader._opened.cursor():
            second = pool.submit(reader.ask, "select 1", {})
            with pytest.raises(TimeoutError):
                second.result(0.3)
        assert second.result(30) == [(1,)]
    one.close()


def test_new_publication_is_read_by_the_next_reader_and_not_by_one_under_way(home: Home, library: Library) -> None:
    publish(home, people(), "v00000001-before")
    with library.reader() as before:
        assert len(before.rows(student.NAME, NORTH, student="ann")) == 1
        publish(home, {"dim_school": people()["dim_school"]}, "v00000002-now")
        assert before.publication.version == "v00000001-before"
        assert len(before.rows(student.WHY, NORTH, student="ann")) == 1
        with library.reader() as now:
            assert now.publication.version == "v00000002-now"
            assert len(now.rows(student.NAME, NORTH, student="ann")) == 0


def test_publication_that_was_pruned_is_one_clear_state(home: Home, library: Library) -> None:
    folder = publish(home, people(), "v00000001-before")
    with library.reader() as reader:
        publish(home, people(), "v00000002-now")
        shutil.rmtree(folder)
        with pytest.raises(PublicationGoneError, match="v00000001-before is no longer kept"):
            reader.rows(student.NAME, NORTH, student="ann")


def test_file_that_is_missing_from_a_publication_is_no_smaller_table(home: Home, library: Library) -> None:
    """While a version is being removed, what is left of it must not pass for all of it."""
    folder = publish(home, people())
    with library.reader() as reader:
        shutil.rmtree(folder / "out" / "fct_student_daily_attendance")
        with pytest.raises(PublicationGoneError):
            reader.rows(student.DAYS, NORTH, student="ann")
    fresh = Library(home, registry())
    with pytest.raises(PublicationGoneError), fresh.reader():
        pass


@pytest.mark.parametrize("version", ["v00000009-never", "..", ".", "", "../publications/v00000001-made", ".building-x"])
def test_version_that_is_none_is_gone(home: Home, library: Library, version: str) -> None:
    publish(home, people())
    with pytest.raises(PublicationGoneError):
        publications.publication(home, version)


def test_before_the_first_publication_the_message_says_what_to_do(library: Library) -> None:
    with pytest.raises(NoPublicationError, match="district-platform run"), library.reader():
        pass


def test_two_publications_are_kept_open_and_the_third_closes_the_oldest(home: Home, library: Library) -> None:
    for number in (1, 2, 3):
        publish(home, people(), f"v0000000{number}-made")
    with library.reader("v00000001-made") as oldest:
        for number in (2, 3):
            with library.reader(f"v0000000{number}-made") as reader:
                assert len(reader.rows(student.NAME, NORTH, student="ann")) == 1
        assert len(oldest.rows(student.NAME, NORTH, student="ann")) == 1
        held = oldest._opened
    with pytest.raises(duckdb.ConnectionException), held.cursor() as cursor:
        cursor.execute("select 1")


def test_answer_of_one_scope_is_not_given_to_another(home: Home, library: Library) -> None:
    """Every part of a viewer's scope, the role and each filter tell answers apart."""
    publish(home, people())
    teacher = Viewer("pat", Role.TEACHER, Scope(sections=("math",)))
    with library.reader() as reader:
        assert len(reader.rows(student.DAYS, NORTH, student="moved")) == 3
        assert len(reader.rows(student.DAYS, teacher, student="moved")) == 1
        assert len(reader.rows(student.DAYS, Viewer("pat", Role.PRINCIPAL), student="moved")) == 0
        assert len(reader.rows(student.DAYS, NORTH, student="sue")) == 0
        assert len(reader.rows(student.DAYS, SOUTH, student="sue")) == 1
        assert len(reader.rows(student.DAYS, NORTH, student="moved", year=2025)) == 1


def test_same_question_in_the_same_scope_is_answered_from_what_was_kept(home: Home, library: Library) -> None:
    publish(home, people())
    with library.reader() as reader:
        first = reader.rows(student.DAYS, NORTH, student="ann")
        assert reader.rows(student.DAYS, Viewer("other", Role.PRINCIPAL, NORTH.scope), student="ann") is first


def test_answers_kept_are_limited_by_their_rows() -> None:
    kept = Answers(most_rows=5)
    kept.put(("a",), Rows(("x",), ((1,), (2,))))
    kept.put(("b",), Rows(("x",), ((1,), (2,))))
    assert kept.get(("a",)) is None
    assert kept.get(("b",)) is not None


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"nickname": "x"}, "has no filter nickname"),
        ({"grade": "05"}, "has no filter grade; it has student"),
        ({"student": 7}, "student is a string"),
        ({"student": ["ann"]}, "student is a string"),
    ],
)
def test_filter_of_another_name_or_type_is_refused(home: Home, library: Library, filters, says: str) -> None:
    publish(home, people())
    with library.reader() as reader, pytest.raises(ValueError, match=says):
        reader.rows(student.NAME, NORTH, **filters)


def test_text_of_a_filter_is_a_value_and_no_sql(home: Home, library: Library) -> None:
    publish(home, people())
    with library.reader() as reader:
        for text in ("' or 1=1 --", "ann' union select 'x', 'y', 'z' --", "%", "_"):
            assert len(reader.rows(student.NAME, NORTH, student=text)) == 0
            assert len(reader.rows(school.STUDENTS, NORTH, school="north", search=text)) == 0
