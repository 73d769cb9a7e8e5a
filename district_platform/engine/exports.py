"""Tables as files: Parquet for programs, CSV for people. Rows in the order that the dictionary says, so that the same table gives the
same bytes.

A CSV file is opened in a spreadsheet, which takes a text that begins with = + - @ or a control character for a formula and runs it
(OWASP, CSV injection). Such a text gets an apostrophe in front, by which a spreadsheet knows it as text. Numbers, also those
written in a column of text, stay as they are; a whole number in a column of fractions is written without them: 18, not 18.0.
"""

import codecs
from pathlib import Path

import pandas as pd
import pyarrow as pa
from duckdb import DuckDBPyConnection

from district_platform.dictionary import Table
from district_platform.engine.database import literal, quoted

PARTITION = "school_year"

_TEXT = "VARCHAR"
_FORMULA = r"^[=+\-@\t\r\n]"
_NUMBER = r"[+\-]?[0-9]+([.,][0-9]+)*( ?%)?"
_APOSTROPHE = "'"


def export_parquet(connection: DuckDBPyConnection, table: Table, folder: Path) -> None:
    """<table>.parquet, or <table>/school_year=<year>/part.parquet, which also holds the column school_year."""
    if not table.is_split_by_year:
        _copy(connection, table, "true", folder / f"{table.name}.parquet", "format parquet, compression zstd")
        return
    dataset = folder / table.name
    dataset.mkdir()
    years = connection.execute(f"select distinct {PARTITION} from {quoted(table.name)} order by 1").fetchall()
    if not years:
        _copy(connection, table, "true", dataset / "part.parquet", "format parquet, compression zstd")
    for (year,) in years:
        part = dataset / f"{PARTITION}={year}"
        part.mkdir()
        _copy(connection, table, f"{PARTITION} = {year}", part / "part.parquet", "format parquet, compression zstd")


def export_rows(connection: DuckDBPyConnection, query: str, target: Path) -> int:
    """Writes the rows of a query as one Parquet file, packed lightly because it is read once; returns how many."""
    copy = f"copy ({query}) to {literal(str(target))} (format parquet, compression snappy)"
    return int(connection.execute(copy).fetchall()[0][0])


def export_csv(connection: DuckDBPyConnection, table: Table, target: Path, *, byte_order_mark: bool = False) -> None:
    """The table as a CSV file with a header, in UTF-8; nulls are empty."""
    _copy_csv(connection, table.name, _order(table), target)
    if byte_order_mark:
        target.write_bytes(codecs.BOM_UTF8 + target.read_bytes())


def export_frame_csv(connection: DuckDBPyConnection, frame: pd.DataFrame, target: Path) -> None:
    """A small frame's rows in their order, under the same rules."""
    connection.register("frame_to_export", pa.Table.from_pandas(frame, preserve_index=False))
    try:
        _copy_csv(connection, "frame_to_export", "", target)
    finally:
        connection.unregister("frame_to_export")


def _copy_csv(connection: DuckDBPyConnection, name: str, order: str, target: Path) -> None:
    columns = connection.execute(f"describe {quoted(name)}").fetchall()
    cells = ", ".join(_cell(column, type_) for column, type_, *_ in columns)
    rows = f"select {cells} from {quoted(name)} {order}"
    connection.execute(f"copy ({rows}) to {literal(str(target))} (format csv, header true)")


def _cell(column: str, type_: str) -> str:
    if type_ == "DOUBLE":
        return f"regexp_replace(cast({quoted(column)} as varchar), '\\.0$', '') as {quoted(column)}"
    return _harmless(column) if type_ == _TEXT else quoted(column)


def _harmless(column: str) -> str:
    name = quoted(column)
    is_formula = f"regexp_matches({name}, {literal(_FORMULA)}) and not regexp_full_match({name}, {literal(_NUMBER)})"
    return f"case when {is_formula} then {literal(_APOSTROPHE)} || {name} else {name} end as {name}"


def _copy(connection: DuckDBPyConnection, table: Table, condition: str, target: Path, options: str) -> None:
    rows = f"select * from {quoted(table.name)} where {condition} {_order(table)}"
    connection.execute(f"copy ({rows}) to {literal(str(target))} ({options})")


def _order(table: Table) -> str:
    return f"order by {', '.join(quoted(name) for name in table.stored_order) or 'all'}"
