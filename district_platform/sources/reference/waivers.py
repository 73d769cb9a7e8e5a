"""Waivers as the district writes them: data/reference/waivers.csv (rule_id, key, reason, expiry_date). `quality.waivers` applies them."""

import datetime as dt
from pathlib import Path

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.sources.reference.faults import refuse
from district_platform.sources.reference.lines import csv_lines

WAIVERS = "waivers"
COLUMNS = ("rule_id", "key", "reason", "expiry_date")
"""Columns of the file; other columns do not matter."""
_HINT = "a reason that holds a comma stands between quotation marks"


def read_waivers(path: Path) -> pd.DataFrame:
    """The table `waivers`: a row for each line that holds a waiver; none where there is no file.

    Raises ValueError naming line, column and value of a waiver that is not valid.
    """
    rows, faults = [], []
    for line, values in csv_lines(path, COLUMNS, _HINT) if path.exists() else ():
        fault = _fault(values)
        faults += [f"line {line}{fault}"] if fault else []
        if not fault:
            expiry_date = dt.date.fromisoformat(values["expiry_date"])
            rows.append((line, values["rule_id"], values["key"], values["reason"], expiry_date))
    refuse(faults)
    return pd.DataFrame(rows, columns=list(TABLES[WAIVERS].columns))


def _fault(values: dict[str, str]) -> str | None:
    empty = [name for name in COLUMNS if not values[name]]
    if empty:
        return f", {empty[0]}: is empty; a waiver names a rule, a key, a reason and its last day"
    value = values["expiry_date"]
    try:
        is_iso = dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        is_iso = False
    return None if is_iso else f", expiry_date {value!r}: is not a date as YYYY-MM-DD"
