"""The client against the stand-in: pages, tokens, and each fault of an API."""

import pytest

from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.client import EdfiClient
from district_platform.sources.edfi.errors import EdfiError, NotGrantedError, NotInModelError, RefusedKeyError


def pulled(desk, resource="studentSchoolAssociations", **settings):
    client = desk.client(**settings)
    [segment] = client.api().segments
    return [record["id"] for page in client.pages(segment, resource) for record in page]


def test_every_record_comes_once_by_cursor(desk):
    ids = pulled(desk)
    assert len(set(ids)) == len(ids) == desk.standin.district.n_records("studentSchoolAssociations", 2026, 5)
    asked = [query.partition("?")[2] for query in desk.standin.asked]
    assert asked[0] == "limit=50&offset=0"
    assert all("pageToken=" in query and "pageSize=50" in query and "limit" not in query for query in asked[1:])
    assert len(asked) == -(-len(ids) // 50)


def test_every_record_comes_once_by_offset(by_offset):
    ids = pulled(by_offset)
    assert len(set(ids)) == len(ids) == by_offset.standin.district.n_records("studentSchoolAssociations", 2026, 6)
    asked = [query.partition("?")[2] for query in by_offset.standin.asked]
    assert asked == [f"limit=50&offset={n}" for n in range(0, len(ids) + 1, 50)][: len(asked)]


def test_a_total_is_asked_without_records(desk):
    client = desk.client()
    [segment] = client.api().segments
    assert client.total(segment, "schools") == desk.standin.district.n_records("schools", 2026, 5)
    assert desk.standin.asked == ["schools?limit=0&totalCount=true"]


def test_one_token_serves_a_run_and_is_renewed_two_minutes_early(desk):
    client = desk.client()
    [segment] = client.api().segments
    for now, n_granted in ((0, 1), (1_679, 1), (1_681, 2), (1_800, 2)):
        desk.clock.now = now
        client.total(segment, "schools")
        assert desk.standin.tokens.n_granted == n_granted


def test_a_token_that_ends_early_is_renewed_once_for_an_answer(desk):
    desk.standin.faults.expire_after = 1
    assert len(pulled(desk)) > 50
    assert desk.standin.tokens.n_granted == 2


def test_a_token_that_is_never_taken_ends_the_pull(desk):
    desk.standin.tokens.lifetime = -1
    with pytest.raises(EdfiError, match=r"refuses a token that it has just given \(401\)"):
        pulled(desk)
    assert desk.standin.tokens.n_granted == 2


def test_too_many_live_tokens_are_waited_out(desk):
    for _ in range(14):
        desk.standin.tokens.grant()
    assert pulled(desk)
    with pytest.raises(EdfiError, match=r"did not answer /oauth/token in 3 attempts: HTTP 429"):
        pulled(desk)
    assert len(desk.waits) == 2


def test_wrong_secret_names_the_settings_and_not_the_secret(desk):
    client = EdfiClient(
        EdfiSource(url=desk.url, school_years=(2026,)), desk.url, lambda ask: ask(desk.standin.key, desk.standin.key)
    )
    [segment] = client.api().segments
    with pytest.raises(RefusedKeyError, match=r"sources.edfi.key_secret and secret_secret") as error:
        client.total(segment, "schools")
    assert desk.standin.key.get_secret_value() not in str(error.value)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_waited_out(desk, status):
    desk.standin.faults.break_down(times=2, status=status)
    assert pulled(desk)
    assert len(desk.waits) == 2
    assert 0.5 <= desk.waits[0] <= 1 <= desk.waits[1] <= 2


def test_the_server_says_how_long_to_wait(desk):
    desk.standin.faults.throttle(retry_after=17)
    assert pulled(desk)
    assert desk.waits == [17]


def test_a_server_that_stays_away_ends_the_pull(desk):
    desk.standin.faults.break_down(times=3)
    with pytest.raises(EdfiError, match=r"did not answer /data/v3/2026/ed-fi/studentSchool\S+ in 3 attempts: HTTP 503"):
        pulled(desk)


def test_a_slow_page_is_asked_for_again(desk):
    desk.standin.faults.delays.append(0.6)
    assert pulled(desk, timeout_seconds=0.3)
    assert len(desk.waits) == 1


def test_html_instead_of_json_is_said(desk):
    desk.standin.faults.answer_html()
    with pytest.raises(EdfiError, match=r"studentSchoolAssociations with text/html instead of JSON: a proxy"):
        pulled(desk)


def test_html_instead_of_a_total_is_said(desk):
    client = desk.client()
    [segment] = client.api().segments
    desk.standin.faults.answer_html()
    with pytest.raises(EdfiError, match=r"schools with text/html instead of JSON"):
        client.total(segment, "schools")


def test_not_granted_is_told_apart_from_empty_and_names_no_person(desk):
    desk.standin.faults.forbidden.add("studentSchoolAssociations")
    with pytest.raises(NotGrantedError) as error:
        pulled(desk)
    assert "urn:ed-fi:api:security:authorization:access-denied:resource, correlationId 0f8b1c2d" in str(error.value)
    assert "Doe" not in str(error.value)


def test_a_resource_of_another_model_is_not_found(desk):
    with pytest.raises(NotInModelError, match="studentDemographics"):
        pulled(desk, "studentDemographics")


def test_a_page_that_describes_no_api_is_said(desk):
    client = EdfiClient(EdfiSource(url=f"{desk.url}/oauth/token"), f"{desk.url}/oauth/token", lambda ask: None)
    with pytest.raises(EdfiError, match=r"answered 405 at its base address. Is sources.edfi.url right"):
        client.api()
