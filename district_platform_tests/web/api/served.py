"""The API over a home, with keys, as programs meet it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import httpx2
from starlette.testclient import TestClient

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.home import Home
from district_platform.settings import Web
from district_platform.web.api.app import alone, api
from district_platform.web.api.limits import Limits
from district_platform.web.district import HomeDistrict
from district_platform.web.signin import keys
from district_platform.web.signin.audit import Line, lines
from district_platform.web.signin.keys import ALL_SCHOOLS, NOTHING, KeyScope, Named
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visits
from district_platform_tests.web.dashboard import URL, Clock

BOTH = (KeyScope.RELEASED, KeyScope.STUDENTS)


@dataclass(frozen=True)
class Program:
    """A program with its key, or without one."""

    client: TestClient
    key: str = ""

    def get(self, path: str, **headers: str) -> httpx2.Response:
        return self.ask("GET", path, **headers)

    def ask(self, method: str, path: str, **headers: str) -> httpx2.Response:
        own = {"authorization": f"Bearer {self.key}"} if self.key else {}
        return self.client.request(method, path, headers={**own, **headers})

    def rows(self, path: str) -> list[dict[str, Any]]:
        """All rows, from page to page."""
        found: list[dict[str, Any]] = []
        while path:
            answer = self.get(path)
            assert answer.status_code == 200, (path, answer.text)
            found += answer.json()["rows"]
            path = answer.json()["next_url"] or ""
        return found


class Api:
    """The API alone, in this process."""

    def __init__(self, home: Home, a_minute: int = 100_000, attendance: AttendanceStore | None = None) -> None:
        self.clock, self.minutes = Clock(), Clock()
        self.store = AccessStore(home.access_database, self.clock)
        self.district, web = HomeDistrict(home), Web(public_url=URL)
        visits = Visits(self.store, web, has_ready_made=False)
        app = alone(api(self.store, visits, self.district, Limits(a_minute, self.minutes), attendance), web)
        self.client = TestClient(app, URL, raise_server_exceptions=False, follow_redirects=False)

    @property
    def today(self) -> dt.date:
        return dt.datetime.fromtimestamp(self.clock.now).date()

    def program(
        self, scopes: Iterable[KeyScope] = BOTH, schools: Iterable[str] = (ALL_SCHOOLS,), named: Named = NOTHING
    ) -> Program:
        _, text = keys.add(self.store, "a@d.example", scopes, schools, self.today, named)
        return Program(self.client, text)

    def audit(self) -> list[Line]:
        return list(lines(self.store))
