"""What every conversion of files of another form tells: the files read, the rows rejected or left out, and what could not be said."""

from dataclasses import dataclass, field

EXPORT = "export"
"""The part of a source's account under which files stand that are not read for one extract alone."""


class ConversionError(ValueError):
    """The delivery cannot be converted. The message says which file, what is wrong with it, and what to do."""


@dataclass(frozen=True)
class Reject:
    """A row that could not be used: its physical line (the header's is 1), the value at fault, and why; no names."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    part: str = EXPORT


@dataclass(frozen=True)
class Nulled:
    """A value that became null, because nobody decided what it means: the rule CON-04 tells it. The row stays."""

    file: str
    line: int
    column: str
    """The column of the extract."""
    value: str
    reason: str
    part: str


@dataclass(frozen=True)
class ValueCount:
    """How many values of a file's column were looked up, and how many of them became null: the rule CON-10 judges it."""

    file: str
    column: str
    n_values: int
    n_nulled: int
    part: str


@dataclass(frozen=True)
class FileCount:
    """What became of one file's rows: rows_read = rows_accepted + rows_rejected + rows_left_out.

    `rows_deleted` are those of the accepted that say tobedeleted: accepted as the instruction to leave a record out.
    """

    file: str
    sha256: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_deleted: int = 0
    columns: tuple[str, ...] = ()
    """Columns that stand in its header and are read."""
    rows_left_out: int = 0
    """Rows that a decision leaves out: they are no such record."""
    part: str = EXPORT
    """The extract that was made of the rows, or EXPORT where the file serves several."""


@dataclass(frozen=True)
class Conversion:
    """What became of a delivery: every file that was read, every row that was rejected, and what it could not say."""

    files: list[FileCount]
    rejects: list[Reject]
    notes: list[str]
    """With the first ids, for the person who converts."""
    public_notes: list[str] = field(default_factory=list)
    """The same with counts alone, for the report."""
    nulled: list[Nulled] = field(default_factory=list)
    """The first of them, where there are very many."""
    looked_up: list[ValueCount] = field(default_factory=list)
