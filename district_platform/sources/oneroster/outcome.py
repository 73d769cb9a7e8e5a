"""What a conversion tells: the error that ends it, the rows it rejected, and what became of each file."""

from dataclasses import dataclass


class OneRosterError(ValueError):
    """The export cannot be converted. The message says which file, what is wrong with it, and what to do."""


@dataclass(frozen=True)
class Reject:
    """A row that could not be used: its physical line (the header's is 1), the value at fault, and why; no names."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FileCount:
    """What became of one file's rows: rows_read = rows_accepted + rows_rejected.

    `rows_deleted` are those of the accepted that say tobedeleted: accepted as the instruction to leave a record out.
    """

    file: str
    sha256: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_deleted: int
    columns: tuple[str, ...] = ()
    """Columns of OneRoster that stand in its header and are read."""
