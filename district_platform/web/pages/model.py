"""The model of a page, independent of its rendering: words, figures, tables and charts in order. No HTML and no widget here.

`web.rendering` draws the model as HTML and CSV. All texts are as a reader sees them. A `Link` holds ids and dates, never a name, because
logs and histories keep addresses.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.charts import Plot
from district_platform.outputs.brief.exhibits.model import Exhibit


class NotFoundError(LookupError):
    """There is no such school, student or section, or this viewer may not see it: the answer is the same."""


@dataclass(frozen=True)
class Link:
    """The target of a link: a page and its filters."""

    page: str
    filters: tuple[tuple[str, str], ...] = ()

    @property
    def bare(self) -> "Link":
        """The page without its filters."""
        return Link(self.page)

    def having(self, **filters: str | None) -> "Link":
        """The same with these filters set; one that is None or empty is dropped."""
        merged: dict[str, str | None] = {**dict(self.filters), **filters}
        return replace(self, filters=tuple((name, value) for name, value in merged.items() if value))


class Kind(StrEnum):
    """What a column holds: text stands left, numbers right."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    BLANK = "blank"
    """Empty on purpose: written on by hand."""


class Tone(StrEnum):
    """The color of a cell; the cell's letters say the same."""

    PRESENT = "present"
    PART = "part"
    ABSENT = "absent"
    UNEXCUSED = "unexcused"
    OFF = "off"
    """No instruction, or not enrolled."""


@dataclass(frozen=True)
class Cell:
    """A cell as a reader sees it; `title` gives the full meaning of a letter."""

    shown: str
    link: Link | None = None
    tone: Tone | None = None
    title: str = ""
    exported: str = ""
    """What a file holds instead, where programs read it otherwise: a date as 2026-02-13."""


def date_cell(day: dt.date | None, otherwise: str = "–") -> Cell:
    """A day in words, and in a file as programs read it."""
    return Cell(otherwise) if day is None else Cell(w.day(day), exported=day.isoformat())


@dataclass(frozen=True)
class Column:
    name: str
    kind: Kind = Kind.TEXT
    note: str = ""
    """What the numbers are, where the name alone may be misread."""


Row = tuple[Cell | str, ...]


@dataclass(frozen=True)
class Table:
    """A table: the first cell of a row names it. `caption` says what the rows are, `key` its file among the page's exports."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    empty: str = "Nothing to show."
    """The sentence in its place where there are no rows."""
    has_file: bool = True
    """Whether it can be had as CSV; not what a search found, which has no address."""
    people: tuple[str, ...] | None = None
    """Whom the rows name, for the audit of the file; None is all whom the page names."""

    def cells(self) -> list[list[Cell]]:
        """The rows, every cell as one."""
        return [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in self.rows]


@dataclass(frozen=True)
class Chart:
    """A chart: the claim it supports, how to read it, its content in words (`alt`), and what is drawn, as data."""

    key: str
    title: str
    note: str
    alt: str
    plot: Plot

    @classmethod
    def of(cls, key: str, exhibit: Exhibit) -> "Chart":
        """A chart of the brief."""
        return cls(key, exhibit.claim, exhibit.note, exhibit.alt, exhibit.plot)


@dataclass(frozen=True)
class Figure:
    """One of the few large figures on a page: what it is, its value, its change in words, and how to read it."""

    label: str
    value: str
    change: str = ""
    words: str = ""
    link: Link | None = None


@dataclass(frozen=True)
class Section:
    """A part of a page; sentences above its tables say what they show."""

    key: str
    title: str
    sentences: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    is_internal: bool = False
    """Whether it holds exact numbers of small groups or names of students, which stay within the school."""


SEARCHED = "name"
"""The field of a search by name."""


class FilterKind(StrEnum):
    CHOICE = "choice"
    DATE = "date"
    KEPT = "kept"
    """Set by a link, carried on and not shown."""


@dataclass(frozen=True)
class Filter:
    """A filter and its value now; `options` are the values of a choice with their names, the first one that nothing is chosen."""

    name: str
    label: str
    value: str = ""
    kind: FilterKind = FilterKind.KEPT
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Search:
    """A search by name. It is posted, so that no address contains a name."""

    label: str
    value: str = ""
    name: str = SEARCHED


@dataclass(frozen=True)
class Document:
    """A file of the publication that a page offers; `file` is its name in reports/, and tells nothing of single people."""

    title: str
    file: str


@dataclass(frozen=True)
class PageModel:
    """A page of one publication for one viewer."""

    name: str
    title: str
    sentences: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sections: tuple[Section, ...] = ()
    filters: tuple[Filter, ...] = ()
    search: Search | None = None
    notices: tuple[str, ...] = ()
    """What a reader must know first: a filter that could not be read, data that lack."""
    trail: tuple[tuple[str, Link], ...] = ()
    """The way here: district, school, grade."""
    access: str = ""
    """Why this viewer may see the page, where it names students."""
    is_internal: bool = False
    documents: tuple[Document, ...] = ()
    tab: str = ""
    """The title of the window where it is not the page's: browsers keep titles in their history, and a page may name a person."""

    @property
    def tables(self) -> tuple[Table, ...]:
        return tuple(table for section in self.sections for table in section.tables)

    @property
    def charts(self) -> tuple[Chart, ...]:
        return tuple(chart for section in self.sections for chart in section.charts)

    @property
    def here(self) -> Link:
        """The page as it is filtered now."""
        return Link(self.name, tuple((each.name, each.value) for each in self.filters if each.value))

    def table(self, key: str) -> Table:
        """The table of a key. Raises NotFoundError where the page has none."""
        found = next((table for table in self.tables if table.key == key and table.has_file), None)
        if found is None:
            raise NotFoundError(f"this page has no table '{key}'")
        return found

    def document(self, file: str) -> Document:
        """The document of a name. Raises NotFoundError where the page offers none."""
        found = next((document for document in self.documents if document.file == file), None)
        if found is None:
            raise NotFoundError(f"this page has no document '{file}'")
        return found


Filters = Mapping[str, str]
"""Filters as an address holds them, by name; unknown ones are ignored, values are checked by the page that reads them."""
