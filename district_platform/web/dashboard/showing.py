"""One run of the script: who asks, which pages they have, and the page of the address."""

from functools import partial
from typing import Literal

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from district_platform.web.dashboard import around, asking, drawing, visiting
from district_platform.web.pages.model import PageModel
from district_platform.web.rendering import Chrome
from district_platform.web.rendering.chrome import PUBLIC_PAGE
from district_platform.web.rendering.html import NOT_FOUND
from district_platform.web.signin.visits import Visit
from district_platform.web.site import Page
from district_platform.web.views import Asked, Refusal, View, Views, Why

LIVE = frozenset({"hours", "employee", "staff"})
"""Pages whose figures come in during the day."""
RENEWED_EVERY_SECONDS = 60
_SEEN = "seen"

Found = tuple[PageModel, Chrome]


def show() -> None:
    """The whole window of a browser."""
    site, visit = visiting.site(), visiting.visit()
    around.set_up(site)
    if visit.ended_because:
        around.say_refused(visit, Refusal(Why.SESSION_OVER, site.district))
        return
    pages = _pages(visit)
    if not pages:
        around.say_no_page(visit)
        return
    own = [_entry(page.name, page.title, is_shown=page.in_nav) for page in pages]
    of_others = [
        _entry(page.name, NOT_FOUND.title, is_shown=False)
        for page in site.pages.values()
        if page not in pages and page.name != PUBLIC_PAGE
    ]
    st.navigation([_first(pages[0]), *own, *of_others]).run()


def _first(page: Page) -> StreamlitPage:
    """What `/` shows. Streamlit knows the default page under no other address, so that the page has an entry of its own, too."""
    return st.Page(partial(show_page, page.name), title=page.title, url_path="first", default=True, visibility="hidden")


def _entry(name: str, title: str, *, is_shown: bool) -> StreamlitPage:
    """A page under its name. Those of other roles have one as well: who asks for them is told so by us, and it is recorded."""
    visibility: Literal["visible", "hidden"] = "visible" if is_shown else "hidden"
    return st.Page(partial(show_page, name), title=title, url_path=name, visibility=visibility)


def _pages(visit: Visit) -> list[Page]:
    """Those of the session's role, the first of the navigation first; of the demo district all that have this form."""
    site = visiting.site()
    every = [page for page in site.pages.values() if page.name != PUBLIC_PAGE]
    if visit.account is None:
        return every
    viewer = Views(site).viewer_of(visit, site.viewers_of(visit.account))
    own = [page for page in every if viewer and viewer.role in page.roles]
    return sorted(own, key=lambda page: not page.in_nav)


def show_page(name: str) -> None:
    """A page with its filters, or why it is not to be seen."""
    visit = visiting.visit()
    found = _see(visit, name)
    if isinstance(found, Refusal):
        around.say_refused(visit, found)
        return
    model, chrome = found
    st.set_page_config(page_title=around.window_title(model, chrome))
    with st.sidebar:
        asking.show(model)
        around.show_who(chrome)
    if name in LIVE:
        _draw_live(name, found)
    else:
        _draw(found)


def _draw_live(name: str, found: Found) -> None:
    """Draws what was found, and again every minute what is then there for whom is then signed in. Nobody is kept signed in by that."""
    waiting = [found]

    @st.fragment(run_every=RENEWED_EVERY_SECONDS)
    def renew() -> None:
        now = waiting.pop() if waiting else _see(visiting.visit(is_used=False), name)
        if isinstance(now, Refusal):
            st.rerun(scope="app")
        else:
            _draw(now)

    renew()


def _draw(found: Found) -> None:
    model, chrome = found
    around.show_banner(chrome)
    drawing.draw(model)
    around.show_foot(model, chrome)


def _see(visit: Visit, name: str) -> Found | Refusal:
    """The page with what stands around it. A run that shows the same again writes nothing into the audit."""
    site = visiting.site()
    filters, searched = asking.asked(), asking.searched(name)
    mark = (visit.session.id_hash if visit.session else "", name, filters, searched)
    last, version = st.session_state.get(_SEEN, (None, ""))
    asked = Asked(visit, name, filters, name=searched, seen=version if last == mark else "")

    def with_chrome(view: View) -> Found:
        st.session_state[_SEEN] = (mark, view.publication.version)
        return view.model, site.chrome(visit, view.district, view.publication)

    return Views(site).see(asked, with_chrome)
