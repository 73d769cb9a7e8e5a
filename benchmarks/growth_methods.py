"""Growth percentiles by several methods on a truth that bends: how far from the true percentile, how uniform, how long.

    python -m benchmarks.growth_methods                 from the project's folder; a few minutes, nearly all of it the rival's

Students' mean scores bend with their first score and their spread halves from low to high. The rival is quantile regression on cubic
B-splines with knots at the quintiles, the method of student growth percentiles (Betebenner 2009), by statsmodels.
"""

import time
import warnings
from collections.abc import Callable
from decimal import Decimal

import ibis
import numpy as np
import pyarrow as pa
from scipy import stats
from scipy.interpolate import BSpline

from district_platform.metrics.growth import with_growth_percentile

SIZES = ((300, 5), (6_000, 1))
"""Students of a grade, and how many grades of that size."""

Method = Callable[[np.ndarray, np.ndarray], np.ndarray]


def bent(n: int, seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First scores, last scores, and the true percentile of each student among those with the same first score."""
    rng = np.random.default_rng(seed)
    first = rng.normal(500, 45, n)
    z, error = (first - 500) / 45, rng.normal(0, 1, n)
    last = 516 + 40 * z - 8 * z**2 + 15 * np.exp(-0.35 * z) * error
    return first.round(), last.round(), 100 * stats.norm.cdf(error)


def platform(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    score = pa.decimal128(9, 2)
    columns = {
        "prior_scale_score": pa.array([Decimal(value) for value in first], score),
        "scale_score": pa.array([Decimal(value) for value in last], score),
        "place": pa.array(range(len(first))),
    }
    test = {"subject": "Math", "administration": "Spring", "grade_level": "05"}
    same = {"school_year": ibis.literal(2026), **{name: ibis.literal(value) for name, value in test.items()}}
    students = ibis.memtable(pa.table(columns)).mutate(**same)
    ranked = ibis.duckdb.connect().execute(with_growth_percentile(students).order_by("place"))
    return ranked.growth_percentile.to_numpy(float)


def rank_from_one_line(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    distance = last - np.polyval(np.polyfit(first, last, 1), first)
    return 100 * (stats.rankdata(distance) - 0.5) / len(first)


def rank_in_bands_alone(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    band = ((stats.rankdata(first, "min") - 1) * min(len(first) // 50, 10) // len(first)).astype(int)
    percentile = np.empty(len(first))
    for number in np.unique(band):
        here = band == number
        percentile[here] = 100 * (stats.rankdata(last[here]) - 0.5) / here.sum()
    return percentile


def quantile_regression(first: np.ndarray, last: np.ndarray) -> np.ndarray:
    from statsmodels.regression.quantile_regression import QuantReg

    z = (first - first.mean()) / first.std()
    ends = [z.min() - 1e-6] * 4, [z.max() + 1e-6] * 4
    knots = np.concatenate([ends[0], np.quantile(z, [0.2, 0.4, 0.6, 0.8]), ends[1]])
    basis = BSpline.design_matrix(z, knots, 3).toarray()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # some quantiles stop at the iteration limit
        below = [last > QuantReg(last, basis).fit(q / 100).fittedvalues for q in range(1, 100)]
    return np.clip(np.sum(below, axis=0), 1, 99)


METHODS: dict[str, Method] = {
    "line in bands of first scores (the platform's)": platform,
    "bands of first scores alone": rank_in_bands_alone,
    "one line for all": rank_from_one_line,
    "quantile regression": quantile_regression,
}


def measured(method: Method, n: int, repeats: int) -> tuple[float, float, float]:
    """Root mean square error in percentiles, largest error of a tenth's mean, and seconds a grade."""
    errors, tenths, seconds = [], [], 0.0
    for seed in range(repeats):
        first, last, truth = bent(n, seed)
        started = time.perf_counter()
        found = method(first, last)
        seconds += time.perf_counter() - started
        errors.append(np.mean((found - truth) ** 2))
        place = np.minimum((stats.rankdata(first) - 1) * 10 // n, 9)
        tenths.append([found[place == tenth].mean() - 50 for tenth in range(10)])
    return float(np.sqrt(np.mean(errors))), float(np.abs(np.mean(tenths, axis=0)).max()), seconds / repeats


if __name__ == "__main__":
    print("| students | method | error | worst tenth off 50 by | seconds |\n|--:|---|--:|--:|--:|")
    for size, n_grades in SIZES:
        for name, method in METHODS.items():
            error, worst, seconds = measured(method, size, n_grades)
            print(f"| {size:,} | {name} | {error:.1f} | {worst:.1f} | {seconds:.2f} |", flush=True)
