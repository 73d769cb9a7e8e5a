"""The bands of absenteeism: the district's reference table, its defaults, and the check that every rate has one band."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any

import ibis
import pandas as pd

BAND = {
    "threshold_lower": "decimal(9, 4)",
    "threshold_upper": "decimal(9, 4)",
    "level_numeric": "int64",
    "level_label": "string",
}

DEFAULTS = (
    {"threshold_lower": 0, "threshold_upper": 80, "level_numeric": 1, "level_label": "Severe Chronic Absence"},
    {"threshold_lower": 80, "threshold_upper": 90, "level_numeric": 2, "level_label": "Chronic Absence"},
    {"threshold_lower": 90, "threshold_upper": 95, "level_numeric": 3, "level_label": "At Risk"},
    {"threshold_lower": 95, "threshold_upper": 100, "level_numeric": 4, "level_label": "Satisfactory"},
)


def absentee_categories(rows: pd.DataFrame | Iterable[Mapping[str, Any]] = DEFAULTS) -> ibis.Table:
    """One row per band of attendance rates: above `threshold_lower`, up to and including `threshold_upper`, percent.

    Raises ValueError where the bands, put in order, leave a hole in 0..100, overlap, or lack a value; rows count from 1.
    """
    records: Iterable[Mapping[Any, Any]] = rows.to_dict("records") if isinstance(rows, pd.DataFrame) else rows
    bands = [_band(number, row) for number, row in enumerate(records, start=1)]
    bands.sort(key=lambda band: band["threshold_lower"])
    _check_coverage(bands)
    return ibis.memtable(pd.DataFrame(bands, columns=list(BAND)), schema=ibis.schema(BAND))


def _band(number: int, row: Mapping[Any, Any]) -> dict[str, Any]:
    found = f"row {number} ({', '.join(f'{name} {value}' for name, value in row.items())})"
    try:
        band = {
            "threshold_lower": Decimal(str(row["threshold_lower"])),
            "threshold_upper": Decimal(str(row["threshold_upper"])),
            "level_numeric": int(row["level_numeric"]),
            "level_label": row["level_label"],
        }
    except KeyError as error:
        raise ValueError(f"{found} is no band: it lacks {error.args[0]}; columns are {', '.join(BAND)}") from None
    except (ValueError, TypeError, InvalidOperation):
        raise ValueError(f"{found} is no band: thresholds and level_numeric are numbers, such as 90 and 2") from None
    if not isinstance(band["level_label"], str) or not band["threshold_lower"] < band["threshold_upper"]:
        raise ValueError(f"{found} is no band: it needs a level_label, and threshold_lower below threshold_upper")
    return band


def _check_coverage(bands: list[dict[str, Any]]) -> None:
    whole = [{"threshold_upper": Decimal(0)}, *bands, {"threshold_lower": Decimal(100)}]
    for before, after in pairwise(whole):
        end, start = before["threshold_upper"], after["threshold_lower"]
        if start > end:
            raise ValueError(f"rates from {end} to {start} are in no band; bands must cover 0 to 100")
        if start < end:
            raise ValueError(f"{start} to {end} is in two bands, or outside 0 to 100")
