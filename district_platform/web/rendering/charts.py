"""A chart of a page as SVG. It is the brief's, drawn at a size for screens."""

from dataclasses import replace
from math import isfinite

from district_platform.outputs.brief import charts as plots
from district_platform.outputs.brief import typography
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.release import Figure
from district_platform.web.pages.model import Chart
from district_platform.web.rendering.svg import svg

WIDTH, HEIGHT = 250.0, 130.0
"""Units of a drawing: its text has 8 of them, and is read on a telephone of 320 pixels and on paper."""
ROW, TALL_ROW = 17.0, 27.0
MOST_LETTERS = 30


def chart_svg(chart: Chart) -> str:
    """The chart as SVG, or nothing where none of its figures can be drawn."""
    if not is_drawable(chart.plot):
        return ""
    typography.register_fonts()
    plot, height = _sized(chart.plot)
    return svg(plot.draw(WIDTH, height), chart.alt)


def _sized(plot: plots.Plot) -> tuple[plots.Plot, float]:
    """With labels that leave room for what they name, and the height that its rows need."""
    if isinstance(plot, plots.Bars):
        labels = [w.shortened(label, MOST_LETTERS) for label in plot.labels]
        return replace(plot, labels=labels), ROW * len(labels) + 4
    if isinstance(plot, plots.Intervals):
        rows = [replace(row, label=w.shortened(row.label, 2 * MOST_LETTERS)) for row in plot.rows]
        return replace(plot, rows=rows), TALL_ROW * len(rows) + 16
    if isinstance(plot, plots.Dumbbells):
        return plot, TALL_ROW * len(plot.pairs) + 4
    return plot, HEIGHT


def is_drawable(plot: plots.Plot) -> bool:
    """Whether a figure of the chart has a place."""
    if isinstance(plot, plots.Bars | plots.Columns):
        return any(_has_place(figure) for figure in plot.figures)
    if isinstance(plot, plots.Lines):
        return any(value is not None for line in plot.series for value in line.values)
    if isinstance(plot, plots.Timelines):
        return bool(plot.series) and all(line.places for line in plot.series)
    return bool(plot.rows if isinstance(plot, plots.Intervals) else plot.pairs)


def _has_place(figure: Figure) -> bool:
    return figure.value is not None or isfinite(figure.high)
