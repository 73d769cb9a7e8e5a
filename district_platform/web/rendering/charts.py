"""A chart of a page, drawn by the brief's chart makers, so that both have one style."""

from collections.abc import Callable
from math import isfinite

from reportlab.graphics.shapes import Drawing

from district_platform.outputs.brief import charts as brief
from district_platform.outputs.brief import typography
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure
from district_platform.web.pages.model import Chart, ChartKind, Point, Series
from district_platform.web.rendering.svg import svg

WIDTH = 240.0
"""Units of a drawing: its text has 8 of them, and is read on a telephone of 320 pixels and on paper."""
HEIGHT = 130.0
ROW, INTERVAL_ROW = 17.0, 27.0
MOST_LETTERS = 26


def chart_svg(chart: Chart) -> str:
    """The chart as SVG, or nothing where none of its figures can be drawn."""
    if not any(_is_drawable(point) for series in chart.series for point in series.points):
        return ""
    typography.register_fonts()
    return svg(_MAKERS[chart.kind](chart), chart.alt)


def _is_drawable(point: Point) -> bool:
    return point.figure.value is not None or isfinite(point.figure.high)


def _bars(chart: Chart) -> Drawing:
    points = chart.series[0].points
    labels = [w.shortened(point.label, MOST_LETTERS) for point in points]
    return brief.bars(labels, _figures(points), WIDTH, ROW * len(points) + 4, chart.emphasized)


def _columns(chart: Chart) -> Drawing:
    points = chart.series[0].points
    return brief.columns([point.label for point in points], _figures(points), WIDTH, HEIGHT, chart.emphasized)


def _lines(chart: Chart) -> Drawing:
    series = [brief.Series(each.name, tuple(_figures(each.points))) for each in chart.series]
    return brief.lines(series, [point.label for point in chart.series[0].points], WIDTH, HEIGHT)


def _timeline(chart: Chart) -> Drawing:
    series = [brief.Timeline(each.name, _dated(each)) for each in chart.series if _dated(each)]
    mondays = [point.date for point in chart.series[0].points if point.date]
    firsts = [day for i, day in enumerate(mondays) if i == 0 or day.month != mondays[i - 1].month]
    ticks = [(float(day.toordinal()), w.MONTHS[day.month - 1][:3]) for day in firsts]
    return brief.timeline(series, ticks, int(chart.origin), WIDTH, HEIGHT)


def _dated(series: Series) -> tuple[tuple[float, Figure], ...]:
    return tuple((float(p.date.toordinal()), p.figure) for p in series.points if p.date and p.figure.value is not None)


def _intervals(chart: Chart) -> Drawing:
    rows = [
        brief.Interval(w.shortened(p.label, 2 * MOST_LETTERS), p.low, p.figure.value, p.high, p.figure.shown)
        for p in chart.series[0].points
    ]
    return brief.intervals(rows, chart.origin, WIDTH, INTERVAL_ROW * len(rows) + 16)


def _figures(points: tuple[Point, ...]) -> list[Figure]:
    return [point.figure for point in points]


_MAKERS: dict[ChartKind, Callable[[Chart], Drawing]] = {
    ChartKind.BARS: _bars,
    ChartKind.COLUMNS: _columns,
    ChartKind.LINES: _lines,
    ChartKind.TIMELINE: _timeline,
    ChartKind.INTERVALS: _intervals,
}
