"""What somebody sees: a page in the visit's role from the right district, or why not. Every view is written into the audit.

A visit with a session is answered from the district, a visitor's from the demo district, never the other way round. A page that the
role may not see gets the same answer as a page that does not exist.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, TypeVar
from urllib.parse import quote

from district_platform.web.access.viewer import PUBLIC, Viewer
from district_platform.web.pages.model import SEARCHED, Document, NotFoundError, PageModel, Table
from district_platform.web.reading.publications import NoPublicationError, Publication, PublicationGoneError
from district_platform.web.reading.reader import Reader, Rows
from district_platform.web.reading.registry import NotAllowedError, Query
from district_platform.web.rendering.chrome import PUBLIC_PAGE
from district_platform.web.signin import audit, sessions
from district_platform.web.signin.audit import Event
from district_platform.web.signin.second_factor import REQUIRED
from district_platform.web.signin.sessions import Proof
from district_platform.web.signin.visits import Visit
from district_platform.web.site import District, Page, Site

_MOST_FILTERS, _LONGEST_FILTER = 30, 200

Answer = TypeVar("Answer")


class Why(Enum):
    """Why there is nothing to see."""

    SESSION_OVER = auto()
    MUST_CHANGE_PASSWORD = auto()
    ROLE_GONE = auto()
    """The account no longer has the role of its session, which is ended by this."""
    NOT_FOUND = auto()
    """No such page, school or student, or not for this role."""
    NOTHING_PUBLISHED = auto()
    PRUNED = auto()
    """Two publications in a row were removed while they were read."""


@dataclass(frozen=True)
class Refusal:
    """Nothing to see, of a district; the publication is known where the page was looked for in one."""

    why: Why
    district: District
    publication: Publication | None = None


@dataclass(frozen=True)
class View:
    """A page as it stands for a viewer; `table` or `document` where only that part of it was asked for."""

    model: PageModel
    district: District
    publication: Publication
    table: Table | None = None
    document: Document | None = None


@dataclass(frozen=True)
class Asked:
    """A request for a page, or for a table of it as CSV."""

    visit: Visit
    page: str
    filters: Mapping[str, str]
    table: str = ""
    document: str = ""
    name: Mapping[str, str] | None = None
    """A name that is searched for. It goes into no address and into no audit."""
    seen: str = ""
    """The publication in which this visit has seen the same: drawn anew, it needs no second line in the audit."""

    @property
    def what(self) -> str:
        """The name of the page, or of the file that is taken from it."""
        file = f"{self.table}.csv" if self.table else self.document
        return f"{self.page}/{file}" if file else self.page

    @property
    def path(self) -> str:
        """The path to continue with after sign-in."""
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in self.filters.items())
        return f"/print/{quote(self.page)}" + (f"?{query}" if query else "")


class Recording(Reader):
    """A reader that remembers whom it named, for the audit."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.people: set[str] = set()

    @property
    def publication(self) -> Publication:
        return self._reader.publication

    def rows(self, query: Query, viewer: Viewer, **filters: Any) -> Rows:
        rows = self._reader.rows(query, viewer, **filters)
        self.people.update(rows.named)
        return rows


class Views:
    """Finds what a visit asks for."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def see(self, asked: Asked, answer: Callable[[View], Answer]) -> Answer | Refusal:
        """What `answer` makes of the page while its publication is held open; if that is removed meanwhile, of the one after it."""
        visit, site = asked.visit, self._site
        if asked.page == PUBLIC_PAGE:
            found = self._read(site.district, asked, answer)
            return found if not _is_absent(found) else self._public_of_demo(asked, answer, found)
        if visit.ended_because:
            return Refusal(Why.SESSION_OVER, site.district)
        if visit.account is None:
            return self._read(site.demo, asked, answer)
        if visit.account.must_change_password:
            return Refusal(Why.MUST_CHANGE_PASSWORD, site.district)
        return self._read(site.district, asked, answer)

    def viewer_of(self, visit: Visit, viewers: tuple[Viewer, ...]) -> Viewer | None:
        """The session's role as the account has it today; none where the role requires a second factor that the session lacks."""
        session = visit.session
        found = next((each for each in viewers if session and each.role.value == session.role), None)
        is_open = found is None or found.role not in REQUIRED or (session and session.proof is Proof.TWO)
        return found if is_open else None

    def _public_of_demo(
        self, asked: Asked, answer: Callable[[View], Answer], absence: Answer | Refusal
    ) -> Answer | Refusal:
        found = self._read(self._site.demo, asked, answer)
        return absence if _is_absent(found) else found

    def _read(self, district: District, asked: Asked, answer: Callable[[View], Answer]) -> Answer | Refusal:
        for _ in range(2):
            try:
                with district.reader() as reader:
                    found = self._view(district, asked, Recording(reader))
                    return found if isinstance(found, Refusal) else answer(found)
            except NoPublicationError:
                return Refusal(Why.NOTHING_PUBLISHED, district)
            except PublicationGoneError:
                continue
        return Refusal(Why.PRUNED, district)

    def _view(self, district: District, asked: Asked, reader: Recording) -> View | Refusal:
        publication, page = reader.publication, self._site.pages.get(asked.page)
        viewer = self._who(district, asked, page, publication)
        if viewer is None and asked.visit.account:
            self._end(asked.visit)
            return Refusal(Why.ROLE_GONE, district, publication)
        if page is None or viewer is None or viewer.role not in page.roles:
            return self._not_found(district, viewer, asked, publication)
        try:
            model = page.build(viewer, {**asked.filters, **(asked.name or {})}, reader)
            table = model.table(asked.table) if asked.table else None
            document = model.document(asked.document) if asked.document else None
        except (NotFoundError, NotAllowedError):
            return self._not_found(district, viewer, asked, publication)
        event, people = Event.EXPORTED if table or document else Event.VIEWED, reader.people
        if table and table.people is not None:
            people = set(table.people)
        self._record(event, viewer, asked, publication, people)
        return View(model, district, publication, table, document)

    def _who(self, district: District, asked: Asked, page: Page | None, publication: Publication) -> Viewer | None:
        """Somebody with a session in its role, a visitor in a role of the page."""
        if asked.page == PUBLIC_PAGE:
            return PUBLIC
        viewers = district.viewers(asked.visit.account, publication)
        if asked.visit.account:
            return self.viewer_of(asked.visit, viewers)
        return next((each for each in viewers if page and each.role in page.roles), None)

    def _end(self, visit: Visit) -> None:
        assert visit.account
        assert visit.session
        sessions.end(self._site.store, visit.session, "your role has changed")
        audit.record(
            self._site.store,
            Event.SESSION_ENDED,
            visit.account.login,
            role=visit.session.role,
            address=visit.address,
            page="the role is gone",
        )

    def _not_found(self, district: District, viewer: Viewer | None, asked: Asked, publication: Publication) -> Refusal:
        if viewer:
            self._record(Event.REFUSED, viewer, asked, publication, set())
        return Refusal(Why.NOT_FOUND, district, publication)

    def _record(self, event: Event, viewer: Viewer, asked: Asked, publication: Publication, students: set[str]) -> None:
        """Writes a line into the audit, except for visitors: they see synthetic or public figures only."""
        if asked.visit.account is None or asked.seen == publication.version:
            return
        searched = {"search": "by name"} if asked.name else {}
        audit.record(
            self._site.store,
            event,
            asked.visit.account.login,
            role=viewer.role.value,
            address=asked.visit.address,
            page=asked.what[:_LONGEST_FILTER],
            filters={**asked.filters, **searched},
            students=students,
            publication=publication.version,
        )


def _is_absent(found: object) -> bool:
    return isinstance(found, Refusal) and found.why is Why.NOTHING_PUBLISHED


def accepted(given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The filters of an address, without a name, and without what is too much."""
    first = list(given)[:_MOST_FILTERS]
    return {name: value for name, value in first if name != SEARCHED and len(name) + len(value) <= _LONGEST_FILTER}
