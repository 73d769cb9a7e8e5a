"""The client of an Ed-Fi API: which requests are made, and what its answers mean.

Every answer that is no success becomes one sentence with the API's own problem type, never its `detail`, which may name a person.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson
import requests

from district_platform.credentials import with_secrets
from district_platform.settings import Credentials, Retries
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.discovery import Api, Segment, described
from district_platform.sources.edfi.errors import EdfiError, NotGrantedError, NotInModelError, RefusedKeyError
from district_platform.sources.edfi.grant import AskedWith, ClientGrant
from district_platform.sources.session import PatientSession

NEXT_PAGE, TOTAL = "Next-Page-Token", "Total-Count"
Record = dict[str, Any]


class EdfiClient:
    """Reads an Ed-Fi API. `n_requests` counts the requests that were made for records and totals."""

    def __init__(
        self,
        source: EdfiSource,
        url: str,
        asked_with: AskedWith,
        retries: Retries | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._source, self._url, self._asked_with, self._clock = source, url.rstrip("/"), asked_with, clock
        self._session = PatientSession("The Ed-Fi API", EdfiError, source.timeout_seconds, retries or Retries(), sleep)
        self._grant: ClientGrant | None = None
        self.n_requests = 0

    @classmethod
    def of_settings(cls, source: EdfiSource, credentials: Credentials, retries: Retries) -> "EdfiClient":
        """The client of `sources.edfi.url`, with the secrets that the settings name, read anew where they are refused."""
        assert source.url is not None

        def asked_with(ask: Callable[..., None]) -> None:
            names = (source.key_secret, source.secret_secret)
            with_secrets(names, credentials, ask, is_refused=lambda error: isinstance(error, RefusedKeyError))

        return cls(source, source.url, asked_with, retries)

    def api(self) -> Api:
        """What the API says of itself. Raises EdfiError where that is no Ed-Fi API, or a setting is missing."""
        answer = _json_of(self._session.get(self._url), "its base address")
        api = described(answer if isinstance(answer, dict) else {}, self._source.tenant, self._source.school_years)
        self._grant = ClientGrant(api.token_address, self._asked_with, self._session, self._clock)
        return api

    def total(self, segment: Segment, resource: str) -> int:
        """The number of records that the API says a resource has. Raises NotGrantedError or NotInModelError."""
        response = self._get(segment, resource, {"limit": 0, "totalCount": "true"})
        _records(response, resource)
        count = response.headers.get(TOTAL, "")
        if not count.isdigit():
            raise EdfiError(
                f"The Ed-Fi API answers no {TOTAL} for {resource}; without it nobody knows what is missing."
            )
        return int(count)

    def pages(self, segment: Segment, resource: str) -> Iterator[list[Record]]:
        """The records of a resource, by cursor where the API offers one, else by offset.

        By offset a record can come twice, or be missed, where others change meanwhile: the caller compares with `total`.
        """
        size = self._source.page_size
        response = self._get(segment, resource, {"limit": size, "offset": 0})
        page = _records(response, resource)
        if NEXT_PAGE not in response.headers:
            yield from self._by_offset(segment, resource, page)
            return
        yield page
        while token := response.headers.get(NEXT_PAGE):
            response = self._get(segment, resource, {"pageToken": token, "pageSize": size})
            yield _records(response, resource)

    def _by_offset(self, segment: Segment, resource: str, page: list[Record]) -> Iterator[list[Record]]:
        size, offset = self._source.page_size, 0
        yield page
        while len(page) == size:
            offset += size
            page = _records(self._get(segment, resource, {"limit": size, "offset": offset}), resource)
            yield page

    def _get(self, segment: Segment, resource: str, asked: Mapping[str, str | int]) -> requests.Response:
        assert self._grant is not None, "api() comes first"
        self.n_requests += 1
        response = self._session.get(f"{segment.address}/ed-fi/{resource}", params=asked, auth=self._grant)
        if response.status_code != requests.codes.ok:
            _refuse(response, resource)
        return response


def _refuse(response: requests.Response, resource: str) -> None:
    """Raises what an answer other than 200 means."""
    if response.status_code == requests.codes.forbidden:
        raise NotGrantedError(f"{resource}: the Ed-Fi API does not grant it to this client ({_problem(response)})")
    if response.status_code == requests.codes.not_found:
        raise NotInModelError(f"{resource}: the Ed-Fi API has no such resource at this address")
    if response.status_code == requests.codes.unauthorized:
        raise EdfiError(f"{resource}: the Ed-Fi API refuses a token that it has just given (401).")
    raise EdfiError(f"{resource}: the Ed-Fi API answered {response.status_code} ({_problem(response)}).")


def _problem(response: requests.Response) -> str:
    """The type of a problem and where it stands in the API's log."""
    try:
        told = orjson.loads(response.content)
    except ValueError:
        return f"{response.status_code}, without a reason"
    if not isinstance(told, dict):
        return f"{response.status_code}, without a reason"
    kind = str(told.get("type") or f"{response.status_code}, without a type")
    log = told.get("correlationId")
    return f"{kind}, correlationId {log}" if log else kind


def _records(response: requests.Response, resource: str) -> list[Record]:
    page = _json_of(response, resource)
    if not isinstance(page, list) or not all(isinstance(record, dict) for record in page):
        raise EdfiError(f"{resource}: the Ed-Fi API answered JSON that is no list of records.")
    return page


def _json_of(response: requests.Response, what: str) -> Any:
    if response.status_code != requests.codes.ok:
        raise EdfiError(f"The Ed-Fi API answered {response.status_code} at {what}. Is sources.edfi.url right?")
    try:
        return orjson.loads(response.content)
    except ValueError:
        kind = response.headers.get("Content-Type", "no content type").split(";")[0]
        raise EdfiError(
            f"The Ed-Fi API answered {what} with {kind} instead of JSON: a proxy or a page to sign in seems to stand before it."
        ) from None
