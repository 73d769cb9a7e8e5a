"""The pages in Streamlit, in a browser: each role, filters and links, what is left after a sign-out, and what is closed."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser.serving import Dashboard, wait_for
from district_platform_tests.browser.streamlit_pages import SIXTY_SECONDS, STUDENTS, choose, settled
from district_platform_tests.browser.test_accessibility import NARROW
from district_platform_tests.processes import platform


@pytest.mark.parametrize("role", ["principal", "employee"])
def test_narrow_screens_need_no_scrolling_sideways(enters, role: str):
    page = enters(role, viewport=NARROW)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_principal_filters_the_call_list_and_opens_a_student(enters):
    page = enters("principal")
    everybody = page.locator(STUDENTS).count()
    choose(page, "Grade")
    assert "grade=" in page.url
    expect(page.locator(STUDENTS)).not_to_have_count(everybody, timeout=SIXTY_SECONDS)
    filtered = page.locator(STUDENTS).all_inner_texts()
    page.reload()
    settled(page)
    assert page.locator(STUDENTS).all_inner_texts() == filtered, "a link with filters is the page as it was"
    name = page.locator(STUDENTS).first
    shown = name.inner_text()
    name.click()
    page.wait_for_url(re.compile(r"/student\?"))
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    assert shown.split(",")[0] not in page.url
    page.get_by_role("link", name="This page in plain form, to print").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)
    page.get_by_role("link", name="This page with filters beside it").click()
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(shown)


class Hands:
    """What a person does on a page, counted."""

    def __init__(self, page: Page) -> None:
        self.page, self.n_actions = page, 0

    def click(self, role: Literal["button", "link", "combobox", "option"], name: str | re.Pattern[str]) -> None:
        self.page.get_by_role(role, name=name).first.click()
        self.n_actions += 1

    def type(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)
        self.n_actions += 1

    def sign_in(self, dashboard: Dashboard, role: str) -> None:
        """From the address alone: the demo district leads to the form."""
        self.page.goto("/")
        settled(self.page)
        self.click("link", "Sign in")
        self.type("E-mail or person number", role)
        self.type("Password", dashboard.passwords[role])
        self.click("button", "Sign in")
        if role in dashboard.app_keys:
            self.type("Six digits of your authenticator app", dashboard.code(role))
            self.click("button", "Sign in")
        self.page.wait_for_load_state()


MOST_ACTIONS = 8


@pytest.fixture
def hands(interactive: Dashboard, browser: Browser) -> Iterator[Hands]:
    context = browser.new_context(base_url=interactive.url)
    yield Hands(context.new_page())
    context.close()


def test_principal_takes_along_whom_to_call_in_a_grade(interactive: Dashboard, hands: Hands):
    hands.sign_in(interactive, "principal")
    hands.click("combobox", re.compile("Grade"))
    hands.click("option", re.compile("Grade"))
    hands.page.wait_for_url(re.compile("grade="))
    settled(hands.page)
    with hands.page.expect_download() as taken:
        hands.click("link", re.compile("CSV of: Whom to call"))
    header, *rows = taken.value.path().read_text("utf-8-sig").splitlines()
    assert header.startswith("Name,Grade,")
    assert len({row.split(",")[2] for row in rows}) <= 1, "one grade"
    assert hands.n_actions <= MOST_ACTIONS


def test_teacher_reads_the_year_of_a_student(interactive: Dashboard, hands: Hands):
    hands.sign_in(interactive, "teacher")
    settled(hands.page)
    hands.page.locator(STUDENTS).first.click()
    hands.page.wait_for_url(re.compile(r"/student\?"))
    settled(hands.page)
    assert "Attendance" in hands.page.locator("main").inner_text()
    assert hands.n_actions + 1 <= MOST_ACTIONS


def test_employee_sees_the_hours_of_this_week(interactive: Dashboard, hands: Hands):
    hands.sign_in(interactive, "employee")
    settled(hands.page)
    text = hands.page.locator("main").inner_text()
    assert "Hours this week" in text
    assert "Punches missing" in text
    assert hands.n_actions <= MOST_ACTIONS


def test_human_resources_see_missing_punches_and_open_an_employee(interactive: Dashboard, hands: Hands):
    hands.sign_in(interactive, "hr")
    settled(hands.page)
    assert "Missing punches" in hands.page.locator("main").inner_text()
    hands.page.locator("main a[href^='/employee?']").first.click()
    hands.page.wait_for_url(re.compile(r"/employee\?"))
    settled(hands.page)
    assert "Hours this week" in hands.page.locator("main").inner_text()
    assert hands.n_actions + 1 <= MOST_ACTIONS


def test_visitor_sees_the_demo_district_and_sign_in(interactive: Dashboard, browser: Browser):
    context = browser.new_context(base_url=interactive.url)
    page = context.new_page()
    page.goto("/")
    expect(page.locator("p.banner")).to_contain_text("DEMO", timeout=SIXTY_SECONDS)
    settled(page)
    assert page.title().startswith("DEMO: ")
    page.goto("/staff")
    expect(page.locator("p.banner")).to_contain_text("DEMO", timeout=SIXTY_SECONDS)
    context.close()


def test_role_without_the_page_is_not_shown_it_and_the_try_is_recorded(interactive: Dashboard, enters):
    page = enters("teacher")
    page.goto("/staff")
    expect(page.get_by_role("heading", level=1)).to_have_text("No such page", timeout=SIXTY_SECONDS)
    assert "overtime" not in page.locator("body").inner_text().lower()
    audit = platform(interactive.home, "audit", "--account", "teacher").stdout
    assert ",refused,teacher,teacher," in audit
    assert ",staff," in audit


@pytest.mark.parametrize(("role", "path"), [("employee", "/hours?week=2026-02-01"), ("principal", "/school?grade=05")])
def test_first_page_has_an_address_of_its_own_that_keeps_filters(enters, role: str, path: str):
    page = enters(role)
    page.goto(path)
    settled(page)
    assert page.get_by_role("dialog").count() == 0, "Streamlit says that it knows no such page"
    assert page.url.endswith(path)


@pytest.mark.parametrize(
    "path", ["/_stcore/upload_file/a/b", "/_stcore/metrics", "/media/x.csv", "/component/a/b.html", "/app/static/x"]
)
def test_routes_of_streamlit_that_no_page_needs_are_closed(interactive: Dashboard, path: str):
    for method in ("GET", "PUT", "POST", "DELETE"):
        headers = {"origin": interactive.url}
        assert requests.request(method, interactive.url + path, headers=headers, timeout=10).status_code == 404


@pytest.mark.parametrize("path", ["/", "/school", "/nothing"])
def test_before_a_page_is_drawn_and_without_scripts_a_reader_is_told_of_the_plain_pages(
    interactive: Dashboard, browser: Browser, path: str
):
    context = browser.new_context(base_url=interactive.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(path)
    expect(page.get_by_role("status")).to_have_text(
        "The page is being drawn. The plain pages say the same and are quicker."
    )
    assert "This page needs scripts." in page.content()
    page.get_by_role("link", name="The plain pages").last.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    context.close()


def test_websocket_of_another_site_is_refused(interactive: Dashboard):
    headers = {
        "connection": "Upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    for origin, status in (({"origin": "https://elsewhere.example"}, 403), ({}, 403)):
        answer = requests.get(f"{interactive.url}/_stcore/stream", headers={**headers, **origin}, timeout=10)
        assert answer.status_code == status
    wait_for(interactive.answers, 10, lambda: "gone")
