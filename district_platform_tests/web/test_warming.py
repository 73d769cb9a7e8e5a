"""First pages of a new publication are opened in advance, for those who have the same scope and nobody else."""

import datetime as dt
import time
from contextlib import contextmanager

import pytest

from district_platform.home import Home
from district_platform.settings import Settings
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.pages.registry import pages
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library, Reader
from district_platform.web.warming import kept_warm, warm
from district_platform_tests.web.pages.pupils import calendar, day
from district_platform_tests.web.published import AS_OF, people, publish

EVERY = pages(Settings.model_construct())
PAT = Viewer("pat", Role.PRINCIPAL, Scope(schools=("north",)))
CAM = Viewer("cam", Role.COUNSELOR, Scope(schools=("north",)))
SAL = Viewer("sal", Role.PRINCIPAL, Scope(schools=("south",)))
LEE = Viewer("lee", Role.DISTRICT, Scope(schools=("north", "south")))
BOTH = Viewer("two", Role.PRINCIPAL, Scope(schools=("north", "south")))


@pytest.fixture
def asked(home: Home, monkeypatch) -> list[str]:
    """Statements that were asked of the publication."""
    rows = people(dim_calendar_date=calendar(AS_OF))
    dates = (AS_OF - dt.timedelta(days=1), AS_OF)
    days = [day(name, date, school=school) for name, school in (("ann", "north"), ("sue", "south")) for date in dates]
    publish(home, {**rows, "fct_student_daily_attendance": days})
    found: list[str] = []
    ask = Reader.ask

    def counted(reader, statement, *rest):
        found.append(statement)
        return ask(reader, statement, *rest)

    monkeypatch.setattr(Reader, "ask", counted)
    return found


def test_people_of_a_school_and_leaders_wait_for_nothing_that_was_opened_in_advance(
    library: Library, asked: list[str]
) -> None:
    with library.reader() as reader:
        assert warm(reader, EVERY, lambda seconds: False) == 4
        asked.clear()
        for viewer in (PAT, CAM, SAL):
            EVERY["school"].build(viewer, {}, reader)
        EVERY["school"].build(LEE, {"school": "north"}, reader)
        EVERY["district"].build(LEE, {}, reader)
        assert asked == []


def test_what_was_opened_in_advance_is_no_wider_than_the_viewers_scope(library: Library, asked: list[str]) -> None:
    """sue is at south: her name stands in no page of north, whoever opened which page before."""

    def shown(viewer: Viewer, **filters: str) -> str:
        with library.reader() as reader:
            return str([table.rows for table in EVERY["school"].build(viewer, filters, reader).tables])

    with library.reader() as reader:
        warm(reader, EVERY, lambda seconds: False)
    assert "sue" in shown(SAL)
    assert "sue" in shown(BOTH, school="south")
    for viewer in (PAT, CAM, LEE, BOTH):
        assert "sue" not in shown(viewer, school="north")
        assert "ann" in shown(viewer, school="north")


def test_warming_ends_when_the_dashboard_does(library: Library, asked: list[str]) -> None:
    with library.reader() as reader:
        assert warm(reader, EVERY, lambda seconds: True) == 1


def test_each_new_publication_is_opened_once_and_a_fault_of_a_page_stops_nothing(home: Home, monkeypatch) -> None:
    monkeypatch.setattr("district_platform.web.warming.LOOK_EVERY_SECONDS", 0.01)
    opened: list[str] = []

    class District:
        version = "v1"

        @contextmanager
        def reader(self):
            yield self

        @property
        def publication(self):
            return self

    def warmed(reader, *_) -> int:
        opened.append(reader.version)
        raise ValueError("a page is broken")

    monkeypatch.setattr("district_platform.web.warming.warm", warmed)
    district = District()
    with kept_warm(district, EVERY):
        wait_until(lambda: opened == ["v1"])
        district.version = "v2"
        wait_until(lambda: opened == ["v1", "v2"])


def test_warming_goes_on_with_the_newest_publication(home: Home, monkeypatch) -> None:
    monkeypatch.setattr("district_platform.web.warming.LOOK_EVERY_SECONDS", 0.01)
    publish(home, people(dim_calendar_date=calendar(AS_OF)), "v00000001-before")
    library, opened = Library(home, registry()), []

    class Opened:
        def build(self, viewer: Viewer, filters: object, reader: Reader) -> None:
            if not opened:
                publish(home, people(dim_calendar_date=calendar(AS_OF)), "v00000002-now")
            opened.append((reader.publication.version, viewer.role))

    page = Opened()
    with kept_warm(library, {"public": page, "district": page, "school": page}):
        wait_until(lambda: len(opened) == 5)
    first, *others = opened
    assert first == ("v00000001-before", Role.PUBLIC)
    roles = [Role.PUBLIC, Role.DISTRICT, Role.PRINCIPAL, Role.PRINCIPAL]
    assert others == [("v00000002-now", role) for role in roles]
    library.close()


def wait_until(is_true) -> None:
    until = time.monotonic() + 10
    while not is_true():
        assert time.monotonic() < until
        time.sleep(0.01)
