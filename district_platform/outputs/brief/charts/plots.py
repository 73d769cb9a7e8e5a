"""Charts as data: what is drawn, apart from how large. The brief draws it on paper, pages in a browser."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing

from district_platform.outputs.brief.charts.columns import columns
from district_platform.outputs.brief.charts.lines import Series, Timeline, lines, timeline
from district_platform.outputs.brief.charts.rows import Interval, Pair, bars, dumbbells, intervals
from district_platform.outputs.brief.release import Figure


@dataclass(frozen=True)
class Bars:
    """A bar to the right for each label; those `spoken_of` dark, all of them unless said."""

    labels: Sequence[str]
    figures: Sequence[Figure]
    spoken_of: Collection[int] | None = None

    def draw(self, width: float, height: float) -> Drawing:
        return bars(self.labels, self.figures, width, height, self.spoken_of)


@dataclass(frozen=True)
class Columns:
    """An upright bar for each label; those `spoken_of` dark, all of them unless said."""

    labels: Sequence[str]
    figures: Sequence[Figure]
    spoken_of: Collection[int] | None = None

    def draw(self, width: float, height: float) -> Drawing:
        return columns(self.labels, self.figures, width, height, self.spoken_of)


@dataclass(frozen=True)
class Dumbbells:
    """Two dots a row on a scale up to `highest` percent."""

    pairs: Sequence[Pair]
    highest: int = 100

    def draw(self, width: float, height: float) -> Drawing:
        return dumbbells(self.pairs, width, height, self.highest)


@dataclass(frozen=True)
class Lines:
    """Percentages at few positions with names, such as years."""

    series: Sequence[Series]
    positions: Sequence[str]

    def draw(self, width: float, height: float) -> Drawing:
        return lines(self.series, self.positions, width, height)


@dataclass(frozen=True)
class Timelines:
    """Percentages over days, which are ordinals (date.toordinal); the axis of percentages begins at `begin`."""

    series: Sequence[Timeline]
    ticks: Sequence[tuple[float, str]]
    begin: int

    def draw(self, width: float, height: float) -> Drawing:
        return timeline(self.series, self.ticks, self.begin, width, height)


@dataclass(frozen=True)
class Intervals:
    """Estimates with their intervals around an origin."""

    rows: Sequence[Interval]
    origin: float

    def draw(self, width: float, height: float) -> Drawing:
        return intervals(self.rows, self.origin, width, height)


Plot = Bars | Columns | Dumbbells | Lines | Timelines | Intervals
