"""District leaders and HR need an authenticator app beside the password; whoever has one is asked for it."""

import re

import pytest

from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.signin import accounts, second_factor, throttle
from district_platform_tests.web.dashboard import LEADER, PASSWORD, PRINCIPAL, Browser, Dashboard

KEY = re.compile(r"Key: <code>([A-Z2-7 ]+)</code>")
KEY_OF_A = "A" * 32
CODES = re.compile(r"<li><code>([a-z2-9-]+)</code></li>")


@pytest.fixture
def leader(dashboard: Dashboard) -> Browser:
    """The password of a district leader is typed, who has no app yet."""
    dashboard.has_account(LEADER)
    browser = dashboard.browser()
    assert browser.sign_in(LEADER).headers["location"] == "/second-factor"
    return browser


@pytest.fixture
def key(dashboard: Dashboard) -> str:
    """Of the app of a district leader."""
    dashboard.has_account(LEADER)
    return dashboard.has_app(LEADER)


def enrol(dashboard: Dashboard, browser: Browser, **fields: str) -> tuple[str, list[str]]:
    """Sets up an app; its key, and the recovery codes."""
    found = KEY.search(browser.get("/second-factor").text)
    assert found
    key = found[1].replace(" ", "")
    answer = browser.change_factor(dashboard.code(key), **fields)
    assert answer.status_code == 200
    return key, CODES.findall(answer.text)


def is_in(browser: Browser) -> bool:
    page = browser.get("/print/district")
    return page.status_code == 200 and "DEMO" not in page.text


def test_leader_sets_up_an_app_before_any_page_opens_and_types_its_code_ever_after(dashboard, leader):
    assert not is_in(leader)
    key, codes = enrol(dashboard, leader)
    assert len(set(codes)) == 8
    assert is_in(leader)
    dashboard.clock.pass_minutes(1)
    later = dashboard.browser()
    assert later.sign_in(LEADER).headers["location"] == "/code"
    assert not is_in(later)
    assert later.type_code(dashboard.code(key)).headers["location"] == "/"
    assert is_in(later)
    events = dashboard.events()
    assert events == [
        *("second factor awaited", "second factor set up", "signed in", "viewed"),
        *("second factor awaited", "signed in", "viewed"),
    ]


def test_picture_for_the_app_is_drawn_into_the_page_and_says_what_the_key_says(leader):
    page = leader.get("/second-factor").text
    assert "<svg" in page
    assert "src=" not in page.split("<svg")[1]
    assert 'aria-label="QR code of the key below"' in page
    assert second_factor.address_of(KEY_OF_A, LEADER, "A District") == (
        f"otpauth://totp/A%20District:leader%40example.org?secret={KEY_OF_A}&issuer=A%20District"
    )


def test_half_a_session_opens_no_page_no_password_and_no_role(dashboard, key, browser):
    browser.sign_in(LEADER)
    for path in ("/print/district", "/print/school", "/password", "/second-factor"):
        answer = browser.get(path)
        assert "S1" not in answer.text
        assert LEADER not in answer.text
        assert answer.status_code != 200 or "DEMO" in answer.text
    token = browser.token("/code")
    assert browser.post("/role", data={"role": "district", "csrf": token}).headers["location"] == "/sign-in"
    changed = {
        "password": PASSWORD,
        "new_password": "five other words in a row",
        "repeated": "five other words in a row",
    }
    assert browser.post("/password", data={**changed, "csrf": token}).headers["location"].startswith("/sign-in")
    forged = browser.post("/second-factor", data={"code": dashboard.code(second_factor.new_secret()), "csrf": token})
    assert forged.headers["location"] == "/code"
    assert not is_in(browser)


def test_half_a_session_is_over_after_ten_minutes(dashboard, key, browser):
    browser.sign_in(LEADER)
    dashboard.clock.pass_minutes(10.1)
    assert browser.get("/code").headers["location"] == "/sign-in"
    assert "the code was not typed within 10 minutes" in browser.get("/sign-in").text


def test_session_id_is_new_after_the_code(dashboard, key, browser):
    browser.sign_in(LEADER)
    half = browser.cookies["district"]
    browser.type_code(dashboard.code(key))
    assert browser.cookies["district"] != half
    other = dashboard.browser()
    other.cookies.set("district", half)
    assert not is_in(other)


def test_code_is_good_once_even_in_another_browser(dashboard, key):
    code = dashboard.code(key)
    first, second = dashboard.browser(), dashboard.browser()
    first.sign_in(LEADER)
    second.sign_in(LEADER)
    assert first.type_code(code).status_code == 303
    answer = second.type_code(code)
    assert answer.status_code == 401
    assert "used already" in answer.text
    assert not is_in(second)
    assert second.type_code(dashboard.code(key, 1)).status_code == 303


def test_code_of_an_earlier_half_minute_is_not_taken_after_a_later_one(dashboard, key, browser):
    early, late = dashboard.code(key), dashboard.code(key, 1)
    browser.sign_in(LEADER)
    browser.type_code(late)
    again = dashboard.browser()
    again.sign_in(LEADER)
    assert again.type_code(early).status_code == 401


@pytest.mark.parametrize(("steps", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clock_of_a_telephone_may_differ_by_half_a_minute(dashboard, key, browser, steps, is_taken):
    browser.sign_in(LEADER)
    assert (browser.type_code(dashboard.code(key, steps)).status_code == 303) == is_taken


def test_code_may_be_typed_with_the_space_that_apps_show(dashboard, key, browser):
    browser.sign_in(LEADER)
    code = dashboard.code(key)
    assert browser.type_code(f" {code[:3]} {code[3:]}").status_code == 303


def test_tries_of_codes_wait_and_the_right_password_does_not_forget_them(dashboard, key, browser):
    browser.sign_in(LEADER)
    answers = [browser.type_code("000000").status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    again = dashboard.browser()
    again.sign_in(LEADER)
    assert again.type_code(dashboard.code(key)).status_code == 429
    dashboard.clock.pass_minutes(0.3)
    assert again.type_code(dashboard.code(key)).status_code == 303


def test_after_thirty_wrong_codes_only_a_recovery_code_opens(dashboard, leader):
    key, codes = enrol(dashboard, leader)
    account = accounts.existing(dashboard.store, LEADER)
    dashboard.clock.pass_minutes(1)
    for _ in range(second_factor.MOST_WRONG):
        assert not second_factor.check(dashboard.store, account.account_id, "000000").is_right
    right = dashboard.code(key)
    assert second_factor.check(dashboard.store, account.account_id, right) is second_factor.Verdict.BLOCKED
    assert second_factor.check(dashboard.store, account.account_id, codes[0]).is_right
    assert second_factor.check(dashboard.store, account.account_id, right).is_right


def test_recovery_code_opens_once_in_any_case_and_says_how_many_are_left(dashboard, leader):
    _, codes = enrol(dashboard, leader)
    browser = dashboard.browser()
    browser.sign_in(LEADER)
    answer = browser.type_code(codes[3].upper().replace("-", " "))
    assert answer.headers["location"] == "/second-factor"
    assert "7 recovery codes left" in browser.get("/second-factor").text
    assert is_in(browser)
    again = dashboard.browser()
    again.sign_in(LEADER)
    assert again.type_code(codes[3]).status_code == 401
    assert [line.page for line in dashboard.audit() if line.event == "signed in"] == ["code", "recovery code"]


def test_recovery_code_of_somebody_else_opens_nothing(dashboard, leader, browser):
    _, codes = enrol(dashboard, leader)
    dashboard.has_app(PRINCIPAL)
    browser.sign_in()
    assert browser.type_code(codes[0]).status_code == 401


def test_neither_recovery_codes_nor_half_entered_keys_stand_in_the_file_in_clear(dashboard, leader):
    _, codes = enrol(dashboard, leader)
    files = b"".join(path.read_bytes() for path in dashboard.store.path.parent.iterdir())
    assert not any(code.encode() in files or code.replace("-", "").encode() in files for code in codes)


def test_new_recovery_codes_and_another_app_need_a_code_and_end_what_was_before(dashboard, leader):
    key, old = enrol(dashboard, leader)
    assert leader.change_factor("000000", wanted="codes").status_code == 401
    dashboard.clock.pass_minutes(1)
    new = CODES.findall(leader.change_factor(dashboard.code(key), wanted="codes").text)
    assert len(new) == 8
    assert not set(new) & set(old)
    assert leader.change_factor(new[0], wanted="app").headers["location"] == "/second-factor"
    other_key, _ = enrol(dashboard, leader)
    assert other_key != key
    browser = dashboard.browser()
    browser.sign_in(LEADER)
    dashboard.clock.pass_minutes(1)
    assert browser.type_code(old[0]).status_code == 401
    assert browser.type_code(dashboard.code(key)).status_code == 401
    assert browser.type_code(dashboard.code(other_key)).status_code == 303


def test_anybody_may_set_up_an_app_and_is_asked_for_it_from_then_on(dashboard, browser):
    browser.sign_in()
    elsewhere = dashboard.browser()
    elsewhere.sign_in()
    key, _ = enrol(dashboard, browser, password=PASSWORD)
    assert browser.get("/print/school").status_code == 200
    assert elsewhere.get("/print/school").headers["location"].startswith("/sign-in")
    dashboard.clock.pass_minutes(1)
    again = dashboard.browser()
    assert again.sign_in().headers["location"] == "/code"
    assert again.type_code(dashboard.code(key)).headers["location"] == "/"


@pytest.mark.parametrize(("password", "words"), [("", "Type your password"), ("a wrong password", "is wrong")])
def test_browser_that_was_left_open_sets_up_no_app_without_the_password(dashboard, browser, password, words):
    browser.sign_in()
    page = browser.get("/second-factor").text
    assert 'type="password" name="password"' in page
    key = KEY.search(page)[1].replace(" ", "")
    answer = browser.change_factor(dashboard.code(key), password=password)
    assert answer.status_code == 400
    assert words in answer.text
    assert second_factor.find(dashboard.store, accounts.existing(dashboard.store, PRINCIPAL).account_id) is None
    assert browser.get("/print/school").status_code == 200


def test_passwords_are_guessed_no_faster_at_a_first_app_than_at_sign_in(dashboard, browser):
    browser.sign_in()
    answers = [browser.change_factor("000000", password=f"a wrong password {n}").status_code for n in range(6)]
    assert answers == [400] * 5 + [429]
    assert dashboard.browser().sign_in().status_code == 429


def test_who_typed_the_password_a_moment_ago_is_not_asked_for_it_again(leader):
    assert 'name="password"' not in leader.get("/second-factor").text


def test_account_of_the_directory_sets_up_an_app_soon_after_signing_in_alone(dashboard, browser):
    browser.sign_in()
    with dashboard.store.writing() as connection:
        connection.execute("update account set password_hash = null")
    assert 'name="password"' not in browser.get("/second-factor").text
    key = KEY.search(browser.get("/second-factor").text)[1].replace(" ", "")
    token = browser.token("/second-factor")
    dashboard.clock.pass_minutes(11)
    assert "Sign in again first" in browser.get("/second-factor").text
    answer = browser.post("/second-factor", data={"code": dashboard.code(key), "csrf": token})
    assert answer.status_code == 403
    assert second_factor.find(dashboard.store, accounts.existing(dashboard.store, PRINCIPAL).account_id) is None


def test_key_that_a_thief_of_the_password_was_shown_is_good_for_nothing_once_the_owner_has_an_app(dashboard, leader):
    thief = dashboard.browser()
    thief.sign_in(LEADER)
    shown = KEY.search(thief.get("/second-factor").text)[1].replace(" ", "")
    token = thief.token("/second-factor")
    key, _ = enrol(dashboard, leader)
    assert shown != key
    answer = thief.post("/second-factor", data={"code": dashboard.code(shown), "csrf": token})
    assert answer.headers["location"].startswith("/sign-in")
    dashboard.clock.pass_minutes(1)
    thief.sign_in(LEADER)
    assert thief.type_code(dashboard.code(shown)).status_code == 401


def test_second_of_two_browsers_that_set_up_an_app_at_once_gets_nothing(dashboard, leader):
    other = dashboard.browser()
    other.sign_in(LEADER)
    sessions = [dashboard.site.visits.of(Asking(each)).half for each in (leader, other)]
    for session in sessions:
        second_factor.begin_enrolment(dashboard.store, session)
    keys = [second_factor.secret_of(dashboard.store, session) for session in sessions]
    assert second_factor.confirm(dashboard.store, sessions[0], dashboard.code(keys[0]))
    assert second_factor.confirm(dashboard.store, sessions[1], dashboard.code(keys[1])) is None


class Asking:
    """A request with a browser's cookies."""

    client = None

    def __init__(self, browser: Browser) -> None:
        self.cookies = dict(browser.cookies)


def test_factor_that_is_taken_away_signs_out_and_is_set_up_anew(dashboard, key, browser):
    browser.sign_in(LEADER)
    browser.type_code(dashboard.code(key))
    second_factor.remove(dashboard.store, accounts.existing(dashboard.store, LEADER).account_id)
    assert browser.get("/print/district").headers["location"].startswith("/sign-in")
    assert browser.sign_in(LEADER).headers["location"] == "/second-factor"


def test_new_password_keeps_the_second_factor(dashboard, key, browser):
    temporary = accounts.reset(dashboard.store, LEADER)
    assert browser.sign_in(LEADER, temporary).headers["location"] == "/code"
    assert browser.type_code(dashboard.code(key)).headers["location"] == "/password"
    new = "five other words in a row"
    form = {"password": temporary, "new_password": new, "repeated": new, "csrf": browser.token("/password")}
    assert browser.post("/password", data=form).status_code == 200
    assert is_in(browser)
    assert dashboard.browser().sign_in(LEADER, new).headers["location"] == "/code"


def test_page_that_was_asked_for_opens_after_code_and_after_setting_up(dashboard, key, browser):
    target = "/print/district?school=north"
    answer = browser.sign_in(LEADER, target=target)
    assert answer.headers["location"] == "/code?target=/print/district%3Fschool%3Dnorth"
    assert 'value="/print/district?school=north"' in browser.get(answer.headers["location"]).text
    assert browser.type_code(dashboard.code(key), target=target).headers["location"] == target


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", "/role", "/code"])
def test_no_step_goes_on_to_another_site(dashboard, key, browser, target):
    browser.sign_in(LEADER)
    assert "evil" not in browser.get("/code", params={"target": target}).text
    assert browser.type_code(dashboard.code(key), target=target).headers["location"] == "/"


@pytest.mark.parametrize("path", ["/code", "/second-factor"])
def test_forms_of_codes_without_their_token_change_nothing(dashboard, key, browser, path):
    browser.sign_in(LEADER)
    for token in ("", "0" * 64, dashboard.browser().token()):
        answer = browser.post(path, data={"code": dashboard.code(key), "csrf": token})
        assert answer.status_code in (303, 403)
        assert not is_in(browser)
    assert second_factor.check(
        dashboard.store, accounts.existing(dashboard.store, LEADER).account_id, dashboard.code(key)
    ).is_right, "the code was not used up"


def test_role_that_needs_two_factors_is_never_looked_through_with_one(dashboard, browser):
    """As in a file of before, or when the role is granted while a session lasts."""
    both = (Viewer(PRINCIPAL, Role.DISTRICT, Scope(schools=("north",))), *dashboard.district.roles[PRINCIPAL])
    browser.sign_in()
    dashboard.district.roles[PRINCIPAL] = both
    answer = browser.post("/role", data={"role": "district", "csrf": browser.token("/print/school")})
    assert answer.status_code == 403
    assert "asks for a second factor" in answer.text
    with dashboard.store.writing() as connection:
        connection.execute("update session set role = 'district'")
    assert browser.get("/print/district").headers["location"] == "/sign-in"


def test_leader_whose_role_is_gone_meanwhile_is_told_so_and_sets_nothing_up(dashboard, leader):
    key = KEY.search(leader.get("/second-factor").text)[1].replace(" ", "")
    del dashboard.district.roles[LEADER]
    answer = leader.change_factor(dashboard.code(key))
    assert answer.status_code == 400
    assert "no role" in answer.text
    assert second_factor.find(dashboard.store, accounts.existing(dashboard.store, LEADER).account_id) is None


def test_codes_of_many_at_once_are_no_way_around_the_limit(dashboard):
    account = accounts.existing(dashboard.store, PRINCIPAL)
    names = {f"code of {account.login}"}
    waits = [throttle.reserve(dashboard.store, name, "10.0.0.1") for name in names for _ in range(7)]
    assert waits[:5] == [0] * 5
    assert all(waits[5:])
