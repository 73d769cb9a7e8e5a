"""One OneRoster file, row by row: each row is accepted, deleted or rejected.

Judges a row by its own file only; references between files are judged in `references`. Knows no canonical extract.
"""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from district_platform.engine.cells import fitted
from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.layout import STATUS, Layout
from district_platform.sources.oneroster.outcome import FileCount, OneRosterError, Reject
from district_platform.sources.oneroster.parsing import decode, records

Problem = tuple[str, str]
"""The column at fault, and the reason."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; every column of its layout has a trimmed value, blank where the file has none."""

    line: int
    values: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values[column]


@dataclass
class Table:
    """A file's usable rows, and what became of the others: their sourcedIds, and the rejects."""

    layout: Layout
    columns: frozenset[str]
    sha256: str
    rows: list[Row] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    fills_status: bool = False
    """Bulk files leave status blank, says the specification; many do not."""

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
                self.rejected.add(row["sourcedId"])
            else:
                kept.append(row)
        self.rows = kept

    def count(self) -> FileCount:
        """What became of the rows, as of now."""
        accepted = len(self.rows) + len(self.deleted)
        return FileCount(
            file=self.file,
            sha256=self.sha256,
            rows_read=accepted + len(self.rejects),
            rows_accepted=accepted,
            rows_rejected=len(self.rejects),
            rows_deleted=len(self.deleted),
        )


def read_table(layout: Layout, data: bytes, null_words: Collection[str] = ()) -> tuple[Table, list[str]]:
    """Parse a file and judge its rows by themselves; beside the table, notes on what was odd about it. `null_words` mean nothing.

    Raises OneRosterError for a missing or repeated column, or CSV that cannot be told apart into rows.
    """
    text, notes = decode(layout.file, data)
    lines = records(layout.file, text)
    _, header = next(lines, (1, []))
    position = _positions(layout, header)
    blank = dict.fromkeys(layout.known, "")
    table = Table(layout, frozenset(position), hashlib.sha256(data).hexdigest())
    for line, fields in lines:
        if isinstance(fields, str):
            table.rejects.append(Reject(layout.file, line, "", "", fields))
        elif (cells := fitted(fields, header)) is None:
            reason = f"the row has {len(fields)} fields, the header has {len(header)}"
            table.rejects.append(Reject(layout.file, line, "", str(len(fields)), reason))
        else:
            values = {column: cells[i].strip() for column, i in position.items()}
            table.rows.append(Row(line, blank | {c: "" if v in null_words else v for c, v in values.items()}))
    table.fills_status = any(row[STATUS] for row in table.rows)
    _judge_rows(table)
    return table, notes


def _positions(layout: Layout, header: list[str] | str) -> dict[str, int]:
    """Where each known column stands, whatever the order and case of the header."""
    names = [name.strip().lower() for name in header] if isinstance(header, list) else []
    position = {}
    for column in layout.known:
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
    """What can be said of a row by its own file: status and identity, then what fills its columns."""
    table.judge(_unknown_status)
    table.judge(_without_identity())
    table.deleted = {row["sourcedId"] for row in table.rows if row[STATUS].lower() in vocabulary.DELETED}
    table.rows = [row for row in table.rows if row["sourcedId"] not in table.deleted]
    table.judge(lambda row: _unfit_value(table.layout, row))
    for row in table.rows:
        _normalise(table.layout, row)


def _unknown_status(row: Row) -> Problem | None:
    if row[STATUS] and row[STATUS].lower() not in vocabulary.STATUSES:
        return STATUS, "status is neither active nor tobedeleted"
    return None


def _without_identity() -> Callable[[Row], Problem | None]:
    """The first row of each sourcedId stays."""
    first: dict[str, int] = {}

    def check(row: Row) -> Problem | None:
        if not row["sourcedId"]:
            return "sourcedId", "sourcedId is missing"
        if first.setdefault(row["sourcedId"], row.line) != row.line:
            return "sourcedId", f"sourcedId is repeated; the first stands on line {first[row['sourcedId']]}"
        return None

    return check


def _unfit_value(layout: Layout, row: Row) -> Problem | None:
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


def _normalise(layout: Layout, row: Row) -> None:
    """Dates without a time of day, words in lower case."""
    for column in layout.dates:
        row.values[column] = vocabulary.iso_date(row[column]) or ""
    for column in layout.words:
        row.values[column] = row[column].lower()
