"""Pages whose parts stand side by side, so that the whole page is on one screen of a laptop. The others have one part below the other.

Of what does not fit a part, its table scrolls in its own place; `around.css` makes type and rows of such a page smaller.
"""

from dataclasses import dataclass, replace

from district_platform.web.pages.model import Column, PageModel, Row, Table

ACCESS = "access"
"""The part that says why a viewer sees the page."""


@dataclass(frozen=True)
class Arrangement:
    """Which parts of a page stand side by side, by key, each with its share of the width."""

    rows: tuple[tuple[tuple[str, int], ...], ...]
    turned: frozenset[str] = frozenset()
    """Tables whose rows are drawn as columns, by key."""
    folded: frozenset[str] = frozenset()
    """Tables that open on a click."""
    is_compact: bool = False


_STUDENT = Arrangement(
    rows=((("year", 1),), (("history", 1),), (("results", 12), ("programs", 5), (ACCESS, 5))),
    turned=frozenset({"calendar"}),
    folded=frozenset({"enrollments"}),
    is_compact=True,
)


def arrangement(model: PageModel) -> Arrangement:
    """That of a page: its own, or its parts in their order."""
    if model.name == "student":
        return _STUDENT
    keys = [section.key for section in model.sections]
    return Arrangement(tuple(((key, 1),) for key in [*keys, ACCESS]))


def turned(table: Table) -> Table:
    """The table with a column for each row: the first cells name the columns, and the names of the columns begin the rows."""
    cells = table.cells()
    columns = (table.columns[0], *(Column(row[0].shown) for row in cells))
    rows: list[Row] = [(column.name, *(row[n] for row in cells)) for n, column in enumerate(table.columns[1:], 1)]
    return replace(table, columns=columns, rows=tuple(rows))
