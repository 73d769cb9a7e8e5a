"""What all routes of the dashboard share: who asks, from which district they are answered, and what stands around a page."""

import datetime as dt
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from starlette.responses import HTMLResponse, RedirectResponse, Response

from district_platform.settings import Settings
from district_platform.web.access.viewer import Role, Viewer
from district_platform.web.pages.model import Filters, PageModel
from district_platform.web.reading.publications import NoPublicationError, Publication, PublicationGoneError
from district_platform.web.reading.reader import Reader
from district_platform.web.rendering import Chrome, Message, NavEntry, message
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visit, Visits

SIGN_IN, SIGN_OUT, PASSWORD = "/sign-in", "/sign-out", "/password"
CODE, SECOND_FACTOR, ROLE = "/code", "/second-factor", "/role"


class Page(Protocol):
    """A page of the registry (`web.pages`)."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    @property
    def roles(self) -> frozenset[Role]: ...

    @property
    def in_nav(self) -> bool: ...

    def build(self, viewer: Viewer, filters: Filters, reader: Reader, /) -> PageModel:
        """Raises NotFoundError for what is not there or not in the viewer's scope."""


class District(Protocol):
    """Publications, and who has which role in them."""

    @property
    def is_demo(self) -> bool: ...

    @property
    def absence(self) -> tuple[str, str]:
        """What is told while it has no publication: a title and a sentence."""

    def reader(self) -> AbstractContextManager[Reader]:
        """Of the current publication, for one request. Raises NoPublicationError."""

    def viewers(self, account: Account | None, publication: Publication) -> tuple[Viewer, ...]:
        """The roles of an account today, none where it has none. Of a visitor: one of every role in the demo district, else none."""


@dataclass(frozen=True)
class Site:
    """The dashboard of one district, and the demo district that visitors see."""

    settings: Settings
    store: AccessStore
    visits: Visits
    pages: Mapping[str, Page]
    district: District
    demo: District
    is_interactive: bool = False
    """Whether Streamlit shows the pages, too (web.dashboard)."""
    today: dt.date | None = None
    """For tests; else the clock's."""

    def viewers_of(self, account: Account) -> tuple[Viewer, ...]:
        """The roles of an account in the current publication; none before the first."""
        try:
            with self.district.reader() as reader:
                return self.district.viewers(account, reader.publication)
        except (NoPublicationError, PublicationGoneError):
            return ()

    def answer(self, visit: Visit, body: str, status: int = 200) -> Response:
        """A page for this browser, which gets its cookie with it."""
        answer = HTMLResponse(body, status)
        if visit.is_new:
            self.visits.give(answer, visit.cookie)
        return answer

    def say(self, visit: Visit, what: Message, chrome: Chrome | None = None) -> Response:
        """A page of words alone."""
        return self.answer(visit, message(what, chrome or self.chrome(visit)), what.status)

    def absence(self, visit: Visit, district: District) -> Message:
        """That a district has no publication yet; a visitor is offered to sign in."""
        title, sentence = district.absence
        return Message(503, title, (sentence,), None if visit.account else ("Sign in", SIGN_IN))

    def to(self, path: str) -> Response:
        return RedirectResponse(path, 303)

    def chrome(self, visit: Visit, district: District | None = None, publication: Publication | None = None) -> Chrome:
        """What stands around a page; district and publication are those of the page, where it has them."""
        is_demo = district is not None and district.is_demo
        role = visit.session.role if visit.account and visit.session else ""
        return Chrome(
            site_name=publication.district_name if publication else self.settings.district_name,
            is_demo=is_demo,
            nav=self.navigation(*Role) if is_demo else self.navigation(role),
            who=visit.account.login if visit.account else "",
            role=role,
            roles=self._roles(visit, None if is_demo else publication),
            csrf=visit.token,
            publication=publication.version if publication else "",
            as_of_date=publication.as_of_date if publication else None,
            is_interactive=self.is_interactive,
            warning=self._warning(publication) if publication and not is_demo else "",
        )

    def navigation(self, *roles: str) -> tuple[NavEntry, ...]:
        """The pages that these roles begin with."""
        return tuple(
            NavEntry(page.title, page.name)
            for page in self.pages.values()
            if page.in_nav and not page.roles.isdisjoint(roles)
        )

    def _roles(self, visit: Visit, publication: Publication | None) -> tuple[str, ...]:
        """What somebody who is signed in may choose from."""
        if visit.account is None:
            return ()
        viewers = self.district.viewers(visit.account, publication) if publication else self.viewers_of(visit.account)
        return tuple(viewer.role.value for viewer in viewers)

    def _warning(self, publication: Publication) -> str:
        """That the figures are older than a district's extracts may be; those of a synthetic district are of one day for ever."""
        if self.settings.sources.kind == "synthetic":
            return ""
        n_days = ((self.today or dt.date.today()) - publication.as_of_date).days
        if n_days * 24 <= self.settings.automation.max_extract_age_hours:
            return ""
        return f"these figures are {n_days} days old. Ask the data team whether the nightly run came through."
