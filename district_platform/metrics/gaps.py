"""Gaps between a group of students and those it is compared with, each with its 95 % interval.

Grades share a vertical scale and their groups differ in size, so students are compared within grades: the comparison
group is weighted to the grades of the group (direct standardization). What goes in are `pairs`: per grade, the sums of
the group (`n`, `total`, `squares`, `judged`, `proficient`) and those of its comparison (the same names with `_other`).
"""

from collections.abc import Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from district_platform.metrics.assessments import n_tested
from district_platform.metrics.estimation import Z, exact_sum, t_quantile

SUMS = ("n", "total", "squares", "judged", "proficient")
"""Sums of a group's results in a grade: number of scores, their sum, the sum of their squares, results with a level, proficient ones."""

Interval = tuple[ir.FloatingValue, ir.FloatingValue]


def sums_by(results: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """SUMS of results, exactly, by group."""
    return results.group_by(list(by)).agg(
        n=n_tested(results),
        total=results.scale_score.sum().cast("decimal(38, 4)"),
        squares=(results.scale_score * results.scale_score).sum().cast("decimal(38, 4)"),
        judged=results.is_proficient.count(),
        proficient=results.is_proficient.cast("int64").sum().fill_null(0).cast("int64"),
    )


def over_grades(pairs: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """Pairs of grades added up to one row a gap, over the grades in which both groups have students.

    `expected` is what the group would score in total with the comparison group's means in its grades, and `reach` the sum of
    n² / n_other: n² / reach is the effective size of the weighted comparison group (Kish 1965). The variances are those of the two means.
    """
    pairs = pairs.filter(pairs.n > 0, pairs.n_other > 0)
    n, n_other = pairs.n.cast("float64"), pairs.n_other.cast("float64")
    judged, judged_other = pairs.judged.cast("float64"), pairs.judged_other.nullif(0).cast("float64")
    grades = pairs.mutate(
        expected=n * pairs.total_other.cast("float64") / n_other,
        reach=n * n / n_other,
        deviations=_squared_deviations(pairs, ""),
        deviations_other=_squared_deviations(pairs, "_other"),
        has_levels=(pairs.judged > 0) & (pairs.judged_other > 0),
        expected_proficient=judged * pairs.proficient_other.cast("float64") / judged_other,
        reach_judged=judged * judged / judged_other,
    )
    has_levels = grades.has_levels
    gaps = grades.group_by(list(by)).agg(
        n=n_group(grades.n).cast("int64"),
        n_other=n_comparison(grades.n_other).cast("int64"),
        total=grades.total.sum().cast("float64"),
        expected=exact_sum(grades.expected),
        reach=exact_sum(grades.reach),
        deviations=exact_sum(grades.deviations),
        deviations_other=exact_sum(grades.deviations_other),
        df=(grades.n - 1).sum().cast("float64"),
        df_other=(grades.n_other - 1).sum().cast("float64"),
        judged=grades.judged.sum(where=has_levels).cast("float64"),
        proficient=grades.proficient.sum(where=has_levels).cast("float64"),
        expected_proficient=exact_sum(grades.expected_proficient, has_levels),
        reach_judged=exact_sum(grades.reach_judged, has_levels),
    )
    return gaps.mutate(
        variance_of_mean=gaps.deviations / gaps.df.nullif(0) / gaps.n,
        variance_of_mean_other=gaps.deviations_other / gaps.df_other.nullif(0) / _effective(gaps),
    )


def _squared_deviations(pairs: ibis.Table, of: str) -> ir.FloatingValue:
    """Sum of squared deviations from the mean of the grade."""
    n, total, squares = (pairs[f"{name}{of}"].cast("float64") for name in ("n", "total", "squares"))
    return squares - total * total / n


def n_group(students: ir.IntegerColumn) -> ir.IntegerScalar:
    """Students of the group with a score, in grades in which the comparison group has students.

    Formula: sum over grades of students with a score.
    Unit: students.
    Source: as n_tested.
    Columns: n_group.
    """
    return students.sum()


def n_comparison(students: Any) -> Any:
    """Students whom a group or a program's participants are compared with: of the same grades, or schools and grades.

    Formula: sum over grades, or strata, in which both have students.
    Unit: students.
    Source: as n_tested.
    Columns: n_comparison.
    """
    return students.sum()


def mean_scale_score_gap(gaps: ibis.Table) -> ir.FloatingValue:
    """Mean score of the group less that of its comparison in the same grades. Negative where the group scores lower.

    Formula: mean of the group − Σ over grades of (share of the group in the grade × mean of the comparison group in the grade).
    Unit: points of the test's scale.
    Source: direct standardization (Kitagawa 1955, Journal of the American Statistical Association 50).
    Columns: mean_scale_score_gap.
    """
    return (gaps.total - gaps.expected) / gaps.n


def mean_scale_score_gap_interval(gaps: ibis.Table) -> Interval:
    """95 % interval of mean_scale_score_gap, variances of the two groups unequal; null where a grade's spread is not known.

    Formula: gap ± t × √(s² / n + s²_comparison / n_effective), s² pooled within grades, t at Welch's degrees of freedom.
    Unit: points of the test's scale.
    Source: Welch (1947), Biometrika 34; effective size by Kish (1965), Survey Sampling.
    Columns: mean_scale_score_gap_ci_low, mean_scale_score_gap_ci_high.
    """
    part, part_other = gaps.variance_of_mean, gaps.variance_of_mean_other
    variance = part + part_other
    df = variance * variance / (part * part / gaps.df + part_other * part_other / gaps.df_other).nullif(0)
    return _around(mean_scale_score_gap(gaps), t_quantile(df) * variance.sqrt())


def hedges_g(gaps: ibis.Table) -> ir.FloatingValue:
    """mean_scale_score_gap in standard deviations of students in the same grade, so that subjects and years compare.

    The spread is that of the district's own students of the two groups, within grades: not the state's or a norm group's. A gap of
    the same points is larger in a district whose students are more alike, so that hedges_g compares subjects, years and schools
    here, and other districts only with care.

    Formula: J × gap / s, s pooled within grades and groups, J = 1 − 3 / (4 df − 1) against the bias of small groups.
    Unit: standard deviations.
    Source: Hedges (1981), Journal of Educational Statistics 6.
    Columns: hedges_g.
    """
    df = gaps.df + gaps.df_other
    spread = ((gaps.deviations + gaps.deviations_other) / df.nullif(0)).sqrt().nullif(0)
    return (1 - 3 / (4 * df - 1)) * mean_scale_score_gap(gaps) / spread


def hedges_g_interval(gaps: ibis.Table) -> Interval:
    """95 % interval of hedges_g.

    Formula: g ± t × √(1 / n + 1 / n_effective + g² / (2 df)).
    Unit: standard deviations.
    Source: Hedges and Olkin (1985), Statistical Methods for Meta-Analysis, chapter 5.
    Columns: hedges_g_ci_low, hedges_g_ci_high.
    """
    g, df = hedges_g(gaps), gaps.df + gaps.df_other
    variance = 1 / gaps.n + 1 / _effective(gaps) + g * g / (2 * df.nullif(0))
    return _around(g, t_quantile(df) * variance.sqrt())


def pct_proficient_gap(gaps: ibis.Table) -> ir.FloatingValue:
    """Share of the group that is proficient less that of its comparison in the same grades.

    Formula: pct_proficient of the group − Σ over grades of (share of the group in the grade × pct_proficient of the comparison
    group in the grade).
    Unit: points (percentage points).
    Source: as mean_scale_score_gap.
    Columns: pct_proficient_gap.
    """
    return 100 * (gaps.proficient - gaps.expected_proficient) / gaps.judged.nullif(0)


def pct_proficient_gap_interval(gaps: ibis.Table) -> Interval:
    """95 % interval of pct_proficient_gap; one success and one failure are added to each group, so that 0 and 100 % have one too.

    Formula: (p̃ − p̃_comparison) ± z × √(p̃ (1 − p̃) / (n + 2) + p̃_comparison (1 − p̃_comparison) / (n_effective + 2)),
    p̃ = (proficient + 1) / (n + 2).
    Unit: points (percentage points).
    Source: Agresti and Caffo (2000), The American Statistician 54.
    Columns: pct_proficient_gap_ci_low, pct_proficient_gap_ci_high.
    """
    effective = gaps.judged * gaps.judged / gaps.reach_judged.nullif(0)
    share = (gaps.proficient + 1) / (gaps.judged + 2)
    share_other = (effective * gaps.expected_proficient / gaps.judged.nullif(0) + 1) / (effective + 2)
    variance = share * (1 - share) / (gaps.judged + 2) + share_other * (1 - share_other) / (effective + 2)
    return _around(100 * (share - share_other), 100 * Z * variance.sqrt())


def _effective(gaps: ibis.Table) -> ir.FloatingValue:
    """The effective size: how many students an equally weighted comparison group of the same precision would have."""
    return gaps.n * gaps.n / gaps.reach


def _around(estimate: ir.FloatingValue, margin: ir.FloatingValue) -> Interval:
    return estimate - margin, estimate + margin
