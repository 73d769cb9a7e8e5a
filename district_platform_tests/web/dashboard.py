"""The dashboard as a browser meets it, over a district whose pages and roles the test says."""

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyotp
from starlette.testclient import TestClient

from district_platform.settings import Settings, Web
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.app import application
from district_platform.web.pages.model import Column, Filters, NotFoundError, PageModel, Section, Table
from district_platform.web.reading.publications import NoPublicationError, Publication
from district_platform.web.reading.reader import Reader, Rows
from district_platform.web.signin import accounts, passwords, second_factor
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.audit import Line, lines
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visits
from district_platform.web.site import Site

URL = "http://127.0.0.1:8501"
PASSWORD = "four words in a row"
PRINCIPAL, TEACHER, LEADER = "head@example.org", "teacher@example.org", "leader@example.org"
DAY = dt.date(2026, 2, 13)


class Clock:
    """A clock that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_771_000_000.0

    def __call__(self) -> float:
        self.now += 0.001
        return self.now

    def pass_minutes(self, minutes: float) -> None:
        self.now += 60 * minutes


class StubReader(Reader):
    """Answers every query with the students of the viewer's schools."""

    def __init__(self, district: "StubDistrict") -> None:
        self._district = district

    @property
    def publication(self) -> Publication:
        return Publication(self._district.version, Path(), DAY, self._district.name)

    def rows(self, query: object, viewer: Viewer, **filters: object) -> Rows:
        found = [(student,) for school in viewer.scope.schools for student in self._district.students.get(school, ())]
        return Rows(("student_id",), tuple(found))


@dataclass
class StubDistrict:
    """Roles by account, students by school. `version` is None before the first publication."""

    name: str
    roles: dict[str, tuple[Viewer, ...]] = field(default_factory=dict)
    students: dict[str, tuple[str, ...]] = field(default_factory=dict)
    is_demo: bool = False
    version: str | None = "v00000001"
    absence: tuple[str, str] = ("Nothing is published yet", "Wait.")

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        if self.version is None:
            raise NoPublicationError(self.name)
        yield StubReader(self)

    def viewers(self, account: Account | None, publication: Publication) -> tuple[Viewer, ...]:
        if account is None:
            return tuple(Viewer("", role, Scope(schools=("demo",))) for role in Role) if self.is_demo else ()
        return self.roles.get(account.login, ())


@dataclass(frozen=True)
class StubPage:
    """A page that lists students, of one school where the filter says so."""

    name: str
    title: str
    roles: frozenset[Role]
    in_nav: bool = True

    def build(self, viewer: Viewer, filters: Filters, reader: Reader) -> PageModel:
        school = filters.get("school")
        if school == "broken":
            raise RuntimeError("a secret of the inside")
        if school and school not in viewer.scope.schools:
            raise NotFoundError(school)
        rows = tuple((row[0],) for row in reader.rows(None, viewer).rows)  # type: ignore[arg-type]
        table = Table("list", "Students", (Column("student"),), rows)
        searched = f"Searched: {filters['name']}." if "name" in filters else ""
        return PageModel(self.name, self.title, (searched,), sections=(Section("all", "All", tables=(table,)),))


PAGES = {
    page.name: page
    for page in (
        StubPage("school", "School", frozenset({Role.PRINCIPAL})),
        StubPage("classes", "My classes", frozenset({Role.TEACHER})),
        StubPage("district", "District", frozenset({Role.DISTRICT})),
        StubPage("public", "For the public", frozenset({Role.PUBLIC}), in_nav=False),
    )
}


class Dashboard:
    """The application with its accounts, and browsers for it."""

    def __init__(self, folder: Path, web: Web | None = None, has_ready_made: bool = True) -> None:
        self.clock = Clock()
        self.store = AccessStore(folder / "access" / "access.sqlite", self.clock)
        self.web = web or Web(public_url=URL)
        principal = Viewer(PRINCIPAL, Role.PRINCIPAL, Scope(schools=("north",)))
        teacher = Viewer(TEACHER, Role.TEACHER, Scope(schools=("north",), sections=("s1",)))
        leader = Viewer(LEADER, Role.DISTRICT, Scope(schools=("north",)))
        self.district = StubDistrict(
            "Real District",
            {PRINCIPAL: (principal,), TEACHER: (teacher,), LEADER: (leader,)},
            {"north": ("S1", "S2")},
        )
        self.demo = StubDistrict("Demo District", {}, {"demo": ("D1",)}, is_demo=True)
        settings = Settings(web=self.web)
        visits = Visits(self.store, self.web, has_ready_made)
        self.site = Site(settings, self.store, visits, PAGES, self.district, self.demo, DAY)
        self.app = application(self.site)

    def has_account(self, login: str, password: str = PASSWORD) -> Account:
        """An account whose password its owner chose."""
        if accounts.find(self.store, login) is None:
            accounts.add(self.store, [login])
        query = "update account set password_hash = ?, expires_at = null, is_disabled = 0 where login = ?"
        with self.store.writing() as connection:
            connection.execute(query, [passwords.hashed(password), login])
        return accounts.existing(self.store, login)

    def has_app(self, login: str) -> str:
        """An authenticator app for an account, in use for a minute; its key."""
        account, key = accounts.existing(self.store, login), second_factor.new_secret()
        with self.store.writing() as connection:
            second_factor.put(connection, account.account_id, key, self.store.now())
        return key

    def code(self, key: str, steps: int = 0) -> str:
        """What an app with this key shows now, or half a minute later for each step."""
        return pyotp.TOTP(key).generate_otp(int(self.clock.now // 30) + steps)

    def browser(self, **options: object) -> "Browser":
        return Browser(self, **options)

    def audit(self) -> list[Line]:
        return list(lines(self.store))

    def events(self) -> list[str]:
        return [line.event for line in self.audit()]


class Browser(TestClient):
    """A browser: keeps cookies, says where its forms come from, and shows redirects instead of following them."""

    def __init__(
        self,
        dashboard: Dashboard,
        address: str = "127.0.0.1",
        url: str | None = None,
        raise_server_exceptions: bool = True,
    ) -> None:
        url = url or dashboard.web.public_url
        headers = {"origin": url, "user-agent": "browser"}
        super().__init__(
            dashboard.app,
            url,
            raise_server_exceptions,
            headers=headers,
            client=(address, 50_000),
            follow_redirects=False,
        )

    def token(self, path: str = "/sign-in") -> str:
        """The token of a form."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def sign_in(self, login: str = PRINCIPAL, password: str = PASSWORD, **fields: str):  # type: ignore[no-untyped-def]
        form = {"account": login, "password": password, "csrf": self.token(), **fields}
        return self.post("/sign-in", data=form)

    def type_code(self, code: str, **fields: str):  # type: ignore[no-untyped-def]
        return self.post("/code", data={"code": code, "csrf": self.token("/code"), **fields})

    def change_factor(self, code: str, **fields: str):  # type: ignore[no-untyped-def]
        return self.post("/second-factor", data={"code": code, "csrf": self.token("/second-factor"), **fields})
