"""One row for each of several things: two values, an estimate with its interval, or a bar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil, floor

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import white
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.charts.marks import SIZE, bar_color, dot, rule, short, top_of, words
from district_platform.outputs.brief.release import Figure, State

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_TICKS = 6
ROW = 46.0
"""Largest height of a row."""
BAR = 20.0


@dataclass(frozen=True)
class Pair:
    """Two figures on one scale: the one spoken of, and the one it is compared with."""

    label: str
    figure: Figure
    reference: Figure


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval, None where they are not told; `shown` is what is told of the estimate."""

    label: str
    low: float | None
    value: float | None
    high: float | None
    shown: str

    def ends(self, origin: float) -> tuple[float, float]:
        """Both ends as drawn; the origin if no interval is released."""
        value = origin if self.value is None else self.value
        return (value if self.low is None else self.low, value if self.high is None else self.high)


def dumbbells(pairs: Sequence[Pair], width: float, height: float, highest: int = 100) -> Drawing:
    """Rows of two dots on a scale from 0 to `highest` percent: filled for the group, hollow for the comparison."""
    drawing = Drawing(width, height)
    left, right = 16.0, width - 16
    row = min(height / len(pairs), ROW)
    for position, pair in enumerate(pairs):
        y = height - row * (position + 1) + row * 0.32
        one, other = (
            left + (right - left) * value / highest for value in (pair.figure.value or 0.0, pair.reference.value or 0.0)
        )
        drawing.add(rule(left - 8, y, right + 8))
        drawing.add(words(left - 8, y + row * 0.32, pair.label))
        if not pair.figure.is_told:
            _add_words(drawing, left, y - SIZE / 3, pair.figure.shown)
            continue
        drawing.add(Line(one, y, other, y, strokeColor=t.ACCENT, strokeWidth=1.6))
        drawing.add(dot(one, y, t.ACCENT, is_filled=True))
        drawing.add(dot(other, y, t.ACCENT, is_filled=False))
        _add_values(drawing, (one, pair.figure.shown), (other, pair.reference.shown), y - SIZE / 3)
    return drawing


def intervals(rows: Sequence[Interval], origin: float, width: float, height: float) -> Drawing:
    """Rows of estimates with their intervals on one scale, around the upright line of `origin`."""
    drawing = Drawing(width, height)
    foot = 14.0
    row = min((height - foot) / len(rows), ROW)
    bottom = height - row * len(rows)
    reach = max(stringWidth(r.shown, t.SEMIBOLD, SIZE) for r in rows) + 8
    low, high = min(origin, *(r.ends(origin)[0] for r in rows)), max(origin, *(r.ends(origin)[1] for r in rows))
    left, right = (reach if low < origin else 6.0), width - (reach if high > origin else 6.0)

    def across(value: float) -> float:
        return left + (right - left) * (value - low) / ((high - low) or 1)

    for tick in _ticks(low, high):
        drawing.add(Line(across(tick), bottom, across(tick), height, strokeColor=t.RULE, strokeWidth=0.5))
        drawing.add(words(across(tick), bottom - 11, w.decimal(tick, 0), anchor="middle", color=t.MUTED))
    drawing.add(Line(across(origin), bottom, across(origin), height, strokeColor=t.INK, strokeWidth=0.9))
    for position, r in enumerate(rows):
        y = height - row * (position + 1) + row * 0.28
        begin, finish = r.ends(origin)
        is_left = r.value is not None and r.value < origin
        size = stringWidth(r.label, t.REGULAR, SIZE)
        drawing.add(Rect(0, y + row * 0.3 - 2, size + 2, SIZE + 1, fillColor=white, strokeColor=None))
        drawing.add(words(0, y + row * 0.3, r.label))
        end, anchor = (across(begin) - 6, "end") if is_left else (across(finish) + 6, "start")
        value = stringWidth(r.shown, t.SEMIBOLD, SIZE) + 2
        drawing.add(Rect(end - value if is_left else end - 1, y - 4, value, SIZE, fillColor=white, strokeColor=None))
        drawing.add(Line(across(begin), y, across(finish), y, strokeColor=t.SECOND, strokeWidth=2.4))
        if r.value is not None:
            drawing.add(dot(across(r.value), y, t.ACCENT, is_filled=True))
        drawing.add(words(end, y - SIZE / 3, r.shown, t.SEMIBOLD, anchor=anchor))
    return drawing


def _ticks(low: float, high: float) -> list[int]:
    """Round positions between two values, seven at most."""
    step = next(step for step in STEPS if (high - low) / step <= MOST_TICKS)
    return list(range(ceil(low / step) * step, floor(high / step) * step + 1, step))


def _add_words(drawing: Drawing, x: float, y: float, text: str) -> None:
    """Writes the words that replace a figure over the line."""
    size = stringWidth(text, t.REGULAR, SIZE) + 4
    drawing.add(Rect(x - 2, y - 2, size, SIZE + 2, fillColor=white, strokeColor=None))
    drawing.add(words(x, y, text, color=t.MUTED))


def _add_values(drawing: Drawing, one: tuple[float, str], other: tuple[float, str], y: float) -> None:
    """The values outside the two dots, the group's in bold."""
    for (x, text), is_left, font in (
        (one, one[0] <= other[0], t.SEMIBOLD),
        (other, one[0] > other[0], t.REGULAR),
    ):
        reach = stringWidth(text, font, SIZE) + 2
        drawing.add(
            Rect(x - 6 - reach if is_left else x + 5, y - 2, reach + 1, SIZE + 2, fillColor=white, strokeColor=None)
        )
        drawing.add(words(x - 7 if is_left else x + 7, y, text, font, anchor="end" if is_left else "start"))


def bars(
    labels: Sequence[str],
    figures: Sequence[Figure],
    width: float,
    height: float,
    spoken_of: Collection[int] | None = None,
) -> Drawing:
    """Bars from zero to the right, each with its figure; those `spoken_of` dark, all of them unless said.

    A figure told as a range is a hollow bar between its ends, a hidden one keeps its place and is marked 'h'.
    """
    drawing = Drawing(width, height)
    left = max(stringWidth(label, t.REGULAR, SIZE) for label in labels) + 8
    right = width - max(stringWidth(short(figure), t.SEMIBOLD, SIZE) for figure in figures) - 6
    row = min(height / len(figures), ROW)
    scale = (right - left) / top_of(figures)
    for position, (label, figure) in enumerate(zip(labels, figures, strict=True)):
        y = height - row * (position + 1)
        thick, reach = min(row * 0.6, BAR), 0.0
        if figure.is_told:
            reach, fill = scale * (figure.value or 0), bar_color(spoken_of is None or position in spoken_of)
            drawing.add(Rect(left, y + (row - thick) / 2, reach, thick, fillColor=fill, strokeColor=None))
        elif figure.state is State.RANGE:
            begin, reach = scale * figure.low, scale * figure.high
            place = (left + begin, y + (row - thick) / 2, reach - begin, thick)
            drawing.add(Rect(*place, fillColor=white, strokeColor=t.SECOND))
        drawing.add(words(left - 6, y + row / 2 - SIZE / 3, label, anchor="end"))
        drawing.add(words(left + reach + 4, y + row / 2 - SIZE / 3, short(figure), t.SEMIBOLD))
    drawing.add(Line(left, height - row * len(figures), left, height, strokeColor=t.RULE, strokeWidth=0.6))
    return drawing
