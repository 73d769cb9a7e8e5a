"""The tasks of test_keyboard.py in Streamlit: no pointer, and the focus always seen."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser import test_keyboard
from district_platform_tests.browser.serving import Dashboard
from district_platform_tests.browser.streamlit_pages import SIXTY_SECONDS, settled

MOST_TABS = 400
IS_SEEN = """async () => {
    const focused = document.activeElement;
    const looks = async () => {
        await new Promise(drawn => setTimeout(drawn, 500));
        const around = [];
        for (let each = focused; each && around.length < 6; each = each.parentElement) {
            const style = getComputedStyle(each);
            around.push([style.outline, style.boxShadow, style.borderColor, style.backgroundColor].join());
        }
        return around.join(';');
    };
    const withFocus = await looks();
    focused.blur();
    const without = await looks();
    focused.focus();
    return withFocus !== without;
}"""
"""Whether the element with the focus, or what is around it, looks otherwise than without it: Streamlit draws a choice's focus around it."""


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the focus is on what is looked for. Fails where it is not seen, or never comes."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(IS_SEEN), f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"no Tab leads to {selector}")


def follow(page: Page, selector: str, to: str) -> None:
    """Opens a link, and waits for its page."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(to))
    settled(page)


@pytest.fixture
def arrives(interactive: Dashboard, browser: Browser) -> Callable[[str], Page]:
    """Signs in without a pointer."""

    def enter(role: str) -> Page:
        page = browser.new_context(base_url=interactive.url).new_page()
        page.goto("/sign-in")
        test_keyboard.tab_to(page, "input[name=account]")
        page.keyboard.type(role)
        test_keyboard.tab_to(page, "input[name=password]")
        page.keyboard.type(interactive.passwords[role])
        page.keyboard.press("Enter")
        if role in interactive.app_keys:
            page.wait_for_url("**/code")
            test_keyboard.tab_to(page, "input[name=code]")
            page.keyboard.type(interactive.code(role))
            page.keyboard.press("Enter")
        page.wait_for_url(f"{interactive.url}/")
        settled(page)
        return page

    return enter


def test_an_employee_looks_at_the_days_of_a_week(arrives):
    page = arrives("employee")
    follow(page, "main td a[href*='week='], main th a[href*='week=']", "week=")
    expect(page.locator("main caption", has_text="Day by day")).to_be_visible()
    page.context.close()


def test_a_principal_finds_a_student_by_name(arrives):
    page = arrives("principal")
    name = page.locator("main table a[href^='/student?']").first.inner_text().split(",")[0]
    tab_to(page, "[data-testid=stSidebar] [data-testid=stTextInput] input")
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Students found", timeout=SIXTY_SECONDS)
    settled(page)
    follow(page, "main table a[href^='/student?']", r"/student\?")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.context.close()


def test_human_resources_choose_a_school_and_open_an_employee(arrives):
    page = arrives("hr")
    tab_to(page, "[data-testid=stSidebar] [data-testid=stSelectbox] input")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("school=0"))
    settled(page)
    follow(page, "main table a[href^='/employee?']", r"/employee\?")
    trail = page.get_by_role("navigation", name="Where you are")
    expect(trail.get_by_role("link")).to_have_text("Staff hours")
    page.context.close()
