"""The input of the brief: the released analysis tables, and how to read a single figure from them.

This module neither calculates nor rounds: a figure is written as the release displays it, so that no reader sees two roundings of one
value (`metrics.figures`). A hidden figure has no value, only the bounds between which it lies.
"""

import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

import pandas as pd

from district_platform.dictionary import COLUMNS, display_column
from district_platform.metrics import figures
from district_platform.metrics.comparisons import Estimate

NO_FIGURE = "–"
HIDDEN = "hidden"
UNTOUCHED = "none"
"""Value of `suppression` in rows that neither hide nor round a figure."""

_NUMERAL = re.compile(r"-?\d+(\.\d+)?( %)?")
_BETWEEN = re.compile(r"(\d+(?:\.\d+)?)–(\d+(?:\.\d+)?)")
_AT_MOST, _AT_LEAST = re.compile(r"[≤<] ?(\d+(?:\.\d+)?)"), re.compile(r"[≥>] ?(\d+(?:\.\d+)?)")


@dataclass(frozen=True)
class Release:
    """The released tables, as the dictionary describes them (`release_<table>`); a table without rows is no error."""

    enrollment_summary: pd.DataFrame
    student_performance: pd.DataFrame
    assessment_participation: pd.DataFrame
    staffing_ratios: pd.DataFrame
    school_comparison: pd.DataFrame
    chronic_absence: pd.DataFrame
    attendance_trend: pd.DataFrame
    equity_gaps: pd.DataFrame
    program_evaluation: pd.DataFrame
    student_growth: pd.DataFrame
    reconciliation_summary: pd.DataFrame
    staff_hours: pd.DataFrame
    customer_segments: pd.DataFrame
    """Of this table and the one before, the brief counts the hidden rows, and says nothing else."""

    @property
    def all_tables(self) -> list[pd.DataFrame]:
        """Every released table."""
        return [getattr(self, name) for name in self.__dataclass_fields__]


class State(StrEnum):
    """What a reader learns of a figure."""

    TOLD = "told"
    RANGE = "range"
    HIDDEN = "hidden"
    NONE = "none"
    """There is no such figure."""


@dataclass(frozen=True)
class Figure:
    """A figure as it was released: its value, None where it is not told; `shown` is how it stands in a sentence or a table."""

    value: float | None = None
    shown: str = NO_FIGURE
    state: State = State.NONE
    low: float = -math.inf
    high: float = math.inf
    """Between which a figure lies that is not told."""

    @property
    def is_told(self) -> bool:
        return self.state is State.TOLD

    @property
    def is_withheld(self) -> bool:
        """Whether there is a figure that is hidden or rounded to a range."""
        return self.state in (State.HIDDEN, State.RANGE)

    @property
    def exact(self) -> Decimal:
        """The number shown on the page, for differences that a reader can check. Raises ValueError if there is none."""
        try:
            return Decimal(self.shown.replace(figures.TEXT.minus, "-").replace(",", "").rstrip("%"))
        except InvalidOperation as error:
            raise ValueError(f"'{self.shown}' is no number") from error

    @property
    def unsigned(self) -> str:
        """As shown, without its sign and unit."""
        return self.shown.lstrip(figures.TEXT.minus).rstrip("%")

    @property
    def signed(self) -> str:
        """As shown, with a plus sign before a gain."""
        return f"+{self.shown}" if self.is_told and self.exact > 0 else self.shown


def records(rows: pd.DataFrame, **where: Any) -> list[dict[str, Any]]:
    """The rows that hold these values, as dictionaries."""
    for column, value in where.items() if len(rows) else ():
        rows = rows[rows[column] == value]
    found: list[Any] = rows.to_dict("records")
    return found


def number(value: Any) -> float | None:
    """The number in a frame's cell; None for every kind of null and for infinite values."""
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
    names = (measure, *(f"{interval or measure}_ci_{end}" for end in ("low", "high")))
    size, low, high = (number(row.get(name)) for name in names)
    return None if size is None or low is None or high is None else Estimate(size, low, high)


def figure(row: Any, measure: str) -> Figure:
    """The figure of a measure in a released row; a missing row or column gives a figure without value."""
    value, display = number(row.get(measure)), row.get(display_column(measure))
    if not isinstance(display, str):
        display = figures.figure(measure, value) if value is not None else ""
    display = display.strip()
    if value is not None and _NUMERAL.fullmatch(display):
        return Figure(value, _typeset(display), State.TOLD, value, value)
    return _not_told(display, 100.0 if COLUMNS[measure].unit == "percent" else math.inf)


def basis(row: Any) -> str | None:
    """`change_basis` of a row: which schools a change compares; None where it compares all."""
    text = row.get("change_basis")
    return text if isinstance(text, str) and text else None


def _not_told(display: str, most: float) -> Figure:
    if display.lower().startswith(HIDDEN):
        is_rate = most == 100
        return Figure(None, HIDDEN, State.HIDDEN, 0.0 if is_rate else -math.inf, most)
    if found := _BETWEEN.search(display):
        low, high = float(found[1]), float(found[2])
    elif found := _AT_MOST.search(display):
        low, high = 0.0, float(found[1])
    elif found := _AT_LEAST.search(display):
        low, high = float(found[1]), most
    else:
        return Figure()
    return Figure(None, display.replace(" %", "%").replace("≤ ", "≤").replace("≥ ", "≥"), State.RANGE, low, high)


def _typeset(display: str) -> str:
    """A number of a table in the notation of running text, with the decimals it has there."""
    is_percent = display.endswith("%")
    exact = Decimal(display.rstrip(" %"))
    exponent = exact.as_tuple().exponent
    written = figures.numeral(exact, max(-int(exponent), 0), figures.TEXT)
    return f"{written}{figures.TEXT.percent}" if is_percent else written
