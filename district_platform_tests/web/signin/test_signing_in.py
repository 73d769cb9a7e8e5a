"""Who gets in, who does not, and when it is over."""

import pytest
from argon2 import PasswordHasher

from district_platform.web.signin import accounts, passwords
from district_platform.web.signin.entering import WRONG
from district_platform_tests.web.dashboard import PASSWORD, PRINCIPAL, TEACHER, Dashboard


def test_after_sign_in_the_first_page_of_the_role_opens(browser):
    assert browser.sign_in().headers["location"] == "/"
    assert browser.get("/").headers["location"] == "/print/school"
    page = browser.get("/print/school")
    assert page.status_code == 200
    assert "S1" in page.text
    assert "DEMO" not in page.text


def test_name_is_found_in_any_case_and_with_spaces_around_it(browser):
    assert browser.sign_in(f" {PRINCIPAL.upper()} ").status_code == 303


def test_sign_in_goes_on_to_the_page_that_was_asked_for(browser):
    assert browser.sign_in(target="/print/school?school=north").headers["location"] == "/print/school?school=north"


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/sign-out", "a\nb"])
def test_sign_in_never_goes_on_to_another_site(browser, target):
    assert browser.sign_in(target=target).headers["location"] == "/"


def test_unknown_name_and_wrong_password_are_told_alike_and_cost_the_same(dashboard, browser, hasher, monkeypatch):
    hashes = []
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    passwords._nobodys.cache_clear()
    passwords._nobodys()
    dashboard.has_account(PRINCIPAL)
    monkeypatch.setattr(passwords, "_hasher", lambda: Counting(hasher, hashes))
    answers = [browser.sign_in(login, "a wrong password here") for login in (PRINCIPAL, "nobody@example.org")]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert all(WRONG in answer.text for answer in answers)
    assert len(hashes) == 2
    assert all("m=19456,t=2,p=1" in each for each in hashes)


class Counting:
    """A hasher that notes what it verifies."""

    def __init__(self, hasher, hashes):
        self._hasher, self._hashes = hasher, hashes

    def verify(self, password_hash, password):
        self._hashes.append(password_hash)
        return self._hasher.verify(password_hash, password)


def test_disabled_account_is_told_what_a_wrong_password_is(dashboard, browser):
    accounts.disable(dashboard.store, PRINCIPAL)
    answer = browser.sign_in()
    assert answer.status_code == 401
    assert WRONG in answer.text


def test_account_without_a_role_does_not_get_in(dashboard, browser):
    dashboard.has_account("gone@example.org")
    answer = browser.sign_in("gone@example.org")
    assert answer.status_code == 401
    assert "no role" in answer.text


def test_cookie_on_this_machine_is_for_no_script_and_no_other_site(browser):
    cookie = browser.sign_in().headers["set-cookie"].lower()
    assert cookie.startswith("district=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert "max-age" not in cookie
    assert "domain" not in cookie


def test_session_id_is_new_at_sign_in_and_stands_nowhere_on_disk(dashboard, browser):
    browser.get("/sign-in")
    before = browser.cookies["district"]
    browser.sign_in()
    after = browser.cookies["district"]
    assert after != before
    files = list(dashboard.store.path.parent.iterdir())
    assert not any(after.encode() in path.read_bytes() for path in files)
    browser.sign_in()
    assert browser.cookies["district"] != after


def test_forged_cookie_is_a_visitors(dashboard):
    browser = dashboard.browser()
    browser.cookies.set("district", "forged" * 8)
    page = browser.get("/print/school")
    assert "DEMO" in page.text
    assert "S1" not in page.text


def test_session_ends_after_half_an_hour_without_a_request(dashboard, browser):
    browser.sign_in()
    dashboard.clock.pass_minutes(29)
    assert browser.get("/print/school").status_code == 200
    dashboard.clock.pass_minutes(29)
    assert browser.get("/print/school").status_code == 200
    dashboard.clock.pass_minutes(31)
    answer = browser.get("/print/school?school=north")
    assert answer.headers["location"] == "/sign-in?target=/print/school%3Fschool%3Dnorth"
    assert "not used for 30 minutes" in browser.get(answer.headers["location"]).text


def test_session_ends_after_twelve_hours_however_busy(dashboard, browser):
    browser.sign_in()
    for _ in range(36):
        assert browser.get("/print/school").status_code == 200
        dashboard.clock.pass_minutes(20)
    assert browser.get("/print/school").status_code == 303


def test_sign_out_in_one_tab_ends_the_others_and_the_cookie_opens_nothing_any_more(dashboard, browser):
    browser.sign_in()
    other = dashboard.browser()
    other.cookies.set("district", browser.cookies["district"])
    assert other.get("/print/school").status_code == 200
    answer = browser.post("/sign-out", data={"csrf": browser.token("/print/school")})
    assert answer.headers["location"] == "/"
    assert "max-age=0" in answer.headers["set-cookie"].lower()
    assert other.get("/print/school").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("act", [accounts.reset, accounts.disable])
def test_reset_and_disabling_end_sessions_at_once(dashboard, browser, act):
    browser.sign_in()
    act(dashboard.store, PRINCIPAL)
    assert browser.get("/print/school").headers["location"].startswith("/sign-in")


def test_role_that_ended_is_gone_at_the_next_request(dashboard, browser):
    browser.sign_in()
    dashboard.district.roles[PRINCIPAL] = ()
    assert browser.get("/print/school").headers["location"] == "/sign-in"
    assert "your role has changed" in browser.get("/sign-in").text
    dashboard.district.roles[PRINCIPAL] = dashboard.district.roles[TEACHER]
    assert browser.get("/print/classes").status_code == 303
    assert dashboard.events()[-1] == "session ended"


def test_temporary_password_opens_only_the_form_that_changes_it_and_only_for_a_week(dashboard, browser):
    temporary = accounts.reset(dashboard.store, PRINCIPAL)
    assert browser.sign_in(password=temporary).headers["location"] == "/password"
    assert browser.get("/print/school").headers["location"] == "/password"
    dashboard.clock.pass_minutes(7 * 24 * 60)
    answer = browser.sign_in(password=temporary)
    assert answer.status_code == 401
    assert "ask for a new one" in answer.text


def change(browser, old=PASSWORD, new="five other words in a row", repeated=None):
    fields = {"password": old, "new_password": new, "repeated": new if repeated is None else repeated}
    return browser.post("/password", data={**fields, "csrf": browser.token("/password")})


def test_own_password_is_changed_and_every_other_browser_is_signed_out(dashboard, browser):
    other = dashboard.browser()
    other.sign_in()
    browser.sign_in()
    assert "your password is changed" in change(browser).text
    assert browser.get("/print/school").status_code == 200
    assert other.get("/print/school").status_code == 303
    assert dashboard.browser().sign_in().status_code == 401
    assert dashboard.browser().sign_in(password="five other words in a row").status_code == 303


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"old": "not the password at all"}, "The password until now is wrong"),
        ({"new": "fourteen chars"}, "too short: 15 characters"),
        ({"new": "abababababababab"}, "repeats itself"),
        ({"new": f"my {PRINCIPAL} password"}, "holds the name"),
        ({"new": PASSWORD}, "is the old one"),
        ({"repeated": "another one in a row"}, "differ"),
    ],
)
def test_password_that_cannot_be_is_refused_with_the_reason(dashboard, browser, fields, words):
    browser.sign_in()
    answer = change(browser, **fields)
    assert answer.status_code == 400
    assert words in answer.text
    assert dashboard.browser().sign_in().status_code == 303


def test_ready_made_accounts_open_nothing_where_they_are_not_allowed(home, tmp_path):
    dashboard = Dashboard(tmp_path, has_ready_made=False)
    dashboard.has_account(PRINCIPAL)
    with dashboard.store.writing() as connection:
        connection.execute("update account set ready_made_role = 'principal'")
    assert dashboard.browser().sign_in().status_code == 401


def test_hash_of_other_parameters_is_made_anew_at_sign_in(dashboard, browser, hasher, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    with dashboard.store.writing() as connection:
        connection.execute("update account set password_hash = ?", [weak])
    assert browser.sign_in().status_code == 303
    account = accounts.find(dashboard.store, PRINCIPAL)
    assert "m=19456,t=2,p=1" in account.password_hash
