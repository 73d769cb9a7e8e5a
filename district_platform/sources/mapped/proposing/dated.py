"""Whether dates stand over a file's columns, as in a sheet in which a school keeps attendance by hand, and how they are written."""

from collections.abc import Sequence

from district_platform.sources.mapped.document import Sheet
from district_platform.sources.mapped.sheets import dates_over_columns

FEWEST = 3
"""Dates over columns from which a file is such a sheet."""
MARK = "status"
"""The name under which what stands in a cell is read."""
SOME_YEAR = 2000
"""A school year by which dates without a year are read while nobody has said which it is; it has a 29 February."""

_WITH_YEAR = (
    "%Y-%m-%d",
    "%m/%d/%Y",
    "%d/%m/%Y",
    "%m/%d/%y",
    "%d/%m/%y",
    "%m-%d-%Y",
    "%d.%m.%Y",
    "%b %d %Y",
    "%d-%b-%y",
)
_WITHOUT = ("%m/%d", "%d/%m", "%b %d", "%d-%b", "%a %m/%d", "%a %d/%m", "%a %b %d")


def sheet_of(headers: Sequence[str]) -> Sheet | None:
    """How the dates over the columns are written, by the format that reads most of them; None where there are too few."""
    found = [_sheet(form) for form in (*_WITH_YEAR, *_WITHOUT)]
    best = max(found, key=lambda sheet: len(dated(headers, sheet)))
    return best if len(dated(headers, best)) >= FEWEST else None


def _sheet(form: str) -> Sheet:
    return Sheet(dates=form, school_year=None if form in _WITH_YEAR else SOME_YEAR, mark=MARK)


def dated(headers: Sequence[str], sheet: Sheet) -> dict[str, str]:
    """The headers that are dates of a sheet."""
    return dates_over_columns(headers, sheet, "07-01")


def exchanged(form: str) -> str:
    """The format with day and month exchanged, where they stand beside a slash; else the format."""
    if "%m/%d" in form:
        return form.replace("%m/%d", "%d/%m")
    return form.replace("%d/%m", "%m/%d")


def other_order(headers: Sequence[str], sheet: Sheet) -> str | None:
    """The format with day and month exchanged, where it reads the same headers."""
    other = exchanged(str(sheet.dates))
    read = dated(headers, sheet.model_copy(update={"dates": other}))
    return other if other != sheet.dates and read.keys() == dated(headers, sheet).keys() else None
