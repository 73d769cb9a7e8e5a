"""One OneRoster file, row by row: each row is accepted, deleted or rejected.

Judges a row by its own file only, but for dates that other files must help to read (`settle_dates`); references between files are
judged in `references`. Knows no canonical extract.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field

from district_platform.engine.cells import fitted
from district_platform.sources.oneroster import vocabulary
from district_platform.sources.oneroster.dates import YearLast, is_year_last, iso_date
from district_platform.sources.oneroster.layout import LISTS, STATUS, Layout
from district_platform.sources.oneroster.outcome import FileCount, OneRosterError, Reject
from district_platform.sources.oneroster.parsing import Content, records, text_lines

Problem = tuple[str, str]
"""The column at fault, and the reason."""


MOST_REJECTS, MOST_ROWS = 100_000, 3_000_000
"""Most unusable rows of one file, and most usable ones: an export is converted in memory, and no district needs more."""

_SHARED_VALUES = 10_000
"""Values that are kept once however often they stand in a file: roles, grades, schools."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record; every column of its layout has a trimmed value, blank where the file has none."""

    line: int
    places: Mapping[str, int]
    """Where the value of each column stands: the same for all rows of a file."""
    values: list[str]

    def __getitem__(self, column: str) -> str:
        return self.values[self.places[column]]


@dataclass
class RosterFile:
    """A file's usable rows, and what became of the others: their sourcedIds, and the rejects."""

    layout: Layout
    columns: frozenset[str]
    sha256: str = ""
    rows: list[Row] = field(default_factory=list)
    undated: list[Row] = field(default_factory=list)
    """Usable rows with a date of which day and month are still to be told apart."""
    rejects: list[Reject] = field(default_factory=list)
    deleted: set[str] = field(default_factory=set)
    rejected: set[str] = field(default_factory=set)
    fills_status: bool = False
    """The specification says that bulk files leave status blank; many do not."""
    unknown: tuple[str, ...] = ()
    """Headers under which nothing is read."""

    @property
    def file(self) -> str:
        return self.layout.file

    def ids(self) -> set[str]:
        """sourcedIds that other files may refer to."""
        return {row["sourcedId"] for row in self.rows}

    def judge(self, check: Callable[[Row], Problem | None]) -> None:
        """Reject every row in which the check finds a problem."""
        self.rows = [row for row in self.rows if self.accepts(row, check)]

    def accepts(self, row: Row, check: Callable[[Row], Problem | None]) -> bool:
        """Whether the check finds no problem; else the row is among the rejects."""
        problem = check(row)
        if problem is None:
            return True
        column, reason = problem
        self.reject(row.line, column, row[column], reason)
        self.rejected.add(row["sourcedId"])
        return False

    def reject(self, line: int, column: str, value: str, reason: str) -> None:
        """Keeps a reject. Raises OneRosterError where there are too many."""
        self.rejects.append(Reject(self.file, line, column, value, reason))
        if len(self.rejects) > MOST_REJECTS:
            first = self.rejects[0]
            raise OneRosterError(
                f"{self.file}: more than {MOST_REJECTS:,} rows cannot be used. The first is on line {first.line}: {first.reason}. "
                "Export again."
            )

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
            columns=tuple(sorted(self.columns)),
        )


def read_file(
    layout: Layout, content: Content, dates: YearLast, null_words: Collection[str] = ()
) -> tuple[RosterFile, list[str]]:
    """Parse a file and judge its rows by themselves; beside the table, notes on what was odd about it. `null_words` mean nothing.

    `dates` learns what the file shows about day and month; once all files are read, `settle_dates` ends the reading.

    Raises OneRosterError for a missing or repeated column, for CSV that cannot be told apart into rows, and for more rows
    than are converted.
    """
    notes: list[str] = []
    lines = records(layout.file, text_lines(layout.file, content, notes), notes)
    _, header = next(lines, (1, []))
    position, oddities = _positions(layout, header)
    notes += oddities
    table = RosterFile(layout, frozenset(position))
    table.unknown = tuple(name.strip() for i, name in enumerate(header) if name.strip() and i not in position.values())
    is_repeated = _without_identity()
    for row in _rows(table, lines, header, position, null_words):
        table.fills_status = table.fills_status or bool(row[STATUS])
        if not (table.accepts(row, _unknown_status) and table.accepts(row, is_repeated)):
            continue
        if row[STATUS].lower() in vocabulary.DELETED:
            table.deleted.add(row["sourcedId"])
        elif table.accepts(row, lambda row: _unfit_value(layout, row)):
            _normalise(layout, row)
            year_last = [row[column] for column in layout.dates if is_year_last(row[column])]
            for text in year_last:
                dates.see(text)
            (table.undated if year_last else table.rows).append(row)
        if len(table.rows) + len(table.undated) + len(table.deleted) > MOST_ROWS:
            raise OneRosterError(f"{layout.file}: has more than {MOST_ROWS:,} rows. Export fewer years.")
    table.sha256 = content.sha256
    return table, notes


def settle_dates(table: RosterFile, dates: YearLast) -> list[str]:
    """Read the dates that have the year last, once every file has shown what it can; notes say in which order, and how many rows.

    A row whose day and month could be exchanged is rejected.
    """
    if not table.undated:
        return []
    orders: Counter[bool] = Counter()
    for row in table.undated:
        if table.accepts(row, lambda row: _undecided_date(table.layout, row, dates)):
            orders[_put_dates(table.layout, row, dates)] += 1
            table.rows.append(row)
    table.undated = []
    table.rows.sort(key=lambda row: row.line)
    return [
        f"{table.file}: {n} rows have dates such as {'8/15/2026' if month_first else '15/8/2026'}; they were read with the "
        f"{'month' if month_first else 'day'} first, as dates with a day above 12 show."
        for month_first, n in sorted(orders.items(), reverse=True)
    ]


def _undecided_date(layout: Layout, row: Row, dates: YearLast) -> Problem | None:
    for column in layout.dates:
        if is_year_last(row[column]) and dates.read(row[column]) is None:
            why = "some dates of the export have the month first, others the day" if dates.shown else "none is above 12"
            return column, f"{column} may have the day or the month first: {why}; write it as YYYY-MM-DD"
    return None


def _put_dates(layout: Layout, row: Row, dates: YearLast) -> bool:
    """Puts each date as YYYY-MM-DD; says whether the month stood first."""
    orders = []
    for column in layout.dates:
        read = dates.read(row[column]) if is_year_last(row[column]) else None
        if read:
            row.values[row.places[column]], month_first = read
            orders.append(month_first)
    return all(orders)


def _rows(
    table: RosterFile,
    lines: Iterator[tuple[int, list[str] | str]],
    header: list[str] | str,
    position: Mapping[str, int],
    null_words: Collection[str],
) -> Iterator[Row]:
    """The rows that fit the header; the others are rejected."""
    places = {column: place for place, column in enumerate(table.layout.known)}
    shared: dict[str, str] = {}
    for line, fields in lines:
        if isinstance(fields, str):
            table.reject(line, "", "", fields)
        elif (cells := fitted(fields, header)) is None:
            reason = f"the row has {len(fields)} fields, the header has {len(header)}"
            table.reject(line, "", str(len(fields)), reason)
        else:
            values = [""] * len(places)
            for column, place in position.items():
                value = cells[place].strip()
                if value and value not in null_words:
                    values[places[column]] = _kept_once(value, shared)
            yield Row(line, places, values)


def _kept_once(value: str, shared: dict[str, str]) -> str:
    kept = shared.get(value)
    if kept is None:
        kept = value
        if len(shared) < _SHARED_VALUES:
            shared[value] = value
    return kept


def _positions(layout: Layout, header: list[str] | str) -> tuple[dict[str, int], list[str]]:
    """Where each known column stands, whatever the order and case of the header; and a note on each that has another name.

    Exporters of older versions say grade where OneRoster 1.1 says grades; a list of one is a list.
    """
    names = [name.strip().lower() for name in header] if isinstance(header, list) else []
    position, notes = {}, []
    for column in layout.known:
        instead = layout.instead.get(column, "")
        if column.lower() not in names:
            instead = column.removesuffix("s") if column in LISTS else layout.misspelled.get(column, instead)
        found = instead if names.count(instead.lower()) == 1 else column
        if names.count(found.lower()) > 1:
            raise OneRosterError(f"{layout.file}: column {column} stands in the header twice. Remove one of them.")
        if found.lower() in names:
            position[column] = names.index(found.lower())
        if found != column:
            notes.append(f"{layout.file}: has the column {found} for OneRoster's {column}; it was read as such.")
    if missing := [column for column in layout.required if column not in position]:
        raise OneRosterError(
            f"{layout.file}: column {', '.join(missing)} is missing from the header. "
            "Export the file again with every required column of OneRoster 1.1 or 1.2."
        )
    return position, notes


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
        if row[column] and iso_date(row[column]) is None and not is_year_last(row[column]):
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
    """Dates with the year first as YYYY-MM-DD, words in lower case."""
    for column in layout.dates:
        row.values[row.places[column]] = iso_date(row[column]) or row[column]
    for column in layout.words:
        row.values[row.places[column]] = row[column].lower()
