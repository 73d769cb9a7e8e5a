"""The stand-in's answers: three endpoints, their limits and errors, as docs/ukg.md has them from the vendor's documentation."""

import asyncio
import datetime as dt
import secrets
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pandas as pd
import pyarrow as pa
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from district_platform.sources.ukg.grant import GrantSecrets
from district_platform.standins.ukg.answers import named, punch_lists, zone
from district_platform.standins.ukg.faults import Faults
from district_platform.standins.ukg.timesheets import Timesheets
from district_platform.standins.ukg.tokens import Tokens

MAX_EMPLOYEES, MAX_DAYS = 500, 365
MOST_PERSONS = 10_000
_DAY = dt.timedelta(days=1)


class _Answer(JSONResponse):
    """Timecards, whose punches are JSON already."""

    def render(self, content: Any) -> bytes:
        return orjson.dumps(content)


class StandIn:
    """The server's state, open to whoever started it: timesheets to edit, faults to set, tokens to end, requests to count."""

    def __init__(
        self,
        timesheets: Timesheets,
        faults: Faults | None = None,
        clock: Callable[[], float] = time.monotonic,
        max_employees: int = MAX_EMPLOYEES,
        max_days: int = MAX_DAYS,
    ) -> None:
        self.timesheets = timesheets
        self.faults = faults or Faults()
        self.secrets = GrantSecrets(*(SecretStr(secrets.token_urlsafe(12)) for _ in range(5)))
        self.tokens = Tokens(self.secrets, clock)
        self.max_employees, self.max_days = max_employees, max_days
        self.asked: list[Mapping[str, Any]] = []
        """The bodies of the requests for timecards that were allowed in, in their order."""
        self.app = Starlette(
            routes=[
                Route("/api/authentication/access_token", self._token, methods=["POST"]),
                Route("/api/v1/commons/persons/apply_read", partial(self._data, self._persons), methods=["POST"]),
                Route(
                    "/api/v1/timekeeping/timecard/multi_read", partial(self._data, self._timecards), methods=["POST"]
                ),
            ]
        )

    async def _token(self, request: Request) -> Response:
        granted = self.tokens.grant(dict(parse_qsl((await request.body()).decode())), request.headers.get("appkey"))
        if granted is None:
            return _error(401, "invalid_grant", "The provided access grant is invalid, expired, or revoked.")
        return JSONResponse(granted)

    async def _data(self, answer: Callable[[Mapping[str, Any]], Response], request: Request) -> Response:
        await asyncio.sleep(self.faults.delay_seconds)
        if not self.tokens.allows(request.headers.get("authorization")):
            return _error(401, "WFP-00401", "The access token is invalid or has expired.")
        if self.faults.next:
            failure = self.faults.next.popleft()
            return JSONResponse(failure.body, failure.status, failure.headers)
        return answer(await request.json())

    def _persons(self, asked: Mapping[str, Any]) -> Response:
        """The page `index` of `count` persons, counted from 0."""
        count = min(int(asked.get("count", MOST_PERSONS)), MOST_PERSONS)
        begin = int(asked.get("index", 0)) * count
        overlap = 1 if self.faults.repeats_pages and begin else 0
        page = self.timesheets.persons.iloc[begin - overlap : begin + count]
        records = [_person(row) for row in page.to_dict("records")]
        return JSONResponse({"totalElements": len(self.timesheets.persons), "records": records})

    def _timecards(self, asked: Mapping[str, Any]) -> Response:
        """A timecard for each person, the unknown ones', too, in the order in which they were asked for."""
        self.asked.append(asked)
        people = asked["where"]["employees"]["qualifiers"]
        start, end = (dt.date.fromisoformat(asked["where"]["dateRange"][side]) for side in ("startDate", "endDate"))
        for what, actual, limit in (
            ("employees", len(people), self.max_employees),
            ("days", (end - start) // _DAY + 1, self.max_days),
        ):
            if actual > limit:
                return _too_large(what, actual, limit)
        timecards = [self.timesheets.of(person, start, end) for person in people]
        if self.faults.repeats_punches:
            timecards = [pa.concat_tables([timecard, timecard]) for timecard in timecards]
        lists = punch_lists(timecards)
        results = [self._result(person, start, end, punches) for person, punches in zip(people, lists, strict=True)]
        offsets = [place for place, result in enumerate(results) if "error" in result]
        if offsets:
            return _Answer(_partial(results, offsets), 207)
        return _Answer([result["success"] for result in results])

    def _result(self, person: str, start: dt.date, end: dt.date, punches: orjson.Fragment) -> dict[str, Any]:
        if self.faults.missing[person] > 0:
            self.faults.missing[person] -= 1
            return {"error": {"errorCode": "WTK-120001", "message": "The timecard could not be read.", "details": {}}}
        return {
            "success": {
                "employee": named(person),
                "startDate": start.isoformat(),
                "endDate": end.isoformat(),
                "punches": punches,
            }
        }


def _person(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "personId": row["ukg_person_id"],
        "personNumber": row["person_number"],
        "fullName": row["full_name"],
        "workerType": row["worker_type"].capitalize(),
        "primaryOrgPath": f"District/{row['school_id']}/{row['job_title']}",
        "hireDate": _day(row["hire_date"]),
        "terminationDate": _day(row["termination_date"]),
        "baseWageRate": None if pd.isna(row["hourly_rate"]) else float(row["hourly_rate"]),
        "timeZone": zone(row["time_zone"]),
    }


def _day(value: Any) -> str | None:
    return None if pd.isna(value) else pd.Timestamp(value).date().isoformat()


def _too_large(what: str, actual: int, limit: int) -> Response:
    message = f"Number of {what} in request ({actual}) exceeds allowed limit ({limit})."
    details = {"limits": [{"actual": actual, "maximum": limit}]}
    return JSONResponse({"errorCode": "WCO-106194", "message": message, "details": details}, 413)


def _partial(results: list[dict[str, Any]], offsets: list[int]) -> dict[str, Any]:
    details = {"error-offsets": offsets, "results": results}
    return {"errorCode": "WCO-101228", "message": "Partial success.", "details": details}


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"errorCode": code, "message": message}, status)
