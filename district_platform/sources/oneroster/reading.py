"""One OneRoster file, row by row: parsed with physical line numbers, and each row accepted, deleted or rejected.

Judges a row by its own file only; references between files are judged in `references`. Nothing here knows a canonical extract.
"""

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.layout import STATUS, Layout


class OneRosterError(ValueError):
    """The export cannot be converted. The message says which file, what is wrong with it, and what to do."""


@dataclass(frozen=True)
class Reject:
    """A row that could not be used: where it stands (physical line, the header being 1), the value, and why. Holds no names."""

    file: str
    line: int
    column: str
    value: str
    reason: str


@dataclass(frozen=True)
class FileCount:
    """What became of one file's rows: rows_read = rows_accepted + rows_rejected.

    `rows_deleted` are those among the accepted that say `tobedeleted`: accepted as the instruction to leave a record out.
    """

    file: str
    sha256: str
    rows_read: int
    rows_accepted: int
    rows_rejected: int
    rows_deleted: int


@dataclass(frozen=True, slots=True)
class Row:
    """One record; every column of its layout has a trimmed value, blank where the file has none."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


Problem = tuple[str, str]
"""The column at fault, and the reason."""


@dataclass
class Table:
    """A file's usable rows, and what became of the others."""

    layout: Layout
    columns: frozenset[str]
    sha256: str
    rows: list[Row] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    rejects: list[Reject] = field(default_factory=list)

    @property
    def file(self) -> str:
        return self.layout.file

    def ids(self) -> set[str]:
        """sourcedIds that other files may refer to."""
        return {row["sourcedId"] for row in self.rows}

    def judge(self, check: Callable[[Row], Problem | None]) -> None:
        """Reject every row in which the check finds a problem."""
        kept = []
        for row in self.rows:
            if problem := check(row):
                column, reason = problem
                self.rejects.append(Reject(self.file, row.line, column, row[column], reason))
            else:
                kept.append(row)
        self.rows = kept

    def count(self) -> FileCount:
        accepted = len(self.rows) + len(self.deleted)
        return FileCount(
            file=self.file,
            sha256=self.sha256,
            rows_read=accepted + len(self.rejects),
            rows_accepted=accepted,
            rows_rejected=len(self.rejects),
            rows_deleted=len(self.deleted),
        )


def read_table(layout: Layout, data: bytes) -> tuple[Table, list[str]]:
    """Parse a file and judge its rows by themselves; beside the table, notes on what was odd about it.

    Raises OneRosterError for a missing column, a repeated one, or CSV that cannot be told apart into rows.
    """
    text, notes = _decode(layout.file, data)
    records = _records(layout.file, text)
    _, header = next(records, (1, []))
    position = _positions(layout, header)
    known = (STATUS, *layout.required, *layout.optional)
    table = Table(layout, frozenset(position), hashlib.sha256(data).hexdigest())
    for line, fields in records:
        if isinstance(fields, str):
            table.rejects.append(Reject(layout.file, line, "", "", fields))
        elif len(fields) != len(header):
            reason = f"the row has {len(fields)} fields, the header has {len(header)}"
            table.rejects.append(Reject(layout.file, line, "", str(len(fields)), reason))
        else:
            values = {column: fields[position[column]].strip() if column in position else "" for column in known}
            table.rows.append(Row(line, values))
    _judge_rows(table)
    return table, notes


def _decode(file: str, data: bytes) -> tuple[str, list[str]]:
    """UTF-8 with or without a BOM; bytes that are none are read as Windows-1252, one by one, and noted."""
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    text = "\n".join(_decode_line(part) for part in lines)
    return text, [
        f"{file} is not UTF-8 as OneRoster asks (first on line {line}); such lines were read as Windows-1252."
    ]


def _decode_line(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _records(file: str, text: str) -> Iterator[tuple[int, list[str] | str]]:
    """Records with the physical line each begins on; in place of the fields, the reason where a record cannot be parsed."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "expected after" not in str(error):
                raise OneRosterError(
                    f"{file}, line {line}: a quoted value that begins here does not end ({error}). "
                    "Close the quote, or export the file again."
                ) from None
            yield line, "text follows a closing quote; a quote inside a value must be doubled"
        else:
            if fields:
                yield line, fields


def _positions(layout: Layout, header: list[str] | str) -> dict[str, int]:
    """Where each known column stands, whatever the order and case of the header."""
    names = [name.strip().lower() for name in header] if isinstance(header, list) else []
    position = {}
    for column in (STATUS, *layout.required, *layout.optional):
        if names.count(column.lower()) > 1:
            raise OneRosterError(f"{layout.file}: column {column} stands in the header twice. Remove one of them.")
        if column.lower() in names:
            position[column] = names.index(column.lower())
    if missing := [column for column in layout.required if column not in position]:
        raise OneRosterError(
            f"{layout.file}: column {', '.join(missing)} is missing from the header. "
            "Export the file again with every required column of OneRoster 1.1 or 1.2."
        )
    return position


def _judge_rows(table: Table) -> None:
    """What can be said of a row by its own file: status, identity, then filled columns, dates, booleans and words."""
    table.judge(_unknown_status)
    _set_deleted_apart(table)
    table.judge(lambda row: _own_problem(table.layout, row))
    for row in table.rows:
        for column in table.layout.dates:
            row.values[column] = vocabulary.iso_date(row[column]) or ""
        for column in table.layout.words:
            row.values[column] = row[column].lower()


def _unknown_status(row: Row) -> Problem | None:
    if row[STATUS] and row[STATUS].lower() not in vocabulary.STATUSES:
        return STATUS, "status is neither active nor tobedeleted"
    return None


def _set_deleted_apart(table: Table) -> None:
    """Keep one row of each sourcedId, the first, and take out those marked for deletion."""
    first: dict[str, int] = {}

    def repeated(row: Row) -> Problem | None:
        if not row["sourcedId"]:
            return "sourcedId", "sourcedId is missing"
        if first.setdefault(row["sourcedId"], row.line) != row.line:
            return "sourcedId", f"sourcedId is repeated; the first stands on line {first[row['sourcedId']]}"
        return None

    table.judge(repeated)
    table.deleted = {row["sourcedId"] for row in table.rows if row[STATUS].lower() in vocabulary.DELETED}
    table.rows = [row for row in table.rows if row["sourcedId"] not in table.deleted]


def _own_problem(layout: Layout, row: Row) -> Problem | None:
    for column in layout.filled:
        if not row[column]:
            return column, f"{column} is missing"
    for column in layout.dates:
        if row[column] and vocabulary.iso_date(row[column]) is None:
            return column, f"{column} is not a date (YYYY-MM-DD)"
    for column in layout.booleans:
        if row[column] and not vocabulary.is_boolean(row[column]):
            return column, f"{column} is neither true nor false"
    for column, words in layout.words.items():
        word = row[column].lower()
        if word and word not in words and not word.startswith(vocabulary.EXTENSION):
            return column, f"{column} is not a word of OneRoster's list"
    return None
