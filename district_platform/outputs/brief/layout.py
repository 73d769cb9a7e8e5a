"""Blocks of a page: each knows its height at a width before it is drawn, so that pages can be measured and never overflow.

`pages` decides what the blocks say, `typography` how they look.
"""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from xml.sax.saxutils import escape

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import HexColor
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Paragraph

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.tagging import TaggedCanvas

ELLIPSIS = "…"


class Block(Protocol):
    """A rectangle of a page. `top` is the height above the page's bottom edge at which it begins."""

    def height(self, width: float) -> float: ...

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None: ...


def markup(text: str) -> str:
    """Plain text as ReportLab's paragraph markup."""
    return escape(t.printable(text))


def bold(text: str) -> str:
    """Plain text as bold markup."""
    return f"<b>{markup(text)}</b>"


@dataclass(frozen=True)
class Text:
    """A paragraph of markup; `tag` is its structure type."""

    content: str
    style: ParagraphStyle = t.BODY
    tag: str = "P"

    def height(self, width: float) -> float:
        return _text_height(self.content, self.style, width)

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        paragraph = Paragraph(self.content, self.style)
        height = paragraph.wrap(width, t.PAGE_HEIGHT)[1]
        with canvas.content(self.tag):
            paragraph.drawOn(canvas, x, top - height)


@lru_cache(maxsize=4096)
def _text_height(content: str, style: ParagraphStyle, width: float) -> float:
    return float(Paragraph(content, style).wrap(width, t.PAGE_HEIGHT)[1])


@dataclass(frozen=True)
class Space:
    """Empty space of a given height."""

    points: float

    def height(self, width: float) -> float:
        return self.points

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None: ...


@dataclass(frozen=True)
class Line:
    """A hairline across."""

    thickness: float = 0.5
    color: HexColor = t.RULE

    def height(self, width: float) -> float:
        return self.thickness

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        with canvas.artifact():
            canvas.setStrokeColor(self.color)
            canvas.setLineWidth(self.thickness)
            canvas.line(x, top, x + width, top)


@dataclass(frozen=True)
class Stack:
    """Blocks one under the other; `tag` groups them in the structure tree."""

    blocks: tuple[Block, ...]
    gap: float = 0
    tag: str | None = None

    def height(self, width: float) -> float:
        return sum(block.height(width) for block in self.blocks) + self.gap * max(len(self.blocks) - 1, 0)

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        with canvas.element(self.tag) if self.tag else nullcontext():
            for block in self.blocks:
                block.draw(canvas, x, top, width)
                top -= block.height(width) + self.gap


@dataclass(frozen=True)
class Beside:
    """Blocks next to each other, aligned at the top; `shares` of the width between the gutters, equal unless given."""

    blocks: tuple[Block, ...]
    shares: tuple[float, ...] = ()
    gutter: float = 20

    def _places(self, width: float) -> list[tuple[Block, float, float]]:
        shares = self.shares or (1.0,) * len(self.blocks)
        usable, places, x = width - self.gutter * (len(self.blocks) - 1), [], 0.0
        for block, share in zip(self.blocks, shares, strict=True):
            own = usable * share / sum(shares)
            places.append((block, x, own))
            x += own + self.gutter
        return places

    def height(self, width: float) -> float:
        return max((block.height(own) for block, _, own in self._places(width)), default=0)

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        for block, offset, own in self._places(width):
            block.draw(canvas, x + offset, top, own)


@dataclass(frozen=True)
class Picture:
    """A chart drawn to the width it gets; `alt` is what it shows, in words."""

    make: Callable[[float, float], Drawing]
    points: float
    alt: str

    def height(self, width: float) -> float:
        return self.points

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        with canvas.content("Figure", t.printable(self.alt)):
            renderPDF.draw(self.make(width, self.points), canvas, x, top - self.points)


@dataclass(frozen=True)
class PrintedColumn:
    """A column of a table: its heading, its share of the width, whether it holds numbers (set right)."""

    heading: str
    share: float
    is_number: bool = False


@dataclass(frozen=True)
class PrintedTable:
    """Rows of text under headings; cells wrap to `max_lines`, then end in an ellipsis. The first `n_bold` rows are bold."""

    columns: tuple[PrintedColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    max_lines: int = 2
    padding: float = 2.2
    gutter: float = 10
    n_bold: int = 0

    def _widths(self, width: float) -> list[float]:
        usable = width - self.gutter * (len(self.columns) - 1)
        whole = sum(column.share for column in self.columns)
        return [usable * column.share / whole for column in self.columns]

    def _cells(self, width: float) -> list[list[Text]]:
        widths = self._widths(width)
        headings = [
            Text(markup(column.heading), t.HEAD_RIGHT if column.is_number else t.HEAD, "TH") for column in self.columns
        ]
        return [
            headings,
            *(
                [self._cell(*cell, is_bold=i < self.n_bold) for cell in zip(row, self.columns, widths, strict=True)]
                for i, row in enumerate(self.rows)
            ),
        ]

    def _cell(self, text: str, column: PrintedColumn, width: float, *, is_bold: bool) -> Text:
        plain, strong = (t.CELL_RIGHT, t.CELL_RIGHT_BOLD) if column.is_number else (t.CELL, t.CELL_BOLD)
        style = strong if is_bold else plain
        return Text(markup(elided(text, style, width, self.max_lines)), style, "TD")

    def _row_height(self, cells: Sequence[Text], widths: Sequence[float]) -> float:
        return max(cell.height(w) for cell, w in zip(cells, widths, strict=True)) + 2 * self.padding

    def height(self, width: float) -> float:
        widths = self._widths(width)
        return sum(self._row_height(cells, widths) for cells in self._cells(width))

    def draw(self, canvas: TaggedCanvas, x: float, top: float, width: float) -> None:
        widths = self._widths(width)
        with canvas.element("Table"):
            for number, cells in enumerate(self._cells(width)):
                height = self._row_height(cells, widths)
                self._draw_row(canvas, cells, widths, x, top, height, is_heading=number == 0)
                top -= height
                Line(0.8 if number == 0 else 0.35).draw(canvas, x, top, width)

    def _draw_row(
        self,
        canvas: TaggedCanvas,
        cells: Sequence[Text],
        widths: Sequence[float],
        x: float,
        top: float,
        height: float,
        *,
        is_heading: bool,
    ) -> None:
        with canvas.element("TR"):
            for cell, width in zip(cells, widths, strict=True):
                drop = height - self.padding - cell.height(width) if is_heading else self.padding
                cell.draw(canvas, x, top - drop, width)
                x += width + self.gutter


@lru_cache(maxsize=4096)
def elided(text: str, style: ParagraphStyle, width: float, max_lines: int) -> str:
    """The text, its middle cut out for an ellipsis until it fits into so many lines."""
    if _n_lines(text, style, width) <= max_lines:
        return text
    fits, cut = 0, len(text)
    while cut - fits > 1:
        middle = (fits + cut) // 2
        if _n_lines(_cut(text, middle), style, width) <= max_lines:
            fits = middle
        else:
            cut = middle
    return _cut(text, fits)


def _cut(text: str, end: int) -> str:
    """Without its middle: names of schools often differ at the end."""
    tail = end // 3
    return text[: end - tail].rstrip() + ELLIPSIS + text[len(text) - tail :].lstrip()


def _n_lines(text: str, style: ParagraphStyle, width: float) -> int:
    return round(Text(markup(text), style).height(width) / style.leading)


def fitting(text: str, styles: Sequence[ParagraphStyle], width: float, max_lines: int) -> ParagraphStyle:
    """The first (largest) style in which a text takes no more lines than allowed; the last where none does."""
    fits = (s for s in styles if _n_lines(text, s, width) <= max_lines)
    return next(fits, styles[-1])


def is_single_line(text: str, style: ParagraphStyle, width: float) -> bool:
    """Whether a text fits on one line."""
    return bool(stringWidth(text, style.fontName, style.fontSize) <= width)


def draw_page(canvas: TaggedCanvas, content: Block) -> None:
    """Draw a page's content from the top margin. Content that is still too high, which `pages` prevents, is scaled down."""
    scale = min(1.0, t.HEIGHT / content.height(t.WIDTH))
    canvas.saveState()
    canvas.translate(t.MARGIN, t.PAGE_HEIGHT - t.TOP)
    canvas.scale(scale, scale)
    content.draw(canvas, 0, 0, t.WIDTH)
    canvas.restoreState()
