"""Tables as a workbook for a spreadsheet program (.xlsx). Text stays text, whatever it begins with; the same rows give the same bytes.

Unlike in CSV, no text needs an apostrophe in front: a cell of text is none of formula, number or link.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

ENDING = ".xlsx"

MAX_ROWS = 1_048_575
"""Rows of a sheet beneath its header; Excel takes no more."""

_CREATED = dt.datetime(2000, 1, 1)
"""Written as the time of making, so that the bytes depend on the rows alone."""

_LONGEST_TEXT = 32_767
_WIDEST, _NARROWEST = 60, 8
_DATE, _TIME = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
_STYLE = "Table Style Light 1"


class WorkbookError(ValueError):
    """A table does not fit a sheet; the message names it."""


@dataclass(frozen=True)
class Sheet:
    """One table on a sheet of its own."""

    name: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]
    formats: Sequence[str | None] = ()
    """How numbers of each column are shown; None, or nothing, for as they are."""
    is_prose: bool = False
    """Lines to read, in one column that wraps, without a table around them."""


def fits(n_rows: int) -> bool:
    """Whether so many rows fit a sheet."""
    return n_rows <= MAX_ROWS


def write_workbook(path: Path, sheets: Iterable[Sheet]) -> None:
    """Writes the sheets in their order, readable by their owner alone (0600).

    Raises WorkbookError for a table of more rows, or a text of more characters, than a sheet takes.
    """
    import xlsxwriter

    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as workbook:
        workbook.set_properties({"created": _CREATED})
        formats = _Formats(workbook)
        for sheet in sheets:
            if not fits(len(sheet.rows)):
                raise WorkbookError(
                    f"{sheet.name}: {len(sheet.rows):,} rows do not fit a sheet, which takes {MAX_ROWS:,}."
                )
            worksheet = workbook.add_worksheet(sheet.name)
            if sheet.is_prose:
                _write_prose(worksheet, sheet, formats)
            else:
                _write_table(worksheet, sheet, formats)
    path.chmod(0o600)


def write_list(path: Path, name: str, frame: pd.DataFrame, read_as: Mapping[str, Callable[[str], Any]]) -> None:
    """Writes a small frame's rows in their order, on one sheet; nothing where they do not fit one: its CSV file has them.

    `read_as` says which columns of texts are numbers or dates, so that a spreadsheet sorts them as such.
    """
    if not fits(len(frame)):
        return
    known = frame.astype(object).where(frame.notna(), None)
    for column, read in read_as.items():
        known[column] = pd.Series([None if text is None else read(text) for text in known[column]], known.index, object)
    write_workbook(path, [Sheet(name, list(frame.columns), list(known.itertuples(index=False, name=None)))])


def as_date(text: str) -> dt.date | str:
    """The date that a text is; the text itself where it is none, or one before 1900, which no sheet can hold."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError:
        return text
    return date if date.year >= 1900 else text


class _Formats:
    """Formats of a workbook by their number format, each made once."""

    def __init__(self, workbook: Any) -> None:
        self._workbook = workbook
        self._made: dict[tuple[str | None, bool], Any] = {}

    def of(self, shown: str | None, *, wraps: bool = False) -> Any:
        key = (shown, wraps)
        if key not in self._made:
            about = ({"num_format": shown} if shown else {}) | ({"text_wrap": True, "valign": "top"} if wraps else {})
            self._made[key] = self._workbook.add_format(about)
        return self._made[key]


def _write_prose(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    widths = [*(26 for _ in sheet.columns[:-1]), 100]
    for number, width in enumerate(widths):
        worksheet.set_column(number, number, width)
    for number, row in enumerate(sheet.rows):
        for column, value in enumerate(row):
            _write(worksheet, number, column, value, formats, None, sheet.name, wraps=True)


def _write_table(worksheet: Any, sheet: Sheet, formats: _Formats) -> None:
    shown = list(sheet.formats) or [None] * len(sheet.columns)
    for number, name in enumerate(sheet.columns):
        longest = max((len(str(row[number])) for row in sheet.rows[:1000] if row[number] is not None), default=0)
        worksheet.set_column(number, number, min(max(longest, len(name) + 2, _NARROWEST), _WIDEST))
    for row_number, row in enumerate(sheet.rows, start=1):
        for number, value in enumerate(row):
            _write(worksheet, row_number, number, value, formats, shown[number], sheet.name)
    header = [{"header": name} for name in sheet.columns]
    n_rows = max(len(sheet.rows), 1)
    worksheet.add_table(
        0, 0, n_rows, len(sheet.columns) - 1, {"columns": header, "style": _STYLE, "name": _table_name(sheet.name)}
    )
    worksheet.freeze_panes(1, 0)


def _write(
    worksheet: Any,
    row: int,
    column: int,
    value: Any,
    formats: _Formats,
    shown: str | None,
    sheet: str,
    *,
    wraps: bool = False,
) -> None:
    """Writes a cell by the type of its value; nothing for a missing one or an empty text."""
    if value is None or value == "" or value != value:
        return
    if isinstance(value, bool):
        worksheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal):
        worksheet.write_number(row, column, value, formats.of(shown))
    elif isinstance(value, dt.datetime):
        worksheet.write_datetime(row, column, value, formats.of(_TIME))
    elif isinstance(value, dt.date):
        worksheet.write_datetime(row, column, value, formats.of(_DATE))
    else:
        text = str(value)
        if len(text) > _LONGEST_TEXT:
            raise WorkbookError(
                f"{sheet}: row {row} has a text of more than {_LONGEST_TEXT:,} characters, which no cell takes."
            )
        worksheet.write_string(row, column, text, formats.of(None, wraps=wraps) if wraps else None)


def _table_name(sheet: str) -> str:
    return "t_" + "".join(letter if letter.isalnum() else "_" for letter in sheet)
