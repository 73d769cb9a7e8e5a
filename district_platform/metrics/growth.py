"""Growth: the rank of a student's score among students with a similar earlier score. Relative to the district, not to the nation.

Half of the district's students grow more than the median by definition: these figures tell groups apart, and say nothing
about whether the district as a whole grew (mean_scale_score_cohort_change does).
"""

from collections.abc import Sequence

import ibis
import ibis.expr.types as ir

from district_platform.metrics.estimation import t_quantile

PEERS = ("school_year", "subject", "administration", "grade_level")
"""Columns that define whose scores are compared: the same test in the same grade."""

PEERS_PER_BAND = 50
"""The fewest students with a similar first score among whom a student is ranked; a grade with fewer has no percentiles."""

MAX_BANDS = 10
"""More bands of first scores gain nothing measurable (docs/estimators.md)."""


def with_growth_percentile(scores: ibis.Table) -> ibis.Table:
    """Rank of a student's score among students of the same grade and subject with a similar score a year before, 1 to 99.

    Takes `scale_score`, `prior_scale_score` and PEERS; adds `n_peers` and `growth_percentile`. Quantile regression, the method
    of student growth percentiles, comes a percentile or two nearer to the truth and takes minutes a district
    (docs/estimators.md).

    Formula: peers are banded by prior score (up to ten bands of at least 50), a line is fitted in each band, and students are
    ranked by their distance from it: 1 + ⌊99 × (rank below + half of ties) / students in the band⌋; null under 50 peers.
    Unit: percentile, 1 to 99.
    Source: Betebenner (2009), Educational Measurement: Issues and Practice 28(4), for what a conditional growth percentile is.
    Columns: growth_percentile.
    """
    peers = scores.mutate(n_peers=scores.count().over(group_by=PEERS), x=scores.prior_scale_score, y=scores.scale_score)
    n_bands = ibis.least(ibis.greatest(peers.n_peers // PEERS_PER_BAND, 1), MAX_BANDS)
    place = ibis.rank().over(group_by=PEERS, order_by=peers.x)
    banded = peers.mutate(band=(place * n_bands // peers.n_peers).cast("int64"))
    band = (*PEERS, "band")
    fitted = banded.mutate(distance=_distance_from_line(banded, band))
    below = ibis.rank().over(group_by=band, order_by=fitted.distance)
    n = fitted.count().over(group_by=band).cast("float64")
    ties = fitted.count().over(group_by=(*band, "distance"))
    percentile = (1 + (99 * (below + ties / 2) / n).floor()).cast("int64")
    ranked = fitted.mutate(growth_percentile=(fitted.n_peers >= PEERS_PER_BAND).ifelse(percentile, None))
    return ranked.drop("x", "y", "band", "distance")


def _distance_from_line(rows: ibis.Table, by: Sequence[str]) -> ir.FloatingValue:
    """How far y lies above the least-squares line through the group, up to a constant; of one single x, y itself."""
    window = ibis.window(group_by=by)
    n = rows.count().over(window).cast("float64")
    x, y, xx, xy = (
        value.sum().over(window).cast("float64") for value in (rows.x, rows.y, rows.x * rows.x, rows.x * rows.y)
    )
    slope = ((n * xy - x * y) / (n * xx - x * x).nullif(0)).fill_null(0)
    return rows.y.cast("float64") - slope * rows.x.cast("float64")


def n_growth(students: ibis.Table) -> ir.IntegerScalar:
    """Students with a growth percentile.

    Formula: count of growth percentiles.
    Unit: students.
    Source: as growth_percentile.
    Columns: n_growth.
    """
    return students.growth_percentile.count()


def mean_growth_percentile(students: ibis.Table) -> ir.FloatingScalar:
    """Mean growth percentile of a group; 50 is the district's. It is steadier than the median, and no less valid.

    Formula: sum of growth percentiles / n_growth.
    Unit: percentile.
    Source: Castellano and Ho (2015), Journal of Educational and Behavioral Statistics 40, on means of growth percentiles.
    Columns: mean_growth_percentile.
    """
    return students.growth_percentile.sum().cast("float64") / n_growth(students).nullif(0)


def mean_growth_percentile_interval(students: ibis.Table) -> tuple[ir.FloatingScalar, ir.FloatingScalar]:
    """95 % interval of mean_growth_percentile; null for a single student.

    Formula: mean ± t × √(variance of growth percentiles / n_growth), t at n_growth − 1 degrees of freedom.
    Unit: percentile.
    Source: Student (1908), Biometrika 6.
    Columns: mean_growth_percentile_ci_low, mean_growth_percentile_ci_high.
    """
    percentile, n = students.growth_percentile, n_growth(students).cast("float64")
    total = percentile.sum().cast("float64")
    variance = ((percentile * percentile).sum().cast("float64") - total * total / n.nullif(0)) / (n - 1).nullif(0)
    margin = t_quantile(n - 1) * (variance / n).sqrt()
    return mean_growth_percentile(students) - margin, mean_growth_percentile(students) + margin


def median_growth_percentile(students: ibis.Table) -> ir.FloatingScalar:
    """Median growth percentile of a group, as most states report it.

    Formula: the middle growth percentile, of an even number the mean of the two in the middle.
    Unit: percentile.
    Source: Betebenner (2009), Educational Measurement: Issues and Practice 28(4).
    Columns: median_growth_percentile.
    """
    return students.growth_percentile.median().cast("float64")
