"""Each page of each role on paper: all of it, and nothing that only a screen needs."""

import pytest
from playwright.sync_api import expect

from district_platform_tests.browser.test_accessibility import ROLES, SignedIn, pages_of

LETTER = {"width": 725, "height": 960}
"""What the margins leave of a sheet of 8.5 by 11 inches, in pixels of 1/96 inch."""
TOO_WIDE = """width => [...document.querySelectorAll('main table, main svg')]
    .filter(each => each.getBoundingClientRect().right > width + 1)
    .map(each => each.querySelector('caption')?.textContent ?? each.tagName)"""


@pytest.mark.parametrize("role", ROLES)
def test_every_page_fits_a_sheet(signed_in: SignedIn, role):
    page = signed_in(role, viewport=LETTER)
    page.emulate_media(media="print")
    printed = 0
    for kind in pages_of(page):
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        expect(page.locator("header.site nav")).to_be_hidden()
        for each in page.locator("form, a.export").all():
            expect(each).to_be_hidden()
        assert (kind, page.evaluate(TOO_WIDE, LETTER["width"])) == (kind, [])
        printed += 1
    assert printed
