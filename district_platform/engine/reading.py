"""Reading the files of an extract into rows of trimmed text, each with its file and line. No row is lost, whatever it holds, and
whatever a file holds, no more of it is in memory than a batch of rows.

A clean CSV file goes straight through DuckDB. One that DuckDB cannot take exactly (ragged rows, quoted newlines, mixed line ends,
stray quotes) is read record by record, so that every row is either kept or rejected with its line and the reason. A row whose cells are all
blank does not count as a row (`cells`), whatever the form of the file.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from district_platform.engine.cells import BLANKS, fitted, is_blank
from district_platform.engine.database import literal, quoted
from district_platform.engine.deliveries import ENDINGS, why_unreadable
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import ByteFacts, TooLargeError, file_hash, open_text, scan_bytes
from district_platform.engine.records import Lines

FILE, LINE = "_file", "_line"
"""Columns beside the extract's own: the file's name and the line on which the row begins."""

MOST_BROKEN = 100_000
"""Broken rows after which a file is not read further: it was not meant to be read as this extract."""

MANY_ROWS = 1_000_000
"""Of a file with more rows, this many are checked before it is read: if they repeat, an exporter was in a loop, or it is a bomb."""

MOST_BYTES = 4_000_000_000
"""Limit for one file, decompressed, unless the settings say otherwise (sources.max_file_gb)."""

NAMED = 10
"""A message names at most so many columns."""

ENGINE_ENCODINGS = ("utf-8", "latin-1")
"""Encodings that DuckDB reads as we do; a text in another one is read record by record."""

ENGINE_COLUMNS = 1_000
"""A wider file is read record by record: DuckDB plans an expression for each column, which takes seconds from thousands on."""

_BATCH, _BATCH_CHARACTERS = 100_000, 32_000_000
"""Rows read record by record that are handed to DuckDB at once, and the text in them."""


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
    copy_of: str | None = None
    """An earlier file with the same bytes; no row of this one was read."""

    @property
    def n_rows_read(self) -> int:
        return self.n_rows + len(self.broken)

    @property
    def n_rows_accepted(self) -> int:
        return self.n_rows_read - self.n_rejected


def read_rows(
    tables: DuckDBTables,
    target: str,
    columns: Sequence[str],
    files: Sequence[tuple[str, Path]],
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
) -> list[RawFile]:
    """Fills temporary table `target` with the rows of the files: `columns` as trimmed text, file and line.

    An empty value is null, and so are the values of a column that a file lacks. `headers` gives the column for each header with another
    name. A file that holds the same bytes as one before it is read once; one that holds more than `most_bytes`, decompressed, is not read.
    The names of the files are their paths below the folder of the delivery.
    """
    connection = tables.connection
    types = ", ".join(f"{quoted(name)} varchar" for name in columns)
    connection.execute(f"create or replace temp table {quoted(target)} ({types}, {FILE} varchar, {LINE} bigint)")
    means = {_column_name(header): column for header, column in (headers or {}).items()}
    read = [_read_file(connection, target, columns, name, path, means, most_bytes) for name, path in files]
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
    most_bytes: int,
) -> RawFile:
    raw = RawFile(name)
    raw.problem = why_unreadable(path, path.parents[name.count("/")])
    if raw.problem:
        return raw
    try:
        if path.name.endswith(".parquet"):
            _read_parquet(connection, target, columns, path, raw, means, most_bytes)
        elif path.name.endswith((".csv", ".csv.gz")):
            _read_csv(connection, target, columns, path, raw, means, most_bytes)
        else:
            raw.problem = f"has none of the endings {', '.join(ENDINGS)}"
    except UnicodeError:
        raw.problem = f"begins as {raw.encoding.upper()} and does not go on so: export it as UTF-8"
    except TooLargeError:
        raw.problem = _too_large(most_bytes)
    except UnusableFileError as error:
        raw.problem = str(error)
    except (OSError, EOFError, zlib.error, duckdb.Error) as error:
        raw.problem = f"cannot be read: {str(error).splitlines()[0]}"
    if raw.problem:
        raw.broken.clear()
        _forget_rows(connection, target, raw)
    return raw


def _too_large(most_bytes: int) -> str:
    return f"holds more than {most_bytes / 1e9:g} GB of text: deliver it in parts, a file a year, or raise max_file_gb under [sources]"


def _forget_rows(connection: DuckDBPyConnection, target: str, raw: RawFile) -> None:
    if raw.n_rows:
        connection.execute(f"delete from {quoted(target)} where {FILE} = ?", [raw.name])
    raw.n_rows = 0


def _read_parquet(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
    most_bytes: int,
) -> None:
    raw.sha256 = file_hash(path)
    raw.encoding = "parquet"
    file = literal(str(path))
    found = [row[0] for row in connection.execute(f"describe select * from read_parquet({file})").fetchall()]
    if "file_row_number" in (name.lower() for name in found):
        raise UnusableFileError("has a column called file_row_number, a name that DuckDB keeps for itself: rename it")
    _check_header([_meant(name, means) for name in found], raw)
    texts = {_meant(name, means): f"cast({quoted(name)} as varchar)" for name in found}
    _check_size(connection, f"read_parquet({file})", [texts[name] for name in columns if name in texts], most_bytes)
    shown = {name: _trimmed(text, rare_blanks=True) for name, text in texts.items()}
    source = f"read_parquet({file}, file_row_number = true) where {_is_filled(list(shown.values()))}"
    _insert(connection, target, columns, shown, raw, line="file_row_number + 1", source=source)


def _check_size(connection: DuckDBPyConnection, source: str, texts: Sequence[str], most_bytes: int) -> None:
    """Raises TooLargeError: Parquet's dictionary encoding makes gigabytes of text from a file of megabytes."""
    lengths = " + ".join(f"coalesce(strlen({text}), 0) + 1" for text in texts)
    size, n_rows = connection.execute(f"select sum({lengths or '1'}), count(*) from {source}").fetchall()[0]
    if n_rows and size > most_bytes:
        raise TooLargeError
    if n_rows > MANY_ROWS:
        _check_repeats(connection, source, texts)


def _check_repeats(connection: DuckDBPyConnection, source: str, texts: Sequence[str]) -> None:
    """Raises UnusableFileError where one row repeats over and over; no rule need report it row by row."""
    first = f"(select hash({', '.join(texts) or '1'}) as content from {source} limit {MANY_ROWS})"
    n_rows, n_different = connection.execute(
        f"select count(*), approx_count_distinct(content) from {first}"
    ).fetchall()[0]
    if n_different * 2 < n_rows:
        raise UnusableFileError(
            f"repeats its rows: of the first {n_rows:,}, about {n_different:,} differ. Export it anew"
        )


def _read_csv(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
    most_bytes: int,
) -> None:
    facts = scan_bytes(path, most_bytes)
    raw.sha256, raw.encoding = facts.sha256, facts.encoding
    header_line, found = _read_header(path, facts.encoding)
    _check_header([_meant(name, means) for name in found], raw)
    is_simple = header_line == 1 and facts.encoding in ENGINE_ENCODINGS and len(found) <= ENGINE_COLUMNS
    if not (is_simple and _read_csv_in_engine(connection, target, columns, path, raw, facts)):
        _read_csv_by_record(connection, target, columns, path, raw, header_line)


def _check_header(header: list[str], raw: RawFile) -> None:
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
        if facts.n_lines > MANY_ROWS:
            _check_repeats(connection, source, [shown[name] for name in columns if name in shown])
        filled = f"{numbered} where {_is_filled(trimmed)}"
        _insert(connection, target, columns, shown, raw, line=LINE, source=filled)
        n_blank = facts.n_lines - 1 - raw.n_rows
        is_whole = n_blank == 0 or n_blank == _n_blank(connection, source, trimmed)
    except duckdb.Error:
        is_whole = False
    if not is_whole:
        _forget_rows(connection, target, raw)
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
    wanted = {name: position for position, name in enumerate(raw.columns) if name in set(columns)}
    batch: list[tuple[int, list[str]]] = []
    n_characters = 0
    with open_text(path, raw.encoding) as text:
        for number, record in _records(Lines(text), header_line, raw):
            values = [record[position] for position in wanted.values()]
            batch.append((number, values))
            n_characters += sum(map(len, values))
            if len(batch) == _BATCH or n_characters > _BATCH_CHARACTERS:
                _insert_batch(connection, target, columns, raw, list(wanted), batch)
                batch, n_characters = [], 0
    if batch:
        _insert_batch(connection, target, columns, raw, list(wanted), batch)
    if raw.n_rows > MANY_ROWS:
        mine = f"{quoted(target)} where {FILE} = {literal(raw.name)}"
        _check_repeats(connection, mine, [quoted(name) for name in wanted])


def _records(lines: Lines, header_line: int, raw: RawFile) -> Iterator[tuple[int, list[str]]]:
    """Every record under the header that fits it, with its line; of the others, `raw.broken` keeps each line, unless it is blank."""
    lines.skip(header_line)
    while found := lines.record():
        record, n_lines, fault = found
        if fault is None and is_blank(record):
            lines.skip(n_lines)
            continue
        fit = fitted(record, raw.columns) if fault is None else None
        if fit is None:
            reason = fault or f"has {len(record)} values where the header has {len(raw.columns)} columns"
            _keep_broken(raw, BrokenRow(lines.number + 1, reason))
            lines.skip(1)
        else:
            yield lines.number + 1, fit
            lines.skip(n_lines)


def _keep_broken(raw: RawFile, row: BrokenRow) -> None:
    raw.broken.append(row)
    if len(raw.broken) > MOST_BROKEN:
        first = raw.broken[0]
        raise UnusableFileError(
            f"has more than {MOST_BROKEN:,} rows that cannot be told apart: the first, on line {first.line}, {first.reason}"
        )


def _insert_batch(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    raw: RawFile,
    names: Sequence[str],
    batch: Sequence[tuple[int, list[str]]],
) -> None:
    arrays = {
        name: pa.array([values[place].strip(BLANKS) or None for _, values in batch], pa.string())
        for place, name in enumerate(names)
    }
    numbers = pa.array([number for number, _ in batch], pa.int64())
    connection.register("csv_batch", pa.table({**arrays, LINE: numbers}))
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
    """The line on which the first record that is not blank ends, and its cells. Raises UnusableFileError."""
    with open_text(path, encoding) as text:
        lines = Lines(text)
        while found := lines.record():
            cells, n_lines, fault = found
            if fault:
                raise UnusableFileError(f"has a header that cannot be read: its line {fault}")
            lines.skip(n_lines)
            if not is_blank(cells):
                return lines.number, cells
    return 0, []


def _meant(header: str, means: Mapping[str, str]) -> str:
    """The column that a header of a file stands for."""
    name = _column_name(header)
    return means.get(name, name)


def _column_name(name: str) -> str:
    return name.strip().lower()
