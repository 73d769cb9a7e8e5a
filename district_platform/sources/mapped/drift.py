"""What differs between the files that were mapped and those that came: some of it is said, and some of it ends the conversion."""

import difflib
from pathlib import Path

import ibis

from district_platform.dictionary import COLUMNS
from district_platform.engine.reading import RawFile
from district_platform.engine.tables import Tables
from district_platform.sources.mapped import document as d
from district_platform.sources.mapped.compiling import holding
from district_platform.sources.mapped.proposing.values import column_of, means
from district_platform.sources.mapped.reading import MappingError

MOST_SHOWN, OFTEN = 5, 10
"""Values that a note shows at most, and how often one must stand there: a rare value may be a person's."""
FEWEST = 0.5
"""Share of the rows of the last time below which a file is told: half a file is often an export that was cut off."""


def check_headers(raw: RawFile, file: d.File, needed: dict[str, str]) -> list[str]:
    """Notes on columns that came, went or moved. Raises MappingError where one that is used is missing."""
    found = [name for name in raw.columns if name]
    for name, decision in needed.items():
        if name not in found:
            new = [header for header in found if header not in file.headers] or found
            near = difflib.get_close_matches(name, new, n=1, cutoff=0.0)
            raise MappingError(
                f"{raw.name}: column {name} is missing from the header; it is {decision}."
                f"{f' The nearest new column is {near[0]}.' if near else ''} Put it back, or decide anew (district-platform map review)."
            )
    if not file.headers:
        return []
    new = [name for name in found if name not in file.headers]
    gone = [name for name in file.headers if name not in found]
    notes = []
    if new:
        notes.append(f"{raw.name} has columns that the mapping does not know, and that are not read: {', '.join(new)}.")
    if gone:
        notes.append(
            f"{raw.name} lacks columns that it had when it was mapped, and that are not used: {', '.join(gone)}."
        )
    if not new and not gone and found != list(file.headers):
        notes.append(f"{raw.name} has its columns in another order than when it was mapped, which does not matter.")
    return notes


def lost_rows(before: dict[str, int], now: dict[str, int]) -> list[str]:
    """A warning for each file with fewer than half of the rows that it had at the last conversion."""
    return [
        f"Warning: {name} has {now[name]:,} rows; the last time it had {n:,}. Was the export cut off?"
        for name, n in before.items()
        if name in now and now[name] < n * FEWEST
    ]


def unknown_values(
    tables: Tables, mapping: d.Mapping, path: str, block: d.Step | d.Block, rows: ibis.Table
) -> list[str]:
    """A note for each lookup that meets values without a decision, with how many rows have them; a rare value is not shown.

    A value that the contract itself knows needs no decision.
    """
    notes = []
    for column, operation in block.columns.items():
        if not isinstance(operation, d.Lookup) or operation.of not in rows.columns:
            continue
        known = list(mapping.lookups[operation.lookup])
        found = holding(rows, block.where)
        value = found[operation.of].name("value")
        unknown = found.select(value).filter(lambda t, known=known: t.value.notnull() & ~t.value.isin(known or [""]))
        counts = unknown.group_by("value").agg(n=unknown.count())
        meant = column_of(operation.lookup)
        counted = tables.fetch(counts.order_by(ibis.desc("n"), "value"))
        values = [(text, n) for text, n in counted if meant is None or means(meant, text) is None]
        if values:
            shown = ", ".join(f'"{text}" {n:,}' for text, n in values[:MOST_SHOWN] if n >= OFTEN)
            n_rows = sum(n for _, n in values)
            which = (
                f"{len(values):,} values of {operation.of} have"
                if len(values) > 1
                else f"1 value of {operation.of} has"
            )
            notes.append(
                f"{path}: {which} no meaning in lookups.{operation.lookup}, in {n_rows:,} row{'s' * (n_rows > 1)}"
                f"{f' ({shown})' if shown else ''}; {column} is {_instead(column)}."
            )
    return notes


def _instead(column: str) -> str:
    """What a column of the contract is where its lookup does not know the value."""
    return "judged as they stand" if column not in COLUMNS or COLUMNS[column].type == "string" else "empty there"


def newest_of(pattern: str, folder: Path) -> str:
    """The delivered file that may have been meant, as a sentence; empty where there is none."""
    names = (
        [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    )
    near = difflib.get_close_matches(pattern, names, n=1)
    return f" Is {near[0]} meant?" if near else ""
