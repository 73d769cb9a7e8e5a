"""What all estimates and their intervals share. It defines no metric: gaps, growth and programs say what they estimate.

A figure of all of a district's students is not a sample. Its interval says how far chance alone would move it if other, similar children
had been taught and tested. A claim about schools or programs must go beyond that.
"""

from functools import reduce
from statistics import NormalDist

import ibis.expr.types as ir

CONFIDENCE = 0.95
"""The confidence level of every interval of the platform."""

Z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)

BILLION = 1_000_000_000
WHOLE = "decimal(19, 0)"
"""Whole numbers are summed as decimals, which do not overflow."""

_DIVISORS = (4, 96, 384, 92_160)
_NUMERATORS = ((1, 1), (3, 16, 5), (-15, 17, 19, 3), (-945, -1920, 1482, 776, 79))


def t_quantile(degrees_of_freedom: ir.NumericValue) -> ir.FloatingValue:
    """How many standard errors a two-sided interval of CONFIDENCE reaches to each side; null without degrees of freedom.

    Student's t by its Cornish-Fisher expansion (Abramowitz and Stegun 1972, 26.7.5), since no engine has the quantile as a
    function: 0.003 too small at 3 degrees of freedom, exact to four digits from 6 on.
    """
    df = degrees_of_freedom.cast("float64")
    terms = [
        sum(factor * Z ** (2 * power + 1) for power, factor in enumerate(factors)) / divisor
        for factors, divisor in zip(_NUMERATORS, _DIVISORS, strict=True)
    ]
    expansion = reduce(lambda inner, term: term + inner / df, reversed([Z, *terms]))
    return (df > 0).ifelse(expansion, None)


def exact_sum(values: ir.FloatingValue, where: ir.BooleanValue | None = None) -> ir.FloatingScalar:
    """The sum of values with nine places, added as whole numbers: it depends neither on the order of threads nor on the engine.

    A sum of floats depends on the order, and engines do not turn a float into the same decimal.
    """
    whole = values.floor()
    billionths = ((values - whole) * BILLION).round()
    added, added_billionths = (part.cast(WHOLE).sum(where=where).cast("float64") for part in (whole, billionths))
    return (added * BILLION + added_billionths) / BILLION
