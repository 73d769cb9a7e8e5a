"""Tasks of test_tasks.py, test_sessions.py and test_publications.py once more through Streamlit."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, expect

from district_platform_tests.browser.serving import Dashboard, addresses, send_sign_in, serving
from district_platform_tests.browser.streamlit_pages import SIXTY_SECONDS, STUDENTS, opened, pick, settled, signed_in
from district_platform_tests.browser.test_publications import _publish_again
from district_platform_tests.browser.test_tasks import _ids
from district_platform_tests.processes import platform


@pytest.fixture
def own_interactive(copy: Path, cache: Path, dashboard: Dashboard) -> Iterator[Dashboard]:
    """Streamlit over a district that a test may change."""
    with serving(copy, cache, options=()) as running:
        yield running


def test_addresses_hold_ids_and_no_names(enters, interactive: Dashboard):
    page = enters("principal")
    names = {name.lower() for name in _ids(interactive, "last_name", "dim_student")}
    told = {part.lower() for href in addresses(page.locator("a[href]")) for part in re.split(r"[^A-Za-z]+", href)}
    assert names & told == set()


def test_search_by_name_finds_a_student_and_leaves_the_name_out_of_the_address(enters):
    page = enters("principal")
    name = page.locator(STUDENTS).first.inner_text().split(",")[0]
    box = page.get_by_role("textbox", name=re.compile("name", re.IGNORECASE)).first
    box.fill(name)
    box.press("Enter")
    expect(page.locator("main")).to_contain_text("Students found", timeout=SIXTY_SECONDS)
    assert name.lower() not in page.url.lower()


def test_principal_who_guesses_is_told_what_a_wrong_address_is_told(enters, interactive: Dashboard):
    page = enters("principal")
    own = {
        match for href in addresses(page.locator("a[href*='school=']")) for match in re.findall(r"school=(\w+)", href)
    }
    others = sorted(_ids(interactive, "k_school", "dim_school") - own)
    told = {opened(page, f"/school?school={school}") for school in (others[0], others[-1], "9999", "0107' or 1=1")}
    assert told == {"No such page"}


def test_teacher_reaches_nobody_elses_students(enters, interactive: Dashboard):
    page = enters("teacher")
    own = {match for href in addresses(page.locator(STUDENTS)) for match in re.findall(r"student=(\w+)", href)}
    assert own
    others = sorted(_ids(interactive, "k_student_xyear", "dim_student") - own)
    taught = set(re.findall(r"student=(\w+)", page.content()))
    for student in [other for other in others if other not in taught][:: len(others) // 3]:
        assert opened(page, f"/student?student={student}") == "No such page"


def test_two_tabs_of_two_roles_in_one_browser_are_the_later_one(enters, interactive: Dashboard, browser: Browser):
    """A browser has one session: who signs in as another role in a second tab leaves nothing of the first role in either."""
    context = browser.new_context(base_url=interactive.url)
    first = context.new_page()
    first.goto("/sign-in")
    send_sign_in(first, "principal", interactive.passwords["principal"])
    first.wait_for_url(f"{interactive.url}/")
    settled(first)
    theirs = set(first.locator(STUDENTS).all_inner_texts())
    assert theirs
    second = context.new_page()
    second.goto("/sign-in")
    send_sign_in(second, "employee", interactive.passwords["employee"])
    second.wait_for_url(f"{interactive.url}/")
    settled(second)
    expect(second.get_by_role("heading", level=1)).to_have_text("My hours")
    pick(first, "Grade")
    expect(first.locator(STUDENTS)).to_have_count(0, timeout=SIXTY_SECONDS)
    first.goto("/")
    settled(first)
    expect(first.get_by_role("heading", level=1)).to_have_text("My hours")
    context.close()


def test_two_roles_in_two_browsers_at_once_see_their_own(enters):
    principal, employee = enters("principal"), enters("employee")
    theirs = set(principal.locator(STUDENTS).all_inner_texts())
    employee.reload()
    principal.reload()
    settled(employee)
    settled(principal)
    assert set(principal.locator(STUDENTS).all_inner_texts()) == theirs
    assert employee.locator(STUDENTS).count() == 0
    expect(employee.get_by_role("heading", level=1)).to_have_text("My hours")


def test_back_after_sign_out_shows_nothing_of_the_page_before(own_interactive: Dashboard, browser: Browser):
    page = signed_in(own_interactive, browser, "principal")
    theirs = page.locator(STUDENTS).all_inner_texts()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    page.go_back()
    page.wait_for_timeout(3000)
    assert not [name for name in theirs if name in page.locator("body").inner_text()]
    page.context.close()


def test_session_of_yesterday_new_publication_and_a_pruned_one(own_interactive: Dashboard, browser: Browser):
    """In one dashboard, since each takes a while to start: a publication comes, the one before is pruned, a night passes."""
    page = signed_in(own_interactive, browser, "principal")
    home = own_interactive.home
    first = (home / "warehouse" / "current").resolve()
    _publish_again(home, "v00000077-later")
    shutil.rmtree(first)
    page.reload()
    settled(page)
    assert "v00000077-later" in page.locator(".foot").first.inner_text()
    with sqlite3.connect(home / "warehouse" / "access" / "access.sqlite") as store:
        store.execute("update session set seen_at = seen_at - 86400, started_at = started_at - 86400")
    pick(page, "Grade")
    expect(page.get_by_role("heading", level=1)).to_have_text("Signed out", timeout=SIXTY_SECONDS)
    assert page.locator(STUDENTS).count() == 0
    page.context.close()


@pytest.mark.parametrize("value", ["x" * 43, "../../etc/passwd", "' or 1=1 --"])
def test_forged_cookie_is_a_visitor(interactive: Dashboard, browser: Browser, value: str):
    context = browser.new_context(base_url=interactive.url)
    context.add_cookies([{"name": "district", "value": value, "url": interactive.url}])
    page = context.new_page()
    page.goto("/")
    expect(page.locator("p.banner")).to_contain_text("DEMO", timeout=SIXTY_SECONDS)
    context.close()


def test_district_leaders_views_of_students_stand_in_the_audit(enters, interactive: Dashboard):
    page = enters("district")
    opened(page, "/school")
    settled(page)
    page.locator("main a[href*='/school?']").first.click()
    page.wait_for_url(re.compile(r"/school\?"))
    settled(page)
    page.locator(STUDENTS).first.click()
    page.wait_for_url(re.compile(r"/student\?"))
    settled(page)
    [student] = re.findall(r"student=([^&]+)", page.url)
    audit = platform(interactive.home, "audit").stdout
    lines = [line for line in audit.splitlines() if ",student," in line and student in line and ",district," in line]
    assert lines
    assert all("viewed" in line for line in lines)


def test_a_students_page_begins_with_who_it_is_and_its_first_part_on_one_screen(enters):
    """On a laptop's screen, without scrolling: the name, school and grade, and where the first part of the page begins."""
    page = enters("counselor", viewport={"width": 1366, "height": 768})
    page.locator(STUDENTS).first.click()
    page.wait_for_url(re.compile(r"/student\?"))
    settled(page)
    for place in (
        page.get_by_role("heading", level=1),
        page.locator("p.lead").first,
        page.get_by_role("heading", level=2).first,
    ):
        box = place.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768


def test_a_students_whole_page_is_on_one_screen_of_a_laptop(enters, interactive: Dashboard):
    """Of the students with the longest history, too: nothing has to be scrolled but long tables in their places."""
    page = enters("counselor", viewport={"width": 1440, "height": 900})
    linked = page.locator(STUDENTS)
    students = {re.findall(r"student=([^&]+)", href)[0]: href for href in addresses(linked)}
    out = interactive.home / "warehouse" / "current" / "out"
    longest = duckdb.sql(
        f"""select k_student_xyear from '{out}/fct_student_school_association.parquet'
            where k_student_xyear in ({", ".join(f"'{each}'" for each in students)})
            group by all order by count(*) desc, k_student_xyear limit 2"""
    ).fetchall()
    for student in [next(iter(students)), *(each for (each,) in longest)]:
        page.goto(students[student])
        settled(page)
        for title in ("The year", "School years", "Results and growth", "Programs", "Why you see this page"):
            expect(page.get_by_role("heading", name=title, exact=True)).to_be_in_viewport(ratio=1)
        expect(page.get_by_text("Figures as of")).to_be_in_viewport(ratio=1)
        main = page.get_by_test_id("stMain")
        assert main.evaluate("each => each.scrollHeight <= each.clientHeight")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1440
    page.get_by_text("Enrollments", exact=True).first.click()
    expect(page.locator("caption", has_text="Enrollments")).to_be_visible()
