"""Pages of Streamlit in a browser: when they are drawn, and what is found on them."""

import re

from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser.serving import Dashboard, send_code, send_sign_in

SIXTY_SECONDS = 60_000
STUDENTS = "main a[href^='/student?']"
FILES = "main a.export"
_AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def settled(page: Page) -> None:
    """Waits until Streamlit has drawn the whole page: its foot stands at the end, no script runs, and every widget has its own script."""
    expect(page.locator(".foot, .section a[href='/sign-in']").first).to_be_visible(timeout=SIXTY_SECONDS)
    expect(page.locator(_AT_REST)).to_have_count(1, timeout=SIXTY_SECONDS)
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0, timeout=SIXTY_SECONDS)


def opened(page: Page, address: str) -> str:
    """The heading of the page at an address, when it is drawn."""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible(timeout=SIXTY_SECONDS)
    return page.get_by_role("heading", level=1).inner_text()


def words(page: Page) -> list[str]:
    """What the page says, part by part."""
    return page.locator("main .section").all_inner_texts()


def pick(page: Page, label: str = "") -> None:
    """Picks in a filter, or the first one, an option that does not hold, as a person does; of a page with days alone, another day."""
    sidebar = page.get_by_test_id("stSidebar")
    choices = sidebar.get_by_role("combobox", name=re.compile(label))
    if choices.count():
        choices.first.click()
        page.locator("[role=option][aria-selected=false]").first.click()
    else:
        day = sidebar.get_by_role("spinbutton", name="day, ").first
        day.press("ArrowDown")
        page.get_by_role("heading", level=1).click()  # a day is chosen when the field is left


def choose(page: Page, label: str = "") -> None:
    """Picks in a filter, and waits until the address and the page hold it."""
    before = page.url
    pick(page, label)
    expect(page).not_to_have_url(before, timeout=SIXTY_SECONDS)
    settled(page)


def signed_in(running: Dashboard, browser: Browser, role: str) -> Page:
    """The first page of a role, in a browser and a session of its own."""
    page = browser.new_context(base_url=running.url).new_page()
    page.goto("/sign-in")
    send_sign_in(page, role, running.passwords[role])
    if role in running.app_keys:
        send_code(page, running.code(role))
    page.wait_for_url(f"{running.url}/")
    settled(page)
    return page
