"""Charts in one style: labelled directly, readable in grey. The caller chooses and formats all numbers.

Axes begin at zero, or where the caller says. A plot is a chart as data; it can draw itself as a ReportLab drawing of a given size.
Emphasis is dark and filled, comparison grey and hollow or dashed, so that nothing depends on color.
"""

from district_platform.outputs.brief.charts.lines import Series, Timeline
from district_platform.outputs.brief.charts.plots import Bars, Columns, Dumbbells, Intervals, Lines, Plot, Timelines
from district_platform.outputs.brief.charts.rows import Interval, Pair

__all__ = [
    "Bars",
    "Columns",
    "Dumbbells",
    "Interval",
    "Intervals",
    "Lines",
    "Pair",
    "Plot",
    "Series",
    "Timeline",
    "Timelines",
]
