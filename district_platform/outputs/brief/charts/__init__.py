"""Charts in one style: labelled directly, readable in grey. Numbers arrive ready; nothing is chosen here.

Axes begin at zero, or where the caller says. Each function returns a ReportLab drawing of the given size. Emphasis is dark and
filled, comparison grey and hollow or dashed, so that nothing depends on color.
"""

from district_platform.outputs.brief.charts.columns import columns
from district_platform.outputs.brief.charts.lines import Series, Timeline, lines, timeline
from district_platform.outputs.brief.charts.rows import Interval, Pair, bars, dumbbells, intervals

__all__ = ["Interval", "Pair", "Series", "Timeline", "bars", "columns", "dumbbells", "intervals", "lines", "timeline"]
