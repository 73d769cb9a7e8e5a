"""What the brief is made from: the released analysis tables, and how a single figure of them is read.

Nothing here calculates. A figure that is hidden for privacy has no value, only what a reader may see of it.
"""

import math
from dataclasses import dataclass
from typing import Any

import pandas as pd

from district_platform.dictionary import display_column
from district_platform.metrics.comparisons import Estimate

NO_FIGURE = "–"
HIDDEN = "hidden"
UNTOUCHED = "none"
"""Value of `suppression` in rows that neither hide nor round a figure."""


@dataclass(frozen=True)
class Release:
    """The released tables, as the dictionary describes them (`release_<table>`); a table without rows is no error."""

    enrollment_summary: pd.DataFrame
    student_performance: pd.DataFrame
    staffing_ratios: pd.DataFrame
    school_comparison: pd.DataFrame
    chronic_absence: pd.DataFrame
    attendance_trend: pd.DataFrame
    equity_gaps: pd.DataFrame
    program_evaluation: pd.DataFrame
    student_growth: pd.DataFrame
    reconciliation_summary: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Each table by its name."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Figure:
    """A figure as it was released: its value, None where there is none or it is hidden, and what a reader sees instead."""

    value: float | None
    shown: str = NO_FIGURE


def records(rows: pd.DataFrame, **where: Any) -> list[dict[str, Any]]:
    """The rows that hold these values, as dictionaries."""
    for column, value in where.items() if len(rows) else ():
        rows = rows[rows[column] == value]
    found: list[Any] = rows.to_dict("records")
    return found


def number(value: Any) -> float | None:
    """A number of a frame's cell; None for every kind of null and for what is not finite."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    result = float(value)
    return result if math.isfinite(result) else None


def whole(value: Any) -> int | None:
    """A count of a frame's cell."""
    result = number(value)
    return None if result is None else round(result)


def estimate(row: dict[str, Any], measure: str, interval: str | None = None) -> Estimate | None:
    """A figure with its interval, `<interval>_ci_low` and `_ci_high` (those of the measure unless named); None without."""
    size, low, high = (
        number(row[name]) for name in (measure, *(f"{interval or measure}_ci_{end}" for end in ("low", "high")))
    )
    return None if size is None or low is None or high is None else Estimate(size, low, high)


def figure(row: Any, measure: str) -> Figure:
    """A measure of a released row. `shown` is short enough for a table: 'hidden', '–', or what was published ('≥ 95%')."""
    shown = row.get(display_column(measure))
    return Figure(number(row.get(measure)), _short(shown if isinstance(shown, str) else ""))


def _short(display: str) -> str:
    text = display.strip()
    if text.lower().startswith(HIDDEN):
        return HIDDEN
    return text.replace(" %", "%") if any(character.isdigit() for character in text) else NO_FIGURE
