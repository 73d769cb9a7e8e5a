"""Reading the files of an extract into rows of trimmed text, each with its file and line. No row is lost, whatever it holds, and
whatever a file holds, no more of it is in memory than a batch of rows.

A clean CSV file goes straight through DuckDB. One that DuckDB cannot take exactly (ragged rows, quoted newlines, mixed line ends,
stray quotes) is read record by record, so that every row is either kept or rejected with its line and the reason. A row whose cells are all
blank does not count as a row (`cells`), whatever the form of the file.
"""

import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import pyarrow as pa
from duckdb import DuckDBPyConnection

from district_platform.engine.cells import BLANKS, fitted, is_blank
from district_platform.engine.database import literal, quoted
from district_platform.engine.deliveries import ENDINGS, why_unreadable
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import ByteFacts, TooLargeError, open_text, scan_bytes
from district_platform.engine.parquet_reading import read_parquet
from district_platform.engine.raw_files import (
    FILE,
    LINE,
    BrokenRow,
    RawFile,
    UnusableFileError,
    check_header,
    check_repeats,
    column_name,
    insert,
    is_filled,
    meant,
    trimmed,
)
from district_platform.engine.records import CONTRACT_FORM, CsvForm, Lines

__all__ = ["FILE", "LINE", "BrokenRow", "RawFile", "UnusableFileError", "read_header", "read_rows"]

MOST_BROKEN = 100_000
"""Broken rows after which a file is not read further: it was not meant to be read as this extract."""

MOST_BYTES = 4_000_000_000
"""Limit for one file, decompressed, unless the settings say otherwise (sources.max_file_gb)."""

ENGINE_ENCODINGS = ("utf-8", "latin-1")
"""Encodings that DuckDB reads as we do; a text in another one is read record by record."""

ENGINE_COLUMNS = 1_000
"""A wider file is read record by record: DuckDB plans an expression for each column, which takes seconds from thousands on."""

_BATCH, _BATCH_CHARACTERS = 100_000, 32_000_000
"""Rows read record by record that are handed to DuckDB at once, and the text in them."""


def read_rows(
    tables: DuckDBTables,
    target: str,
    columns: Sequence[str],
    files: Sequence[tuple[str, Path]],
    headers: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
    form: CsvForm = CONTRACT_FORM,
) -> list[RawFile]:
    """Fills temporary table `target` with the rows of the files: `columns` as trimmed text, file and line.

    An empty value is null, and so are the values of a column that a file lacks. `headers` gives the column for each header with another
    name. A file that holds the same bytes as one before it is read once; one that holds more than `most_bytes`, decompressed, is not read.
    The names of the files are their paths below the folder of the delivery. `form` says how their CSV differs from the contract's.
    """
    connection = tables.connection
    types = ", ".join(f"{quoted(name)} varchar" for name in columns)
    connection.execute(f"create or replace temp table {quoted(target)} ({types}, {FILE} varchar, {LINE} bigint)")
    means = {column_name(header): column for header, column in (headers or {}).items()}
    read = [_read_file(connection, target, columns, name, path, means, most_bytes, form) for name, path in files]
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
    form: CsvForm,
) -> RawFile:
    raw = RawFile(name)
    raw.problem = why_unreadable(path, path.parents[name.count("/")])
    if raw.problem:
        return raw
    try:
        if path.name.endswith(".parquet"):
            read_parquet(connection, target, columns, path, raw, means, most_bytes)
        elif path.name.endswith((".csv", ".csv.gz")) or form is not CONTRACT_FORM:
            _read_csv(connection, target, columns, path, raw, means, most_bytes, form)
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


def _read_csv(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    means: Mapping[str, str],
    most_bytes: int,
    form: CsvForm,
) -> None:
    facts = scan_bytes(path, most_bytes)
    raw.sha256 = facts.sha256
    raw.encoding = form.encoding if form.encoding and facts.encoding == "latin-1" else facts.encoding
    with _in_engine_encoding(path, raw.encoding) as (text, encoding):
        header_line, found = read_header(text, encoding, form)
        check_header([meant(name, means) for name in found], raw)
        is_simple = header_line == 1 + form.skipped and encoding in ENGINE_ENCODINGS and len(found) <= ENGINE_COLUMNS
        facts = replace(facts, encoding=encoding)
        if not (is_simple and _read_csv_in_engine(connection, target, columns, text, raw, facts, form)):
            _read_csv_by_record(connection, target, columns, text, raw, header_line, encoding, form)


@contextmanager
def _in_engine_encoding(path: Path, encoding: str) -> Iterator[tuple[Path, str]]:
    """The file and its encoding; one in a code page of Windows as a copy in UTF-8, which is gone after the block."""
    if not encoding.startswith("cp"):
        yield path, encoding
        return
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        copy = Path(folder) / path.name.removesuffix(".gz")
        with open_text(path, encoding) as text, copy.open("w", encoding="utf-8", newline="\n") as file:
            shutil.copyfileobj(text, file, 1 << 20)
        yield copy, "utf-8"


def _read_csv_in_engine(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    facts: ByteFacts,
    form: CsvForm,
) -> bool:
    """The fast way; False, with nothing written, where a line is not simply a row."""
    positions = [f"c{index}" for index in range(len(raw.columns))]
    types = "{" + ", ".join(f"{literal(position)}: 'varchar'" for position in positions) + "}"
    source = (
        f"read_csv({literal(str(path))}, columns = {types}, header = true, auto_detect = false, "
        f"delim = {literal(form.delimiter)}, quote = {literal(form.quote)}, escape = {literal(form.quote)}, skip = {form.skipped}, "
        f"strict_mode = true, encoding = {literal(facts.encoding)})"
    )
    values = [trimmed(position, facts.has_rare_blanks) for position in positions]
    shown = {name: value for name, value in zip(raw.columns, values, strict=True) if name}
    numbered = f"(select *, row_number() over () + {1 + form.skipped} as {LINE} from {source})"
    try:
        check_repeats(connection, source, [shown[name] for name in columns if name in shown], facts.n_lines)
        filled = f"{numbered} where {is_filled(values)}"
        insert(connection, target, columns, shown, raw, line=LINE, source=filled)
        n_blank = facts.n_lines - 1 - form.skipped - raw.n_rows
        is_whole = n_blank == 0 or n_blank == _n_blank(connection, source, values)
    except duckdb.Error:
        is_whole = False
    if not is_whole:
        _forget_rows(connection, target, raw)
    return is_whole


def _n_blank(connection: DuckDBPyConnection, source: str, values: Sequence[str]) -> int:
    [count] = connection.execute(f"select count(*) from {source} where not {is_filled(values)}").fetchall()[0]
    return int(count)


def _read_csv_by_record(
    connection: DuckDBPyConnection,
    target: str,
    columns: Sequence[str],
    path: Path,
    raw: RawFile,
    header_line: int,
    encoding: str,
    form: CsvForm,
) -> None:
    """The exact way, for files in which a line is not always a row."""
    wanted = {name: position for position, name in enumerate(raw.columns) if name in set(columns)}
    batch: list[tuple[int, list[str]]] = []
    n_characters = 0
    with open_text(path, encoding) as text:
        for number, record in _records(Lines(text, form), header_line, raw):
            values = [record[position] for position in wanted.values()]
            batch.append((number, values))
            n_characters += sum(map(len, values))
            if len(batch) == _BATCH or n_characters > _BATCH_CHARACTERS:
                _insert_batch(connection, target, columns, raw, list(wanted), batch)
                batch, n_characters = [], 0
    if batch:
        _insert_batch(connection, target, columns, raw, list(wanted), batch)
    mine = f"{quoted(target)} where {FILE} = {literal(raw.name)}"
    check_repeats(connection, mine, [quoted(name) for name in wanted], raw.n_rows)


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
    insert(connection, target, columns, {name: quoted(name) for name in arrays}, raw, line=LINE, source="csv_batch")
    connection.unregister("csv_batch")


def read_header(path: Path, encoding: str, form: CsvForm = CONTRACT_FORM) -> tuple[int, list[str]]:
    """The line on which the first record that is not blank ends, and its cells. Raises UnusableFileError."""
    with open_text(path, encoding) as text:
        lines = Lines(text, form)
        lines.skip(form.skipped)
        while found := lines.record():
            cells, n_lines, fault = found
            if fault:
                raise UnusableFileError(f"has a header that cannot be read: its line {fault}")
            lines.skip(n_lines)
            if not is_blank(cells):
                return lines.number, cells
    return 0, []
