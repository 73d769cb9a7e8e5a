"""The rows of a table as HTML. In Python: a page has thousands of cells, and as a template each took five times as long."""

from collections.abc import Callable, Iterator, Sequence

from markupsafe import Markup, escape

from district_platform.web.pages.model import Cell, Column, Link, Table
from district_platform.web.rendering.chrome import address

AddressOf = Callable[[Link], str]


def body_rows(table: Table, of_link: AddressOf = address) -> Markup:
    """Each row; its first cell is its heading. Texts are escaped here. `of_link` says where a link leads."""
    return Markup("\n").join(_row(table.columns, row, of_link) for row in table.cells())


def _row(columns: Sequence[Column], row: Sequence[Cell], of_link: AddressOf) -> Markup:
    return Markup(f"<tr>{''.join(_cells(columns, row, of_link))}</tr>")


def _cells(columns: Sequence[Column], row: Sequence[Cell], of_link: AddressOf) -> Iterator[str]:
    begin, end = '<th scope="row"', "</th>"
    for column, cell in zip(columns, row, strict=True):
        tone = f" {cell.tone.value}" if cell.tone else ""
        yield f'{begin} class="{column.kind.value}{tone}">{_shown(cell, of_link)}{end}'
        begin, end = "<td", "</td>"


def _shown(cell: Cell, of_link: AddressOf) -> str:
    shown = str(escape(cell.shown))
    if cell.link:
        return f'<a href="{escape(of_link(cell.link))}">{shown}</a>'
    return f'<abbr title="{escape(cell.title)}">{shown}</abbr>' if cell.title else shown
