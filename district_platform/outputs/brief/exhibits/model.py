"""The exhibit as data, and how many years one covers."""

from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing

from district_platform.outputs.brief.charts import Plot

MOST_YEARS = 5


@dataclass(frozen=True)
class Exhibit:
    """A chart: the claim it supports, a line on how to read it, its content in words, and what is drawn."""

    claim: str
    note: str
    alt: str
    plot: Plot

    def make(self, width: float, height: float) -> Drawing:
        return self.plot.draw(width, height)
