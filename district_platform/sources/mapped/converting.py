"""The files of a mapping become canonical extracts, whole or not at all; every row is accepted, rejected with its line, or left out.

Rows read = accepted + rejected + left out, for every file and extract. What is written holds the line of each row, so that faults found
later are told with the file and line that were delivered.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import ibis

from district_platform.engine.deliveries import shown_name
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing_folder
from district_platform.engine.reading import FILE, LINE, MOST_BYTES, RawFile, read_rows
from district_platform.engine.records import CsvForm
from district_platform.engine.tables import Tables
from district_platform.sources.conversion import Conversion, FileCount, Nulled, Reject, ValueCount
from district_platform.sources.mapped import document as d
from district_platform.sources.mapped.compiling import (
    BAD_COLUMN,
    BAD_REASON,
    BAD_VALUE,
    FAULT,
    LEFT_OUT,
    UNKNOWN,
    UNMATCHED,
    Compiled,
    compile_block,
    compile_step,
    usable,
)
from district_platform.sources.mapped.drift import check_headers, lost_rows, newest_of, unknown_values
from district_platform.sources.mapped.reading import MappingError, columns_read
from district_platform.sources.mapped.sheets import read_marks

ROWS = "_rows.json"
"""In the folder of the converted extracts: the rows of each file, which the next conversion is held against."""
MOST_REJECTS = 100_000


@dataclass
class Delivered:
    """A file or a step of the mapping: its rows as a temporary table, and what was found in each path that they come from."""

    rows: ibis.Table
    raw: list[RawFile]


@dataclass
class Outcome:
    """What a conversion gathers on its way."""

    files: list[FileCount] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    nulled: list[Nulled] = field(default_factory=list)
    looked_up: list[ValueCount] = field(default_factory=list)


def convert_mapped(
    tables: DuckDBTables,
    mapping: d.Mapping,
    folder: Path,
    out: Path,
    null_words: Collection[str] = (),
    most_bytes: int = MOST_BYTES,
    *,
    proposed_too: bool = False,
) -> Conversion:
    """Writes the extracts of the mapping under `out` as Parquet, replacing the folder as a whole, and says what became of each row.

    Of what is proposed and not confirmed, nothing is converted unless `proposed_too`. Raises MappingError, and leaves `out` as it was,
    where the files are not what was decided upon.
    """
    blocks = [block for block in mapping.blocks() if proposed_too or block[2].status == "confirmed"]
    if not blocks:
        raise MappingError(
            f"mappings/{mapping.name}.toml: no extract is confirmed. `district-platform map review` asks what is open."
        )
    outcome = Outcome()
    needed = columns_read(mapping)
    steps = steps_needed(mapping, [block for _, _, block in blocks])
    used = {
        name
        for rows in (*(block for _, _, block in blocks), *(r for step in steps for r in mapping.step[step]))
        for name in (rows.from_, *(join.file for join in rows.join))
    }
    delivered = {
        name: _read(
            tables,
            f"mapped_{number}",
            file,
            folder,
            needed[name],
            [*null_words, *file.null],
            most_bytes,
            mapping.year_starts,
            outcome,
        )
        for number, (name, file) in enumerate(mapping.files.items())
        if name in used
    }
    outcome.notes += lost_rows(_rows_before(out), _row_counts(delivered))
    for name in steps:
        delivered[name] = _made(tables, mapping, name, delivered, outcome)
    with replacing_folder(out) as building:
        for path, number, block in blocks:
            decision = f"block {number} of {path}"
            _check_joins(tables, mapping, decision, block, delivered)
            compiled = compile_block(mapping, path, block, {name: one.rows for name, one in delivered.items()})
            _convert(tables, path, number, block, compiled, delivered[block.from_], building, outcome)
            outcome.notes += unknown_values(tables, mapping, path, block, delivered[block.from_].rows)
        of_files = {name: one for name, one in delivered.items() if name in mapping.files}
        (building / ROWS).write_text(json.dumps(_row_counts(of_files)))
    tables.drop(*(f"mapped_{number}" for number in range(len(mapping.files))), *map(_name_of_step, steps))
    notes = [*outcome.notes, *_undecided(mapping), *mapping.notes]
    return Conversion(outcome.files, outcome.rejects, notes, notes, outcome.nulled, outcome.looked_up)


def steps_needed(mapping: d.Mapping, blocks: Sequence[d.Rows]) -> list[str]:
    """The steps from which blocks come, in their order."""
    needed: set[str] = set()
    waiting: list[d.Rows] = list(blocks)
    while waiting:
        rows = waiting.pop()
        for name in (rows.from_, *(join.file for join in rows.join)):
            if name in mapping.step and name not in needed:
                needed.add(name)
                waiting += mapping.step[name]
    return [name for name in mapping.step if name in needed]


def _name_of_step(name: str) -> str:
    return f"mapped_step_{name}"


def _made(
    tables: DuckDBTables, mapping: d.Mapping, name: str, delivered: dict[str, Delivered], outcome: Outcome
) -> Delivered:
    """The rows of a step. Raises MappingError where a file that is joined has several rows for one key."""
    for number, step in enumerate(mapping.step[name], start=1):
        _check_joins(tables, mapping, f"block {number} of step {name}", step, delivered)
        outcome.notes += unknown_values(tables, mapping, f"step {name}", step, delivered[step.from_].rows)
    rows = compile_step(mapping, name, {other: one.rows for other, one in delivered.items()})
    raw = {found.name: found for step in mapping.step[name] for found in delivered[step.from_].raw}
    return Delivered(tables.temporary(_name_of_step(name), rows), list(raw.values()))


def form_of(file: d.File) -> CsvForm:
    return CsvForm(file.delimiter, file.quote, file.skip, None if file.encoding == "utf-8" else file.encoding)


def files_of(file: d.File, folder: Path) -> list[Path]:
    """The delivered files that a file of the mapping means, by name; none where it is gone."""
    return sorted(path for path in folder.glob(file.path) if not path.name.startswith("."))


def delivered_files(mapping: d.Mapping, folder: Path) -> list[Path]:
    """Every file that the mapping reads."""
    return sorted({path for file in mapping.files.values() for path in files_of(file, folder)})


def _read(
    tables: DuckDBTables,
    target: str,
    file: d.File,
    folder: Path,
    needed: dict[str, str],
    null_words: Sequence[str],
    most_bytes: int,
    year_starts: str,
    outcome: Outcome,
) -> Delivered:
    """The rows of one file, or of all files of its pattern. Raises MappingError where it is gone, unreadable, or lacks a column."""
    paths = files_of(file, folder)
    if not paths:
        raise MappingError(
            f"{file.path}: was mapped and is not in {folder}.{newest_of(file.path, folder)} Deliver it, or skip what is made of it."
        )
    columns = list(needed)
    named = [(shown_name(path, folder), path) for path in paths]
    if file.sheet is None:
        raw = read_rows(tables, target, columns, named, most_bytes=most_bytes, form=form_of(file))
    else:
        made = {file.sheet.date, file.sheet.mark}
        needed = {name: decision for name, decision in needed.items() if name not in made}
        raw = read_marks(tables, target, list(needed), named, file.sheet, form_of(file), year_starts, most_bytes)
    if unusable := [f"{found.name} {found.problem}" for found in raw if found.problem]:
        raise MappingError(f"{'; '.join(unusable)}. Nothing was converted.")
    for found in raw:
        outcome.notes += check_headers(found, file, needed)
    rows = ibis.table(dict.fromkeys(columns, "string") | {FILE: "string", LINE: "int64"}, name=target)
    if null_words:
        rows = rows.mutate(**{c: rows[c].isin(list(null_words)).ifelse(ibis.null("string"), rows[c]) for c in columns})
    return Delivered(rows, raw)


def _check_joins(
    tables: Tables, mapping: d.Mapping, decision: str, block: d.Rows, delivered: dict[str, Delivered]
) -> None:
    """Raises MappingError where a file that is joined has several rows for one key."""
    for join in block.join:
        right = usable(delivered[join.file].rows).drop_null(list(join.on.values()))
        counts = right.group_by(*join.on.values()).agg(n=right.count(), line=right[LINE].max())
        repeated = counts.filter(counts.n > 1)
        [(n, line)] = tables.fetch(repeated.agg(n=repeated.count(), line=repeated.line.min()))
        if n:
            names = ", ".join(join.on.values())
            where = mapping.files[join.file].path if join.file in mapping.files else f"step {join.file}"
            raise MappingError(
                f"{where}, line {line}: {names} repeats there, as {n:,} values do. A join in {decision} "
                "needs one row for each: name further columns under `on`, or prepare the file."
            )


def _convert(
    tables: DuckDBTables,
    path: str,
    number: int,
    block: d.Block,
    compiled: Compiled,
    delivered: Delivered,
    building: Path,
    outcome: Outcome,
) -> None:
    """Writes the accepted rows of a block, a file for each that was delivered, and tells the others."""
    is_mixed = bool(block.one_per or block.join or compiled.is_of_step)
    if is_mixed:
        compiled.rows = tables.temporary("mapped_block", compiled.rows)
    part = path if number == 1 else f"{path} (block {number})"
    written = {
        raw.name: _write(tables, compiled, raw, building / path, number, is_mixed)
        for raw in delivered.raw
        if not raw.copy_of
    }
    is_whole = all(written.get(raw.name, 0) == raw.n_rows for raw in delivered.raw)
    others = {} if is_whole else _others(tables, compiled)
    for raw in delivered.raw:
        n_left_out, n_rejected = others.get(raw.name, (0, 0))
        n_rejected += len(raw.broken)
        outcome.rejects += [Reject(raw.name, row.line, "", "", row.reason, part) for row in raw.broken]
        n_accepted = written.get(raw.name, 0)
        columns = tuple(raw.columns)
        count = FileCount(raw.name, raw.sha256, raw.n_rows_read, n_accepted, n_rejected, 0, columns, n_left_out, part)
        if count.rows_read != n_accepted + n_rejected + n_left_out:
            raise AssertionError(f"{part}: rows of {raw.name} are not those accepted, rejected and left out")
        outcome.files.append(count)
    if any(n_rejected for _, n_rejected in others.values()):
        outcome.rejects += _rejects(tables, part, number, block, compiled, path)
    for column, lookup in compiled.looked_up.items():
        _tell_unknown(tables, part, column, lookup, compiled, outcome)
    if len(outcome.rejects) > MOST_REJECTS:
        first = outcome.rejects[0]
        raise MappingError(
            f"{path}: more than {MOST_REJECTS:,} rows cannot be used. The first is {first.file}, line {first.line}: {first.reason}."
        )
    tables.drop("mapped_block")


def _write(tables: DuckDBTables, compiled: Compiled, raw: RawFile, folder: Path, number: int, is_mixed: bool) -> int:
    """Writes a file's accepted rows in its order, which has to be made where they are mixed; returns how many."""
    rows = compiled.rows.filter(compiled.is_accepted, compiled.rows[FILE] == raw.name)
    target = folder / f"{raw.name.replace('/', '_')}{'' if number == 1 else f'.{number}'}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    shown = rows.select(*compiled.columns, LINE)
    return tables.write_rows(shown.order_by(LINE) if is_mixed else shown, target)


def _others(tables: Tables, compiled: Compiled) -> dict[str, tuple[int, int]]:
    """By file, the rows left out and the rows rejected."""
    rows = compiled.rows
    counts = rows.group_by(FILE).agg(
        n_left_out=rows.count(where=rows[LEFT_OUT]), n_rejected=rows.count(where=compiled.is_rejected)
    )
    return {name: (n_left_out, n_rejected) for name, n_left_out, n_rejected in tables.fetch(counts)}


def _tell_unknown(
    tables: Tables, part: str, column: str, lookup: d.Lookup, compiled: Compiled, outcome: Outcome
) -> None:
    """Values of a lookup without a meaning, in a column that is no text: each is a finding, and their share is judged."""
    rows = compiled.rows.filter(compiled.is_accepted)
    text = rows[UNKNOWN + column]
    counts = rows.group_by(FILE).agg(
        n_values=rows.count(where=text.notnull() | rows[column].notnull()), n_nulled=rows.count(where=text.notnull())
    )
    outcome.looked_up += [
        ValueCount(name, column, n_values, n_nulled, part) for name, n_values, n_nulled in tables.fetch(counts)
    ]
    unknown = rows.filter(text.notnull()).select(FILE, LINE, text).order_by(FILE, LINE)
    reason = f"has no meaning in lookups.{lookup.lookup}"
    outcome.nulled += [
        Nulled(file, line, column, value, reason, part)
        for file, line, value in tables.fetch(unknown.limit(MOST_REJECTS))
    ]


def _rejects(tables: Tables, part: str, number: int, block: d.Block, compiled: Compiled, path: str) -> list[Reject]:
    """Every reason for which a row of the block was rejected."""
    rows = compiled.rows.filter(compiled.is_rejected)
    found: list[Reject] = []
    decision = f"block {number} of {path}"
    for column, must_be in compiled.faults.items():
        text = rows[FAULT + column]
        for file, line, value in tables.fetch(
            rows.filter(text.notnull()).select(FILE, LINE, text).limit(MOST_REJECTS + 1)
        ):
            found.append(Reject(file, line, column, value, f"is not {must_be} ({column} in {decision})", part))
    if compiled.is_of_step:
        bad = rows.filter(rows[BAD_REASON].notnull()).select(FILE, LINE, BAD_COLUMN, BAD_VALUE, BAD_REASON)
        for file, line, column, value, reason in tables.fetch(bad.limit(MOST_REJECTS + 1)):
            found.append(Reject(file, line, column, value or "", reason, part))
    for file, line, join in tables.fetch(
        rows.filter(rows[UNMATCHED].notnull()).select(FILE, LINE, UNMATCHED).limit(MOST_REJECTS + 1)
    ):
        joined = block.join[join - 1]
        names = ", ".join(joined.on)
        found.append(
            Reject(file, line, names, "", f"{names}: {joined.file} has no such row (join in {decision})", part)
        )
    return sorted(found, key=lambda reject: (reject.file, reject.line, reject.column, reject.value))


def _row_counts(delivered: dict[str, Delivered]) -> dict[str, int]:
    return {name: sum(raw.n_rows_read for raw in one.raw) for name, one in delivered.items()}


def _rows_before(out: Path) -> dict[str, int]:
    """The rows of each file at the last conversion; none where there was none."""
    file = out / ROWS
    return json.loads(file.read_text()) if file.exists() else {}


def _undecided(mapping: d.Mapping) -> list[str]:
    proposed = sorted({path for path, _, block in mapping.blocks() if block.status == "proposed"})
    return [f"Not converted, as the mapping only proposes them: {', '.join(proposed)}."] if proposed else []
