"""Three tasks from sign-in to their end by the keyboard alone: no pointer, and the focus always seen."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser.keyboard import follow, sign_in, tab_to
from district_platform_tests.browser.serving import Dashboard


@pytest.fixture
def arrives(dashboard: Dashboard, browser: Browser) -> Callable[[str], Page]:
    """Signs in without a pointer."""

    def enter(role: str) -> Page:
        page = browser.new_context(base_url=dashboard.url).new_page()
        sign_in(page, dashboard, role)
        page.wait_for_url("**/print/**")
        return page

    return enter


def test_an_employee_looks_at_the_days_of_a_week(arrives):
    page = arrives("employee")
    tab_to(page, "a.skip")
    page.keyboard.press("Enter")
    follow(page, "#weeks td a, #weeks th a", "**week=**")
    expect(page.locator("#days caption")).to_contain_text("Day by day")
    assert page.locator("select[name=week]").input_value()
    page.context.close()


def test_a_principal_finds_a_student_by_name(arrives):
    page = arrives("principal")
    name = page.locator("main table a[href*='/print/student']").first.inner_text().split(",")[0]
    tab_to(page, "input[type=search]")
    page.keyboard.type(name)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, "#found a[href*='/print/student']", "**/print/student?**")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    page.context.close()


def test_human_resources_choose_a_school_and_open_an_employee(arrives):
    page = arrives("hr")
    tab_to(page, "select[name=school]")
    page.keyboard.press("ArrowDown")
    tab_to(page, "form.filters button")
    page.keyboard.press("Enter")
    page.wait_for_url("**school=0**")
    follow(page, "main table a[href*='/print/employee']", "**/print/employee?**")
    trail = page.get_by_role("navigation", name="Where you are")
    expect(trail.get_by_role("link")).to_have_text("Staff hours")
    page.context.close()
