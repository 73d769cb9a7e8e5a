"""Invitations open an account once, within two weeks, with a password that its owner chooses."""

import pytest

from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.signin import accounts, invitations
from district_platform.web.signin.accounts import AccountError
from district_platform_tests.web.dashboard import LEADER, PASSWORD, TEACHER, Browser, Dashboard


@pytest.fixture
def token(dashboard: Dashboard) -> str:
    """Of the link of a teacher who is invited."""
    return invitations.invite(dashboard.store, [TEACHER])[TEACHER]


def accept(
    browser: Browser, token: str, password: str = PASSWORD, repeated: str | None = None, csrf: str | None = None
):
    path = f"/invitation/{token}"
    form = {"new_password": password, "repeated": password if repeated is None else repeated}
    return browser.post(path, data={**form, "csrf": browser.token(path) if csrf is None else csrf})


def test_link_opens_the_account_with_the_password_that_its_owner_chooses(dashboard, browser, token):
    page = browser.get(f"/invitation/{token}")
    assert f"invited as {TEACHER}" in page.text
    assert accept(browser, token).headers["location"] == "/"
    assert browser.get("/print/classes").status_code == 200
    assert dashboard.browser().sign_in(TEACHER).status_code == 303
    assert dashboard.events()[:3] == ["invitation accepted", "signed in", "viewed"]


def test_link_is_good_once_and_looking_at_it_uses_nothing_up(dashboard, browser, token):
    for _ in range(3):
        assert browser.get(f"/invitation/{token}").status_code == 200
    csrf = browser.token(f"/invitation/{token}")
    accept(browser, token)
    other = dashboard.browser()
    assert other.get(f"/invitation/{token}").status_code == 404
    assert accept(other, token, "five other words in a row", csrf=other.token()).status_code == 404
    assert accept(browser, token, "five other words in a row", csrf=csrf).status_code == 403
    assert dashboard.browser().sign_in(TEACHER).status_code == 303


def test_link_is_over_after_two_weeks(dashboard, browser, token):
    dashboard.clock.pass_minutes(14 * 24 * 60 - 1)
    csrf = browser.token(f"/invitation/{token}")
    dashboard.clock.pass_minutes(2)
    assert browser.get(f"/invitation/{token}").status_code == 404
    assert accept(browser, token, csrf=csrf).status_code == 404
    assert accounts.existing(dashboard.store, TEACHER).password_hash is None


def test_link_of_before_is_over_when_another_is_made_or_the_account_is_closed_or_reset(dashboard, browser, token):
    other = invitations.invite(dashboard.store, [TEACHER.upper()])[TEACHER]
    assert browser.get(f"/invitation/{token}").status_code == 404
    accounts.disable(dashboard.store, TEACHER)
    assert browser.get(f"/invitation/{other}").status_code == 404
    temporary = accounts.reset(dashboard.store, TEACHER)
    assert browser.get(f"/invitation/{other}").status_code == 404
    assert browser.sign_in(TEACHER, temporary).headers["location"] == "/password"


def test_account_that_was_opened_or_closed_is_not_invited_again(dashboard, browser, token):
    accept(browser, token)
    with pytest.raises(AccountError, match="accounts reset"):
        invitations.invite(dashboard.store, ["new@example.org", TEACHER])
    assert accounts.find(dashboard.store, "new@example.org") is None
    accounts.disable(dashboard.store, TEACHER)
    with pytest.raises(AccountError):
        invitations.invite(dashboard.store, [TEACHER])


@pytest.mark.parametrize(
    ("password", "repeated", "words"),
    [
        ("fourteen chars", None, "too short"),
        (f"my {TEACHER} password", None, "holds the name"),
        (PASSWORD, "another one in a row", "differ"),
    ],
)
def test_password_that_cannot_be_leaves_the_link_good(browser, token, password, repeated, words):
    answer = accept(browser, token, password, repeated)
    assert answer.status_code == 400
    assert words in answer.text
    assert accept(browser, token).status_code == 303


def test_invited_account_has_no_password_to_guess(dashboard, browser, token):
    for password in ("", "None", token):
        assert browser.sign_in(TEACHER, password).status_code == 401


@pytest.mark.parametrize("guess", ["x", "abcde-fghij-klmno-pqrst", "%00", "' or 1=1", "a" * 5_000])
def test_guessed_link_is_told_what_a_used_one_is(browser, guess):
    answer = browser.get(f"/invitation/{guess}")
    assert answer.status_code == 404
    assert "This invitation is over" in answer.text


def test_form_of_another_site_chooses_no_password(dashboard, browser, token):
    for csrf in ("", dashboard.browser().token()):
        assert accept(browser, token, csrf=csrf).status_code == 403
    csrf = browser.token(f"/invitation/{token}")
    form = {"new_password": PASSWORD, "repeated": PASSWORD, "csrf": csrf}
    evil = browser.post(f"/invitation/{token}", data=form, headers={"origin": "https://evil.example"})
    assert evil.status_code == 403
    assert accounts.existing(dashboard.store, TEACHER).password_hash is None


def test_invited_leader_sets_up_an_app_before_a_page_opens(dashboard, browser):
    token = invitations.invite(dashboard.store, [LEADER])[LEADER]
    assert accept(browser, token).headers["location"] == "/second-factor"
    assert "DEMO" in browser.get("/print/district").text


def test_who_has_no_role_yet_is_told_so_and_keeps_the_password(dashboard, browser):
    token = invitations.invite(dashboard.store, ["new@example.org"])["new@example.org"]
    answer = accept(browser, token)
    assert answer.status_code == 403
    assert "no role" in answer.text
    dashboard.district.roles["new@example.org"] = (
        Viewer("new@example.org", Role.PRINCIPAL, Scope(schools=("north",))),
    )
    assert browser.sign_in("new@example.org").status_code == 303


def test_somebody_who_is_signed_in_and_opens_anothers_invitation_goes_on_as_the_other(dashboard, browser, token):
    browser.sign_in()
    before = browser.cookies["district"]
    accept(browser, token)
    assert browser.get("/").headers["location"] == "/print/classes"
    old = dashboard.browser()
    old.cookies.set("district", before)
    assert old.get("/print/school").headers["location"].startswith("/sign-in")
