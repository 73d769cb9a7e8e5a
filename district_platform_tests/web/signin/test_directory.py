"""Sign-in by the district's directory: whom it lets in, and what of its answers is not taken."""

from urllib.parse import quote

import oidc_provider_mock
import pytest
import requests
from pydantic import ValidationError

from district_platform.settings import Directory
from district_platform.web.signin import accounts, journeys
from district_platform.web.signin.directory import DirectoryRefusedError, person_of
from district_platform_tests.web.dashboard import LEADER, PRINCIPAL, TEACHER, URL, Browser, Dashboard
from district_platform_tests.web.signin.hostile import (
    CLIENT,
    SECRET,
    come_back,
    is_in,
    key_of,
    leave,
    with_directory,
)


@pytest.fixture
def dashboard(home, hostile) -> Dashboard:
    return with_directory(home.root, hostile.url)


@pytest.fixture(scope="module")
def mock() -> str:
    """An independent directory, which knows three people."""
    with oidc_provider_mock.run_server_in_thread() as server:
        url = f"http://localhost:{server.server_port}"
        for subject, claims in {
            "1": {"email": "Head@Example.org", "email_verified": True, "tid": "t1"},
            "2": {"email": PRINCIPAL, "email_verified": False, "tid": "t1"},
            "3": {"email": "stranger@example.org", "email_verified": True, "tid": "t1"},
            "4": {"email": LEADER, "email_verified": True, "tid": "t1"},
        }.items():
            assert requests.put(f"{url}/users/{quote(subject)}", json=claims, timeout=5).status_code == 204
        yield url


def through_mock(browser: Browser, subject: str, target: str = ""):
    address = browser.get("/sign-in/directory", params={"target": target} if target else {}).headers["location"]
    back = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=5).headers["location"]
    assert back.startswith(f"{URL}/sign-in/directory/answer?")
    return browser.get(back.removeprefix(URL))


def test_person_of_another_implementation_of_the_standard_is_signed_in_and_no_other(home, mock):
    dashboard = with_directory(home.root, mock, tenants=("t1",))
    browser = dashboard.browser()
    assert 'href="/sign-in/directory"' in browser.get("/sign-in").text
    assert through_mock(browser, "1", "/print/school?school=north").headers["location"] == "/print/school?school=north"
    assert is_in(browser)
    account = accounts.existing(dashboard.store, PRINCIPAL)
    assert (account.password_hash, account.is_of_directory) == (None, True)
    for subject, why in (("2", "not verified"), ("3", "no role")):
        other = dashboard.browser()
        answer = through_mock(other, subject)
        assert (answer.status_code, why in answer.text) == (403, True)
        assert not is_in(other)
    assert [account.login for account in accounts.every(dashboard.store)] == [PRINCIPAL]


def test_leader_types_a_code_here_too_unless_the_directory_asks_for_one(home, mock):
    dashboard = with_directory(home.root, mock)
    assert through_mock(dashboard.browser(), "4").headers["location"] == "/second-factor"
    trusting = with_directory(home.root, mock, asks_second_factor=True)
    browser = trusting.browser()
    assert through_mock(browser, "4").headers["location"] == "/"
    assert browser.get("/print/district").status_code == 200


def test_browser_is_sent_with_challenge_state_and_nonce_and_nothing_of_the_secret(dashboard, hostile):
    leave(dashboard.browser(), hostile)
    asked = hostile.asked
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email"]
    assert asked["redirect_uri"] == [f"{URL}/sign-in/directory/answer"]
    assert len({asked[name][0] for name in ("state", "nonce", "code_challenge")}) == 3
    assert SECRET not in str(asked)


def test_right_answer_signs_in_under_a_new_session_id(dashboard, hostile):
    browser = dashboard.browser()
    state = leave(browser, hostile)
    before = browser.cookies["district"]
    assert come_back(browser, state).headers["location"] == "/"
    assert browser.cookies["district"] != before
    assert is_in(browser)
    told = [(line.event, line.account, line.page) for line in dashboard.audit()[:2]]
    assert told == [("account added", PRINCIPAL, "directory"), ("signed in", PRINCIPAL, "directory")]


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://accounts.evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": None},
        {"aud": [CLIENT, "another"]},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"azp": "another"},
        {"nonce": "of another sign-in"},
        {"nonce": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 4_000_000_000},
        {"nbf": 4_000_000_000},
        {"at_hash": "of another token"},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "true"},
        {"email_verified": None, "xms_edov": False},
        {"email": None},
        {"email": "head@example.org@evil.example"},
        {"email": "head@evil.example"},
        {"email": "head@example.org.evil.example"},
        {"email": ["head@example.org"]},
        {"email": "\uff48ead@example.org"},
        {"email": "head@example.org\n"},
    ],
    ids=str,
)
def test_answer_with_a_wrong_claim_lets_nobody_in(dashboard, hostile, claims):
    hostile.claims = claims
    browser = dashboard.browser()
    answer = come_back(browser, leave(browser, hostile))
    assert answer.status_code == 403
    assert "head@" not in answer.text
    assert not is_in(browser)
    assert accounts.every(dashboard.store) == []
    assert dashboard.events() == ["sign-in refused"]


@pytest.mark.parametrize("algorithm", ["none", "HS256"])
def test_token_without_the_directorys_own_signature_lets_nobody_in(dashboard, hostile, algorithm):
    hostile.algorithm = algorithm
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == 403
    assert not is_in(browser)


@pytest.mark.parametrize("kid", ["k1", "k2"])
def test_token_signed_by_another_key_lets_nobody_in(dashboard, hostile, kid):
    hostile.key = key_of(kid, 2)
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == 403
    assert not is_in(browser)


def test_new_key_of_the_directory_is_taken_a_minute_after_the_keys_were_read(dashboard, hostile):
    browser = dashboard.browser()
    state = leave(browser, hostile)
    hostile.published = key_of("k2")
    assert come_back(browser, state).status_code == 403
    dashboard.clock.pass_minutes(1.1)
    assert come_back(browser, leave(browser, hostile), "c2").status_code == 303


@pytest.mark.parametrize(("claims", "is_taken"), [({}, True), ({"tid": "another"}, False), ({"tid": None}, False)])
def test_other_tenant_is_not_taken_even_with_the_right_address(home, hostile, claims, is_taken):
    dashboard = with_directory(home.root, hostile.url, tenants=("district-tenant",), domains=())
    hostile.claims = claims
    browser = dashboard.browser()
    assert (come_back(browser, leave(browser, hostile)).status_code == 303) == is_taken


def test_address_whose_domain_entra_has_verified_is_taken(dashboard, hostile):
    hostile.claims = {"email_verified": None, "xms_edov": True}
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == 303


def test_account_of_google_outside_the_organization_is_not_taken_with_an_address_of_its_domain():
    settings = Directory(issuer="https://accounts.google.com", client_id="c", domains=("example.org",))
    claims = {"sub": "1", "email": PRINCIPAL, "email_verified": True}
    for organization in ({}, {"hd": "evil.example"}):
        with pytest.raises(DirectoryRefusedError, match="organization"):
            person_of({**claims, **organization}, settings)
    assert person_of({**claims, "hd": "example.org"}, settings).email == PRINCIPAL


def test_answer_is_taken_once(dashboard, hostile):
    browser = dashboard.browser()
    state = leave(browser, hostile)
    assert come_back(browser, state).status_code == 303
    assert come_back(browser, state).status_code == 400
    again = dashboard.browser()
    answer = come_back(again, leave(again, hostile))
    assert answer.status_code == 403, "the directory has seen the code"
    assert "invalid_grant" in answer.text
    assert "<b>" not in answer.text


def test_answer_for_another_browser_is_not_taken(dashboard, hostile):
    """Neither a thief's in the victim's browser, nor the victim's in the thief's."""
    thief, victim = dashboard.browser(), dashboard.browser()
    state = leave(thief, hostile)
    victim.get("/sign-in")
    assert come_back(victim, state).status_code == 400
    assert not is_in(victim)
    assert come_back(thief, state).status_code == 400, "it is used up"


@pytest.mark.parametrize("state", ["", "x", "' or 1=1"])
def test_state_that_nobody_was_sent_with_is_refused(dashboard, hostile, state):
    browser = dashboard.browser()
    leave(browser, hostile)
    assert come_back(browser, state).status_code == 400


def test_answer_after_ten_minutes_is_not_taken(dashboard, hostile):
    browser = dashboard.browser()
    state = leave(browser, hostile)
    dashboard.clock.pass_minutes(10.1)
    assert come_back(browser, state).status_code == 400


def test_answer_of_another_directory_is_not_taken(dashboard, hostile):
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile), iss="https://evil.example").status_code == 403
    assert come_back(browser, leave(browser, hostile), iss=hostile.url).status_code == 303


def test_directory_that_promises_to_name_itself_must(dashboard, hostile):
    hostile.metadata = {"authorization_response_iss_parameter_supported": True}
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == 403


def test_refusal_of_the_directory_is_told_without_its_words(dashboard, hostile):
    browser = dashboard.browser()
    state = leave(browser, hostile)
    answer = browser.get(
        "/sign-in/directory/answer", params={"state": state, "error": "access_denied", "error_description": "<script>"}
    )
    assert answer.status_code == 403
    assert "<script>" not in answer.text


def test_directory_that_is_away_leaves_passwords_working(dashboard, hostile):
    dashboard.has_account(TEACHER)
    hostile.is_away = True
    browser = dashboard.browser()
    assert browser.get("/sign-in/directory").status_code == 503
    hostile.is_away = False
    dashboard.clock.pass_minutes(0.1)
    state = leave(browser, hostile)
    hostile.is_away = True
    answer = come_back(browser, state)
    assert answer.status_code == 503
    assert "does not answer" in answer.text
    assert browser.sign_in(TEACHER).status_code == 303


@pytest.mark.parametrize(
    ("token", "status"),
    [
        ((200, "no json"), 503),
        ((200, ["a list"]), 503),
        ((500, {}), 503),
        ((200, {"access_token": "a", "token_type": "Bearer"}), 403),
        ((200, {"access_token": "a", "token_type": "Bearer", "id_token": 7}), 403),
        ((200, {"access_token": "a", "token_type": "Bearer", "id_token": "a.b.c"}), 403),
        ((401, {"error": "invalid_client"}), 403),
    ],
    ids=str,
)
def test_answer_that_is_no_token_is_one_clear_page(dashboard, hostile, token, status):
    hostile.token = token
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == status
    assert not is_in(browser)


@pytest.mark.parametrize(
    "metadata",
    [
        {"issuer": "https://evil.example"},
        {"token_endpoint": "http://elsewhere.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"jwks_uri": None},
    ],
    ids=str,
)
def test_directory_that_names_itself_otherwise_or_without_tls_is_not_used(dashboard, hostile, metadata):
    hostile.metadata = metadata
    assert dashboard.browser().get("/sign-in/directory").status_code == 503


def test_missing_secret_is_told_the_log_and_not_the_browser(dashboard, hostile, monkeypatch, caplog):
    from district_platform.credentials import forget

    monkeypatch.delenv("DISTRICT_SECRET__DIRECTORY_CLIENT_SECRET")
    forget("directory_client_secret", dashboard.site.settings.credentials)
    browser = dashboard.browser()
    answer = come_back(browser, leave(browser, hostile))
    assert answer.status_code == 503
    assert "SECRET" not in answer.text
    assert "DISTRICT_SECRET__DIRECTORY_CLIENT_SECRET" in caplog.text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-in/directory"])
def test_way_back_leads_to_no_other_site(dashboard, hostile, target):
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile, target)).headers["location"] == "/"


def test_journeys_of_one_address_are_not_without_end(dashboard, hostile, monkeypatch):
    monkeypatch.setattr(journeys, "_MOST_OF_AN_ADDRESS", 3)
    browser = dashboard.browser()
    leave(browser, hostile)
    answers = [browser.get("/sign-in/directory").status_code for _ in range(3)]
    assert answers == [303, 303, 503]
    assert dashboard.browser(address="10.9.9.9").get("/sign-in/directory").status_code == 303
    dashboard.clock.pass_minutes(11)
    assert browser.get("/sign-in/directory").status_code == 303


def test_district_without_a_directory_has_no_such_page(home):
    browser = Dashboard(home.root).browser()
    assert browser.get("/sign-in/directory").status_code == 404
    assert "/sign-in/directory" not in browser.get("/sign-in").text


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"issuer": "https://idp.example", "domains": ("d.example",)}, "client_id is needed"),
        ({"issuer": "https://idp.example", "client_id": "c"}, "whose people"),
        ({"issuer": "https://accounts.google.com", "client_id": "c", "tenants": ("t",)}, "whose people"),
        ({"issuer": "http://idp.example", "client_id": "c", "domains": ("d.example",)}, "issuer"),
        ({"issuer": "https://idp.example", "client_id": "c", "domains": ("*",)}, "domains"),
    ],
)
def test_directory_whose_people_could_be_anybodys_is_no_setting(settings, says):
    with pytest.raises(ValidationError, match=says):
        Directory(**settings)
