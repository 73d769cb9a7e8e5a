"""The client of UKG Pro WFM: which requests are made, and what its answers mean. Endpoints and limits: docs/ukg.md."""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import pyarrow as pa

from district_platform.credentials import with_secrets
from district_platform.retries import seconds_to_wait
from district_platform.settings import Credentials, Retries, Timekeeping
from district_platform.sources.punches import in_chunks
from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.grant import AskedWith, GrantSecrets, PasswordGrant, RefusedGrantError
from district_platform.sources.ukg.records import ZoneNames, person_row, punch_batch, timecards_of

if TYPE_CHECKING:
    from requests import Response

PERSONS = "v1/commons/persons/apply_read"
TIMECARDS = "v1/timekeeping/timecard/multi_read"

MAX_EMPLOYEES = 500
MAX_DAYS = 365
"""The vendor's service limits of one request for timecards; beyond them it answers 413."""

OK, PARTIAL, TOO_LARGE = 200, 207, 413


class Window(NamedTuple):
    """What one request asks for: these persons on the days from start to end."""

    people: tuple[str, ...]
    start: dt.date
    end: dt.date

    @property
    def halves(self) -> "list[Window]":
        """Half the persons each; of one person half the days; nothing where neither can be halved."""
        if (n := len(self.people)) > 1:
            return [self._replace(people=self.people[: n // 2]), self._replace(people=self.people[n // 2 :])]
        if self.start < self.end:
            middle = self.start + (self.end - self.start) // 2
            return [self._replace(end=middle), self._replace(start=middle + dt.timedelta(days=1))]
        return []


class UkgClient:
    """Reads persons and punches over the API (see `sources.punches.PunchSource`)."""

    unanswered: tuple[str, ...] = ()
    """Person numbers that the last `timecards`, read to its end, did not fully answer."""

    def __init__(
        self,
        timekeeping: Timekeeping,
        url: str,
        asked_with: AskedWith,
        retries: Retries | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        from dlt.common.configuration.specs import RuntimeConfiguration
        from dlt.sources.helpers.rest_client import RESTClient

        from district_platform.sources.session import PatientSession

        self._settings = timekeeping
        self._retries, self._sleep = retries or Retries(), sleep
        self._zones = ZoneNames(timekeeping.api.time_zones)
        session = PatientSession(
            "The timekeeping system", UkgError, timekeeping.api.timeout_seconds, self._retries, sleep
        )
        self._rest = RESTClient(
            base_url=url,
            auth=PasswordGrant(url, asked_with, session),
            session=session,
            config=RuntimeConfiguration(),
        )

    @classmethod
    def of_settings(cls, timekeeping: Timekeeping, credentials: Credentials, retries: Retries) -> "UkgClient":
        """The client of `timekeeping.api.url`, with the secrets that the settings name, read anew where they are refused."""
        api = timekeeping.api
        assert api.url is not None
        names = (api.user, api.password, api.client_id, api.client_secret, api.app_key)

        def asked_with(ask: Callable[[GrantSecrets], None]) -> None:
            with_secrets(
                names,
                credentials,
                lambda *values: ask(GrantSecrets(*values)),
                is_refused=lambda error: isinstance(error, RefusedGrantError),
            )

        return cls(timekeeping, api.url, asked_with, retries)

    def persons(self) -> Iterator[list[dict[str, Any]]]:
        """Everyone, each once, however pages overlap. Raises UkgError if fewer come than the API says there are."""
        from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator

        from district_platform.sources.session import passes_by_itself

        def refuse_what_stays(response: "Response", *_: Any, **__: Any) -> None:
            """Called with every answer, including those after which the session asks again."""
            if not passes_by_itself(response):
                _refuse_failures(response)

        pages = self._rest.paginate(
            PERSONS,
            "POST",
            json={"where": {}, "count": self._settings.api.persons_per_page},
            paginator=PageNumberPaginator(base_page=0, page_body_path="index", total_path=None),
            data_selector="records",
            hooks={"response": [refuse_what_stays]},
        )
        seen: set[str] = set()
        total = 0
        for page in pages:
            total = page.response.json()["totalElements"]
            rows = {row["person_number"]: row for row in (person_row(record, self._zones) for record in page)}
            new = [row for number, row in rows.items() if number not in seen]
            seen |= rows.keys()
            if new:
                yield new
            if len(seen) >= total:
                break
        if len(seen) < total:
            raise UkgError(f"The timekeeping system says there are {total} persons, and gave {len(seen)}.")

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[pa.RecordBatch]:
        """Punches in batches, a request each. Read to its end it is complete, but for the persons in `unanswered`."""
        self.unanswered = ()
        unanswered: set[str] = set()
        for window in self._windows(person_numbers, start, end):
            yield from self._read(window, unanswered)
        self.unanswered = tuple(sorted(unanswered))

    def _windows(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[Window]:
        days = min(self._settings.batch_days, MAX_DAYS)
        for people in in_chunks(
            list(dict.fromkeys(person_numbers)), min(self._settings.batch_employees, MAX_EMPLOYEES)
        ):
            first = start
            while first <= end:
                last = min(end, first + dt.timedelta(days=days - 1))
                yield Window(tuple(people), first, last)
                first = last + dt.timedelta(days=1)

    def _read(self, window: Window, unanswered: set[str]) -> Iterator[pa.RecordBatch]:
        """A window's punches, in as many requests as needed; persons whose punches were not answered go to `unanswered`."""
        left = window
        for n_failed in range(1, self._retries.max_retries + 2):
            response = self._ask(left)
            if response.status_code == TOO_LARGE:
                yield from self._read_halves(left, response, unanswered)
                return
            timecards = _timecards_of(response)
            punches = punch_batch(timecards, self._zones)
            if punches.num_rows:
                yield punches
            if response.status_code != PARTIAL:
                return
            came = {employee["qualifier"] for employee in timecards.field("employee").to_pylist()}
            left = left._replace(people=tuple(person for person in left.people if person not in came))
            if not left.people:
                return
            self._sleep(seconds_to_wait(self._retries, n_failed))
        unanswered.update(left.people)

    def _read_halves(self, window: Window, refusal: "Response", unanswered: set[str]) -> Iterator[pa.RecordBatch]:
        if not window.halves:
            raise UkgError(f"One day of one person is too much for the timekeeping system: {_reason(refusal)}.")
        for half in window.halves:
            yield from self._read(half, unanswered)

    def _ask(self, window: Window) -> "Response":
        body = {
            "select": ["PUNCHES"],
            "where": {
                "employees": {"qualifiers": list(window.people)},
                "dateRange": {"startDate": window.start.isoformat(), "endDate": window.end.isoformat()},
            },
        }
        response = self._rest.post(TIMECARDS, json=body)
        if response.status_code != TOO_LARGE:
            _refuse_failures(response)
        return response


def _timecards_of(response: "Response") -> pa.StructArray:
    """The timecards of an answer; of a partial one (207) those that succeeded."""
    if response.status_code != PARTIAL:
        return timecards_of(response.content)
    results = orjson.loads(response.content)["details"]["results"]
    return timecards_of(orjson.dumps([result["success"] for result in results if "success" in result]))


def _refuse_failures(response: "Response") -> None:
    """Raises UkgError for an answer that is no success, with the vendor's code but not with what was sent."""
    if response.status_code not in (OK, PARTIAL):
        raise UkgError(
            f"The timekeeping system answered {response.request.path_url} with {response.status_code}: {_reason(response)}."
        )


def _reason(response: "Response") -> str:
    try:
        return str(response.json().get("errorCode", "no error code"))
    except ValueError:
        return "no error code"
