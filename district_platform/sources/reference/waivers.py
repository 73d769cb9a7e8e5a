"""Waivers as the district writes them: data/reference/waivers.csv (rule_id, key, reason, expiry_date). `quality.waivers` applies them."""

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from district_platform.dictionary import TABLES
from district_platform.sources.reference.faults import refuse

WAIVERS = "waivers"
COLUMNS = ("rule_id", "key", "reason", "expiry_date")
"""Of the file; other columns do not matter."""


def read_waivers(path: Path) -> pd.DataFrame:
    """The table `waivers`: a row for each line that holds a waiver; none where there is no file.

    Raises ValueError naming line, column and value of what is no waiver.
    """
    rows, faults = [], []
    for line, values in _lines(path) if path.exists() else ():
        fault = _fault(values)
        faults += [f"line {line}{fault}"] if fault else []
        if not fault:
            expiry_date = dt.date.fromisoformat(values["expiry_date"])
            rows.append((line, values["rule_id"], values["key"], values["reason"], expiry_date))
    refuse(faults)
    return pd.DataFrame(rows, columns=list(TABLES[WAIVERS].columns))


def _lines(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line with its values, trimmed; lines without any are left out."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [name.strip().lower() for name in next(reader, [])]
            missing = [name for name in COLUMNS if name not in header]
            if missing:
                raise ValueError(f"line 1 lacks the columns {', '.join(missing)}; it has {', '.join(header) or 'none'}")
            for record in reader:
                if any(value.strip() for value in record):
                    yield reader.line_num, _named(header, record, reader.line_num)
    except UnicodeDecodeError:
        raise ValueError("is not UTF-8 text; in a spreadsheet, save it as CSV UTF-8") from None
    except csv.Error as error:
        raise ValueError(f"line {reader.line_num} is not valid CSV: {error}") from None


def _named(header: list[str], record: list[str], line: int) -> dict[str, str]:
    if len(record) != len(header):
        raise ValueError(
            f"line {line} has {len(record)} values where the header has {len(header)} columns; "
            "a reason that holds a comma stands between quotation marks"
        )
    return {name: value.strip() for name, value in zip(header, record, strict=True)}


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
