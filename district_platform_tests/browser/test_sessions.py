"""Sign-in, and what a browser still shows when it is over."""

import sqlite3
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from district_platform_tests.browser.serving import Dashboard, send_code, send_sign_in
from district_platform_tests.browser.test_accessibility import pages_of

SignedIn = Callable[..., Page]

STUDENTS = "main table a[href*='/print/student']"


def _is_asked_to_sign_in(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_visitor_sees_a_demo_district_that_says_so_on_every_page(visitor):
    visitor.goto("/")
    names = visitor.get_by_role("navigation", name="Pages").get_by_role("link").all_inner_texts()
    assert len(names) >= 3
    for name in names:
        visitor.get_by_role("navigation", name="Pages").get_by_role("link", name=name).click()
        assert visitor.title().startswith("DEMO: ")
        expect(visitor.locator("p.banner")).to_contain_text("DEMO")


def test_demo_has_every_kind_of_page(visitor):
    visitor.goto("/")
    kinds = {kind.rpartition("/")[2]: visitor.title() for kind in pages_of(visitor)}
    own = {"district", "school", "student", "classes", "desk", "quality", "staff", "employee", "hours", "store"}
    assert kinds.keys() == own
    assert all(title.startswith("DEMO: ") for title in kinds.values())


def test_page_asked_for_before_sign_in_opens_after_it(dashboard, visitor):
    visitor.goto("/sign-in?target=/print/district")
    send_sign_in(visitor, "district", dashboard.passwords["district"])
    send_code(visitor, dashboard.code("district"))
    visitor.wait_for_url("**/print/district")
    assert not visitor.title().startswith("DEMO")


def test_wrong_password_says_neither_account_nor_password_is_known(visitor):
    told = []
    for account in ("principal", "nobody@nowhere.example"):
        visitor.goto("/sign-in")
        send_sign_in(visitor, account, "not-the-password-of-anybody")
        told.append(visitor.get_by_role("alert").inner_text())
    assert told[0] == told[1]


def test_sign_out_in_one_tab_ends_the_other(signed_in: SignedIn):
    first = signed_in("principal")
    second = first.context.new_page()
    second.goto(first.url)
    theirs = set(first.locator(STUDENTS).all_inner_texts())
    second.get_by_role("button", name="Sign out").click()
    second.wait_for_load_state()
    first.reload()
    assert first.title().startswith("DEMO: "), "who has no session is a visitor"
    assert theirs
    assert theirs.isdisjoint(first.locator(STUDENTS).all_inner_texts())


def test_back_after_sign_out_shows_nothing_of_the_page_before(signed_in: SignedIn):
    page = signed_in("principal")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.go_back()
    assert page.title().startswith("DEMO") or page.get_by_role("heading", level=1).inner_text() == "Sign in"


def test_session_of_yesterday_is_over_and_says_why(own_dashboard: Dashboard, browser):
    page = own_dashboard.sign_in(browser, "principal")
    with sqlite3.connect(own_dashboard.home / "warehouse" / "access" / "access.sqlite") as store:
        store.execute("update session set seen_at = seen_at - 86400, started_at = started_at - 86400")
    page.reload()
    _is_asked_to_sign_in(page)
    expect(page.get_by_role("alert")).to_contain_text("Your session is over")
    page.context.close()


@pytest.mark.parametrize("value", ["x" * 43, "", "../../etc/passwd", "' or 1=1 --"])
def test_forged_cookie_is_a_visitor(dashboard, browser, value):
    context = browser.new_context(base_url=dashboard.url)
    context.add_cookies([{"name": "district", "value": value, "url": dashboard.url}])
    page = context.new_page()
    page.goto("/print/district")
    assert page.title().startswith("DEMO")
    context.close()


def test_session_does_not_leave_its_browser(signed_in: SignedIn):
    page = signed_in("teacher")
    [cookie] = page.context.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Lax")
    assert page.evaluate("document.cookie") == ""
    assert cookie["value"] not in page.content()


def test_no_page_asks_another_site(signed_in: SignedIn, dashboard):
    asked: set[str] = set()
    page = signed_in("district")
    page.on("request", lambda request: asked.add(request.url))
    page.goto("/print/district")
    assert {url for url in asked if not url.startswith(dashboard.url)} == set()
