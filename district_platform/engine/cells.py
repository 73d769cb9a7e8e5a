"""Cells of a record against its header: which records are blank, and which fit. Every reader of CSV asks here.

A spreadsheet leaves rows of commas under a table and empty cells beside it. Neither is data, so neither costs a row.
"""

from collections.abc import Sequence

SPACES = " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
"""Unicode's space separators (Zs), which are also what DuckDB's `trim` takes away where it is told no characters."""

BLANKS = f"{SPACES}\t\n\r\v\f"
"""White space that is trimmed from around a value, and that alone is no value; a spreadsheet leaves no-break spaces."""


def is_blank(cells: Sequence[str]) -> bool:
    """Whether no cell holds anything: such a record is no row, and is not counted as one."""
    return not any(cell.strip(BLANKS) for cell in cells)


def named_width(header: Sequence[str]) -> int:
    """How many cells of the header there are up to the last one with a name."""
    return max((position for position, name in enumerate(header, start=1) if name.strip(BLANKS)), default=0)


def fitted(cells: list[str], header: Sequence[str]) -> list[str] | None:
    """The record with one cell for each of the header's; None where it does not fit.

    Blank cells beyond the header are left out, and cells under header cells without a name may be missing.
    """
    width = len(header)
    if len(cells) == width:
        return cells
    if len(cells) > width:
        return cells[:width] if is_blank(cells[width:]) else None
    return cells + [""] * (width - len(cells)) if len(cells) >= named_width(header) else None
