"""Reading the files of an extract into rows of trimmed text, each with its file and line. No row is lost, whatever it holds.

A clean CSV file goes straight through DuckDB. One that DuckDB cannot take exactly (ragged rows, quoted newlines, mixed line ends,
stray quotes) is read record by record, so that every row is either kept or rejected with its line and the reason. A row whose
cells are all blank is none (`cells`), whatever the form of the file.
"""

import csv
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from district_platform.engine.cells import fitted, is_blank
from district_platform.engine.database import literal, quoted
from district_platform.engine.files import ByteFacts, file_hash, open_text, scan_bytes

ENDINGS = (".csv", ".csv.gz", ".parquet")
FILE, LINE = "_file", "_line"
"""Columns beside the extract's own: the file's name and the line on which the row begins."""

MAX_LINES_PER_RECORD = 100
"""A quoted value that runs on for longer is a stray quote, not a note; reading resumes on the line after it."""

BLANKS = " \t\n\r\v\f\u00a0"
"""White space that is trimmed from around a value; a spreadsheet leaves no-break spaces."""

ENGINE_ENCODINGS = ("utf-8", "latin-1")
"""What DuckDB reads as we do; a text in another encoding is read record by record."""

_BATCH = 100_000


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
    copy_of: str | None = None
    """A file read before it that holds the same bytes: of this one, no row was read."""

    @property
    def n_rows_read(self) -> int:
        return self.n_rows + len(self.broken)

    @property
    def n_rows_accepted(self) -> int:
        return self.n_rows_read - self.n_rejected


def find_files(raw: Path, path: str) -> list[Path]:
    """The files of the extract at `path` (system/extract): one file, a folder of several, or both, in the order of their names."""
    single = [raw / f"{path}{ending}" for ending in ENDINGS]
    found = [file for file in single if file.exists()]
    folder = raw / path
    if folder.is_dir():
        found += [file for file in sorted(folder.iterdir()) if not file.name.startswith((".", "_"))]
    return found


def read_rows(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    files: Sequence[tuple[str, Path]],
    headers: Mapping[str, str] | None = None,
) -> list[RawFile]:
    """Fills temporary table `target` with the rows of the files: `columns` as trimmed text, file and line.

    An empty value is null, and so are the values of a column that a file lacks. `headers` says which column a header of another
    name is. A file that holds the same bytes as one before it is read once.
    """
    types = ", ".join(f"{quoted(name)} varchar" for name in columns)
    connection.execute(f"create or replace temp table {quoted(target)} ({types}, {FILE} varchar, {LINE} bigint)")
    means = {_column_name(header): column for header, column in (headers or {}).items()}
    read = [_read_file(connection, target, columns, name, path, means) for name, path in files]
    _forget_copies(connection, target, read)
    return read


def _forget_copies(connection: DuckDBPyConnection, target: str, read: Sequence[RawFile]) -> None:
    first: dict[str, str] = {}
    for raw in (raw for raw in read if not raw.problem):
        raw.copy_of = first.get(raw.sha256)
        if raw.copy_of:
            raw.n_rows = 0
            raw.broken.clear()
            connection.execute(f"delete from {quoted(target)} where {FILE} = ?", [raw.name])
        first.setdefault(raw.sha256, raw.name)


def _read_file(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    name: str,
    path: Path,
    means: Mapping[str, str],
) -> RawFile:
    raw = RawFile(name)
    try:
        if path.is_dir():
            raw.problem = "is a folder; a file was expected"
        elif path.name.endswith(".parquet"):
            _read_parquet(connection, target, columns, path, raw, means)
        elif path.name.endswith((".csv", ".csv.gz")):
            _read_csv(connection, target, columns, path, raw, means)
        else:
            raw.problem = f"has none of the endings {', '.join(ENDINGS)}"
    except UnicodeError:
        raw.problem = f"begins as {raw.encoding.upper()} and does not go on so: export it as UTF-8"
    except (OSError, EOFError, zlib.error, duckdb.Error) as error:
        raw.problem = f"cannot be read: {str(error).splitlines()[0]}"
    return raw


def _read_parquet(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
) -> None:
    raw.sha256 = file_hash(path)
    raw.encoding = "parquet"
    source = f"read_parquet({literal(str(path))}, file_row_number = true)"
    found = [row[0] for row in connection.execute(f"describe select * from {source}").fetchall()]
    found.remove("file_row_number")
    if not _usable_header([_meant(name, means) for name in found], raw):
        return
    shown = {_meant(name, means): _trimmed(f"cast({quoted(name)} as varchar)", rare_blanks=True) for name in found}
    source = f"{source} where {_is_filled(list(shown.values()))}"
    _insert(connection, target, columns, shown, raw, line="file_row_number + 1", source=source)


def _read_csv(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
) -> None:
    facts = scan_bytes(path)
    raw.sha256, raw.encoding = facts.sha256, facts.encoding
    header_line, found = _read_header(path, facts.encoding)
    header = [_meant(name, means) for name in found]
    if not _usable_header(header, raw):
        return
    is_simple = header_line == 1 and facts.encoding in ENGINE_ENCODINGS
    if not (is_simple and _read_csv_in_engine(connection, target, columns, path, raw, facts)):
        _read_csv_by_record(connection, target, columns, path, raw, header_line)


def _usable_header(header: list[str], raw: RawFile) -> bool:
    raw.columns = header
    repeated = sorted({name for name in header if name and header.count(name) > 1})
    if not any(header):
        raw.problem = "is empty; a header line was expected"
    elif repeated:
        raw.problem = f"names a column twice: {', '.join(repeated)}"
    return raw.problem is None


def _read_csv_in_engine(
    connection: DuckDBPyConnection, target: str, columns: Sequence[str], path: Path, raw: RawFile, facts: ByteFacts
) -> bool:
    """The fast way; False, with nothing written, where a line is not simply a row."""
    positions = [f"c{index}" for index in range(len(raw.columns))]
    types = "{" + ", ".join(f"{literal(position)}: 'varchar'" for position in positions) + "}"
    source = (
        f"read_csv({literal(str(path))}, columns = {types}, header = true, auto_detect = false, delim = ',', "
        f"quote = '\"', escape = '\"', strict_mode = true, encoding = {literal(facts.encoding)})"
    )
    trimmed = [_trimmed(position, facts.has_rare_blanks) for position in positions]
    shown = {name: value for name, value in zip(raw.columns, trimmed, strict=True) if name}
    numbered = f"(select *, row_number() over () + 1 as {LINE} from {source})"
    try:
        filled = f"{numbered} where {_is_filled(trimmed)}"
        _insert(connection, target, columns, shown, raw, line=LINE, source=filled)
        n_blank = facts.n_lines - 1 - raw.n_rows
        is_whole = n_blank == 0 or n_blank == _n_blank(connection, source, trimmed)
    except duckdb.Error:
        is_whole = False
    if not is_whole:
        raw.n_rows = 0
        connection.execute(f"delete from {quoted(target)} where {FILE} = ?", [raw.name])
    return is_whole


def _n_blank(connection: DuckDBPyConnection, source: str, values: Sequence[str]) -> int:
    [count] = connection.execute(f"select count(*) from {source} where not {_is_filled(values)}").fetchall()[0]
    return int(count)


def _is_filled(values: Sequence[str]) -> str:
    """Whether a row holds a value in any of its cells; trimmed, a blank one is null."""
    return f"coalesce({', '.join(values)}) is not null"


def _read_csv_by_record(
    connection: DuckDBPyConnection, target: str, columns: Sequence[str], path: Path, raw: RawFile, header_line: int
) -> None:
    """The exact way, for files in which a line is not always a row."""
    with open_text(path, raw.encoding) as text:
        lines = list(text)
    records = _records(lines, header_line, raw)
    batch: list[list[str]] = []
    numbers: list[int] = []
    for number, record in records:
        batch.append(record)
        numbers.append(number)
        if len(batch) == _BATCH:
            _insert_batch(connection, target, columns, raw, batch, numbers)
            batch, numbers = [], []
    if batch:
        _insert_batch(connection, target, columns, raw, batch, numbers)


def _records(lines: list[str], header_line: int, raw: RawFile) -> Iterator[tuple[int, list[str]]]:
    """Every record under the header that fits it, with its line; of the others, `raw.broken` keeps each line, unless it is blank."""
    position = header_line
    while position < len(lines):
        record, consumed, fault = _parse_record(lines, position)
        if fault is None and is_blank(record):
            position += consumed
            continue
        fit = fitted(record, raw.columns) if fault is None else None
        if fit is None:
            reason = fault or f"has {len(record)} values where the header has {len(raw.columns)} columns"
            raw.broken.append(BrokenRow(position + 1, reason))
            position += 1
        else:
            yield position + 1, fit
            position += consumed


def _parse_record(lines: list[str], position: int) -> tuple[list[str], int, str | None]:
    """One record, the lines it took, and what is wrong with it, if anything."""
    reader = csv.reader(lines[position : position + MAX_LINES_PER_RECORD], strict=True)
    try:
        record = next(reader)
    except csv.Error as error:
        unclosed = "unexpected end of data" in str(error)
        return [], 1, "has a quotation mark that is never closed" if unclosed else f"is not valid CSV: {error}"
    return record, reader.line_num, None


def _insert_batch(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    raw: RawFile,
    batch: list[list[str]],
    numbers: list[int],
) -> None:
    values = dict(zip(raw.columns, zip(*batch, strict=True), strict=True))
    trimmed = {name: [value.strip() or None for value in column] for name, column in values.items() if name}
    arrays = {name: pa.array(column, pa.string()) for name, column in trimmed.items()}
    connection.register("csv_batch", pa.table({**arrays, LINE: pa.array(numbers, pa.int64())}))
    _insert(connection, target, columns, {name: quoted(name) for name in arrays}, raw, line=LINE, source="csv_batch")
    connection.unregister("csv_batch")


def _insert(
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


def _trimmed(value: str, rare_blanks: bool) -> str:
    blanks = f", {literal(BLANKS)}" if rare_blanks else ""
    return f"nullif(trim({value}{blanks}), '')"


def _read_header(path: Path, encoding: str) -> tuple[int, list[str]]:
    """The first line that is not blank, by its number, and its cells."""
    with open_text(path, encoding) as text:
        for number, line in enumerate(text, start=1):
            cells = next(csv.reader([line]), [])
            if not is_blank(cells):
                return number, cells
    return 0, []


def _meant(header: str, means: Mapping[str, str]) -> str:
    """The column that a header of a file stands for."""
    name = _column_name(header)
    return means.get(name, name)


def _column_name(name: str) -> str:
    return name.strip().lower()
