"""Somebody with several roles has one at a time and chooses."""

import re

import pytest

from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform_tests.web.dashboard import PRINCIPAL, Browser, Dashboard

BOTH = (
    Viewer(PRINCIPAL, Role.PRINCIPAL, Scope(schools=("north",))),
    Viewer(PRINCIPAL, Role.TEACHER, Scope(schools=("north",), sections=("s1",))),
)


@pytest.fixture
def dashboard(dashboard: Dashboard) -> Dashboard:
    """The principal teaches, too."""
    dashboard.district.roles[PRINCIPAL] = BOTH
    return dashboard


@pytest.fixture
def signed_in(dashboard: Dashboard) -> Browser:
    browser = dashboard.browser()
    assert browser.sign_in().headers["location"] == "/"
    return browser


def choose(browser: Browser, role: str, page: str = "/print/school", **fields: str):
    return browser.post("/role", data={"role": role, "csrf": browser.token(page), **fields})


def test_first_role_is_entered_and_the_choice_stands_in_the_header_of_each_page(signed_in):
    page = signed_in.get("/print/school").text
    header = page.split("<header")[1].split("</header>")[0]
    assert re.findall(r"<option( selected)?>(\w+)</option>", header) == [(" selected", "principal"), ("", "teacher")]


def test_one_role_is_no_choice(dashboard, signed_in):
    dashboard.district.roles[PRINCIPAL] = BOTH[:1]
    assert 'action="/role"' not in signed_in.get("/print/school").text


def test_chosen_role_opens_its_pages_and_no_longer_those_of_the_other(dashboard, signed_in):
    assert choose(signed_in, "teacher").headers["location"] == "/"
    assert signed_in.get("/").headers["location"] == "/print/classes"
    assert signed_in.get("/print/classes").status_code == 200
    assert signed_in.get("/print/school").status_code == 404
    [line] = [line for line in dashboard.audit() if line.event == "role chosen"]
    assert (line.account, line.role, line.page) == (PRINCIPAL, "teacher", "from principal")
    assert choose(signed_in, "principal", "/print/classes").status_code == 303
    assert signed_in.get("/print/school").status_code == 200


def test_choice_gives_a_new_session_id_and_the_old_one_opens_nothing(dashboard, signed_in):
    before = signed_in.cookies["district"]
    choose(signed_in, "teacher")
    assert signed_in.cookies["district"] != before
    old = dashboard.browser()
    old.cookies.set("district", before)
    assert old.get("/print/school").headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("role", ["district", "hr", "public", "", "Principal", "teacher ", "' or 1=1"])
def test_role_that_the_account_lacks_is_refused_and_recorded(dashboard, signed_in, role):
    before = signed_in.cookies["district"]
    answer = choose(signed_in, role)
    assert answer.status_code == 403
    assert signed_in.cookies["district"] == before
    assert signed_in.get("/print/school").status_code == 200
    assert [line.page for line in dashboard.audit() if line.event == "refused"] == ["role choice"]


def test_choice_of_another_site_or_an_old_form_changes_nothing(dashboard, signed_in):
    token = signed_in.token("/print/school")
    assert signed_in.post("/role", data={"role": "teacher"}).status_code == 403
    assert signed_in.post("/role", data={"role": "teacher", "csrf": dashboard.browser().token()}).status_code == 403
    evil = signed_in.post("/role", data={"role": "teacher", "csrf": token}, headers={"origin": "https://evil.example"})
    assert evil.status_code == 403
    assert signed_in.get("/role").status_code == 405
    assert signed_in.get("/print/school").status_code == 200
    choose(signed_in, "teacher")
    assert signed_in.post("/role", data={"role": "principal", "csrf": token}).status_code == 403


def test_choosing_does_not_make_the_twelve_hours_longer(dashboard, signed_in):
    for i in range(36):
        role, page = ("teacher", "/print/school") if i % 2 == 0 else ("principal", "/print/classes")
        assert choose(signed_in, role, page).status_code == 303
        dashboard.clock.pass_minutes(20)
    assert signed_in.get("/print/school").headers["location"].startswith("/sign-in")


def test_session_of_a_role_that_is_taken_away_ends_and_those_in_another_role_do_not(dashboard, signed_in):
    other = dashboard.browser()
    other.sign_in()
    choose(other, "teacher")
    dashboard.district.roles[PRINCIPAL] = BOTH[1:]
    assert signed_in.get("/print/school").headers["location"] == "/sign-in"
    assert other.get("/print/classes").status_code == 200


def test_visitor_who_chooses_is_asked_to_sign_in(dashboard):
    visitor = dashboard.browser()
    answer = visitor.post("/role", data={"role": "principal", "csrf": visitor.token()})
    assert answer.headers["location"] == "/sign-in"
