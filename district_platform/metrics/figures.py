"""How a figure is written: from the exact value, rounded once, the same for every reader.

Released tables (`<measure>_display`), the brief and pages take their texts from here, so that no figure is rounded twice and no
two readers see two roundings of one value. The metrics define figures; `privacy` decides whether they are released.
"""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import numpy as np
import pandas as pd

from district_platform.dictionary import COLUMNS

NOT_AVAILABLE = "not available"
"""Where there is no figure."""

PROBABILITY = "probability"
SMALLEST_PROBABILITY = Decimal("0.001")

DECIMALS = {
    "percent": 1,
    "points": 1,
    "percentile": 1,
    "students per FTE": 1,
    "hours per FTE": 1,
    "transactions per month": 1,
    "days": 1,
    "standard deviations": 2,
    "FTE": 2,
    "hours": 2,
    "USD": 2,
    PROBABILITY: 3,
}
"""Decimals that a reader sees, by the unit of the column; a p-value is a probability, whole numbers have none."""

_PUBLISHED_DECIMALS = 2
"""Decimals of a number in a CSV; a probability has one more than its text."""

_SIGNIFICANT = 12
"""Digits of a float that the data determine; further digits are rounding errors, such as in 15.55 - 10.1."""


@dataclass(frozen=True)
class Notation:
    """The marks of a number."""

    minus: str = "-"
    thousands: str = ""
    percent: str = " %"


TABLE = Notation()
"""Notation of tables, which programs read as well."""

TEXT = Notation(minus="−", thousands=",", percent="%")
"""Notation of running text in American English."""


def rounded(value: float | Decimal, decimals: int = 1) -> Decimal:
    """Rounded half up in decimal, as people round; never a negative zero. Negative decimals round to tens and hundreds."""
    known = value if isinstance(value, Decimal) else Decimal(f"{float(value):.{_SIGNIFICANT}g}")
    result = known.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def numeral(value: float | Decimal, decimals: int = 1, notation: Notation = TABLE) -> str:
    """A number with this many decimals, in a notation."""
    text = f"{rounded(value, decimals):,f}"
    return text.replace(",", notation.thousands).replace("-", notation.minus)


def probability(value: float) -> str:
    """A p-value with three decimals, as the APA writes it; '<0.001' below."""
    smallest = f"{SMALLEST_PROBABILITY:f}"
    return (
        f"<{smallest}" if Decimal(repr(float(value))) < SMALLEST_PROBABILITY else numeral(value, DECIMALS[PROBABILITY])
    )


def decimals_of(column: str) -> int:
    """The decimals that a reader sees of a column of the dictionary. Raises KeyError for a fraction whose unit has none here."""
    return DECIMALS[_unit(column)] if COLUMNS[column].type.startswith(("float", "decimal")) else 0


def figure(column: str, value: Any, notation: Notation = TABLE, decimals: int | None = None) -> str:
    """A value of a column of the dictionary as a reader sees it, with a percent sign where it is a percentage.

    `decimals` replaces the column's decimals where fewer are to be shown. Texts stay as they are.
    """
    if pd.isna(value):
        return NOT_AVAILABLE
    if COLUMNS[column].type in ("string", "boolean", "date"):
        return str(value)
    unit = _unit(column)
    if unit == PROBABILITY and decimals is None:
        return probability(value)
    written = numeral(value, decimals_of(column) if decimals is None else decimals, notation)
    return written + notation.percent if unit == "percent" else written


def figures(column: str, values: pd.Series) -> np.ndarray:
    """The texts of a column's values; equal values are written once."""
    codes, found = pd.factorize(values)
    texts = [figure(column, value) for value in found]
    return np.array([*texts, NOT_AVAILABLE], dtype=object)[codes]


def is_fraction(column: str) -> bool:
    """Whether a column's decimals come from a computation."""
    return COLUMNS[column].type.startswith("float")


def to_told_decimals(column: str, values: pd.Series) -> pd.Series:
    """Values as they are released: floats with the decimals that readers see, because more decimals would reveal how many students are
    behind a mean; others unchanged."""
    if not is_fraction(column):
        return values
    codes, found = pd.factorize(values.astype(float))
    decimals = decimals_of(column) if found.size else 0
    short = np.array([*(float(rounded(value, decimals)) for value in found), np.nan])
    return pd.Series(short[codes], index=values.index, name=values.name)


def published_decimals(column: str) -> int | None:
    """Decimals of a column of floats in a CSV; None for other columns, whose values are exact."""
    described = COLUMNS.get(column)
    if described is None or not described.type.startswith("float"):
        return None
    return DECIMALS[PROBABILITY] + 1 if _unit(column) == PROBABILITY else _PUBLISHED_DECIMALS


def published(column: str, values: pd.Series) -> pd.Series:
    """Values as a CSV holds them: floats rounded as a reader's text is, from the exact value; others as they are."""
    decimals = published_decimals(column)
    if decimals is None:
        return values
    codes, found = pd.factorize(values.astype(float))
    short = np.array([*(float(rounded(value, decimals)) for value in found), np.nan])
    return pd.Series(short[codes], index=values.index, name=values.name)


def _unit(column: str) -> str:
    """The unit by which a column is written; a p-value has none of its own."""
    return PROBABILITY if column.endswith("p_value") else COLUMNS[column].unit or ""
