"""A student's days from the attendance store: the same rows for the same callers."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.destinations.dynamodb.requests import Requests
from district_platform.destinations.model import Published
from district_platform.home import Home
from district_platform.web.signin.keys import KeyScope
from district_platform_tests.destinations.dynamodb.rough import SECTION, Fate, Killed, Service, service, throttled
from district_platform_tests.destinations.dynamodb.test_table import Failing
from district_platform_tests.web.api.served import Api
from district_platform_tests.web.api.test_pages import days_of
from district_platform_tests.web.published import people, publish

DAYS = "/v1/students/{}/attendance"


@pytest.fixture
def stored(home: Home, tmp_path: Path) -> Iterator[tuple[Service, Api, Api]]:
    """The store with the days of the publication, the API over it, and the API over the publication."""
    folder = publish(home, people())
    with service() as made:
        made.loader(tmp_path / "known").load(Published(folder, 3))
        yield made, Api(home, attendance=AttendanceStore(made.requests)), Api(home)


def test_store_answers_the_same_rows_and_says_what_it_is_complete_as_of(stored: tuple[Service, Api, Api]):
    _, from_store, from_publication = stored
    program = from_store.program(schools=["north"])
    answer = program.get(DAYS.format("moved")).json()
    assert answer["rows"] == from_publication.program(schools=["north"]).rows(DAYS.format("moved"))
    assert answer["complete_as_of"] == "v00000001-made"
    assert len(program.rows(DAYS.format("moved") + "?_size=1")) == len(answer["rows"]) == 3
    narrowed = program.rows(DAYS.format("moved") + "?from=2025-10-03&to=2025-10-03")
    assert [row["date"] for row in narrowed] == ["2025-10-03"]


def test_store_opens_nothing_that_the_publication_does_not(stored: tuple[Service, Api, Api]):
    _, api, _ = stored
    for student in ("sue", "gone", "nobody", "_load"):
        assert api.program(schools=["north"]).get(DAYS.format(student)).status_code == 404
    assert api.program([KeyScope.RELEASED], []).get(DAYS.format("ann")).status_code == 403


def test_page_after_another_load_begins_again(stored: tuple[Service, Api, Api], home: Home, tmp_path: Path):
    made, api, _ = stored
    program = api.program()
    following = program.get(DAYS.format("moved") + "?_size=1").json()["next_url"]
    made.loader(tmp_path / "known").load(Published(publish(home, people(), "v00000002-made"), 3))
    assert program.get(following).status_code == 410


def test_store_that_cannot_be_asked_is_said_to_be_away(home: Home):
    publish(home, people())
    failing = Requests("aws", SECTION, Failing(throttled("AccessDeniedException")))
    answer = Api(home, attendance=AttendanceStore(failing)).program().get(DAYS.format("ann"))
    assert (answer.status_code, answer.json()["detail"]) == (
        503,
        "The attendance store cannot be asked now. Try again in a minute.",
    )


def test_store_answers_while_a_load_is_killed_and_goes_on_with_the_next(home: Home, tmp_path: Path):
    """What docs/attendance_store.md shows by hand: the API serves a student's year from the table before, during and after."""
    fate = Fate()
    publish(home, people(fct_student_daily_attendance=days_of("ann", 1)))
    with service(fate=fate) as made:
        program = Api(home, attendance=AttendanceStore(made.requests)).program()
        made.loader(tmp_path / "known").load(Published(home.current.resolve(), 3))
        before = program.get(DAYS.format("ann")).json()
        assert len(before["rows"]) == 26
        later = publish(home, people(fct_student_daily_attendance=days_of("ann", 0)), "v00000002-made")
        fate.within(12)
        with pytest.raises(Killed):
            made.loader(tmp_path / "known").load(Published(later, 3))
        fate.within(None)
        meanwhile = program.get(DAYS.format("ann")).json()
        assert (meanwhile["complete_as_of"], len(meanwhile["rows"])) == ("v00000001-made", 26)
        assert 0 < sum(row["is_absent"] == "0.0000" for row in meanwhile["rows"]) < 25
        made.loader(tmp_path / "known").load(Published(later, 3))
        after = program.get(DAYS.format("ann")).json()
    assert after["complete_as_of"] == "v00000002-made"
    assert after["rows"] == Api(home).program().rows(DAYS.format("ann"))
