"""Programs: participants' change between two administrations against that of comparable students.

Comparable are the students of the same school and grade, of the same group where one is looked at, who do not take part but
are in the same other programs. Nobody is matched or adjusted by first score: of two students with the same score, the one picked for low
ability had the luckier day and scores lower next time, whatever the program does (docs/estimators.md measures by how much). What goes in
are *strata*: one row per school, grade and set of other programs, with the sums of both arms (`facts.programs`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan, sqrt

import ibis
import numpy as np
import pandas as pd

from district_platform.metrics.estimation import CONFIDENCE
from district_platform.metrics.gaps import n_comparison

PARTICIPANTS, COMPARISON = ARMS = ("participants", "comparison")

SUMS = {
    "n_baseline": "int64",
    "n_both": "int64",
    "total_from": "float64",
    "total_to": "float64",
    "squares_from": "float64",
    "squares_to": "float64",
}
"""Sums of one arm in a stratum: students with a first score, students with both scores, and for the latter the sums of scores and of their
squares."""

MIN_SCHOOLS = 2
"""With fewer clusters, no degree of freedom is left for an interval."""


def sums_by(scores: ibis.Table, by: Sequence[str]) -> ibis.Table:
    """SUMS of `score_from` and `score_to`, exactly, by group."""
    has_both = scores.score_to.notnull()
    first, last = scores.score_from, scores.score_to
    return scores.group_by(list(by)).agg(
        n_baseline=scores.count(),
        n_both=last.count(),
        total_from=_exact_sum(first, has_both),
        total_to=_exact_sum(last, has_both),
        squares_from=_exact_sum(first * first, has_both),
        squares_to=_exact_sum(last * last, has_both),
    )


def _exact_sum(values: ibis.Column, where: ibis.Column) -> ibis.Scalar:
    return values.sum(where=where).fill_null(0).cast("decimal(38, 4)")


@dataclass(frozen=True)
class Effect:
    """An estimate with its 95 % interval; with a single school there is no interval, and everything but the estimate is nan."""

    estimate: float
    standard_error: float = nan
    ci_low: float = nan
    ci_high: float = nan
    p_value: float = nan


Strata = dict[str, np.ndarray]
"""Columns of msr_program_stratum, in one order: plain arrays, since a district has hundreds of small sets of them."""


def strata_of(rows: pd.DataFrame) -> Strata:
    """The strata of one evaluation. Sums of floats depend on the order of rows, so the rows must be fully ordered."""
    return {str(name): rows[name].to_numpy() for name in rows}


def compared(strata: Strata) -> Strata:
    """Strata in which both arms have students with both scores."""
    return _where(strata, (strata["n_both_participants"] > 0) & (strata["n_both_comparison"] > 0))


def _where(strata: Strata, chosen: np.ndarray) -> Strata:
    return {name: values[chosen] for name, values in strata.items()}


def n_participants(both: Strata) -> int:
    """Participants with both scores, in strata where comparable students have both too.

    Formula: sum over strata of participants with a score at from_administration and at to_administration.
    Unit: students.
    Source: What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0: the analytic sample.
    Columns: n_participants.
    """
    return int(both["n_both_participants"].sum())


def n_participants_not_compared(strata: Strata) -> int:
    """Participants with both scores in whose school and grade no comparison student is; they are left out.

    Formula: count of participants with both scores in strata without a comparison student.
    Unit: students.
    Source: as n_participants.
    Columns: n_participants_not_compared.
    """
    return int(strata["n_both_participants"][strata["n_both_comparison"] == 0].sum())


def n_schools(both: Strata) -> int:
    """Schools whose participants are compared: the clusters on which the interval rests.

    Formula: count of different schools among the strata with both arms.
    Unit: schools.
    Source: Cameron and Miller (2015), Journal of Human Resources 50.
    Columns: n_schools.
    """
    return len(np.unique(both["k_school"]))


def n_attrited(strata: Strata, arm: str) -> int:
    """Students of an arm who were tested first and not again, in strata where both arms were tested first.

    Formula: students with a score at from_administration − students with both scores.
    Unit: students.
    Source: What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0: attrition.
    Columns: n_participants_attrited, n_comparison_attrited.
    """
    tested = _tested_first(strata)
    return int((tested[f"n_baseline_{arm}"] - tested[f"n_both_{arm}"]).sum())


def pct_attrited(strata: Strata, arm: str) -> float:
    """Share of an arm's students tested first who were not tested again. Unequal shares can make or hide an effect.

    Formula: 100 × n_attrited / students with a score at from_administration; nan where there are none.
    Unit: percent.
    Source: as n_attrited.
    Columns: pct_participants_attrited, pct_comparison_attrited.
    """
    baseline = _tested_first(strata)[f"n_baseline_{arm}"].sum()
    return float(100 * n_attrited(strata, arm) / baseline) if baseline else nan


def _tested_first(strata: Strata) -> Strata:
    return _where(strata, (strata["n_baseline_participants"] > 0) & (strata["n_baseline_comparison"] > 0))


def baseline_mean(both: Strata, arm: str) -> float:
    """Mean score of an arm at from_administration; the comparison students weighted to the participants' schools and grades.

    Formula: Σ over strata of (participants in the stratum × mean of the arm in the stratum) / participants.
    Unit: points of the test's scale.
    Source: weights of the effect on the treated (Imbens 2004, Review of Economics and Statistics 86).
    Columns: baseline_mean_participants, baseline_mean_comparison.
    """
    return _weighted(both, "total_from", arm)


def change(both: Strata, arm: str) -> float:
    """Mean change of an arm from from_administration to to_administration, weighted as baseline_mean.

    Formula: weighted mean at to_administration − baseline_mean, of the students with both scores.
    Unit: points of the test's scale.
    Source: as baseline_mean.
    Columns: change_participants, change_comparison.
    """
    return _weighted(both, "total_to", arm) - baseline_mean(both, arm)


def standardized_baseline_difference(both: Strata) -> float:
    """How far participants stood above (below: negative) comparable students before, in standard deviations.

    Beyond 0.25 the standards in use hold that no analysis can make up for the difference.

    Formula: (baseline_mean of participants − of comparison) / standard deviation at from_administration within grades and arms.
    Unit: standard deviations.
    Source: What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0: baseline equivalence.
    Columns: standardized_baseline_difference.
    """
    difference = baseline_mean(both, PARTICIPANTS) - baseline_mean(both, COMPARISON)
    return difference / _spread(both, "from")


def did_effect(both: Strata) -> Effect:
    """Difference in differences: the participants' change less that of comparable students, with a cluster-robust interval.

    A regression of the schools' differences on a constant, weighted by participants; with a row a school its jackknife over
    clusters (CR3) is that of the students' own regression. Quantiles are Student's t with one degree of freedom less than
    there are schools: with a dozen of them the usual sandwich and normal quantile cover far less than they say.

    Formula: change of participants − change of comparison; interval ± t × standard error, CR3, clusters are schools.
    Unit: points of the test's scale; the p value is a share of 1.
    Source: Bell and McCaffrey (2002), Survey Methodology 28; Cameron and Miller (2015), Journal of Human Resources 50.
    Columns: did_estimate, did_standard_error, did_ci_low, did_ci_high, did_p_value.
    """
    clusters, place = np.unique(both["k_school"], return_inverse=True)
    if len(clusters) < MIN_SCHOOLS:
        return Effect(change(both, PARTICIPANTS) - change(both, COMPARISON))
    weight = both["n_both_participants"]
    difference = _mean_change(both, PARTICIPANTS) - _mean_change(both, COMPARISON)
    participants = np.bincount(place, weights=weight)
    return _jackknifed(np.bincount(place, weights=weight * difference) / participants, participants)


def _jackknifed(differences: np.ndarray, weights: np.ndarray) -> Effect:
    """The weighted mean of the schools' differences; its error from how far it moves when each school is left out."""
    from scipy.special import stdtr, stdtrit

    n, total, weight = len(differences), float((weights * differences).sum()), float(weights.sum())
    estimate = total / weight
    without_one = (total - weights * differences) / (weight - weights)
    error = sqrt((n - 1) / n * float(((without_one - estimate) ** 2).sum()))
    half = float(stdtrit(n - 1, (1 + CONFIDENCE) / 2)) * error
    p_value = float(2 * stdtr(n - 1, -abs(estimate / error))) if error else float(estimate == 0)
    return Effect(estimate, error, estimate - half, estimate + half, p_value)


def effect_size(both: Strata) -> float:
    """did_estimate in standard deviations of students in the same grade, so that subjects and programs compare.

    Formula: J × did_estimate / standard deviation at to_administration within grades and arms, J as in hedges_g.
    Unit: standard deviations.
    Source: What Works Clearinghouse (2022), Procedures and Standards Handbook 5.0: Hedges' g of difference-in-differences.
    Columns: effect_size.
    """
    df = n_participants(both) + int(n_comparison(both["n_both_comparison"])) - 2
    correction = 1 - 3 / (4 * df - 1) if df > 0 else nan
    return correction * (change(both, PARTICIPANTS) - change(both, COMPARISON)) / _spread(both, "to")


def _weighted(both: Strata, total: str, arm: str) -> float:
    weight = both["n_both_participants"]
    return (
        float((weight * both[f"{total}_{arm}"] / both[f"n_both_{arm}"]).sum() / weight.sum()) if weight.any() else nan
    )


def _mean_change(both: Strata, arm: str) -> np.ndarray:
    return (both[f"total_to_{arm}"] - both[f"total_from_{arm}"]) / both[f"n_both_{arm}"]


def _spread(both: Strata, when: str) -> float:
    """Standard deviation of students within grade and arm; nan where no grade has two students."""
    squares, df = 0.0, 0
    grades, place = np.unique(both["grade_level"], return_inverse=True)
    for arm in ARMS:
        columns = (f"n_both_{arm}", f"total_{when}_{arm}", f"squares_{when}_{arm}")
        n, total, square = (np.bincount(place, weights=both[name]) for name in columns)
        squares += float((square - total**2 / n).sum())
        df += int(n.sum()) - len(grades)
    return sqrt(squares / df) if df > 0 and squares > 0 else nan
