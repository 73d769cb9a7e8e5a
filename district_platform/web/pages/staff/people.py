"""How an employee stands in a row: the name, with a link to the page of their own, the job and the school."""

from collections.abc import Mapping
from typing import Any

from district_platform.web.pages.model import Cell, Column, Link

Row = Mapping[str, Any]
MOST_LISTED = 300
WHO = (Column("Employee"), Column("Job"), Column("School"))


def who(row: Row) -> tuple[Cell | str, ...]:
    return named_cell(row), row["job_title"] or "–", row["school_name"] or "–"


def named_cell(row: Row) -> Cell:
    """The name that leads to the employee's page; the number where no name is known."""
    return Cell(row["full_name"] or row["k_employee"], Link("employee", (("employee", row["k_employee"]),)))
