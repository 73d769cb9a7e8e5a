"""Charts in one style: labelled directly, readable in grey. Numbers arrive ready; nothing is chosen here.

Axes begin at zero, or where the caller says. Each function returns a ReportLab drawing of the given size. Emphasis is dark and
filled, comparison grey and hollow or dashed, so that nothing depends on color.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import ceil, floor

from reportlab.graphics.shapes import Circle, Drawing, Line, PolyLine, Rect, String
from reportlab.lib.colors import HexColor, white
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t

SIZE = 8.0
DOT = 3.0
GRID = 20
"""Percent between two grid lines."""
FINE_GRID = 2
"""The same on an axis of few percent."""
STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_TICKS = 6
ROW = 40.0
"""Largest height of a row of dots."""


@dataclass(frozen=True)
class Series:
    """A line: its name, and a value for each position, None where there is none."""

    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Timeline:
    """A line over time: its name, and its points as position and percent."""

    name: str
    points: tuple[tuple[float, float], ...]


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


def lines(series: Sequence[Series], positions: Sequence[str], width: float, height: float) -> Drawing:
    """Percentages over time from zero up, a value at each point, the line's name at its end."""
    drawing = Drawing(width, height)
    names = max(stringWidth(line.name, t.SEMIBOLD, SIZE) for line in series)
    left, right, bottom, top = 34.0, width - names - 14, 16.0, height - 10
    highest = _ceiling(max(value for line in series for value in line.values if value is not None))
    xs = [left + (right - left) / max(len(positions) - 1, 1) * i for i in range(len(positions))]
    for tick in range(0, highest + 1, GRID):
        y = bottom + (top - bottom) * tick / highest
        drawing.add(_rule(16, y, right + 8))
        drawing.add(_text(12, y - SIZE / 3, str(tick), anchor="end", color=t.MUTED))
    for x, label in zip(xs, positions, strict=True):
        drawing.add(_text(x, bottom - 11, label, anchor="middle", color=t.MUTED))
    ends = _apart([bottom + (top - bottom) * _last(line) / highest for line in series], SIZE + 2)
    for rank, (line, end) in enumerate(zip(series, ends, strict=True)):
        dots = [
            (x, bottom + (top - bottom) * v / highest, v) for x, v in zip(xs, line.values, strict=True) if v is not None
        ]
        _add_line(drawing, dots, rank, [_is_above(line, series, x, xs) for x, _, _ in dots])
        drawing.add(_text(right + 12, end - SIZE / 3, line.name, t.SEMIBOLD, _color(rank)))
    return drawing


def _ceiling(value: float) -> int:
    """The grid line at or above a percentage."""
    return max(GRID, -int(-value // GRID) * GRID)


def _last(line: Series) -> float:
    return next((value for value in reversed(line.values) if value is not None), 0.0)


def _is_above(line: Series, series: Sequence[Series], x: float, xs: Sequence[float]) -> bool:
    """Whether the label at x goes above the dot: that of the higher line does, so that two close lines do not collide."""
    position = list(xs).index(x)
    others = [other.values[position] for other in series if other is not line]
    own = line.values[position] or 0.0
    return all(value is None or own > value or (own == value and line is series[0]) for value in others)


def _add_line(drawing: Drawing, dots: Sequence[tuple[float, float, float]], rank: int, above: Sequence[bool]) -> None:
    color = _color(rank)
    if len(dots) > 1:
        points = [coordinate for x, y, _ in dots for coordinate in (x, y)]
        dashes = None if rank == 0 else [3, 2]
        drawing.add(PolyLine(points, strokeColor=color, strokeWidth=1.6, strokeDashArray=dashes))
    for (x, y, value), is_above in zip(dots, above, strict=True):
        drawing.add(_dot(x, y, color, is_filled=rank == 0))
        drawing.add(_text(x, y + 6 if is_above else y - 12, f"{value:.1f}", anchor="middle", color=color))


def timeline(
    series: Sequence[Timeline], ticks: Sequence[tuple[float, str]], begin: int, width: float, height: float
) -> Drawing:
    """Percentages over a stretch of time from `begin` up to 100, each line's name and last value at its end.

    The first line is the one spoken of. `ticks` are positions of the time axis with their labels.
    """
    drawing = Drawing(width, height)
    ends_of = [f"{line.name}: {line.points[-1][1]:.1f}" for line in series]
    left, right = 30.0, width - max(stringWidth(text, t.SEMIBOLD, SIZE) for text in ends_of) - 10
    bottom, top = 16.0, height - 10
    positions = [x for line in series for x, _ in line.points]
    first, last = min(positions), max(positions)
    step = FINE_GRID if 100 - begin <= 5 * FINE_GRID else GRID / 2

    def place(x: float, percent: float) -> tuple[float, float]:
        across = (x - first) / max(last - first, 1)
        return left + (right - left) * across, bottom + (top - bottom) * (percent - begin) / (100 - begin)

    for tick in range(begin, 101, int(step)):
        y = place(first, tick)[1]
        drawing.add(_rule(left - 14, y, right))
        drawing.add(_text(left - 18, y - SIZE / 3, str(tick), anchor="end", color=t.MUTED))
    for x, label in ticks:
        drawing.add(_text(place(x, begin)[0], bottom - 11, label, anchor="middle", color=t.MUTED))
    heights = _apart([place(*line.points[-1])[1] for line in series], SIZE + 2)
    for rank, (line, text, y) in reversed(list(enumerate(zip(series, ends_of, heights, strict=True)))):
        points = [coordinate for point in line.points for coordinate in place(*point)]
        dashes = None if rank == 0 else [3, 2]
        width_of = 1.8 if rank == 0 else 1.2
        drawing.add(PolyLine(points, strokeColor=_color(rank), strokeWidth=width_of, strokeDashArray=dashes))
        drawing.add(_text(right + 6, y - SIZE / 3, text, t.SEMIBOLD, _color(rank)))
    return drawing


def dumbbells(pairs: Sequence[Pair], width: float, height: float, highest: int = 100) -> Drawing:
    """Rows of two dots on a scale from 0 to `highest` percent: filled the group, hollow what it is held against."""
    drawing = Drawing(width, height)
    left, right = 16.0, width - 16
    row = min(height / len(pairs), ROW)
    for position, pair in enumerate(pairs):
        y = height - row * (position + 1) + row * 0.32
        one, other = (left + (right - left) * value / highest for value in (pair.value, pair.reference))
        drawing.add(_rule(left - 8, y, right + 8))
        drawing.add(_text(left - 8, y + row * 0.32, pair.label))
        drawing.add(Line(one, y, other, y, strokeColor=t.ACCENT, strokeWidth=1.6))
        drawing.add(_dot(one, y, t.ACCENT, is_filled=True))
        drawing.add(_dot(other, y, t.ACCENT, is_filled=False))
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
        drawing.add(_text(across(tick), bottom - 11, _signed(tick), anchor="middle", color=t.MUTED))
    drawing.add(Line(across(origin), bottom, across(origin), height, strokeColor=t.INK, strokeWidth=0.9))
    for position, r in enumerate(rows):
        y = height - row * (position + 1) + row * 0.28
        is_left = r.value < origin
        size = stringWidth(r.label, t.REGULAR, SIZE)
        drawing.add(Rect(0, y + row * 0.3 - 2, size + 2, SIZE + 1, fillColor=white, strokeColor=None))
        drawing.add(_text(0, y + row * 0.3, r.label))
        end, anchor = (across(r.low) - 5, "end") if is_left else (across(r.high) + 5, "start")
        value = stringWidth(r.shown, t.SEMIBOLD, SIZE) + 2
        drawing.add(Rect(end - value if is_left else end - 1, y - 4, value, SIZE, fillColor=white, strokeColor=None))
        drawing.add(Line(across(r.low), y, across(r.high), y, strokeColor=t.SECOND, strokeWidth=2.4))
        drawing.add(_dot(across(r.value), y, t.ACCENT, is_filled=True))
        drawing.add(_text(end, y - SIZE / 3, r.shown, t.SEMIBOLD, anchor=anchor))
    return drawing


def _ticks(low: float, high: float) -> list[int]:
    """Round positions between two values, seven at most."""
    step = next(step for step in STEPS if (high - low) / step <= MOST_TICKS)
    return list(range(ceil(low / step) * step, floor(high / step) * step + 1, step))


def _signed(tick: int) -> str:
    return str(tick).replace("-", "\N{MINUS SIGN}")


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
        drawing.add(_text(x - 7 if is_left else x + 7, y, text, font, anchor="end" if is_left else "start"))


def columns(
    labels: Sequence[str],
    values: Sequence[float],
    shown: Sequence[str],
    width: float,
    height: float,
    spoken_of: Collection[int] | None = None,
) -> Drawing:
    """Upright bars from zero, each with its value; those `spoken_of` dark, all of them unless said."""
    drawing = Drawing(width, height)
    bottom, top = 16.0, height - 12
    slot = width / len(values)
    bar = min(slot * 0.72, 46)
    size = min(SIZE, SIZE * slot / max(stringWidth(text, t.REGULAR, SIZE) + 3 for text in [*shown, *labels]))
    for position, (label, value, text) in enumerate(zip(labels, values, shown, strict=True)):
        middle = slot * (position + 0.5)
        tall = (top - bottom) * value / max(values)
        is_spoken_of = spoken_of is None or position in spoken_of
        drawing.add(Rect(middle - bar / 2, bottom, bar, tall, fillColor=_fill(is_spoken_of), strokeColor=None))
        font = t.SEMIBOLD if spoken_of and is_spoken_of else t.REGULAR
        drawing.add(_text(middle, bottom + tall + 3, text, font, anchor="middle", size=size))
        drawing.add(_text(middle, bottom - 11, label, anchor="middle", color=t.MUTED, size=size))
    drawing.add(_rule(0, bottom, width))
    return drawing


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
    row = min(height / len(values), 26)
    for position, (label, value, text) in enumerate(zip(labels, values, shown, strict=True)):
        y = height - row * (position + 1)
        long = (right - left) * value / max(values)
        fill = _fill(spoken_of is None or position in spoken_of)
        drawing.add(Rect(left, y + row * 0.2, long, row * 0.6, fillColor=fill, strokeColor=None))
        drawing.add(_text(left - 6, y + row / 2 - SIZE / 3, label, anchor="end"))
        drawing.add(_text(left + long + 4, y + row / 2 - SIZE / 3, text, t.SEMIBOLD))
    drawing.add(Line(left, height - row * len(values), left, height, strokeColor=t.RULE, strokeWidth=0.6))
    return drawing


def _fill(is_spoken_of: bool) -> HexColor:
    return t.ACCENT if is_spoken_of else t.SECOND


def _color(rank: int) -> HexColor:
    return t.ACCENT if rank == 0 else t.MUTED


def _apart(heights: Sequence[float], distance: float) -> list[float]:
    """The heights, moved up just so far that labels at them do not overlap."""
    placed: dict[int, float] = {}
    floor = float("-inf")
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        floor = max(heights[index], floor + distance)
        placed[index] = floor
    return [placed[index] for index in range(len(heights))]


def _rule(x: float, y: float, end: float) -> Line:
    return Line(x, y, end, y, strokeColor=t.RULE, strokeWidth=0.6)


def _dot(x: float, y: float, color: HexColor, *, is_filled: bool) -> Circle:
    return Circle(x, y, DOT, fillColor=color if is_filled else white, strokeColor=color, strokeWidth=1.3)


def _text(
    x: float,
    y: float,
    text: str,
    font: str = t.REGULAR,
    color: HexColor = t.INK,
    anchor: str = "start",
    size: float = SIZE,
) -> String:
    return String(x, y, text, fontName=font, fontSize=size, fillColor=color, textAnchor=anchor)
