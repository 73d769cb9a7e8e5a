"""What stands around a page, the same on every page of a visit."""

import datetime as dt
from dataclasses import dataclass
from urllib.parse import urlencode

from district_platform.web.pages.model import Link

PUBLIC_PAGE = "public"
"""It has a plain form alone, at a path of its own."""


@dataclass(frozen=True)
class NavEntry:
    """A page in the navigation."""

    title: str
    page: str

    @property
    def link(self) -> Link:
        return Link(self.page)


@dataclass(frozen=True)
class Chrome:
    """The district, who is signed in, where they can go, and which publication is read."""

    site_name: str
    is_demo: bool = False
    nav: tuple[NavEntry, ...] = ()
    who: str = ""
    """Empty before sign-in."""
    role: str = ""
    roles: tuple[str, ...] = ()
    """All that the account has, for a choice."""
    csrf: str = ""
    """Token of the forms; empty where there are none."""
    publication: str = ""
    """The version that is read, by its name."""
    as_of_date: dt.date | None = None
    is_interactive: bool = False
    """Whether Streamlit shows the pages, too."""
    warning: str = ""
    """What a reader must know of the publication: that it is old, or another one has come meanwhile."""


def address(link: Link) -> str:
    """Where a link leads. Filters are ids, dates and words of closed lists; their order is the link's."""
    return _with_filters(_path(link), link)


def interactive_address(link: Link) -> str:
    """The same in Streamlit's form, where the page has one."""
    return address(link) if link.page == PUBLIC_PAGE else _with_filters(f"/{link.page}", link)


def export_address(link: Link, table_key: str) -> str:
    """The address of a table of a page as CSV."""
    return _with_filters(f"{_path(link)}/{table_key}.csv", link)


def document_address(link: Link, file: str) -> str:
    """The address of a document of a page."""
    return f"{_path(link)}/{file}"


def _path(link: Link) -> str:
    return f"/{PUBLIC_PAGE}" if link.page == PUBLIC_PAGE else f"/print/{link.page}"


def _with_filters(path: str, link: Link) -> str:
    return f"{path}?{urlencode(link.filters)}" if link.filters else path
