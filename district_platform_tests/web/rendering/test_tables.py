"""A table as CSV."""

from district_platform.web.pages.model import Cell, Column, Kind, Link, Table
from district_platform.web.rendering import csv


def lines(*rows: tuple[Cell | str, ...]) -> list[str]:
    table = Table("t", "Caption", (Column("Name"), Column("Change", Kind.NUMBER)), rows)
    return csv(table).removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()


def test_what_is_on_screen_and_nothing_of_its_links() -> None:
    assert lines((Cell("Ana", Link("student", (("student", "7"),))), "hidden")) == ["Name,Change", "Ana,hidden"]


def test_a_name_that_a_spreadsheet_would_run_is_a_text() -> None:
    assert lines(("=1+1", "@x"), ("-cmd", "+y"))[1:] == ["'=1+1,'@x", "'-cmd,'+y"]


def test_numbers_are_written_as_programs_read_them() -> None:
    assert lines(("a", "−1.3"), ("b", "1,204"), ("c", "+0.4"), ("d", "94.1%"))[1:] == [
        "a,-1.3",
        "b,1204",
        "c,+0.4",
        "d,94.1%",
    ]
