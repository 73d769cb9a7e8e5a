"""One request, from who asks to the line in the audit. What a path answers is in `rows`."""

import hashlib
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
from starlette.requests import Request
from starlette.responses import Response

from district_platform.destinations.dynamodb.reading import AttendanceStore
from district_platform.destinations.model import DestinationError
from district_platform.web.access.viewer import Viewer
from district_platform.web.api import formats
from district_platform.web.api.callers import Caller, Callers
from district_platform.web.api.formats import Format
from district_platform.web.api.limits import Limits
from district_platform.web.api.pages import Pages, Place, asked_for
from district_platform.web.api.parameters import Paged
from district_platform.web.api.problems import GONE, NO_STORE, NOTHING_YET, ProblemError
from district_platform.web.district import HomeDistrict
from district_platform.web.reading.publications import NoPublicationError, Publication, PublicationGoneError
from district_platform.web.reading.reader import Reader, Rows
from district_platform.web.reading.registry import NotAllowedError, Query
from district_platform.web.signin import audit
from district_platform.web.signin.audit import Event
from district_platform.web.signin.keys import KeyScope
from district_platform.web.signin.store import AccessStore

_LOG = logging.getLogger("uvicorn.error")
_ROWS_AT_ONCE = 10_000
"""Of CSV and Arrow, which are read page by page, too, in the order of their key."""


@dataclass(frozen=True)
class Asked:
    """What a path's function is given: a reader of one publication, who looks, and where the page begins."""

    reader: Reader
    viewer: Viewer
    format: Format
    size: int
    after: tuple[Any, ...] | None
    store: AttendanceStore | None = None
    """Where a student's days come from, if not from the publication."""

    def rows(self, query: Query, **filters: Any) -> "Found":
        """A page of the query's rows; all of them where the format is whole."""
        if self.format.is_whole:
            return Found(self._all(query, filters), schema=self.schema(query, **filters))
        rows = self.reader.page(query, self.viewer, self.after, self.size + 1, **filters)
        kept = Rows(rows.columns, rows.rows[: self.size])
        return Found(kept, key_of(query, kept) if len(rows) > self.size else None)

    def schema(self, query: Query, **filters: Any) -> pa.Schema | None:
        """The types of the query's columns, where the format needs them."""
        return self.reader.schema(query, self.viewer, **filters) if self.format is Format.ARROW else None

    def _all(self, query: Query, filters: Mapping[str, Any]) -> Rows:
        rows = self.reader.page(query, self.viewer, None, _ROWS_AT_ONCE, **filters)
        found = list(rows.rows)
        while len(rows) == _ROWS_AT_ONCE:
            rows = self.reader.page(query, self.viewer, key_of(query, rows), _ROWS_AT_ONCE, **filters)
            found += rows.rows
        return Rows(rows.columns, tuple(found))


@dataclass(frozen=True)
class Found:
    """A path's rows, and the key of the last where more follow."""

    rows: Rows
    next_after: tuple[Any, ...] | None = None
    students: tuple[str, ...] = ()
    """Whom the answer is about, besides those in its rows: ids of students, and of others with what they are before them."""
    more: Mapping[str, Any] = field(default_factory=dict)
    """What an answer in JSON says besides the rows."""
    schema: pa.Schema | None = None
    """Types of the columns, for Arrow."""


@dataclass(frozen=True)
class Path:
    """A path as it was asked for."""

    what: str
    """For the audit, without ids of students."""
    scope: KeyScope | None
    format: Format
    given: Paged
    filters: Mapping[str, str]
    """All that was asked for, but not of which person."""
    build: Callable[[Asked], Found]
    student: str = ""
    employee: str = ""
    """Of whom, as the address has it. The audit has it of a refusal; of an answer it has whom the answer names."""

    @property
    def person(self) -> dict[str, str]:
        """Of whom, by what they are."""
        return {name: value for name in ("student", "employee") if (value := getattr(self, name))}


class Answering:
    """Answers the requests of all paths. Raises ProblemError for what is no success."""

    def __init__(
        self,
        store: AccessStore,
        callers: Callers,
        limits: Limits,
        pages: Pages,
        district: HomeDistrict,
        attendance: AttendanceStore | None = None,
    ) -> None:
        self._attendance = attendance
        self._store, self._callers, self._limits, self._pages, self._district = store, callers, limits, pages, district

    def answer(self, request: Request, path: Path) -> Response:
        caller = self._callers.of(request)
        self._limits.count(caller.name)
        if path.scope and path.scope not in caller.scopes:
            self._record(Event.REFUSED, caller, path)
            raise ProblemError(403, f"The caller's key or role does not open {path.scope.value}.")
        asked = asked_for(request.url.path, path.filters)
        if path.given.next and path.format.is_whole:
            raise ProblemError(422, "The parameter _next is for JSON: CSV and Arrow are always whole.")
        place = self._pages.place(path.given.next, asked) if path.given.next else None
        for _ in range(2):
            try:
                with self._district.reader(place.version if place else None) as reader:
                    return self._read(request, caller, path, reader, place, asked)
            except NoPublicationError:
                raise NOTHING_YET from None
            except PublicationGoneError:
                if place:
                    break
        raise GONE

    def _read(
        self, request: Request, caller: Caller, path: Path, reader: Reader, place: Place | None, asked: str
    ) -> Response:
        publication = reader.publication
        if place and caller.account:
            self._refuse_earlier(publication)
        viewer = self._callers.viewer(caller, publication)
        after = place.after if place else None
        try:
            found = path.build(Asked(reader, viewer, path.format, path.given.size, after, self._attendance))
        except DestinationError as error:
            _LOG.error("The attendance store: %s", error)
            raise NO_STORE from None
        except (ProblemError, NotAllowedError) as error:
            self._record(Event.REFUSED, caller, path, publication)
            if isinstance(error, NotAllowedError):
                raise ProblemError(403, "The caller's role does not open this.") from None
            raise
        event = Event.EXPORTED if path.format.is_whole else Event.VIEWED
        self._record(event, caller, path, publication, {*found.rows.named, *found.students})
        who = None if caller.account else viewer
        return self._response(request, path, publication, found, asked, who)

    def _refuse_earlier(self, publication: Publication) -> None:
        """Raises GONE where an account reads on in a publication that is no longer the current one: its roles may have changed since."""
        with self._district.reader() as now:
            if now.publication.version != publication.version:
                raise GONE

    def _response(
        self, request: Request, path: Path, publication: Publication, found: Found, asked: str, key: Viewer | None
    ) -> Response:
        """The answer. A browser keeps nothing of an account's, because the next person on the machine may ask the same; a key's answer may
        be kept, under a tag of who asked what.
        """
        headers = {"cache-control": "no-store", "vary": "Authorization, Cookie, Accept"}
        if key is not None:
            of = hashlib.sha256(repr((key, asked, path.given)).encode()).hexdigest()[:16]
            version = found.more.get("complete_as_of") or publication.version
            headers |= {"etag": f'"{version};{path.format};{of}"', "cache-control": "private, no-cache"}
        tag = headers.get("etag", "")
        following = ""
        if found.next_after is not None:
            token = self._pages.token(Place(publication.version, found.next_after), asked)
            following = str(request.url.include_query_params(_next=token))
            headers["link"] = f'<{following}>; rel="next"'
        if tag and tag in (each.strip() for each in request.headers.get("if-none-match", "").split(",")):
            return Response(status_code=304, headers=headers)
        if path.format is Format.CSV:
            text = formats.csv_lines([found.rows.columns, *found.rows.rows])
            return Response(text, headers=headers, media_type=path.format.media_type)
        if path.format is Format.ARROW:
            assert found.schema is not None, f"{path.what} has no types for Arrow"
            return Response(
                formats.arrow_stream(found.schema, found.rows.rows), headers=headers, media_type=path.format.media_type
            )
        body = {
            "publication": publication.version,
            "as_of_date": publication.as_of_date,
            **found.more,
            "rows": [dict(zip(found.rows.columns, row, strict=True)) for row in found.rows.rows],
            "next_url": following or None,
        }
        return Response(formats.json(body), headers=headers, media_type=path.format.media_type)

    def _record(
        self,
        event: Event,
        caller: Caller,
        path: Path,
        publication: Publication | None = None,
        students: set[str] | None = None,
    ) -> None:
        asked_of = path.person if event is Event.REFUSED else {}
        audit.record(
            self._store,
            event,
            caller.name,
            role=caller.role,
            address=caller.address,
            page=f"api/{path.what}",
            filters={**path.filters, **asked_of},
            students=students or set(),
            publication=publication.version if publication else "",
        )


def key_of(query: Query, rows: Rows) -> tuple[Any, ...]:
    """The key of the last row."""
    return tuple(rows.rows[-1][rows.columns.index(column)] for column in query.order_by)
