"""Workbooks keep every value and its type, and run nothing that a text may look like."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from district_platform.engine.workbooks import MAX_ROWS, Sheet, WorkbookError, as_date, write_list, write_workbook

ROWS = [
    ("0105", 3, 93.5, Decimal("-0.25"), True, dt.date(2026, 2, 13), dt.datetime(2026, 2, 13, 6, 0)),
    ("=1+1", -2, None, None, False, None, None),
    ("https://example.org", None, 0.1, Decimal("1234567890.12"), None, dt.date(1900, 3, 1), None),
    ("12", 0, 1e-9, None, None, None, None),
    ("<b>é 🦉\nnew line", None, None, None, None, None, None),
    ("", None, float("nan"), None, None, None, None),
]
COLUMNS = ("id", "n", "share", "money", "is_open", "day", "time")


def read(path: Path, sheet: str) -> list[tuple]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(values_only=True))


def test_every_value_comes_back_with_its_type(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("first", COLUMNS, ROWS)])
    header, *rows = read(path, "first")
    assert header == COLUMNS
    midnight = dt.datetime.combine(dt.date(2026, 2, 13), dt.time())
    assert rows[0] == ("0105", 3, 93.5, -0.25, True, midnight, dt.datetime(2026, 2, 13, 6, 0))
    assert [type(value) for value in rows[0][:5]] == [str, int, float, float, bool]
    assert rows[1] == ("=1+1", -2, None, None, False, None, None)
    assert rows[2][3] == 1234567890.12
    assert [row[0] for row in rows[3:5]] == ["12", "<b>é 🦉\nnew line"]
    assert [cell for row in rows[5:] for cell in row if cell is not None] == []


def test_nothing_is_a_formula_or_a_link(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("first", COLUMNS, ROWS)])
    cells = [cell for row in openpyxl.load_workbook(path)["first"].iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
    assert all(cell.hyperlink is None for cell in cells)


def test_the_same_rows_are_the_same_bytes_for_the_owner_alone(tmp_path: Path) -> None:
    paths = [tmp_path / "one.xlsx", tmp_path / "two.xlsx"]
    for path in paths:
        write_workbook(path, [Sheet("first", COLUMNS, ROWS)])
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert paths[0].stat().st_mode & 0o077 == 0


def test_header_stays_and_can_be_filtered(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_workbook(path, [Sheet("first", COLUMNS, ROWS, [None, None, '0.0" %"', None, None, None, None])])
    sheet = openpyxl.load_workbook(path)["first"]
    assert (sheet.freeze_panes, sheet["C2"].number_format) == ("A2", '0.0" %"')
    assert [table.ref for table in sheet.tables.values()] == ["A1:G7"]


def test_what_does_not_fit_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(WorkbookError, match="events: 1,048,576 rows do not fit a sheet"):
        write_workbook(tmp_path / "book.xlsx", [Sheet("events", ("n",), range(MAX_ROWS + 1))])
    with pytest.raises(WorkbookError, match="notes: row 1 has a text of more than 32,767 characters"):
        write_workbook(tmp_path / "book.xlsx", [Sheet("notes", ("text",), [("x" * 40_000,)])])


def test_a_list_without_rows_has_its_header(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    write_list(path, "worklist", pd.DataFrame(columns=["rule_id", "message"], dtype="object"), {})
    assert read(path, "worklist")[0] == ("rule_id", "message")


def test_texts_of_a_list_are_numbers_and_dates_where_it_says_so(tmp_path: Path) -> None:
    path = tmp_path / "list.xlsx"
    rows = pd.DataFrame(
        [("0105", "3.5", "2026-02-10"), (None, None, "1899-12-31"), ("=1", "7", "soon")], dtype="string"
    )
    rows.columns = ["student_id", "days", "day"]
    write_list(path, "list", rows, {"days": Decimal, "day": as_date})
    _, *found = openpyxl.load_workbook(path).active.iter_rows(values_only=True)
    assert found == [("0105", 3.5, dt.datetime(2026, 2, 10)), (None, None, "1899-12-31"), ("=1", 7, "soon")]
