"""A table as CSV."""

import datetime as dt

from district_platform.web.pages.model import Cell, Column, Kind, Link, Table, date_cell
from district_platform.web.rendering import csv


def lines(*rows: tuple[Cell | str, ...]) -> list[str]:
    table = Table("t", "Caption", (Column("Name"), Column("Change", Kind.NUMBER)), rows)
    return csv(table).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()


def test_what_is_on_screen_and_nothing_of_its_links() -> None:
    assert lines((Cell("Ana", Link("student", (("student", "7"),))), "hidden")) == ["Name,Change", "Ana,hidden"]


def test_a_date_is_one_that_programs_read_and_a_heading_tells_its_column_from_others() -> None:
    columns = (Column("From", Kind.DATE), Column("Absent", Kind.NUMBER, "days"))
    written = csv(Table("t", "Caption", columns, ((date_cell(dt.date(2026, 2, 3)), "1"), (date_cell(None), "2"))))
    assert written.splitlines()[1:] == ["2026-02-03,1", "–,2"]
    assert written.splitlines()[0].endswith("From,Absent (days)")


def test_a_name_that_a_spreadsheet_would_run_is_a_text() -> None:
    assert lines(("=1+1", "@x"), ("-cmd", "+y"))[1:] == ["'=1+1,'@x", "'-cmd,'+y"]


def test_numbers_are_written_as_programs_read_them() -> None:
    assert lines(("a", "−1.3"), ("b", "1,204"), ("c", "+0.4"), ("d", "94.1%"))[1:] == [
        "a,-1.3",
        "b,1204",
        "c,+0.4",
        "d,94.1%",
    ]
