"""WCAG 2.1 A and AA by axe-core, narrow screens, and the keyboard: every page of every role."""

from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from district_platform_tests.browser.serving import addresses

SignedIn = Callable[..., Page]
ROLES = ("district", "principal", "counselor", "teacher", "analyst", "clerk", "steward", "hr", "employee", "store")
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "resultTypes": ["violations"]}
NARROW = {"width": 320, "height": 640}


def faults(page: Page) -> list[str]:
    """What axe finds on the page, each with its place."""
    found = Axe().run(page, options=AXE).response["violations"]
    return [f"{page.url} {each['id']}: {node['html'][:150]}" for each in found for node in each["nodes"]]


def pages_of(page: Page) -> Iterator[str]:
    """Opens every page that this viewer's pages lead to, one of each kind: those of the navigation and what they link to."""
    waiting, seen = [page.url], set()
    while waiting:
        address = waiting.pop(0)
        kind = address.partition("?")[0].partition("#")[0]
        if kind in seen or "/print/" not in kind or "." in kind.rpartition("/")[2]:  # or a file to take along
            continue
        seen.add(kind)
        page.goto(address)
        links = page.locator("main a[href^='/print/'], nav a[href^='/print/']")
        waiting += [page.evaluate("a => new URL(a, location).href", href) for href in addresses(links)]
        yield kind


@pytest.mark.parametrize("role", ROLES)
def test_every_page_of_a_role_is_without_a_fault(signed_in: SignedIn, role):
    page = signed_in(role)
    found = {kind: faults(page) for kind in pages_of(page)}
    assert found
    assert [fault for each in found.values() for fault in each] == []


@pytest.mark.parametrize("role", ROLES)
def test_narrow_screens_need_no_scrolling_sideways(signed_in: SignedIn, role):
    page = signed_in(role, viewport=NARROW)
    wide = [kind for kind in pages_of(page) if page.evaluate("document.documentElement.scrollWidth") > NARROW["width"]]
    assert wide == []


@pytest.mark.parametrize("address", ["/", "/public", "/sign-in", "/print/nothing", "/sign-in?target=/print/school"])
def test_pages_before_sign_in_are_without_a_fault(visitor, address):
    visitor.goto(address)
    assert faults(visitor) == []


def test_form_of_a_new_password_is_without_a_fault(signed_in: SignedIn):
    page = signed_in("teacher")
    page.goto("/password")
    assert faults(page) == []


def test_first_tab_leads_past_the_navigation(signed_in: SignedIn):
    page = signed_in("district")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_pages_need_no_script(dashboard, browser):
    page = dashboard.sign_in(browser, "principal", java_script_enabled=False)
    assert page.locator("script").count() == 0
    assert page.locator("main table").count() >= 1
    page.context.close()


def test_faults_are_found_where_there_are_some(visitor):
    visitor.goto("/sign-in")
    visitor.evaluate("document.querySelector('label').replaceWith(document.createElement('input'))")
    assert faults(visitor) != []
