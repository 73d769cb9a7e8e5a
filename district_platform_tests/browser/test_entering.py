"""The ways in, as people go them: an invitation, an authenticator app, another role; with the keyboard alone, and without a fault."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import duckdb
import oidc_provider_mock
import pyotp
import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from district_platform_tests.browser.serving import Dashboard, send_code, send_sign_in, serving
from district_platform_tests.browser.test_accessibility import NARROW, faults
from district_platform_tests.processes import SIZE, free_port, platform

PASSWORD = "a sentence of my own"


def teacher_who_punches(home: Path) -> str:
    """The e-mail address of a teacher who is an employee of the timekeeping system, too."""
    out = home / "warehouse" / "current" / "out"
    found = duckdb.sql(
        f"""select distinct educator.email from '{out}/dim_educator.parquet' as educator
            join '{out}/fct_staff_section_association.parquet' as taught using (k_educator)
            join '{out}/dim_employee.parquet' as employee using (k_educator)
            where taught.school_year = 2026 and educator.email is not null
                and educator.termination_date is null and employee.termination_date is null
            order by all limit 1"""
    ).fetchone()
    assert found
    return str(found[0])


def invite(dashboard: Dashboard, login: str) -> str:
    """The path of the link of somebody who is invited."""
    file = dashboard.home / f"{login}.csv"
    made = platform(dashboard.home, "accounts", "invite", login, "--write", str(file), **SIZE)
    assert made.returncode == 0, made.stdout + made.stderr
    with file.open() as rows:
        [row] = csv.DictReader(rows)
    return row["link"].removeprefix("http://127.0.0.1:8501")


def grant(home: Path, login: str, role: str) -> None:
    until = (dt.date.today() + dt.timedelta(days=30)).isoformat()
    file = home / "data" / "reference" / "access.csv"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = file.read_text().splitlines() if file.exists() else ["email,role,scope,person_number,expires_on,reason"]
    file.write_text("\n".join([*lines, f"{login},{role},,,{until},test", ""]))


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until the field, button or link with this label has the focus."""
    for _ in range(40):
        page.keyboard.press("Tab")
        labelled = page.evaluate(
            "(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim().replace(/\\s+/g, ' ')"
        )
        if labelled.startswith(name):
            return
    raise AssertionError(f"no way to {name} with the keyboard")


def accept(page: Page, path: str) -> None:
    """Chooses the password of an invitation, with the keyboard alone."""
    page.goto(path)
    for label in ("New password, ", "New password again"):
        tab_to(page, label)
        page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")


def enrol(page: Page) -> str:
    """Sets up an app, with the keyboard alone; its key."""
    key = page.locator("main code").inner_text().replace(" ", "")
    tab_to(page, "Six digits of the app")
    page.keyboard.type(pyotp.TOTP(key).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    return key


@pytest.fixture
def page(own_dashboard: Dashboard, browser: Browser):
    made = browser.new_context(base_url=own_dashboard.url, viewport=NARROW).new_page()
    yield made
    made.context.close()


def is_without_fault(page: Page) -> None:
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"], page.url


def test_invited_teacher_enters_and_goes_on_as_an_employee_by_the_keyboard_alone(own_dashboard, page):
    login = teacher_who_punches(own_dashboard.home)
    path = invite(own_dashboard, login)
    page.goto(path)
    is_without_fault(page)
    accept(page, path)
    page.wait_for_url("**/print/classes")
    choice = page.locator("header select[name=role]")
    assert choice.evaluate("all => [...all.options].map(o => o.text)") == ["teacher", "employee"]
    is_without_fault(page)
    before = page.context.cookies()[0]["value"]
    tab_to(page, "Role")
    page.keyboard.press("ArrowDown")
    tab_to(page, "Change role")
    page.keyboard.press("Enter")
    expect(page.locator("header select[name=role]")).to_have_value("employee")
    assert page.context.cookies()[0]["value"] != before
    response = page.goto("/print/classes")
    assert response
    assert response.status == 404
    response = page.goto(path)
    assert response
    assert response.status == 404, "the link was used"
    page.goto("/second-factor")
    is_without_fault(page)
    for _ in range(2):  # the link in the header, and the field
        tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    enrol(page)
    is_without_fault(page)
    response = page.goto("/print/hours")
    assert response
    assert response.status == 200, "the session goes on"
    audit = platform(own_dashboard.home, "audit", "--account", login).stdout
    events = ("invitation accepted", "signed in", "role chosen", "second factor set up")
    assert [event for event in events if event not in audit] == []


def test_invited_leader_sets_up_an_app_and_types_its_code_ever_after(own_dashboard, page, browser):
    login = "leader@district.example"
    grant(own_dashboard.home, login, "district")
    accept(page, invite(own_dashboard, login))
    page.wait_for_url("**/second-factor")
    expect(page.get_by_role("img", name="QR code of the key below")).to_be_visible()
    is_without_fault(page)
    tab_to(page, "Six digits of the app")
    page.keyboard.type("000000")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("This code is wrong")
    is_without_fault(page)
    enrol(page)
    is_without_fault(page)
    codes = page.locator("ul.codes code").all_inner_texts()
    assert len(codes) == 8
    tab_to(page, "I have written them down")
    page.keyboard.press("Enter")
    page.wait_for_url("**/print/district")
    page.goto("/second-factor")
    expect(page.locator("main")).to_contain_text("8 recovery codes left")
    is_without_fault(page)
    again = browser.new_context(base_url=own_dashboard.url, viewport=NARROW).new_page()
    again.goto("/sign-in")
    send_sign_in(again, login, PASSWORD)
    again.wait_for_url("**/code")
    is_without_fault(again)
    again.goto("/print/district")
    assert again.title().startswith("DEMO"), "half a session opens nothing"
    again.goto("/code")
    send_code(again, codes[0])
    again.wait_for_url("**/second-factor")
    expect(again.locator("main")).to_contain_text("7 recovery codes left")
    again.context.close()


def test_pages_of_sign_in_need_no_script_and_ask_no_other_site(own_dashboard, browser):
    context = browser.new_context(base_url=own_dashboard.url, java_script_enabled=False)
    page = context.new_page()
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    login = "hr@district.example"
    grant(own_dashboard.home, login, "hr")
    page.goto(invite(own_dashboard, login))
    for label in ("New password, ", "New password again"):
        page.get_by_label(label).fill(PASSWORD)
    page.get_by_role("button", name="Open the account").click()
    page.wait_for_url("**/second-factor")
    assert page.locator("script").count() == 0
    assert {url for url in asked if not url.startswith(own_dashboard.url)} == set()
    context.close()


@pytest.fixture(scope="module")
def directory() -> Iterator[str]:
    """A directory under another name than the dashboard's, so that a browser takes it for another site."""
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def test_teacher_comes_back_from_the_directory_signed_in(copy, cache, browser, directory):
    login, port = teacher_who_punches(copy), free_port()
    claims = {"email": login, "email_verified": True}
    assert requests.put(f"{directory}/users/t1", json=claims, timeout=10).ok
    settings = {
        "web__public_url": f"http://127.0.0.1:{port}",
        "web__directory__issuer": directory,
        "web__directory__client_id": "dashboard",
        "web__directory__domains": f'["{login.partition("@")[2]}"]',
        "secret__directory_client_secret": "a secret",
    }
    with serving(copy, cache, port, **settings) as running:
        page = browser.new_context(base_url=running.url, viewport=NARROW).new_page()
        page.goto("/sign-in?target=/print/classes")
        is_without_fault(page)
        tab_to(page, "Sign in with your district account")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{directory}/**")
        page.locator("input[name=sub]").fill("t1")
        page.locator("input[name=sub]").press("Enter")
        page.wait_for_url("**/print/classes")
        assert not page.title().startswith("DEMO")
        expect(page.locator("header.site")).to_contain_text(login)
        page.goto("/password")
        expect(page.get_by_role("heading", level=1)).to_have_text("No password here")
        page.context.close()
