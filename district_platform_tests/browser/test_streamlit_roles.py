"""Each role in Streamlit: a filter, its address opened again, a file, and nothing after signing out. The plain pages': test_tasks.py.

A page is opened as seldom as possible, since each takes seconds: what is opened again is looked through by axe, too.
"""

import csv
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from district_platform.web.dashboard.drawing import ROWS_A_PAGE
from district_platform_tests.browser.serving import Dashboard
from district_platform_tests.browser.streamlit_pages import FILES, SIXTY_SECONDS, choose, pick, settled, words
from district_platform_tests.browser.test_accessibility import ROLES, faults

KNOWN_FAULTS: frozenset[str] = frozenset()
"""Rules of axe that Streamlit 1.67 itself breaks on our pages."""


@pytest.mark.parametrize("role", ROLES)
def test_role_filters_opens_the_address_again_takes_a_file_and_signs_out(
    enters, interactive: Dashboard, role: str, tmp_path: Path
):
    page = enters(role)
    unfiltered = words(page)
    choose(page)
    filtered = words(page)
    assert filtered != unfiltered
    other = opens_without_a_fault_and_asks_nobody_else(page, interactive)
    assert words(other) == filtered
    takes_what_is_on_screen(page, tmp_path / "taken.csv")
    interactive.kept.pop(role, None)  # the cookie of a session that ends here
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    pick(other)
    expect(other.get_by_role("heading", level=1)).to_have_text("Signed out", timeout=SIXTY_SECONDS)
    assert other.locator("main table").count() == 0


def opens_without_a_fault_and_asks_nobody_else(page: Page, interactive: Dashboard) -> Page:
    """The address of a page in another tab: axe finds nothing, the console is silent, and no other site is asked."""
    other = page.context.new_page()
    complaints: list[str] = []
    asked: set[str] = set()
    other.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    other.on("request", lambda request: asked.add(request.url))
    other.goto(page.url)
    settled(other)
    assert [fault for fault in faults(other) if not any(f" {known}: " in fault for known in KNOWN_FAULTS)] == []
    assert complaints == []
    ours = (interactive.url, interactive.url.replace("http", "ws"), "data:", "blob:")
    assert {url for url in asked if not url.startswith(ours)} == set()
    return other


def takes_what_is_on_screen(page: Page, file: Path) -> None:
    """Takes the first file of the page: the rows that are shown, and more where the page shows a part of them."""
    link = page.locator(FILES).first
    with page.expect_download() as taken:
        link.click()
    taken.value.save_as(file)
    with file.open(encoding="utf-8-sig") as text:
        _, *rows = csv.reader(text)
    shown = link.locator("xpath=ancestor::div[@class='block']").locator("tbody tr")
    assert shown.count() == min(len(rows), ROWS_A_PAGE)
    first = shown.first.inner_text()
    assert any(value.lstrip("'") in first for value in rows[0] if value)
