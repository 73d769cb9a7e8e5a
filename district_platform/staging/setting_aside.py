"""Extracts that come as one file a day: an unusable file is set aside as a whole, with its reason, and stops nothing else.

The dictionary says which extracts those are (`Table.sets_files_aside`). In any other extract, such a file stops the publication (CON-01).
What is set aside stays in data/raw as it was delivered; a copy lies in the error area until the file is delivered anew.
"""

import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path

import ibis

from district_platform.dictionary import TABLES, Table, columns_of
from district_platform.engine.deliveries import why_unreadable
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.reading import FILE, LINE, RawFile, read_rows
from district_platform.engine.tables import Tables
from district_platform.staging import judging
from district_platform.staging.formats import SETTING, guesses

MISSING_COLUMNS = "lacks the columns"
REASON = ".reason.txt"
MOST_EXTRA_COLUMNS = 500
"""Most unknown columns of a file whose values are kept: a file with more is another table."""

MOST_GUESSED = 50
"""How many of a file's unknown headers, from the first on, are compared with missing columns."""
_VALUE = re.compile(r"[\d.,:/ -]*\d[\d.,:/ -]*|\S+@\S+")
"""A number, a date or an address is not a column name. A first line with such a cell is a row of data, and no message repeats its
values."""

_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def problem_of(raw: RawFile, extract: Table) -> str | None:
    """Why a file as a whole cannot be used; None where it can. A column that the contract calls optional may be missing."""
    missing = [name for name in extract.columns if name not in raw.columns and name not in extract.absences]
    if raw.problem or not missing:
        return raw.problem
    return f"{MISSING_COLUMNS} {', '.join(missing)}{_hint(raw, extract, missing)}"


def absent_columns(raw: RawFile, extract: Table) -> dict[str, str | None]:
    """The optional columns that a file lacks, each with the unknown header that could be it."""
    absent = [name for name in extract.absences if name not in raw.columns]
    unknown = [name for name in raw.columns if name and name not in extract.columns and not _VALUE.fullmatch(name)]
    alike = {
        column: header for header, column in guesses(unknown[:MOST_GUESSED], absent, extract.columns).items() if column
    }
    return {name: alike.get(name) for name in absent}


def _hint(raw: RawFile, extract: Table, missing: Sequence[str]) -> str:
    """A possible cause of missing columns: another separator, or other header names and the columns they could be."""
    if raw.columns and raw.columns[0].startswith("sep="):
        return " (its first line tells a spreadsheet the separator: take that line out, and separate columns by commas)"
    for separator, name in _SEPARATORS.items():
        if len(raw.columns) == 1 and separator in raw.columns[0]:
            return f" (its header is one cell: separate columns by commas, not {name})"
    unknown = [name for name in raw.columns if name and name not in extract.columns]
    if not unknown:
        return ""
    if any(_VALUE.fullmatch(name) for name in unknown):
        return " (its first line holds values: the header line is missing)"
    shown = [
        f"{name!r} ({column}?)" if column else repr(name)
        for name, column in guesses(unknown[:MOST_GUESSED], missing).items()
    ]
    more = f" and {len(unknown) - MOST_GUESSED:,} more" if len(unknown) > MOST_GUESSED else ""
    return f", and has {', '.join(shown)}{more}: if these are they, name them in {SETTING}.{extract.name}.headers"


def set_aside(
    tables: Tables,
    extract: Table,
    rows: ibis.Table,
    read: Sequence[RawFile],
    time_formats: Sequence[str] = (),
) -> None:
    """Takes the rows of files that cannot be used out of the typed rows; the files keep the reason, and no row."""
    wrong = _columns_of_another_type(tables, extract, rows, time_formats)
    for raw in read:
        problem = problem_of(raw, extract) or wrong.get(raw.name)
        if problem:
            _take_out(tables, rows, raw, f"{problem}; it was set aside, and none of its rows was read")


def leave_out_without_key(tables: Tables, extract: Table, rows: ibis.Table, read: Sequence[RawFile]) -> None:
    """Takes out the rows of files whose header lacks a column of the key: that is one fault of the file, not one of each row."""
    key = [name for name in extract.key if name not in extract.nullable_key and name not in extract.absences]
    for raw in read:
        if raw.n_rows_read and not raw.problem and any(name not in raw.columns for name in key):
            _take_out(tables, rows, raw, f"{problem_of(raw, extract)}; none of its rows was read")


def _take_out(tables: Tables, rows: ibis.Table, raw: RawFile, problem: str) -> None:
    raw.problem = problem
    raw.n_rows = 0
    raw.broken.clear()
    tables.delete(rows.get_name(), **{FILE: raw.name})


def _columns_of_another_type(
    tables: Tables, extract: Table, rows: ibis.Table, time_formats: Sequence[str]
) -> dict[str, str]:
    """Files with a column that has values, none of which can be read: they have another format, not a typing error."""
    typed = [column for column in columns_of(extract) if judging.UNREADABLE + column.name in rows.columns]
    wrong = {
        column.name: rows[judging.UNREADABLE + column.name].notnull().any() & rows[column.name].isnull().all()
        for column in typed
    }
    judged = rows.group_by(FILE).agg(**wrong).order_by(FILE)
    found: dict[str, str] = {}
    for name, *is_wrong in tables.fetch(judged):
        for column in (column for column, is_so in zip(typed, is_wrong, strict=True) if is_so):
            found.setdefault(name, f"has no value in {column.name} that is {judging.expected(column, time_formats)}")
    return found


def read_extra_columns(
    tables: DuckDBTables,
    extract: Table,
    files: Sequence[tuple[str, Path]],
    read: Sequence[RawFile],
    most_bytes: int,
) -> ibis.Table | None:
    """The rows of files with columns that the contract does not know, in these columns; None where there are none.

    Such files are read once more. Outside a transaction, as all reading: a file that DuckDB does not take would end it. A file whose
    columns cannot be kept is marked with a problem.
    """
    extra: dict[str, list[str]] = {}
    for raw in (raw for raw in read if not raw.problem):
        names = [name for name in raw.columns if name and name not in extract.columns]
        raw.problem = _why_not_kept(names)
        if not raw.problem:
            extra[raw.name] = names
    columns = sorted({column for names in extra.values() for column in names})
    if not columns:
        return None
    with_extra = [(name, path) for name, path in files if extra.get(name)]
    read_rows(tables, "extra_rows", columns, with_extra, most_bytes=most_bytes)
    return ibis.table(dict.fromkeys(columns, "string") | {FILE: "string", LINE: "int64"}, name="extra_rows")


def _why_not_kept(names: Sequence[str]) -> str | None:
    ours = [name for name in names if name in (FILE, LINE)]
    if ours:
        return f"has a column called {ours[0]}, a name that the platform keeps for itself: rename it or leave it out"
    if len(names) > MOST_EXTRA_COLUMNS:
        return f"has {len(names):,} columns that the contract does not know; of a file, {MOST_EXTRA_COLUMNS} are kept: leave them out"
    return None


def keep_extra_values(tables: Tables, extract: Table, rows: ibis.Table, read: Sequence[RawFile]) -> None:
    """Writes down each value that stands in such a column, of files that were not set aside."""
    target = TABLES["extract_extra_values"]
    used = rows.filter(rows[FILE].isin([raw.name for raw in read if not raw.problem]))
    columns = [name for name in rows.columns if name not in (FILE, LINE)]
    values = used.pivot_longer(columns, names_to="column_name", values_to="value").drop_null("value")
    values = values.rename(file_name=FILE, line_number=LINE).mutate(extract=ibis.literal(extract.path))
    tables.append(target, values.select(*target.columns))
    tables.drop(rows.get_name())


def fill_error_area(area: Path, raw: Path, extract: Table, read: Sequence[RawFile]) -> list[Path]:
    """Replaces the extract's part of the error area: each file that cannot be used, and beside it why. Returns the copies."""
    shutil.rmtree(area / extract.path, ignore_errors=True)
    copies = []
    for file in (file for file in read if file.problem):
        copy = area / extract.path / Path(file.name).name
        copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        delivered = raw / file.name
        if os.path.lexists(delivered) and not why_unreadable(delivered, raw):
            shutil.copyfile(delivered, copy)
        copy.with_name(f"{copy.name}{REASON}").write_text(f"{file.name} {file.problem}.\n", encoding="utf-8")
        copies.append(copy)
    return copies
