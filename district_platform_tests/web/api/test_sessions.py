"""Somebody who is signed in to the dashboard reads the API in the session's role, and the browser keeps nothing of it."""

import datetime as dt

import pytest

from district_platform.home import Home
from district_platform.web.access.viewer import Role
from district_platform.web.signin import accounts, passwords, sessions
from district_platform.web.signin.sessions import Proof
from district_platform_tests.web.api.served import Api, Program
from district_platform_tests.web.published import people, publish

PAT, TOM, LEE = "pat@d.example", "tom@d.example", "lee@d.example"
"""The principal of north, a teacher there, and a district leader by access.csv."""


@pytest.fixture
def api(home: Home) -> Api:
    publish(home, people())
    home.reference.mkdir(parents=True, exist_ok=True)
    until = dt.date.today() + dt.timedelta(days=9)
    lines = ["email,role,scope,person_number,expires_on,reason", f"{LEE},district,,,{until},leads"]
    (home.reference / "access.csv").write_text("\n".join([*lines, ""]))
    return Api(home)


def signed_in(api: Api, login: str, role: Role, proof: Proof = Proof.ONE, *, has_chosen: bool = True) -> Program:
    """A browser with the session's cookie and no key."""
    if accounts.find(api.store, login) is None:
        accounts.add(api.store, [login])
    if has_chosen:
        with api.store.writing() as connection:
            query = "update account set password_hash = ?, expires_at = null where login = ?"
            connection.execute(query, [passwords.hashed("four words in a row"), login])
    begun = sessions.begin(api.store, accounts.existing(api.store, login).verified, role.value, proof)
    assert begun
    cookie, _ = begun
    return Browser(api.client, cookie=f"district={cookie}")


class Browser(Program):
    """Sends a cookie where a program sends a key."""

    def __init__(self, client, cookie: str) -> None:
        super().__init__(client)
        object.__setattr__(self, "cookie", cookie)

    def ask(self, method: str, path: str, **headers: str):
        return self.client.request(method, path, headers={"cookie": self.cookie, **headers})


def test_session_reads_as_its_role_and_the_browser_keeps_nothing(api: Api):
    browser = signed_in(api, PAT, Role.PRINCIPAL)
    answer = browser.get("/v1/students")
    assert [row["student_id"] for row in answer.json()["rows"]] == ["ann", "moved"]
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)
    assert browser.get("/v1/students/sue/attendance").status_code == 404
    assert len(browser.rows("/v1/students/moved/attendance")) == 3
    assert next((line.account, line.role) for line in api.audit()) == (PAT, "principal")


def test_teachers_session_sees_the_days_at_the_own_school_alone(api: Api):
    days = signed_in(api, TOM, Role.TEACHER).rows("/v1/students/moved/attendance")
    assert [(day["date"], day["school_id"]) for day in days] == [("2026-02-03", "north")]


def test_session_opens_no_scope_that_its_role_lacks(api: Api):
    browser = signed_in(api, PAT, Role.PRINCIPAL)
    for path in ("/v1/quality/findings", "/v1/employees/E1/weeks", "/v1/stores/shop/sales-team"):
        assert browser.get(path).status_code == 403


def test_session_without_what_sign_in_asks_for_reads_nothing(api: Api):
    browsers = [
        signed_in(api, LEE, Role.DISTRICT, Proof.ONE),
        signed_in(api, LEE, Role.DISTRICT, Proof.HALF),
        signed_in(api, PAT, Role.PRINCIPAL, has_chosen=False),
        signed_in(api, TOM, Role.PRINCIPAL),
        Browser(api.client, cookie="district=made-up"),
    ]
    assert [browser.get("/v1/students").status_code for browser in browsers] == [401] * 5
    assert signed_in(api, LEE, Role.DISTRICT, Proof.TWO).get("/v1/students").status_code == 200


def test_key_that_does_not_work_is_not_made_up_for_by_a_cookie(api: Api):
    browser = signed_in(api, PAT, Role.PRINCIPAL)
    assert browser.get("/v1/students", authorization="Bearer dp_aaaaaaaa_" + "a" * 43).status_code == 401


def test_next_page_of_a_session_ends_with_its_publication(api: Api, home: Home):
    browser = signed_in(api, PAT, Role.PRINCIPAL)
    following = browser.get("/v1/students?_size=1").json()["next_url"]
    assert browser.get(following).status_code == 200
    publish(home, people(), "v00000002-made")
    assert browser.get(following).status_code == 410
