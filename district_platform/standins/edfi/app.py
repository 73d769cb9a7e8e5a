"""The stand-in's answers: discovery, tokens and records, in pages by cursor or by offset.

By cursor it is an ODS/API of version 7.3 with data standard 5, or its successor of version 8 with data standard 6; by offset one of version
7.1. Each school year has an ODS of its own, unless `years_apart` is off.
"""

import asyncio
import base64
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import orjson
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from district_platform.standins.edfi.district import SIX, District
from district_platform.standins.edfi.faults import Faults, problem
from district_platform.standins.edfi.tokens import Tokens
from district_platform.standins.serving import served

MOST_RECORDS = 500
VERSIONS = {5: "5.2.0", 6: "6.0.0", 4: "4.0.0"}
PagesBy = Literal["cursor", "offset"]


class StandIn:
    """The server's state, open to whoever started it: faults to set, tokens to end, requests to count."""

    def __init__(
        self,
        district: District,
        data_standard: int = 5,
        pages_by: PagesBy = "cursor",
        years_apart: bool = True,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.district, self.data_standard, self.pages_by = district, data_standard, pages_by
        self.years_apart, self.faults = years_apart, faults or Faults()
        self.key, self.secret = (SecretStr(secrets.token_urlsafe(12)) for _ in range(2))
        self.tokens = Tokens(self.key, self.secret, clock)
        self.asked: list[str] = []
        """Resource and query of each request for records that was allowed in, in their order."""
        self._orders: dict[tuple[str, int | None], list[int]] = {}
        """The places of a resource's records, where they are no longer in their first order."""
        year = "{year:int}/" if years_apart else ""
        self._data = "data" if data_standard >= SIX else "data/v3"
        route = (
            f"/{year}{self._data}/ed-fi/{{resource}}"
            if data_standard >= SIX
            else f"/{self._data}/{year}ed-fi/{{resource}}"
        )
        self.app = Starlette(
            routes=[
                Route("/", self._describe),
                Route("/oauth/token", self._token, methods=["POST"]),
                Route(route, self._records),
            ]
        )

    async def _describe(self, request: Request) -> Response:
        base = str(request.base_url).rstrip("/")
        year = "{schoolYearFromRoute}" if self.years_apart else ""
        data = f"{base}/{year}/{self._data}" if self.data_standard >= SIX and year else f"{base}/{self._data}/{year}"
        model = {
            "name": "Ed-Fi",
            "version": VERSIONS[self.data_standard],
            "informationalVersion": "The Ed-Fi Data Model",
        }
        version = "8.0" if self.data_standard >= SIX else "7.3" if self.pages_by == "cursor" else "7.1"
        urls = {"oauth": f"{base}/oauth/token", "dataManagementApi": f"{data.rstrip('/')}/"}
        return JSONResponse({"version": version, "dataModels": [model], "urls": urls})

    async def _token(self, request: Request) -> Response:
        if not self.tokens.accepts(request.headers.get("authorization")):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = self.tokens.grant()
        if token is None:
            return JSONResponse(problem("security:authentication:too-many-tokens", 429), 429)
        return JSONResponse({"access_token": token, "expires_in": int(self.tokens.lifetime), "token_type": "bearer"})

    async def _records(self, request: Request) -> Response:
        resource, year = request.path_params["resource"], request.path_params.get("year")
        if self.faults.delays:
            await asyncio.sleep(self.faults.delays.popleft())
        if self.faults.expire_after is not None and len(self.asked) >= self.faults.expire_after:
            self.faults.expire_after = None
            self.tokens.revoke()
        if not self.tokens.allows(request.headers.get("authorization")):
            return JSONResponse(problem("security:authentication", 401), 401)
        failure = self.faults.next.popleft() if self.faults.next else None
        if failure:
            body = failure.body if isinstance(failure.body, str) else orjson.dumps(failure.body)
            return Response(body, failure.status, {"Content-Type": "application/problem+json", **failure.headers})
        if resource in self.faults.forbidden:
            return JSONResponse(problem("security:authorization:access-denied:resource", 403), 403)
        is_there = self.district.has(resource, self.data_standard) and resource not in self.faults.missing
        if not is_there or (year is not None and year not in self.district.years):
            return JSONResponse(problem("not-found", 404), 404)
        self.asked.append(f"{resource}?{request.url.query}")
        return self._page(resource, year, dict(request.query_params))

    def _page(self, resource: str, year: int | None, asked: dict[str, str]) -> Response:
        n = self.district.n_records(resource, year, self.data_standard)
        order = self._orders.setdefault((resource, year), list(range(n)))
        is_by_token = "pageToken" in asked
        size = int(asked.get("pageSize" if is_by_token else "limit", 25))
        mixed = is_by_token and any(name in asked for name in ("limit", "offset", "totalCount"))
        if mixed or not 0 <= size <= MOST_RECORDS or ("pageSize" in asked and not is_by_token):
            return JSONResponse(problem("bad-request:parameter", 400), 400)
        begin = _place(asked["pageToken"]) if is_by_token else int(asked.get("offset", 0))
        if begin and self.faults.shifts[resource] > 0:
            self.faults.shifts[resource] -= 1
            order.append(order.pop(0))
        headers = {}
        if asked.get("totalCount") == "true":
            headers["Total-Count"] = str(n + self._grown(resource))
        if (
            self.pages_by == "cursor"
            and size
            and begin + size < n
            and (is_by_token or "offset" not in asked or not begin)
        ):
            headers["Next-Page-Token"] = _token(begin + size)
        places = order[begin : begin + size]
        found = self.district.records(resource, year, self.data_standard, places)
        return Response(orjson.dumps(found), headers={"Content-Type": "application/json", **headers})

    def _grown(self, resource: str) -> int:
        """Records that have come into being since the first count."""
        if self.faults.grows[resource] <= 0:
            return 0
        self.faults.grows[resource] -= 1
        return self.faults.grows[resource] % 2


def _token(place: int) -> str:
    return base64.urlsafe_b64encode(f"from {place}".encode()).decode()


def _place(token: str) -> int:
    return int(base64.urlsafe_b64decode(token).decode().removeprefix("from "))


@contextmanager
def serve(standin: StandIn) -> Iterator[str]:
    """The API's base address while the block lasts."""
    with served(standin.app) as address:
        yield address
