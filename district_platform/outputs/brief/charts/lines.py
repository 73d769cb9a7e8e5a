"""Percentages over time."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing, PolyLine
from reportlab.pdfbase.pdfmetrics import stringWidth

from district_platform.outputs.brief import typography as t
from district_platform.outputs.brief.charts.marks import SIZE, dot, line_color, rule, words
from district_platform.outputs.brief.release import Figure

GRID = 20
"""Percent between two grid lines."""
FINE_GRID = 2
"""The same on an axis of few percent."""


@dataclass(frozen=True)
class Series:
    """A line: its name, and a figure for each position, None where there is none; one that is not told leaves a gap."""

    name: str
    figures: tuple[Figure | None, ...]

    @property
    def values(self) -> tuple[float | None, ...]:
        return tuple(figure.value if figure else None for figure in self.figures)

    def shown(self, position: int) -> str:
        """The figure at a position, as it is told."""
        figure = self.figures[position]
        return figure.shown.rstrip("%") if figure else ""


@dataclass(frozen=True)
class Timeline:
    """A line over time: its name, and its points as position and percent."""

    name: str
    points: tuple[tuple[float, Figure], ...]

    @property
    def places(self) -> list[tuple[float, float]]:
        return [(x, figure.value) for x, figure in self.points if figure.value is not None]


def lines(series: Sequence[Series], positions: Sequence[str], width: float, height: float) -> Drawing:
    """Percentages over time from zero up, a value at each point, the line's name at its end."""
    drawing = Drawing(width, height)
    names = max(stringWidth(line.name, t.SEMIBOLD, SIZE) for line in series)
    left, right, bottom, top = 34.0, width - names - 14, 16.0, height - 10
    highest = _ceiling(max(value for line in series for value in line.values if value is not None))
    xs = [left + (right - left) / max(len(positions) - 1, 1) * i for i in range(len(positions))]
    for tick in range(0, highest + 1, GRID):
        y = bottom + (top - bottom) * tick / highest
        drawing.add(rule(16, y, right + 8))
        drawing.add(words(12, y - SIZE / 3, str(tick), anchor="end", color=t.MUTED))
    for x, label in zip(xs, positions, strict=True):
        drawing.add(words(x, bottom - 11, label, anchor="middle", color=t.MUTED))
    ends = _without_overlap([bottom + (top - bottom) * _last(line) / highest for line in series], SIZE + 2)
    for rank, (line, end) in enumerate(zip(series, ends, strict=True)):
        dots = [
            Dot(x, bottom + (top - bottom) * v / highest, line.shown(i), _is_above(line, series, i))
            for i, (x, v) in enumerate(zip(xs, line.values, strict=True))
            if v is not None
        ]
        _add_line(drawing, dots, rank)
        drawing.add(words(right + 12, end - SIZE / 3, line.name, t.SEMIBOLD, line_color(rank)))
    for i, x in enumerate(xs):
        if withheld := [line.shown(i) for line in series if line.values[i] is None and line.shown(i)]:
            drawing.add(words(x, bottom + 4, withheld[0], anchor="middle", color=t.MUTED))
    return drawing


def _ceiling(value: float) -> int:
    """The grid line at or above a percentage."""
    return max(GRID, -int(-value // GRID) * GRID)


def _last(line: Series) -> float:
    return next((value for value in reversed(line.values) if value is not None), 0.0)


def _is_above(line: Series, series: Sequence[Series], position: int) -> bool:
    """Whether the label goes above the dot: that of the higher line does, so that two close lines do not collide."""
    others = [other.values[position] for other in series if other is not line]
    own = line.values[position] or 0.0
    return all(value is None or own > value or (own == value and line is series[0]) for value in others)


@dataclass(frozen=True)
class Dot:
    """A point of a line, with its figure as text above or below it."""

    x: float
    y: float
    shown: str
    is_above: bool


def _add_line(drawing: Drawing, dots: Sequence[Dot], rank: int) -> None:
    color = line_color(rank)
    if len(dots) > 1:
        points = [coordinate for one in dots for coordinate in (one.x, one.y)]
        dashes = None if rank == 0 else [3, 2]
        drawing.add(PolyLine(points, strokeColor=color, strokeWidth=1.6, strokeDashArray=dashes))
    for one in dots:
        drawing.add(dot(one.x, one.y, color, is_filled=rank == 0))
        drawing.add(words(one.x, one.y + 6 if one.is_above else one.y - 12, one.shown, anchor="middle", color=color))


def timeline(
    series: Sequence[Timeline], ticks: Sequence[tuple[float, str]], begin: int, width: float, height: float
) -> Drawing:
    """Percentages over a stretch of time from `begin` up to 100, each line's name and last value at its end.

    The first line is the one spoken of. `ticks` are positions of the time axis with their labels.
    """
    drawing = Drawing(width, height)
    ends_of = [f"{line.name}: {line.points[-1][1].shown.rstrip('%')}" for line in series]
    left, right = 30.0, width - max(stringWidth(text, t.SEMIBOLD, SIZE) for text in ends_of) - 10
    bottom, top = 16.0, height - 10
    positions = [x for line in series for x, _ in line.places]
    first, last = min(positions), max(positions)
    step = FINE_GRID if 100 - begin <= 5 * FINE_GRID else GRID / 2

    def place(x: float, percent: float) -> tuple[float, float]:
        across = (x - first) / max(last - first, 1)
        return left + (right - left) * across, bottom + (top - bottom) * (percent - begin) / (100 - begin)

    for tick in range(begin, 101, int(step)):
        y = place(first, tick)[1]
        drawing.add(rule(left - 14, y, right))
        drawing.add(words(left - 18, y - SIZE / 3, str(tick), anchor="end", color=t.MUTED))
    for x, label in ticks:
        drawing.add(words(place(x, begin)[0], bottom - 11, label, anchor="middle", color=t.MUTED))
    heights = _without_overlap([place(*line.places[-1])[1] for line in series], SIZE + 2)
    for rank, (line, text, y) in reversed(list(enumerate(zip(series, ends_of, heights, strict=True)))):
        points = [coordinate for point in line.places for coordinate in place(*point)]
        dashes = None if rank == 0 else [3, 2]
        width_of = 1.8 if rank == 0 else 1.2
        drawing.add(PolyLine(points, strokeColor=line_color(rank), strokeWidth=width_of, strokeDashArray=dashes))
        drawing.add(words(right + 6, y - SIZE / 3, text, t.SEMIBOLD, line_color(rank)))
    return drawing


def _without_overlap(heights: Sequence[float], distance: float) -> list[float]:
    """The heights, moved up just so far that labels at them do not overlap."""
    placed: dict[int, float] = {}
    floor = float("-inf")
    for index in sorted(range(len(heights)), key=lambda i: heights[i]):
        floor = max(heights[index], floor + distance)
        placed[index] = floor
    return [placed[index] for index in range(len(heights))]
