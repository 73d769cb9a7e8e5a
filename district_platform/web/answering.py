"""Answers requests for pages and their tables: chooses the district and the role, and writes the audit.

A request with a session is answered from the district, a visitor's from the demo district, never the other way round. A page that the
role may not see gets the same answer as a page that does not exist.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from mimetypes import guess_type
from typing import Any
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from district_platform.web.access.viewer import PUBLIC, Viewer
from district_platform.web.pages.model import SEARCHED, Document, NotFoundError
from district_platform.web.reading.publications import NoPublicationError, Publication, PublicationGoneError
from district_platform.web.reading.reader import Reader, Rows
from district_platform.web.reading.registry import NotAllowedError, Query
from district_platform.web.rendering import Message, csv
from district_platform.web.rendering import page as html_of
from district_platform.web.rendering.html import NOT_FOUND, PRUNED
from district_platform.web.signin import audit, sessions, tokens
from district_platform.web.signin.audit import Event
from district_platform.web.signin.forms import STALE, form_of
from district_platform.web.signin.second_factor import REQUIRED
from district_platform.web.signin.sessions import Proof
from district_platform.web.signin.visits import Visit
from district_platform.web.site import PASSWORD, SIGN_IN, District, Page, Site

PUBLIC_PAGE = "public"
_MOST_FILTERS, _LONGEST_FILTER = 30, 200


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


class Answering:
    """The routes of pages and tables."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        return [
            Route("/", self.start, methods=["GET"]),
            Route("/public", self.show, methods=["GET"]),
            Route("/public/{table}.csv", self.show, methods=["GET"]),
            Route("/public/{document}", self.show, methods=["GET"]),
            Route("/print/{page}", self.show, methods=["GET"]),
            Route("/print/{page}", self.search, methods=["POST"]),
            Route("/print/{page}/{table}.csv", self.show, methods=["GET"]),
            Route("/print/{page}/{document}", self.show, methods=["GET"]),
        ]

    def start(self, request: Request) -> Response:
        """The first page of the role, or of the demo district."""
        visit = self._site.visits.of(request)
        if visit.account is None or visit.session is None:
            return self._site.to(SIGN_IN if visit.ended_because else f"/print/{next(iter(self._site.pages))}")
        viewer = self._viewer(visit, self._site.viewers_of(visit.account))
        if viewer is None:
            return self._absence(visit, self._site.district)
        pages = self._site.navigation(viewer.role)
        if not pages:
            return self._site.say(visit, _NO_PAGE)
        return self._site.to(f"/print/{pages[0].page}")

    def show(self, request: Request) -> Response:
        asked = request.path_params
        page, table, document = asked.get("page", PUBLIC_PAGE), asked.get("table", ""), asked.get("document", "")
        return self._answer(Asked(self._site.visits.of(request), page, _filters(request), table, document))

    async def search(self, request: Request) -> Response:
        """A page with a search by name. The search is posted, so that no address contains a name."""
        visit, form = await to_thread.run_sync(self._site.visits.of, request), await form_of(request)
        if not tokens.is_token(form.pop("csrf", ""), visit.cookie):
            return self._site.say(visit, Message(403, "Search again", (STALE,), ("To your first page", "/")))
        asked = Asked(visit, request.path_params["page"], _filters(request), name={SEARCHED: form.get(SEARCHED, "")})
        return await to_thread.run_sync(self._answer, asked)

    def _answer(self, asked: Asked) -> Response:
        visit, site = asked.visit, self._site
        if asked.page == PUBLIC_PAGE:
            return (
                self._read(site.district, asked) or self._read(site.demo, asked) or self._absence(visit, site.district)
            )
        if visit.ended_because:
            return site.to(f"{SIGN_IN}?target={quote(asked.path)}")
        if visit.account is None:
            return self._read(site.demo, asked) or self._absence(visit, site.demo)
        if visit.account.must_change_password:
            return site.to(PASSWORD)
        return self._read(site.district, asked) or self._absence(visit, site.district)

    def _absence(self, visit: Visit, district: District) -> Response:
        title, sentence = district.absence
        action = None if visit.account else ("Sign in", SIGN_IN)
        return self._site.say(visit, Message(503, title, (sentence,), action))

    def _read(self, district: District, asked: Asked) -> Response | None:
        """The answer from the current publication of a district; None if it has none yet.

        If a publication is removed while it is read, the request is repeated on the one after it.
        """
        for _ in range(2):
            try:
                with district.reader() as reader:
                    return self._of(district, Recording(reader), asked)
            except NoPublicationError:
                return None
            except PublicationGoneError:
                continue
        return self._site.say(asked.visit, PRUNED)

    def _of(self, district: District, reader: Recording, asked: Asked) -> Response:
        site, visit, publication = self._site, asked.visit, reader.publication
        page = site.pages.get(asked.page)
        viewer = self._who(district, asked, page, publication)
        if viewer is None and visit.account:
            return self._role_is_gone(visit)
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
        if document:
            return document_of(publication, document)
        if table:
            return _download(csv(table), f"{asked.page}-{table.key}-{publication.as_of_date}.csv")
        return site.answer(visit, html_of(model, site.chrome(visit, district, publication)))

    def _who(self, district: District, asked: Asked, page: Page | None, publication: Publication) -> Viewer | None:
        """Somebody with a session in its role, a visitor in a role of the page."""
        if asked.page == PUBLIC_PAGE:
            return PUBLIC
        viewers = district.viewers(asked.visit.account, publication)
        if asked.visit.account:
            return self._viewer(asked.visit, viewers)
        return next((each for each in viewers if page and each.role in page.roles), None)

    @staticmethod
    def _viewer(visit: Visit, viewers: tuple[Viewer, ...]) -> Viewer | None:
        """The session's role as the account has it today; none where the role requires a second factor that the session lacks."""
        session = visit.session
        found = next((each for each in viewers if session and each.role.value == session.role), None)
        is_open = found is None or found.role not in REQUIRED or (session and session.proof is Proof.TWO)
        return found if is_open else None

    def _role_is_gone(self, visit: Visit) -> Response:
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
        return self._site.to(SIGN_IN)

    def _not_found(self, district: District, viewer: Viewer | None, asked: Asked, publication: Publication) -> Response:
        if viewer:
            self._record(Event.REFUSED, viewer, asked, publication, set())
        chrome = self._site.chrome(asked.visit, district, publication)
        if asked.visit.account:
            return self._site.say(asked.visit, NOT_FOUND, chrome)
        sign_in = ("Sign in", f"{SIGN_IN}?target={quote(asked.path)}")
        sentences = ("There is no such page here.", "A page of your own district is seen after sign-in.")
        return self._site.say(asked.visit, Message(404, NOT_FOUND.title, sentences, sign_in), chrome)

    def _record(self, event: Event, viewer: Viewer, asked: Asked, publication: Publication, students: set[str]) -> None:
        """Writes a line into the audit, except for visitors: they see synthetic or public figures only."""
        if asked.visit.account is None:
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


_NO_PAGE = Message(404, "No page for your role", ("There is no page yet for the role that you signed in with.",))


def _filters(request: Request) -> dict[str, str]:
    given = list(request.query_params.items())[:_MOST_FILTERS]
    return {name: value for name, value in given if name != SEARCHED and len(name) + len(value) <= _LONGEST_FILTER}


def document_of(publication: Publication, document: Document) -> Response:
    """The content of a document of the publication. Raises PublicationGoneError if it was removed meanwhile."""
    try:
        content = (publication.folder / "reports" / document.file).read_bytes()
    except FileNotFoundError:
        raise PublicationGoneError(publication.version) from None
    headers = {"content-disposition": f'attachment; filename="{document.file}"'}
    return Response(content, media_type=guess_type(document.file)[0], headers=headers)


def _download(text: str, name: str) -> Response:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)
