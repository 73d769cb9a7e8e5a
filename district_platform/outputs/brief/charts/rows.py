"""One row for each of several things: two values, an estimate with its interval, or a bar."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil, floor

from reportlab.graphics.shapes import Drawing, Line, Rect
from reportlab.lib.colors import white
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.charts.marks import SIZE, bar_color, dot, rule, words

STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_TICKS = 6
ROW = 46.0
"""Largest height of a row."""
BAR = 20.0


@dataclass(frozen=True)
class Pair:
    """Two values on one scale: the one spoken of, and the one it is held against."""

    label: str
    value: float
    reference: float


@dataclass(frozen=True)
class Interval:
    """An estimate with the ends of its interval; `shown` is the estimate as text."""

    label: str
    low: float
    value: float
    high: float
    shown: str


def dumbbells(pairs: Sequence[Pair], width: float, height: float, highest: int = 100) -> Drawing:
    """Rows of two dots on a scale from 0 to `highest` percent: filled the group, hollow what it is held against."""
    drawing = Drawing(width, height)
    left, right = 16.0, width - 16
    row = min(height / len(pairs), ROW)
    for position, pair in enumerate(pairs):
        y = height - row * (position + 1) + row * 0.32
        one, other = (left + (right - left) * value / highest for value in (pair.value, pair.reference))
        drawing.add(rule(left - 8, y, right + 8))
        drawing.add(words(left - 8, y + row * 0.32, pair.label))
        drawing.add(Line(one, y, other, y, strokeColor=t.ACCENT, strokeWidth=1.6))
        drawing.add(dot(one, y, t.ACCENT, is_filled=True))
        drawing.add(dot(other, y, t.ACCENT, is_filled=False))
        _add_values(drawing, (one, pair.value), (other, pair.reference), y - SIZE / 3)
    return drawing


def intervals(rows: Sequence[Interval], origin: float, width: float, height: float) -> Drawing:
    """Rows of estimates with their intervals on one scale, around the upright line of `origin`."""
    drawing = Drawing(width, height)
    foot = 14.0
    row = min((height - foot) / len(rows), ROW)
    bottom = height - row * len(rows)
    reach = max(stringWidth(r.shown, t.SEMIBOLD, SIZE) for r in rows) + 8
    low, high = min(origin, *(r.low for r in rows)), max(origin, *(r.high for r in rows))
    left, right = (reach if low < origin else 6.0), width - (reach if high > origin else 6.0)

    def across(value: float) -> float:
        return left + (right - left) * (value - low) / ((high - low) or 1)

    for tick in _ticks(low, high):
        drawing.add(Line(across(tick), bottom, across(tick), height, strokeColor=t.RULE, strokeWidth=0.5))
        drawing.add(words(across(tick), bottom - 11, w.decimal(tick, 0), anchor="middle", color=t.MUTED))
    drawing.add(Line(across(origin), bottom, across(origin), height, strokeColor=t.INK, strokeWidth=0.9))
    for position, r in enumerate(rows):
        y = height - row * (position + 1) + row * 0.28
        is_left = r.value < origin
        size = stringWidth(r.label, t.REGULAR, SIZE)
        drawing.add(Rect(0, y + row * 0.3 - 2, size + 2, SIZE + 1, fillColor=white, strokeColor=None))
        drawing.add(words(0, y + row * 0.3, r.label))
        end, anchor = (across(r.low) - 5, "end") if is_left else (across(r.high) + 5, "start")
        value = stringWidth(r.shown, t.SEMIBOLD, SIZE) + 2
        drawing.add(Rect(end - value if is_left else end - 1, y - 4, value, SIZE, fillColor=white, strokeColor=None))
        drawing.add(Line(across(r.low), y, across(r.high), y, strokeColor=t.SECOND, strokeWidth=2.4))
        drawing.add(dot(across(r.value), y, t.ACCENT, is_filled=True))
        drawing.add(words(end, y - SIZE / 3, r.shown, t.SEMIBOLD, anchor=anchor))
    return drawing


def _ticks(low: float, high: float) -> list[int]:
    """Round positions between two values, seven at most."""
    step = next(step for step in STEPS if (high - low) / step <= MOST_TICKS)
    return list(range(ceil(low / step) * step, floor(high / step) * step + 1, step))


def _add_values(drawing: Drawing, one: tuple[float, float], other: tuple[float, float], y: float) -> None:
    """The values outside the two dots, the group's in bold."""
    for (x, value), is_left, font in (
        (one, one[0] <= other[0], t.SEMIBOLD),
        (other, one[0] > other[0], t.REGULAR),
    ):
        text = f"{value:.1f}%"
        reach = stringWidth(text, font, SIZE) + 2
        drawing.add(
            Rect(x - 6 - reach if is_left else x + 5, y - 2, reach + 1, SIZE + 2, fillColor=white, strokeColor=None)
        )
        drawing.add(words(x - 7 if is_left else x + 7, y, text, font, anchor="end" if is_left else "start"))


def bars(
    labels: Sequence[str],
    values: Sequence[float],
    shown: Sequence[str],
    width: float,
    height: float,
    spoken_of: Collection[int] | None = None,
) -> Drawing:
    """Bars from zero to the right, each with its value; those `spoken_of` dark, all of them unless said."""
    drawing = Drawing(width, height)
    left = max(stringWidth(label, t.REGULAR, SIZE) for label in labels) + 8
    right = width - max(stringWidth(text, t.REGULAR, SIZE) for text in shown) - 6
    row = min(height / len(values), ROW)
    for position, (label, value, text) in enumerate(zip(labels, values, shown, strict=True)):
        y = height - row * (position + 1)
        long = (right - left) * value / max(values)
        fill = bar_color(spoken_of is None or position in spoken_of)
        thick = min(row * 0.6, BAR)
        drawing.add(Rect(left, y + (row - thick) / 2, long, thick, fillColor=fill, strokeColor=None))
        drawing.add(words(left - 6, y + row / 2 - SIZE / 3, label, anchor="end"))
        drawing.add(words(left + long + 4, y + row / 2 - SIZE / 3, text, t.SEMIBOLD))
    drawing.add(Line(left, height - row * len(values), left, height, strokeColor=t.RULE, strokeWidth=0.6))
    return drawing
