"""Answers requests for pages and their tables as HTML, CSV and files; `web.views` finds what there is to see."""

from mimetypes import guess_type
from urllib.parse import quote

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from district_platform.web.pages.model import SEARCHED, Document
from district_platform.web.reading.publications import Publication, PublicationGoneError
from district_platform.web.rendering import Message, csv
from district_platform.web.rendering import page as html_of
from district_platform.web.rendering.chrome import PUBLIC_PAGE
from district_platform.web.rendering.html import NO_PAGE, NOT_FOUND, PRUNED
from district_platform.web.signin import tokens
from district_platform.web.signin.forms import STALE, form_of
from district_platform.web.site import PASSWORD, SIGN_IN, Site
from district_platform.web.views import Asked, Refusal, View, Views, Why, accepted


class Answering:
    """The routes of pages and tables."""

    def __init__(self, site: Site) -> None:
        self._site, self._views = site, Views(site)

    def routes(self) -> list[Route]:
        """Of the plain pages; `/` leads to the first of them as well where Streamlit does not show it (`web.app`)."""
        return [
            Route("/print", self.start, methods=["GET"]),
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
        viewer = self._views.viewer_of(visit, self._site.viewers_of(visit.account))
        if viewer is None:
            return self._site.say(visit, self._site.absence(visit, self._site.district))
        pages = self._site.navigation(viewer.role)
        if not pages:
            return self._site.say(visit, NO_PAGE)
        return self._site.to(f"/print/{pages[0].page}")

    def show(self, request: Request) -> Response:
        asked = request.path_params
        page, table, document = asked.get("page", PUBLIC_PAGE), asked.get("table", ""), asked.get("document", "")
        return self._answer(
            Asked(self._site.visits.of(request), page, accepted(request.query_params.items()), table, document)
        )

    async def search(self, request: Request) -> Response:
        """A page with a search by name. The search is posted, so that no address contains a name."""
        visit, form = await to_thread.run_sync(self._site.visits.of, request), await form_of(request)
        if not tokens.is_token(form.pop("csrf", ""), visit.cookie):
            return self._site.say(visit, Message(403, "Search again", (STALE,), ("To your first page", "/")))
        asked = Asked(
            visit,
            request.path_params["page"],
            accepted(request.query_params.items()),
            name={SEARCHED: form.get(SEARCHED, "")},
        )
        return await to_thread.run_sync(self._answer, asked)

    def _answer(self, asked: Asked) -> Response:
        found = self._views.see(asked, lambda view: self._written(asked, view))
        return self._refused(asked, found) if isinstance(found, Refusal) else found

    def _written(self, asked: Asked, view: View) -> Response:
        if view.document:
            return document_of(view.publication, view.document)
        if view.table:
            return _download(csv(view.table), f"{asked.page}-{view.table.key}-{view.publication.as_of_date}.csv")
        return self._site.answer(
            asked.visit, html_of(view.model, self._site.chrome(asked.visit, view.district, view.publication))
        )

    def _refused(self, asked: Asked, refusal: Refusal) -> Response:
        visit, site = asked.visit, self._site
        match refusal.why:
            case Why.SESSION_OVER:
                return site.to(f"{SIGN_IN}?target={quote(asked.path)}")
            case Why.MUST_CHANGE_PASSWORD:
                return site.to(PASSWORD)
            case Why.ROLE_GONE:
                return site.to(SIGN_IN)
            case Why.PRUNED:
                return site.say(visit, PRUNED)
            case Why.NOTHING_PUBLISHED:
                return site.say(visit, site.absence(visit, refusal.district))
        return self._not_found(asked, refusal)

    def _not_found(self, asked: Asked, refusal: Refusal) -> Response:
        chrome = self._site.chrome(asked.visit, refusal.district, refusal.publication)
        if asked.visit.account:
            return self._site.say(asked.visit, NOT_FOUND, chrome)
        sign_in = ("Sign in", f"{SIGN_IN}?target={quote(asked.path)}")
        sentences = ("There is no such page here.", "A page of your own district is seen after sign-in.")
        return self._site.say(asked.visit, Message(404, NOT_FOUND.title, sentences, sign_in), chrome)


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
