"""A pull is whole or not there, agrees with the API's own totals, and goes on where it broke off."""

import pyarrow.parquet as pq
import pytest

from district_platform.sources.edfi.errors import EdfiError
from district_platform.sources.edfi.pulling import NOT_GRANTED, NOT_IN_MODEL, PULLED, Pull
from district_platform.sources.edfi.resources import RESOURCES, resources_of

SSA = "studentSchoolAssociations"


def rows(desk, resource):
    return pq.read_table(desk.folder / "2026" / f"{resource}.parquet")


@pytest.mark.parametrize("fixture", ["desk", "by_offset"])
def test_every_resource_of_the_data_standard_is_pulled_whole(fixture, request):
    desk = request.getfixturevalue(fixture)
    standard = desk.standin.data_standard
    told = desk.pull()
    assert {part.resource for part in told.parts} == {resource.name for resource in resources_of(standard)}
    for part in told.parts:
        expected = desk.standin.district.n_records(part.resource, 2026, standard)
        assert (part.status, part.n_records) == (PULLED, expected), part.resource
        assert rows(desk, part.resource).num_rows == expected
    assert f"Ed-Fi 2026: schools: {told.parts[0].n_records} records in 3 requests" in desk.told


def test_studentdemographics_and_directories_are_of_data_standard_6_alone():
    five, six = ({resource.name for resource in resources_of(standard)} for standard in (5, 6))
    assert six - five == {"studentDemographics", "staffDirectories", "studentSection504ProgramAssociations"}
    assert {resource.name for resource in resources_of(4)} == five


def test_records_that_shift_while_somebody_walks_are_pulled_again(by_offset):
    by_offset.standin.faults.shifts[SSA] = 1
    by_offset.pull()
    n = by_offset.standin.district.n_records(SSA, 2026, 6)
    walks = [query for query in by_offset.standin.asked if query == f"{SSA}?limit=50&offset=0"]
    assert len(walks) == 2
    assert len(set(rows(by_offset, SSA)["id"].to_pylist())) == rows(by_offset, SSA).num_rows == n


def test_records_that_never_stand_still_end_the_pull_and_leave_the_last_one(by_offset):
    before = by_offset.pull()
    by_offset.standin.faults.shifts[SSA] = 100
    with pytest.raises(
        EdfiError, match=r"studentSchoolAssociations: the Ed-Fi API said .* a second try agreed no better"
    ):
        by_offset.pull()
    assert Pull.read(by_offset.folder) == before


def test_totals_that_differ_before_and_after_are_pulled_again(desk):
    desk.standin.faults.grows["students"] = 2
    desk.pull()
    assert [q for q in desk.standin.asked if q.startswith("students?limit=50")] == ["students?limit=50&offset=0"] * 2


def test_a_record_that_comes_twice_is_kept_once(by_offset, monkeypatch):
    client = by_offset.client()
    pages = client.pages
    monkeypatch.setattr(client, "pages", lambda *about: (page + page[:1] for page in pages(*about)))
    by_offset.pull(client)
    n = by_offset.standin.district.n_records("sessions", 2026, 6)
    assert rows(by_offset, "sessions").num_rows == n


def test_a_broken_pull_goes_on_at_its_resource(desk):
    desk.standin.faults.let_through(12)
    desk.standin.faults.break_down(times=3)
    with pytest.raises(EdfiError, match="did not answer"):
        desk.pull()
    assert Pull.read(desk.folder) is None
    whole = [query.split("?")[0] for query in desk.standin.asked]
    desk.standin.asked.clear()
    told = desk.pull()
    asked = {query.split("?")[0] for query in desk.standin.asked}
    assert {"schools", "students"} <= set(whole)
    assert not {"schools", "students"} & asked
    assert {part.resource for part in told.parts} == {resource.name for resource in resources_of(5)}
    assert any("the pull that broke off goes on" in sentence for sentence in desk.told)


@pytest.mark.parametrize("change", ["later", "another client"])
def test_a_broken_pull_of_another_time_or_place_begins_anew(desk, change):
    desk.standin.faults.let_through(12)
    desk.standin.faults.break_down(times=3)
    with pytest.raises(EdfiError):
        desk.pull()
    desk.standin.asked.clear()
    if change == "later":
        desk.clock.now += 3_601
    else:
        desk.url = desk.url.replace("127.0.0.1", "localhost")
    desk.pull()
    assert desk.standin.asked[0].startswith("schools?")


def test_what_is_not_granted_is_recorded_and_asked_for_again_next_time(desk):
    desk.standin.faults.forbidden.add("credentials")
    told = desk.pull()
    assert [part.resource for part in told.parts if part.status == NOT_GRANTED] == ["credentials"]
    assert "Ed-Fi 2026: credentials: not granted" in desk.told
    assert not (desk.folder / "2026" / "credentials.parquet").exists()


def test_required_resources_that_are_not_granted_end_the_pull_before_the_others(desk):
    desk.standin.faults.forbidden |= {"students", SSA}
    with pytest.raises(
        EdfiError, match=r"students: .*; studentSchoolAssociations: .* claim set .* Not granted is not empty"
    ):
        desk.pull()
    assert {query.split("?")[0] for query in desk.standin.asked} == {"schools"}
    assert Pull.read(desk.folder) is None


def test_a_wrong_year_is_asked_about(desk):
    with pytest.raises(EdfiError, match=r"no such resource at its address \(404\). Is the school year"):
        desk.pull(desk.client(school_years=(2019,)))


def test_a_resource_that_the_model_lacks_is_left_out(desk):
    desk.standin.faults.missing.add("localEducationAgencies")
    told = desk.pull()
    assert [part.resource for part in told.parts if part.status == NOT_IN_MODEL] == ["localEducationAgencies"]


def test_nobody_else_can_read_what_was_pulled(desk):
    desk.pull()
    assert {path.stat().st_mode & 0o077 for path in (desk.folder, desk.folder / "2026")} == {0}


def test_every_resource_feeds_an_extract():
    assert all(resource.feeds for resource in RESOURCES.values())
