"""What people come for, click by click: whom to call, how a student's year goes, what to take along; and what a guess gives."""

import csv
import re
from collections.abc import Callable

import duckdb
import pytest
from playwright.sync_api import Page, expect

from district_platform_tests.browser.serving import Dashboard, addresses
from district_platform_tests.processes import platform

SignedIn = Callable[..., Page]
DISTRICT, SCHOOL, STUDENT, CLASSES = "district", "school", "student", "classes"
PAGES = {
    "district": {DISTRICT, SCHOOL},
    "principal": {SCHOOL},
    "counselor": {SCHOOL},
    "teacher": {CLASSES},
    "analyst": {DISTRICT},
    "clerk": {"desk"},
    "steward": {"quality"},
    "hr": {"staff"},
    "employee": {"hours"},
    "store": {"store"},
}
"""The pages that a role begins with."""
WITH_STUDENTS = {"district", "principal", "counselor", "teacher"}


def _title(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def _ids(dashboard: Dashboard, column: str, table: str) -> set[str]:
    out = dashboard.home / "warehouse" / "current" / "out"
    return {str(value) for (value,) in duckdb.sql(f"select distinct {column} from '{out}/{table}.parquet'").fetchall()}


def _linked(page: Page, filter_name: str) -> set[str]:
    """The values of a filter that the page's links hold."""
    found = (re.search(f"{filter_name}=([^&]+)", href) for href in addresses(page.locator("a")))
    return {match[1] for match in found if match}


@pytest.mark.parametrize(("role", "expected"), PAGES.items())
def test_role_begins_with_its_own_pages_and_reaches_no_other(signed_in: SignedIn, dashboard, role, expected):
    page = signed_in(role)
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    found = {href.rsplit("/", 1)[-1] for href in addresses(links)}
    assert found == expected
    own = expected | ({STUDENT} if role in WITH_STUDENTS else set()) | ({"employee"} if role == "hr" else set())
    for other in {*set().union(*PAGES.values()), STUDENT, "employee"} - own:
        response = page.goto(f"/print/{other}")
        assert response
        assert (other, response.status) == (other, 404)


@pytest.mark.parametrize("role", PAGES)
def test_role_filters_opens_the_address_again_takes_a_file_and_signs_out(signed_in: SignedIn, role, tmp_path):
    page = signed_in(role)
    if page.locator("form.filters").count() == 0:  # the leader's schools: choose one first
        page.locator("main a[href*='/print/school?']").first.click()
    before = page.url
    choice = page.locator("form.filters select").first
    if choice.count():
        choice.select_option(index=1)
    else:
        page.locator("form.filters input[type=date]").first.fill("2026-01-12")
    page.locator("form.filters button").click()
    page.wait_for_url(lambda url: url != before)
    other = page.context.new_page()
    other.goto(page.url)
    assert other.locator("main").inner_text() == page.locator("main").inner_text()
    files = page.locator("a.export")
    with page.expect_download() as taken:
        files.first.click()
    taken.value.save_as(tmp_path / "taken.csv")
    with (tmp_path / "taken.csv").open(encoding="utf-8-sig") as text:
        on_screen = page.locator("div.block", has=files.first).first.locator("tbody tr").count()
        assert len(list(csv.reader(text))) - 1 == on_screen
    if role in ("district", "hr"):
        return  # their session serves the other tests: a code of their app is good once in half a minute
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_load_state()
    other.reload()
    assert other.title().startswith("DEMO") or _title(other) in ("Sign in", "No such page")


def test_principal_goes_from_the_call_list_to_a_student_and_back(signed_in: SignedIn):
    page = signed_in("principal")
    page.goto("/print/school")
    student = page.locator("main table a[href*='/print/student']").first
    name = student.inner_text()
    student.click()
    page.wait_for_url("**/print/student?**")
    assert name.split(",")[0].split()[0] in page.locator("main").inner_text()
    expect(page.locator("#access")).to_contain_text("school")
    trail = page.get_by_role("navigation", name="Where you are")
    trail.get_by_role("link").last.click()
    page.wait_for_url("**/print/school**")


def test_addresses_hold_ids_and_no_names(signed_in: SignedIn, dashboard):
    page = signed_in("principal")
    page.goto("/print/school")
    hrefs = addresses(page.locator("a"))
    names = {name.lower() for name in _ids(dashboard, "last_name", "dim_student")}
    told = {part.lower() for href in hrefs for part in re.split(r"[^A-Za-z]+", href)}
    assert names & told == set()


def test_search_by_name_finds_a_student_and_leaves_the_name_out_of_the_address(signed_in: SignedIn):
    page = signed_in("principal")
    page.goto("/print/school")
    name = page.locator("main table a[href*='/print/student']").first.inner_text().split(",")[0]
    box = page.get_by_role("searchbox")
    box.fill(name)
    box.press("Enter")
    page.wait_for_load_state()
    assert name in page.locator("main").inner_text()
    assert name.lower() not in page.url.lower()


def test_typed_dates_stay_in_the_address_and_open_again_elsewhere(signed_in: SignedIn):
    page = signed_in("principal")
    page.goto("/print/school")
    page.locator("input[type=date]").first.fill("2026-01-12")
    page.get_by_role("button", name="Show").click()
    page.wait_for_url("**2026-01-12**")
    other = page.context.new_page()
    other.goto(page.url)
    assert other.locator("input[type=date]").first.input_value() == "2026-01-12"
    assert other.locator("main").inner_text() == page.locator("main").inner_text()


def test_table_on_screen_is_the_file_that_is_taken(signed_in: SignedIn, tmp_path):
    page = signed_in("teacher")
    page.goto("/print/classes")
    block = page.locator("div.block", has=page.locator("a.export")).first
    on_screen = block.locator("tbody tr").count()
    with page.expect_download() as taken:
        block.locator("a.export").click()
    file = tmp_path / "taken.csv"
    taken.value.save_as(file)
    with file.open(encoding="utf-8-sig") as text:
        rows = list(csv.reader(text))
    assert len(rows) - 1 == on_screen
    assert rows[1][0].lstrip("'") in block.locator("tbody tr").first.inner_text()


def test_print_leaves_out_what_only_a_screen_needs(signed_in: SignedIn):
    page = signed_in("district")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("header.site nav")).to_be_hidden()
    expect(page.locator("a.export").first).to_be_hidden()
    expect(page.locator("footer")).to_contain_text("Figures as of")


def test_principal_who_guesses_is_told_what_a_wrong_address_is_told(signed_in: SignedIn, dashboard):
    page = signed_in("principal")
    page.goto("/print/school")
    own = _linked(page, "school")
    told = set()
    for school in [*sorted(_ids(dashboard, "k_school", "dim_school") - own), "9999", "0107' or 1=1"]:
        response = page.goto(f"/print/school?school={school}")
        assert response
        told.add((response.status, _title(page)))
    assert len(told) == 1
    assert next(iter(told))[0] == 404


def test_teacher_reaches_nobody_elses_students(signed_in: SignedIn, dashboard):
    page = signed_in("teacher")
    page.goto("/print/classes")
    own = _linked(page, "student")
    assert own
    others = sorted(_ids(dashboard, "k_student_xyear", "dim_student") - own)
    for student in others[:: max(1, len(others) // 12)]:
        response = page.goto(f"/print/student?student={student}")
        assert response
        assert (student, response.status) == (student, 404)


def test_district_leaders_views_of_students_stand_in_the_audit(signed_in: SignedIn, dashboard):
    page = signed_in("district")
    page.goto("/print/school")
    page.locator("main a[href*='/print/school?']").first.click()
    page.locator("main table a[href*='/print/student']").first.click()
    page.wait_for_url("**/print/student?**")
    student = re.search(r"student=([^&]+)", page.url)
    assert student
    audit = platform(dashboard.home, "audit").stdout
    lines = [line for line in audit.splitlines() if ",student," in line and student[1] in line and ",district," in line]
    assert lines
    assert all("viewed" in line for line in lines)
