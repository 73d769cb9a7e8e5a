"""What every reader of an extract's files shares: what was found in a file, what its header must be, and how its rows enter a table."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from duckdb import DuckDBPyConnection

from district_platform.engine.cells import BLANKS
from district_platform.engine.database import literal, quoted

FILE, LINE = "_file", "_line"
"""Columns beside the extract's own: the file's name and the line on which the row begins."""

MANY_ROWS = 1_000_000
"""Of a file with more rows, this many are checked before it is read: if they repeat, an exporter was in a loop, or it is a bomb."""

NAMED = 10
"""A message names at most so many columns."""


class UnusableFileError(ValueError):
    """A file as a whole cannot be used; the message says why, and goes on from its name."""


@dataclass(frozen=True)
class BrokenRow:
    line: int
    reason: str


@dataclass
class RawFile:
    """What was found in one file: its columns as text, how many rows became text, and those that could not."""

    name: str
    sha256: str = ""
    encoding: str = ""
    columns: list[str] = field(default_factory=list)
    n_rows: int = 0
    broken: list[BrokenRow] = field(default_factory=list)
    problem: str | None = None
    """Why the file as a whole could not be used."""
    n_rejected: int = 0
    """Rows that did not enter the warehouse, the broken ones included; staging counts them."""
    n_left_out: int = 0
    """Rows that a file with precedence gave already; staging counts them."""
    copy_of: str | None = None
    """An earlier file with the same bytes; no row of this one was read."""

    @property
    def n_rows_read(self) -> int:
        return self.n_rows + len(self.broken)

    @property
    def n_rows_accepted(self) -> int:
        return self.n_rows_read - self.n_rejected - self.n_left_out


def check_header(header: list[str], raw: RawFile) -> None:
    """Raises UnusableFileError for a header by which rows cannot be read."""
    raw.columns = header
    repeated = sorted(name for name, n in Counter(header).items() if name and n > 1)
    if not any(header):
        raise UnusableFileError("is empty; a header line was expected")
    if any("\0" in name for name in header):
        raise UnusableFileError("has a NUL byte in its header: it is no text file, or was damaged on the way")
    if repeated:
        more = f" and {len(repeated) - NAMED:,} more" if len(repeated) > NAMED else ""
        raise UnusableFileError(f"names a column twice: {', '.join(repeated[:NAMED])}{more}")


def is_filled(values: Sequence[str]) -> str:
    """Whether a row holds a value in any of its cells; trimmed, a blank one is null."""
    return f"coalesce({', '.join(values)}) is not null"


def insert(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    shown: dict[str, str],
    raw: RawFile,
    line: str,
    source: str,
) -> None:
    """By name: columns the file lacks are null, those the contract does not know are left out."""
    values = ", ".join(shown.get(name, "null") for name in columns)
    statement = f"insert into {quoted(target)} select {values}, {literal(raw.name)}, {line} from {source}"
    raw.n_rows += connection.execute(statement).fetchall()[0][0]


def trimmed(value: str, rare_blanks: bool) -> str:
    blanks = f", {literal(BLANKS)}" if rare_blanks else ""
    return f"nullif(trim({value}{blanks}), '')"


def meant(header: str, means: Mapping[str, str]) -> str:
    """The column that a header of a file stands for."""
    name = column_name(header)
    return means.get(name, name)


def column_name(name: str) -> str:
    return name.strip().lower()


def check_repeats(connection: DuckDBPyConnection, source: str, texts: Sequence[str], n_rows: int) -> None:
    """Raises UnusableFileError where one of many rows repeats over and over; no rule need report it row by row."""
    if n_rows <= MANY_ROWS:
        return
    first = f"(select hash({', '.join(texts) or '1'}) as content from {source} limit {MANY_ROWS})"
    n_first, n_different = connection.execute(
        f"select count(*), approx_count_distinct(content) from {first}"
    ).fetchall()[0]
    if n_different * 2 < n_first:
        raise UnusableFileError(
            f"repeats its rows: of the first {n_first:,}, about {n_different:,} differ. Export it anew"
        )
