"""Figures that rest on a count that is not told: given as a range, or rounded, so that at least three values of that count fit.

Examples: an unknown part of known students, a known part of unknown students, a ratio over most of the schools. The exact figure would
reveal the count.
"""

from decimal import Decimal

import numpy as np
import pandas as pd

from district_platform.dictionary import COLUMNS, Measure, Ranges, Rounding, Side
from district_platform.metrics.figures import NOT_AVAILABLE, decimals_of, figure, rounded

LEAST_OPEN = 3
"""Values of an untold count that must fit what is told."""

ANY = "hidden (few people)"
"""Where no range leaves enough open."""

_STEPS = tuple(Decimal(step) for step in ("0.01", "0.1", "1", "2", "5", "10", "20", "50"))
"""What figures are rounded to: below 1 to decimals, above to steps that readers see as round."""

HIDES_FEW = "hidden (few are left out)"
"""Where no rounding leaves open how many students, or whose hours, a figure over most of the schools or employees leaves out."""


def as_ranges(values: pd.Series, told: pd.Series, ranges: Ranges) -> np.ndarray:
    """The text of each percentage: the narrowest range, or several neighboring ranges together, that leaves enough values open."""
    pairs = zip(values.to_numpy(dtype=float, na_value=np.nan), told.to_numpy(dtype=float, na_value=np.nan), strict=True)
    texts = [NOT_AVAILABLE if np.isnan(pct) or np.isnan(n) else _range_of(pct, int(n), ranges) for pct, n in pairs]
    return np.array(texts, dtype=object)


def _range_of(pct: float, n: int, ranges: Ranges) -> str:
    if ranges.of is Side.WHOLE and pct in (0, 100):
        return f"{pct:.0f} %"
    low, high = next(cell for cell in _cells(n, ranges) if cell[0] <= pct)
    if low == 0:
        return f"< {high} %" if high < 100 else ANY
    return f"{low}–{high} %" if high < 100 else f"≥ {low} %"


def _cells(n: int, ranges: Ranges) -> list[tuple[int, int]]:
    """The ranges for a told count, from the highest down; each holds its lower end, and enough values of the other count."""
    cells, high = [], ranges.bounds[-1]
    for low in reversed(ranges.bounds[:-1]):
        if _n_open(low, high, n, ranges.of) >= LEAST_OPEN:
            cells.append((low, high))
            high = low
    if high > 0:
        cells.append((0, cells.pop()[1] if cells else high))
    return cells


def _n_open(low: int, high: int, n: int, known: Side) -> float:
    """How many values of the untold count give a percentage from `low` to below `high` (100 included)."""
    if known is Side.WHOLE:
        top = n + 1 if high == 100 else -(-high * n // 100)
        return top - max(1, -(-low * n // 100))
    if low == 0:
        return np.inf
    return 100 * n // low - (n - 1 if high == 100 else 100 * n // high)


def is_over_some(frame: pd.DataFrame, rounding: Rounding) -> np.ndarray:
    """Whether each row's figure is over some of the schools, so that its students are not told."""
    marks = frame[rounding.unless]
    over: np.ndarray = (marks.notna() & (marks != 0)).to_numpy(dtype=bool)
    return over


def _steps(frame: pd.DataFrame, measure: Measure, rounding: Rounding) -> list[Decimal | None]:
    """For each row the rounding step that leaves at least three numbers of students possible; None where no step does."""
    finest = Decimal(1).scaleb(-decimals_of(measure.column))
    sizes = frame[rounding.size].to_numpy(dtype=float, na_value=np.nan)
    least = [Decimal(LEAST_OPEN * rounding.per) / Decimal(str(size)) if size > 0 else None for size in sizes]
    return [
        None
        if step is None
        else max(finest, min(round_step for round_step in _STEPS if round_step >= step))
        if step <= _STEPS[-1]
        else None
        for step in least
    ]


def rounded_for_readers(frame: pd.DataFrame, measure: Measure, rounding: Rounding) -> tuple[pd.Series, np.ndarray]:
    """The numbers and texts of a figure over some of the schools, rounded; no number where no rounding leaves its students open."""
    steps = _steps(frame, measure, rounding)
    told = [_as_told(measure.column, *pair) for pair in zip(frame[measure.column], steps, strict=True)]
    numbers = pd.Series([number for number, _ in told], index=frame.index, dtype=float)
    return numbers, np.array([text for _, text in told], dtype=object)


def _as_told(column: str, value: float, step: Decimal | None) -> tuple[float, str]:
    """A value as the CSV holds it, and its text, rounded to a step."""
    if pd.isna(value):
        return float("nan"), NOT_AVAILABLE
    if step is None:
        return float("nan"), HIDES_FEW
    decimals = max(0, -step.adjusted())
    number = rounded(float(Decimal(str(float(value))) / step), 0) * step
    if COLUMNS[column].unit == "percent" and not step < number < 100 - step:
        end = figure(column, step if number <= step else 100 - step, decimals=decimals)
        return float("nan"), f"{'≤' if number <= step else '≥'} {end}"
    return float(number), figure(column, number, decimals=decimals)
