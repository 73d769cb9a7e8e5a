"""Loading one extract into the warehouse, in one transaction: its table, the state of its files, its rejects.

Rows read = accepted + rejected, for every file; the load fails otherwise rather than publish a count that does not add up.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import ibis

from district_platform.dictionary import TABLES, Table
from district_platform.engine.deliveries import find_files, shown_name
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.reading import FILE, LINE, RawFile, read_rows
from district_platform.engine.tables import Tables, unbound
from district_platform.settings import ExtractFormat
from district_platform.staging import judging
from district_platform.staging.formats import most_bytes
from district_platform.staging.precedence import leave_out_given
from district_platform.staging.setting_aside import (
    absent_columns,
    keep_extra_values,
    leave_out_without_key,
    problem_of,
    read_extra_columns,
    set_aside,
)

ACCOUNT = (
    "extract_files",
    "extract_columns",
    "extract_absent_columns",
    "extract_rejects",
    "extract_nulled_values",
    "extract_extra_values",
)
"""Tables in which staging writes down what it read."""

ClosedValues = dict[tuple[str, str], tuple[int, int]]
"""By file and closed column: the number of values delivered, and how many became null; no rows where none did."""


@dataclass(frozen=True)
class Loaded:
    """What became of an extract's rows."""

    extract: str
    files: list[RawFile]
    n_accepted: int
    n_rejected: int

    @property
    def n_read(self) -> int:
        return self.n_accepted + self.n_rejected


def load_extract(tables: DuckDBTables, raw: Path, extract: Table, form: ExtractFormat | None = None) -> Loaded:
    """Replaces stg_<extract> by what lies under `raw`; a missing extract leaves it empty, with its columns."""
    files = [(shown_name(path, raw), path) for path in find_files(raw, extract.path)]
    return load_files(tables, [files], extract, form)


def load_files(
    tables: DuckDBTables,
    groups: Sequence[Sequence[tuple[str, Path]]],
    extract: Table,
    form: ExtractFormat | None = None,
) -> Loaded:
    """Replaces stg_<extract> by the rows of these files, each under the name by which it is told.

    Of several groups of files, a row stays out whose key a group before its own gives. `form` says how the files differ from the
    contract, where they do (settings, sources.extracts).
    """
    form = form or ExtractFormat()
    files = list(chain.from_iterable(groups))
    read = read_rows(tables, "raw_rows", extract.columns, files, form.headers, most_bytes(form))
    extra = read_extra_columns(tables, extract, files, read, most_bytes(form)) if extract.sets_files_aside else None
    with tables.transaction():
        forget_account(tables, extract.path)
        closed: ClosedValues = {}
        if read:
            closed = _judge(tables, extract, read, form, groups)
            if extra is not None:
                keep_extra_values(tables, extract, extra, read)
        else:
            tables.replace(TABLES[f"stg_{extract.name}"], [])
        return _keep_account(tables, extract, read, closed)


def main_fault(tables: Tables, extract: str) -> str | None:
    """The fault that most of an extract's rejected rows have: its column, kind and first place. Not the value, which may be a person's."""
    every = unbound("extract_rejects")
    rejects = every.filter(every.extract == extract)
    place = rejects.file_name + ":" + rejects.line_number.cast(str)
    first = place.argmin(rejects.line_number)
    counted = rejects.group_by("column_name", "message").agg(n=rejects.count(), first=first)
    main = counted.order_by(ibis.desc("n"), "first").limit(1)
    for column, message, n, where in tables.fetch(main):
        return f"{f'{column} ' if column else ''}{message}: {n:,} of them, first {where}"
    return None


def forget_account(tables: Tables, extract: str) -> None:
    """Deletes the record of an extract's files that its last load wrote."""
    for name in ACCOUNT:
        tables.ensure(TABLES[name])
        tables.delete(name, extract=extract)


def _judge(
    tables: Tables,
    extract: Table,
    read: Sequence[RawFile],
    form: ExtractFormat,
    groups: Sequence[Sequence[tuple[str, Path]]],
) -> ClosedValues:
    """Types every row, writes down the faults, and leaves the accepted rows in the staged table."""
    raw_schema = dict.fromkeys(extract.columns, "string") | {FILE: "string", LINE: "int64"}
    raw = ibis.table(raw_schema, name="raw_rows")
    time_formats = form.time_formats
    typed = judging.typed(raw, extract, time_formats, form.null_words, _lacking(extract, read))
    rows = tables.temporary("typed_rows", typed)
    tables.drop("raw_rows")
    if len(groups) > 1:
        rows = leave_out_given(tables, rows, read, [[name for name, _ in group] for group in groups])
    if extract.sets_files_aside:
        set_aside(tables, extract, rows, read, time_formats)
    leave_out_without_key(tables, extract, rows, read)
    _write_broken_rows(tables, extract, read)
    [(n_unreadable, n_repeated, n_outside)] = tables.fetch(judging.fault_counts(rows, extract))
    accepted, closed = rows, ClosedValues()
    if n_unreadable:
        faults = tables.temporary("unreadable", judging.unreadable_values(rows, extract, time_formats))
        accepted = _reject(tables, extract, accepted, faults)
    if n_repeated:
        faults = tables.temporary("surplus", judging.surplus_rows(accepted, extract))
        accepted = _reject(tables, extract, accepted, faults)
    if n_outside:
        outside = judging.values_outside_domain(accepted, extract)
        _append_faults(tables, "extract_nulled_values", extract, outside)
        rows_of_closed = tables.fetch(judging.closed_values(accepted, extract))
        closed = {(file, column): (n_values, n_nulled) for file, column, n_values, n_nulled in rows_of_closed}
    staged = TABLES[f"stg_{extract.name}"]
    tables.replace(staged, accepted.select(*staged.columns))
    tables.drop("typed_rows", "typed_rows_left")
    return closed


def _lacking(extract: Table, read: Sequence[RawFile]) -> dict[str, list[str]]:
    """The names of the usable files that lack an optional column, by column."""
    usable = [raw for raw in read if not raw.problem]
    found = {name: [raw.name for raw in usable if name not in raw.columns] for name in extract.absences}
    return {name: files for name, files in found.items() if files}


def _reject(tables: Tables, extract: Table, rows: ibis.Table, faults: ibis.Table) -> ibis.Table:
    _append_faults(tables, "extract_rejects", extract, faults)
    return judging.without(rows, faults)


def _append_faults(tables: Tables, target: str, extract: Table, faults: ibis.Table) -> None:
    expression = faults.mutate(extract=ibis.literal(extract.path)).select(*TABLES[target].columns)
    tables.append(TABLES[target], expression)


def _write_broken_rows(tables: Tables, extract: Table, read: Sequence[RawFile]) -> None:
    about = {"extract": extract.path, "rule_id": "CON-02"}
    rejects = [
        {**about, "file_name": raw.name, "line_number": row.line, "message": row.reason}
        for raw in read
        for row in raw.broken
    ]
    tables.append(TABLES["extract_rejects"], rejects)


def _keep_account(tables: Tables, extract: Table, read: Sequence[RawFile], closed: ClosedValues) -> Loaded:
    every = unbound("extract_rejects")
    rejects = every.filter(every.extract == extract.path)
    counts = rejects.group_by("file_name").agg(n_rows=rejects.line_number.nunique())
    rejected: dict[str, int] = dict(tables.fetch(counts))
    for raw in read:
        raw.n_rejected = rejected.get(raw.name, 0)
    tables.append(TABLES["extract_files"], [_account_of(raw, extract) for raw in read])
    columns = [record for raw in read for record in _columns_of(raw, extract, closed)]
    tables.append(TABLES["extract_columns"], columns)
    tables.append(
        TABLES["extract_absent_columns"], [record for raw in read for record in _absent_columns_of(raw, extract)]
    )
    n_accepted = tables.count(f"stg_{extract.name}")
    expected = sum(raw.n_rows_accepted for raw in read)
    if n_accepted != expected:
        raise AssertionError(f"{extract.path}: {n_accepted} rows accepted, but read less rejected is {expected}")
    return Loaded(extract.path, list(read), n_accepted, sum(raw.n_rejected for raw in read))


def _account_of(raw: RawFile, extract: Table) -> dict[str, object]:
    return {
        "extract": extract.path,
        "file_name": raw.name,
        "sha256": raw.sha256,
        "encoding": raw.encoding,
        "n_rows_read": raw.n_rows_read,
        "n_rows_accepted": raw.n_rows_accepted,
        "n_rows_rejected": raw.n_rejected,
        "n_rows_left_out": raw.n_left_out,
        "problem": problem_of(raw, extract),
    }


def _columns_of(raw: RawFile, extract: Table, closed: ClosedValues) -> list[dict[str, object]]:
    known = [name for name in extract.columns if name in raw.columns]
    counts = {name: closed.get((raw.name, name), (None, None)) for name in known}
    return [
        {
            "extract": extract.path,
            "file_name": raw.name,
            "column_name": name,
            "n_values": n_values,
            "n_nulled": n_nulled,
        }
        for name, (n_values, n_nulled) in counts.items()
    ]


def _absent_columns_of(raw: RawFile, extract: Table) -> list[dict[str, object]]:
    if problem_of(raw, extract):
        return []
    about = {"extract": extract.path, "file_name": raw.name}
    return [
        {**about, "column_name": name, "alike_header": alike} for name, alike in absent_columns(raw, extract).items()
    ]


def values_at_fault(tables: Tables) -> dict[str, list[str]]:
    """The values that were rejected or nulled, by <file>:<line> and <file>:<line>:<column>; typed and closed columns only."""
    places: dict[str, list[str]] = {}
    for name in ("extract_rejects", "extract_nulled_values"):
        found = unbound(name).drop_null("value")
        place = found.file_name + ":" + found.line_number.cast(str)
        shown = found.select(place, "column_name", "value")
        for row, column, value in tables.fetch(shown.order_by(*shown.columns)):
            places.setdefault(row, []).append(value)
            places.setdefault(f"{row}:{column}", []).append(value)
    return places
