"""Whose account the directory means: a person's, and not an address's."""

import pytest

from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.signin import accounts, invitations, second_factor
from district_platform_tests.web.dashboard import PRINCIPAL, TEACHER, Dashboard
from district_platform_tests.web.signin.hostile import come_back, is_in, leave, with_directory


@pytest.fixture
def dashboard(home, hostile) -> Dashboard:
    return with_directory(home.root, hostile.url)


def test_account_is_the_persons_and_not_the_addresss(dashboard, hostile):
    """Somebody who gets the address of a person who left does not get the account."""
    browser = dashboard.browser()
    come_back(browser, leave(browser, hostile))
    hostile.claims = {"sub": "S-2"}
    other = dashboard.browser()
    answer = come_back(other, leave(other, hostile), "c2")
    assert answer.status_code == 403
    assert "another person" in answer.text
    accounts.remove(dashboard.store, PRINCIPAL)
    assert come_back(other, leave(other, hostile), "c3").status_code == 303


def test_account_goes_with_the_persons_new_address(dashboard, hostile):
    new = "new.name@example.org"
    browser = dashboard.browser()
    come_back(browser, leave(browser, hostile))
    before = accounts.existing(dashboard.store, PRINCIPAL)
    hostile.claims = {"email": new}
    dashboard.district.roles[new] = (Viewer(new, Role.PRINCIPAL, Scope(schools=("north",))),)
    assert come_back(browser, leave(browser, hostile), "c2").status_code == 303
    assert accounts.existing(dashboard.store, new).account_id == before.account_id
    dashboard.has_account(TEACHER)
    hostile.claims = {"email": TEACHER}
    assert come_back(browser, leave(browser, hostile), "c3").status_code == 403


def test_account_with_a_password_or_an_invitation_is_bound_and_a_disabled_one_stays_closed(dashboard, hostile):
    token = invitations.invite(dashboard.store, [PRINCIPAL])[PRINCIPAL]
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).status_code == 303
    assert browser.get(f"/invitation/{token}").status_code == 404
    assert "no password" in browser.get("/password").text.lower()
    accounts.disable(dashboard.store, PRINCIPAL)
    answer = come_back(browser, leave(browser, hostile), "c2")
    assert answer.status_code == 403
    assert "disabled" in answer.text


def test_account_with_an_app_is_asked_for_its_code_after_the_directory(dashboard, hostile):
    dashboard.has_account(PRINCIPAL)
    key = dashboard.has_app(PRINCIPAL)
    browser = dashboard.browser()
    assert come_back(browser, leave(browser, hostile)).headers["location"] == "/code"
    assert not is_in(browser)
    assert browser.type_code(dashboard.code(key)).headers["location"] == "/"
    assert second_factor.find(dashboard.store, accounts.existing(dashboard.store, PRINCIPAL).account_id)
