"""Rows as JSON or as CSV. Decimals are texts, so that no program rounds them; ids are texts with their zeros; dates are ISO."""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson

_FORMULA = re.compile(r"^[=+\-@\t\r]")


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"

    @property
    def media_type(self) -> str:
        return {Format.JSON: "application/json", Format.CSV: "text/csv; charset=utf-8"}[self]


def accepted(header: str) -> Format:
    """The format that a program asks for by its Accept header: CSV where it names it and not JSON, else JSON."""
    return Format.CSV if "text/csv" in header and "application/json" not in header else Format.JSON


def json(body: Any) -> bytes:
    return orjson.dumps(body, default=_plain)


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Lines of CSV. A text that a spreadsheet would run as a formula begins with an apostrophe; null is empty."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def _plain(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} is no value of the API")


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (dt.date, dt.datetime)):
        return value.isoformat()
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
