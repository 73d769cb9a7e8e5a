"""Rows as JSON, as CSV or as an Arrow stream.

Decimals in JSON are texts, so that no program rounds them; ids are texts with their zeros; dates are ISO.
"""

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import Any

import orjson
import pyarrow as pa

_FORMULA = re.compile(r"^[=+\-@\t\r]")


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    ARROW = "arrows"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def is_whole(self) -> bool:
        """Whether all rows come at once; JSON comes in pages."""
        return self is not Format.JSON


_MEDIA_TYPES = {
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
    Format.ARROW: "application/vnd.apache.arrow.stream",
}


def accepted(header: str) -> Format:
    """The format that a program asks for by its Accept header: CSV or Arrow where it names one and not JSON, else JSON."""
    if "application/json" not in header:
        for each in (Format.CSV, Format.ARROW):
            if each.media_type.partition(";")[0] in header:
                return each
    return Format.JSON


def json(body: Any) -> bytes:
    return orjson.dumps(body, default=_plain)


def csv_lines(rows: Iterable[Sequence[Any]]) -> str:
    """Lines of CSV. A text that a spreadsheet would run as a formula begins with an apostrophe; null is empty."""
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue()


def arrow_stream(schema: pa.Schema, rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as an Arrow stream (IPC) with these columns and types: decimals and dates stay what they are."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(schema)
    arrays = [pa.array(values, field.type) for field, values in zip(schema, columns, strict=True)]
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, schema) as stream:
        stream.write_table(pa.Table.from_arrays(arrays, schema=schema))
    return bytes(sink.getvalue())


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
