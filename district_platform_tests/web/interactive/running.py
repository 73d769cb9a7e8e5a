"""Runs of Streamlit's script for whoever the test says, over one publication."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from district_platform.settings import Settings
from district_platform.web.access.viewer import Viewer
from district_platform.web.dashboard import visiting
from district_platform.web.pages.registry import pages
from district_platform.web.reading.publications import Publication
from district_platform.web.reading.reader import Library, Reader
from district_platform.web.signin import accounts, sessions
from district_platform.web.signin.accounts import Account
from district_platform.web.signin.sessions import Proof, Verified
from district_platform.web.signin.store import AccessStore
from district_platform.web.signin.visits import Visit, Visits
from district_platform.web.site import Site

TIMEOUT = 60


class OneViewer:
    """A district in which every account is this viewer."""

    is_demo = False
    absence = ("Nothing is published yet", "Wait.")

    def __init__(self, library: Library) -> None:
        self._library = library
        self.viewer: Viewer | None = None

    @contextmanager
    def reader(self) -> Iterator[Reader]:
        with self._library.reader() as reader:
            yield reader

    def viewers(self, account: Account | None, publication: Publication) -> tuple[Viewer, ...]:
        return (self.viewer,) if account and self.viewer else ()


class Browser:
    """A tab of somebody's browser: the cookie it has, and the script that runs for it."""

    def __init__(self, site: Site, monkeypatch: pytest.MonkeyPatch, viewer: Viewer) -> None:
        assert isinstance(site.district, OneViewer)
        self.site, self.viewer, self._patch = site, viewer, monkeypatch
        self.cookie = self._sign_in()

    def _sign_in(self) -> str:
        store, login = self.site.store, f"{self.viewer.role.value}@d.example"
        if accounts.find(store, login) is None:
            accounts.add(store, [login])
        with store.writing() as connection:
            connection.execute("update account set password_hash = 'chosen', expires_at = null")
        account = accounts.existing(store, login)
        begun = sessions.begin(
            store, Verified(account.account_id, account.password_hash), self.viewer.role.value, Proof.TWO
        )
        assert begun
        return begun[0]

    def opens(self, page: str, **filters: str) -> AppTest:
        """The page as its script leaves it."""
        app = AppTest.from_function(_script, default_timeout=TIMEOUT, kwargs={"name": page})
        for name, value in filters.items():
            app.query_params[name] = value
        return self.runs(app)

    def runs(self, app: AppTest) -> AppTest:
        """Runs the script of a tab again."""
        district = self.site.district
        assert isinstance(district, OneViewer)
        district.viewer = self.viewer
        visiting.of_process(self.site)
        self._patch.setattr(visiting, "visit", self._visit)
        app.run()
        assert not app.exception, app.exception
        return app

    def _visit(self, *, is_used: bool = True) -> Visit:
        return self.site.visits.of_cookie(self.cookie, "127.0.0.1", is_used=is_used)


def _script(name: str) -> None:
    from district_platform.web.dashboard.showing import show_page

    show_page(name)


def site_of(library: Library, store: AccessStore) -> Site:
    """All pages of the platform, over a library's publications."""
    settings = Settings()
    district = OneViewer(library)
    visits = Visits(store, settings.web, has_ready_made=True)
    return Site(settings, store, visits, pages(settings), district, district, is_interactive=True)


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.found.append(" ".join(data.split()))


def html_of(app: AppTest) -> str:
    """All HTML that the page holds."""
    return "".join(element.proto.body for element in app.main.get("html"))


def words_of(app: AppTest) -> list[str]:
    """What the page's own part says, piece by piece, in order of kinds: titles, then texts and cells."""
    reader = _Words()
    reader.feed(html_of(app))
    titles: list[Any] = [*app.main.title, *app.main.header]
    return [*(re.sub(r"\\(.)", r"\1", each.value) for each in titles), *reader.found]
