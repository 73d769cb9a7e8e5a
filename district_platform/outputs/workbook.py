"""The released tables as one workbook for spreadsheets: a sheet a table, and one to read first. None is of single people."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from district_platform.dictionary import TABLES, Column, Table, columns_of, display_column
from district_platform.engine.tables import Tables, unbound
from district_platform.engine.workbooks import Sheet, write_workbook
from district_platform.metrics.figures import DECIMALS
from district_platform.privacy.release import RELEASED

WORKBOOK = "district_tables.xlsx"
READ_ME = "Read me"

_HOW_TO_READ = (
    "Each sheet is a table that may be shared. Its first row names the columns; filter and sort with the arrows there.",
    "A figure is a number where it is released, and words where it is not: hidden (too few people behind it), a range (the number "
    "itself would reveal too much), not told, or not available (there is no figure). The words are those of the CSV files.",
    "Numbers that look alike may have been rounded differently, so that nobody can work out a small group from them: do not add up "
    "or subtract percentages.",
    "A column suppression says what was done to a row. Ids, such as 0105, are text and keep their zeros.",
)


def write_district_tables(tables: Tables, path: Path, district_name: str, as_of_date: dt.date) -> None:
    """Writes the workbook. Raises WorkbookError for a table that fits no sheet."""
    sheets = [_sheet(tables, name, source) for name, source in RELEASED.items()]
    write_workbook(path, [_read_me(district_name, as_of_date), *sheets])


def _sheet(tables: Tables, name: str, source: str) -> Sheet:
    """A released table in the order of its key; a cell without a number has the words that readers see."""
    table = TABLES[name]
    shown = _shown(table)
    relation = unbound(name).order_by(list(table.key))
    frame = tables.arrow(relation)
    columns: list[list[Any]] = []
    for column in shown:
        values, words = frame[column.name].to_pylist(), display_column(column.name)
        if words in table.columns:
            told = frame[words].to_pylist()
            values = [word if value is None else value for value, word in zip(values, told, strict=True)]
        columns.append(values)
    rows = list(zip(*columns, strict=True)) if frame.num_rows else []
    return Sheet(source, [column.name for column in shown], rows, [_format(column) for column in shown])


def _shown(table: Table) -> list[Column]:
    """The columns but those of words, which stand in their figures' cells."""
    words = {display_column(measure.column) for measure in table.measures}
    return [column for column in columns_of(table) if column.name not in words]


def _format(column: Column) -> str | None:
    """How Excel shows the column's numbers: with the decimals that readers see, and a percent sign where it is a percentage."""
    if not column.type.startswith(("float", "decimal")):
        return None
    decimals = DECIMALS.get(column.unit or "", 2)
    digits = f"#,##0.{'0' * decimals}" if decimals else "#,##0"
    return f'{digits}" %"' if column.unit == "percent" else digits


def _read_me(district_name: str, as_of_date: dt.date) -> Sheet:
    """What the workbook is, what its words mean, and what each table and column says."""
    rows = [
        (f"{district_name}: released tables", "", ""),
        (f"As of {as_of_date.isoformat()}", "", ""),
    ]
    rows += [("How to read", "", line) for line in _HOW_TO_READ]
    rows += [("", "", ""), ("table", "column", "meaning"), *_meanings()]
    return Sheet(READ_ME, ("table", "column", "meaning"), rows, is_prose=True)


def _meanings() -> Iterator[tuple[str, str, str]]:
    for name, source in RELEASED.items():
        table = TABLES[name]
        yield source, "", f"{TABLES[source].description} One row is {table.grain}."
        for column in _shown(table):
            yield source, column.name, f"{column.description}{f' Unit: {column.unit}.' if column.unit else ''}"
