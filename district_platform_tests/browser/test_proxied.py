"""The dashboard under an https address, behind the example of each proxy, as a teacher meets it in Streamlit."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser.serving import Dashboard, send_sign_in, serving
from district_platform_tests.browser.streamlit_pages import SIXTY_SECONDS, STUDENTS, choose, pick, settled, words
from district_platform_tests.browser.test_publications import teacher_with_an_account
from district_platform_tests.deploy.proxies import KINDS, Ports, Proxy, proxying

PASSWORD = "a sentence of my own"


@pytest.mark.parametrize("kind", KINDS)
def test_teacher_signs_in_filters_and_signs_out_behind_a_proxy(
    kind: str, copy: Path, cache: Path, browser: Browser, tmp_path: Path
):
    ports = Ports.free()
    with (
        proxying(kind, tmp_path / kind, ports) as proxy,
        serving(copy, cache, ports.behind, options=(), has_accounts=False, web__public_url=proxy.url) as running,
    ):
        proxy.wait()
        page = browser.new_context(base_url=proxy.url, ignore_https_errors=True).new_page()
        sockets: list[str] = []
        complaints: list[str] = []
        page.on("websocket", lambda socket: sockets.append(socket.url))
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        enter(page, running)
        [session] = [cookie for cookie in page.context.cookies() if cookie["name"] == "__Host-district"]
        assert (session["secure"], session["httpOnly"]) == (True, True)
        names = page.locator(STUDENTS).all_inner_texts()
        assert names
        choose_a_section(page)
        signs_out_in_one_tab_and_sees_nothing_in_the_other(page)
        assert {url.partition("/_stcore")[0] for url in sockets} == {proxy.url.replace("https", "wss")}
        assert complaints == []
        says_nothing_of_students(proxy)
        page.context.close()


def enter(page: Page, running: Dashboard) -> None:
    """Signs in with a temporary password, and chooses one's own."""
    account, temporary = teacher_with_an_account(running)
    page.goto("/sign-in")
    send_sign_in(page, account, temporary)
    page.get_by_label("Password until now").fill(temporary)
    for label in ("New password, ", "New password again"):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="Change").click()
    page.wait_for_load_state()
    page.goto("/")
    settled(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("My classes")


def choose_a_section(page: Page) -> None:
    before = words(page)
    choose(page, "Section")
    assert "section=" in page.url
    assert words(page) != before


def signs_out_in_one_tab_and_sees_nothing_in_the_other(page: Page) -> None:
    other = page.context.new_page()
    other.goto("/")
    settled(other)
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    pick(other, "Section")
    expect(other.get_by_role("heading", level=1)).to_have_text("Signed out", timeout=SIXTY_SECONDS)
    assert other.locator(STUDENTS).count() == 0


def says_nothing_of_students(proxy: Proxy) -> None:
    assert [word for word in ("section=", "student=", "/_stcore/stream") if word in proxy.logs()] == []
