"""Whether a difference between released figures is larger than chance. For sentences, which know rates but no rows.

Numbers only; no tables and no words. What is estimated from rows stands in gaps, growth and programs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

from district_platform.metrics.estimation import CONFIDENCE

MIN_WEEKS = 10
"""With fewer weeks, the normal variation of attendance is not known well enough."""


@dataclass(frozen=True)
class Rate:
    """A share of a group, in percent, and the group's size."""

    pct: float
    n: int

    @cached_property
    def variance(self) -> float:
        """In squared points, with one success and one failure added (Agresti and Caffo 2000): never zero at 0 % or 100 %."""
        share = (self.pct / 100 * self.n + 1) / (self.n + 2)
        return 10_000 * share * (1 - share) / (self.n + 2)

    def margin(self) -> float:
        """Half the width of the 95 % interval, in points."""
        return Difference(self.pct, sqrt(self.variance)).margin()


@dataclass(frozen=True)
class Difference:
    """A difference, and its standard error in the same unit (points or percent)."""

    size: float
    error: float

    def margin(self, comparisons: int = 1) -> float:
        """Half the width of the 95 % interval. Where it is chosen as the largest of several, each of them takes its share of the 5 %
        (Bonferroni)."""
        return self.error * NormalDist().inv_cdf(1 - (1 - CONFIDENCE) / (2 * max(comparisons, 1)))

    def sure(self, comparisons: int = 1) -> float:
        """The smallest size within the interval, in absolute terms; 0 where it holds zero."""
        return max(0.0, abs(self.size) - self.margin(comparisons))

    @property
    def strength(self) -> float:
        """The size in standard errors, by which differences that may be chance are ordered."""
        return abs(self.size) / self.error


@dataclass(frozen=True)
class Estimate:
    """A figure with its 95 % interval, as an analysis table releases it."""

    size: float
    low: float
    high: float

    def sure(self, comparisons: int = 1) -> float:
        """The smallest size within the interval, widened as `Difference.margin` widens; 0 where it holds zero."""
        middle = (self.low + self.high) / 2
        half = Difference(self.size, (self.high - self.low) / 2 / Difference(0, 1).margin()).margin(comparisons)
        return max(0.0, abs(middle) - half) if middle * self.size > 0 else 0.0

    @property
    def strength(self) -> float:
        """Like `Difference.strength`, but in half widths of the interval."""
        return abs(self.size) / ((self.high - self.low) / 2) if self.high > self.low else 0.0


def difference(one: Rate, other: Rate) -> Difference:
    """One rate less the other, as if of independent groups.

    Against the year before many students are the same, which makes the true error smaller: the interval is then too wide, never
    too narrow.
    """
    return Difference(one.pct - other.pct, sqrt(one.variance + other.variance))


def pooled(rates: Sequence[Rate]) -> Rate:
    """Groups taken together."""
    n = sum(rate.n for rate in rates)
    return Rate(sum(rate.pct * rate.n for rate in rates) / n, n)


def daily_error(weeks: Sequence[float], n_days: int) -> float | None:
    """Standard deviation of a single day's rate, from the rates of successive weeks and the days they hold.

    From squared differences of neighbors (von Neumann 1941), so that a year's slow rise or fall does not count as chance. Days of a
    week move together (illness, weather), which makes the result too large, never too small. None for fewer than MIN_WEEKS.
    """
    if len(weeks) < MIN_WEEKS:
        return None
    squares = [(later - earlier) ** 2 for earlier, later in pairwise(weeks)]
    return sqrt(sum(squares) / len(squares) / 2 * n_days / len(weeks))


def percent_change(now: float, before: float) -> float:
    """Change of a count in percent of what it was. Students are counted, not sampled: it has no error."""
    return 100 * (now - before) / before
