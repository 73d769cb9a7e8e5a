"""The tasks of test_keyboard.py in Streamlit: no pointer, and the focus always seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser import keyboard
from district_platform_tests.browser.serving import Dashboard
from district_platform_tests.browser.streamlit_pages import SIXTY_SECONDS, settled


def opens(page: Page, selector: str, to: str) -> None:
    """Follows a link, and waits for its page."""
    keyboard.follow(page, selector, re.compile(to), keyboard.LOOKS_OTHERWISE)
    settled(page)


@pytest.fixture
def arrives(interactive: Dashboard, browser: Browser) -> Callable[[str], Page]:
    """Signs in without a pointer."""

    def enter(role: str) -> Page:
        page = browser.new_context(base_url=interactive.url).new_page()
        keyboard.sign_in(page, interactive, role)
        page.wait_for_url(f"{interactive.url}/")
        settled(page)
        return page

    return enter


def test_an_employee_looks_at_the_days_of_a_week(arrives):
    page = arrives("employee")
    opens(page, "main td a[href*='week='], main th a[href*='week=']", "week=")
    expect(page.locator("main caption", has_text="Day by day")).to_be_visible()
    page.context.close()


def test_a_principal_finds_a_student_by_name(arrives):
    page = arrives("principal")
    name = page.locator("main table a[href^='/student?']").first.inner_text().split(",")[0]
    keyboard.tab_to(page, "[data-testid=stSidebar] [data-testid=stTextInput] input", keyboard.LOOKS_OTHERWISE)
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Students found", timeout=SIXTY_SECONDS)
    settled(page)
    opens(page, "main table a[href^='/student?']", r"/student\?")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.context.close()


def test_human_resources_choose_a_school_and_open_an_employee(arrives):
    page = arrives("hr")
    keyboard.tab_to(page, "[data-testid=stSidebar] [data-testid=stSelectbox] input", keyboard.LOOKS_OTHERWISE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("school=0"))
    settled(page)
    opens(page, "main table a[href^='/employee?']", r"/employee\?")
    trail = page.get_by_role("navigation", name="Where you are")
    expect(trail.get_by_role("link")).to_have_text("Staff hours")
    page.context.close()
