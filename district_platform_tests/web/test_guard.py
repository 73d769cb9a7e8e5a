"""What holds for every request: its Host, its Origin, TLS, and the headers of the answer."""

import pytest

from district_platform.settings import SettingsError, Web, load_settings
from district_platform.web.server import check_host
from district_platform_tests.web.dashboard import PASSWORD, PRINCIPAL, Dashboard

PUBLIC_URL = "https://data.example.org"


@pytest.fixture
def public(home, tmp_path) -> Dashboard:
    """A dashboard behind a proxy with TLS."""
    made = Dashboard(tmp_path, Web(public_url=PUBLIC_URL))
    made.has_account(PRINCIPAL)
    return made


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "evil.example:8501", "", "[", "a b"])
def test_another_name_that_leads_to_this_machine_gets_nothing(browser, host):
    answer = browser.get("/print/school", headers={"host": host})
    assert answer.status_code == 403
    assert "D1" not in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8501", "localhost:9000", "[::1]:8501", "LOCALHOST"])
def test_this_machine_is_asked_by_its_own_names_at_any_port(browser, host):
    assert browser.get("/sign-in", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "other.example.org", "data.example.org:444"])
def test_public_address_answers_to_its_own_name_alone(public, host):
    assert public.browser().get("/sign-in", headers={"host": host}).status_code == 403
    assert public.browser().get("/sign-in", headers={"host": "data.example.org:443"}).status_code == 200


def test_health_is_told_to_this_machine_without_tls(public):
    browser = public.browser(url="http://127.0.0.1:8501")
    assert browser.get("/healthz").text == "ok\n"
    assert browser.get("/healthz", headers={"host": "evil.example"}).status_code == 403
    assert browser.get("/sign-in").status_code == 403


def test_request_without_tls_is_sent_to_https_and_a_password_without_it_is_refused(public):
    browser = public.browser(url="http://data.example.org")
    answer = browser.get("/print/school?school=north")
    assert answer.status_code == 308
    assert answer.headers["location"] == f"{PUBLIC_URL}/print/school?school=north"
    assert browser.get("http://data.example.org//evil.example/a").headers["location"] == f"{PUBLIC_URL}/evil.example/a"
    assert browser.post("/sign-in", data={"password": PASSWORD}).status_code == 403


def test_cookie_under_tls_is_bound_to_the_host_and_to_tls(public):
    cookie = public.browser().sign_in().headers["set-cookie"]
    assert cookie.startswith("__Host-district=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://127.0.0.1:9999", "https://127.0.0.1:8501", None]
)
def test_form_of_another_site_or_of_no_site_is_refused(dashboard, origin):
    browser = dashboard.browser()
    form = {"account": PRINCIPAL, "password": PASSWORD, "csrf": browser.token()}
    del browser.headers["origin"]
    headers = {"origin": origin} if origin else {}
    answer = browser.post("/sign-in", data=form, headers=headers)
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert dashboard.events() == []


@pytest.mark.parametrize("token", ["", "0" * 64, "ü"])
def test_form_without_this_browsers_token_signs_nobody_in(dashboard, token):
    browser = dashboard.browser()
    assert browser.sign_in(csrf=token).status_code == 403
    assert browser.sign_in(csrf=dashboard.browser().token()).status_code == 403
    assert browser.get("/print/school").text.count("DEMO") > 0


@pytest.mark.parametrize("path", ["/sign-out", "/password", "/print/school"])
def test_no_form_of_somebody_signed_in_passes_without_the_token(browser, path):
    browser.sign_in()
    assert browser.post(path, data={"name": "x"}).status_code == 403
    assert browser.get("/print/school").status_code == 200


def test_form_larger_than_any_of_ours_is_no_form(browser):
    assert browser.sign_in(password="x" * 100_000).status_code == 403


@pytest.mark.parametrize("path", ["/", "/sign-in", "/print/school", "/public", "/none", "/assets/none", "/healthz"])
def test_every_answer_has_the_headers_that_keep_other_sites_out(browser, path):
    headers = browser.get(path).headers
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


def test_style_is_kept_by_browsers_and_pages_are_not(browser):
    assert "immutable" in browser.get("/assets/style.css").headers["cache-control"]
    browser.sign_in()
    assert browser.get("/print/school").headers["cache-control"] == "no-store"
    assert browser.get("/print/school/list.csv").headers["cache-control"] == "no-store"


def test_websocket_of_another_site_is_closed(dashboard):
    from starlette.websockets import WebSocketDisconnect

    browser = dashboard.browser()
    with pytest.raises(WebSocketDisconnect), browser.websocket_connect("/", headers={"origin": "https://evil.example"}):
        pass


@pytest.mark.parametrize(
    ("host", "web", "is_allowed"),
    [
        ("127.0.0.1", Web(), True),
        ("::1", Web(), True),
        ("0.0.0.0", Web(), False),
        ("::", Web(), False),
        ("10.1.2.3", Web(), False),
        ("dashboard.internal", Web(), False),
        ("0.0.0.0", Web(in_container=True), True),
        ("0.0.0.0", Web(public_url=PUBLIC_URL), True),
    ],
)
def test_other_machines_reach_it_only_by_tls_or_within_a_container(host, web, is_allowed):
    if is_allowed:
        check_host(host, web)
        return
    with pytest.raises(SettingsError, match=r"without TLS.*web\.public_url.*web\.in_container"):
        check_host(host, web)


@pytest.mark.parametrize(
    "url",
    [
        "http://data.example.org",
        "https://data.example.org/",
        "https://data.example.org/a",
        "data.example.org",
        "https://",
        "https://*",
    ],
)
def test_address_that_cannot_be_is_refused_and_opens_nothing(home, monkeypatch, url):
    monkeypatch.setenv("DISTRICT_WEB__PUBLIC_URL", url)
    with pytest.raises(SettingsError, match=r"web\.public_url"):
        load_settings()
