"""Achievement."""

import ibis
import ibis.expr.types as ir


def n_tested(results: ibis.Table) -> ir.IntegerScalar:
    """Students with a scale score. Unit: students (a result is one student's in a subject and administration)."""
    return results.scale_score.count()


def mean_scale_score(results: ibis.Table) -> ir.FloatingScalar:
    """Sum of scale scores / n_tested. Unit: points of the test's scale. Summed as decimals, so that order does not matter."""
    return results.scale_score.sum().cast("float64") / n_tested(results).nullif(0)


def pct_proficient(results: ibis.Table) -> ir.FloatingScalar:
    """Results that count as proficient / results that say whether they do. Unit: percent."""
    judged = results.is_proficient.count().nullif(0)
    return 100.0 * results.is_proficient.cast("int64").sum() / judged
