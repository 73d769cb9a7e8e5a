"""A person without a pointer: the focus goes on by Tab, and is always seen."""

from re import Pattern

from playwright.sync_api import Page

from district_platform_tests.browser.serving import Dashboard

MOST_TABS = 400
OUTLINED = """() => {
    const style = getComputedStyle(document.activeElement);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""
"""Whether the element with the focus has an outline, as all have on the plain pages."""
LOOKS_OTHERWISE = """async () => {
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


def tab_to(page: Page, selector: str, is_seen: str = OUTLINED) -> None:
    """Presses Tab until the focus is on what is looked for. Fails where it is not seen, or never comes."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            assert page.evaluate(is_seen), f"the focus on {selector} is not seen"
            return
    raise AssertionError(f"no Tab leads to {selector}")


def follow(page: Page, selector: str, to: str | Pattern[str], is_seen: str = OUTLINED) -> None:
    """Opens a link."""
    tab_to(page, selector, is_seen)
    page.keyboard.press("Enter")
    page.wait_for_url(to)


def sign_in(page: Page, dashboard: Dashboard, role: str) -> None:
    """Fills in the forms of sign-in, which are the plain pages' in both forms."""
    page.goto("/sign-in")
    tab_to(page, "input[name=account]")
    page.keyboard.type(role)
    tab_to(page, "input[name=password]")
    page.keyboard.type(dashboard.passwords[role])
    page.keyboard.press("Enter")
    if role in dashboard.app_keys:
        page.wait_for_url("**/code")
        tab_to(page, "input[name=code]")
        page.keyboard.type(dashboard.code(role))
        page.keyboard.press("Enter")
