"""A table of a page as CSV, for a spreadsheet: what is on screen, nothing more."""

import csv as standard_csv
import io
import re

from district_platform.web.pages.model import Column, Table

_FORMULA = re.compile(r"^[=+\-@\t\r]")
_NUMBER = re.compile(r"^[+\-−]?[\d,]*\.?\d+( ?%)?$")


def csv(table: Table) -> str:
    """The table's texts, UTF-8 with a byte order mark, so that a spreadsheet reads accents.

    A text that a spreadsheet would run as a formula begins with an apostrophe; a minus sign is the one that programs read.
    """
    written = io.StringIO()
    writer = standard_csv.writer(written)
    writer.writerow([_heading(column) for column in table.columns])
    writer.writerows([_value(cell.exported or cell.shown) for cell in row] for row in table.cells())
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + written.getvalue()


def _heading(column: Column) -> str:
    """With the note that tells two columns of one name apart."""
    return f"{column.name} ({column.note})" if column.note else column.name


def _value(shown: str) -> str:
    if _NUMBER.match(shown):
        return shown.replace("−", "-").replace(",", "")
    return f"'{shown}" if _FORMULA.match(shown) else shown
