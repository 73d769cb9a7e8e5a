"""reports/district_tables.xlsx holds what the released CSV files hold: numbers where they are released, else the words."""

import csv
import datetime as dt
from pathlib import Path

import openpyxl
import pytest

from district_platform.dictionary import TABLES, columns_of, display_column
from district_platform.engine.workbooks import as_date
from district_platform.outputs.call_lists.asset import READ_AS
from district_platform.outputs.workbook import READ_ME, WORKBOOK
from district_platform.privacy.release import RELEASED


@pytest.fixture(scope="module")
def book(district: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(district / "reports" / WORKBOOK)


def expected(row: dict[str, str], column, measures: set[str]) -> object:
    text = row[column.name]
    if text == "":
        return row[display_column(column.name)] if column.name in measures else None
    if column.type == "boolean":
        return text == "true"
    if column.type == "date":
        return dt.datetime.fromisoformat(text)
    return text if column.type == "string" else float(text)


@pytest.mark.parametrize(("name", "source"), RELEASED.items())
def test_sheet_holds_every_value_of_the_released_table(
    district: Path, book: openpyxl.Workbook, name: str, source: str
) -> None:
    table = TABLES[name]
    measures = {measure.column for measure in table.measures}
    words = {display_column(measure) for measure in measures}
    shown = [column for column in columns_of(table) if column.name not in words]
    with (district / "reports" / "analysis_tables" / f"{source}.csv").open(newline="") as file:
        rows = [[expected(row, column, measures) for column in shown] for row in csv.DictReader(file)]
    header, *found = [list(row) for row in book[source].iter_rows(values_only=True)]
    assert header == [column.name for column in shown]
    assert found == rows


def test_first_sheet_explains_every_table_and_column(book: openpyxl.Workbook) -> None:
    assert book.sheetnames == [READ_ME, *RELEASED.values()]
    told = {row[:2] for row in book[READ_ME].iter_rows(values_only=True)}
    for source in RELEASED.values():
        columns = [cell.value for cell in book[source][1]]
        assert {(source, column) for column in columns} <= told


def test_lists_on_single_people_lie_beside_their_csv_and_are_closed(district: Path) -> None:
    for folder in ("worklists", "call_lists"):
        lists = sorted((district / "reports" / folder).rglob("*.csv"))
        assert lists
        for path in lists:
            book = path.with_suffix(".xlsx")
            assert book.stat().st_mode & 0o077 == 0
            with path.open(newline="") as file:
                header, *rows = csv.reader(file)
            found = [list(row) for row in openpyxl.load_workbook(book).active.iter_rows(values_only=True)]
            shown = rows or [[""] * len(header)]  # a table has one row at least
            expected = [[cell(folder, *named) for named in zip(header, row, strict=True)] for row in shown]
            assert found == [header, *expected]
            assert [list(map(type, row)) for row in found[1:]] == [list(map(type, row)) for row in expected]


def cell(folder: str, column: str, text: str) -> object:
    """What a sheet must hold where the CSV file has this text: nothing, a text, a number, a date, or true or false."""
    if text == "":
        return None
    if column in ("date", "last_day_present"):
        date = as_date(text)
        return text if date == text else dt.datetime.fromisoformat(text)
    if column == "is_waived":
        return text == "true"
    if folder == "call_lists" and column in READ_AS:
        return float(text) if "." in text and float(text) % 1 else int(float(text))
    return text.removeprefix("'") if text[:2] in ("'=", "'+", "'-", "'@") else text
