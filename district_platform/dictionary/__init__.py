"""The dictionary: every column described once, every table once.

From it come Dagster's column metadata, DuckDB's comments, the contract checks and docs/data_dictionary.md. Entries stand in one
module per subject; here they are gathered, and what follows from others (staged tables, released tables) is derived.
"""

from dataclasses import replace

import ibis

from district_platform.dictionary import (
    achievement,
    analysis,
    assessments,
    attendance,
    courses,
    online,
    privacy,
    quality,
    school_comparison,
    schools,
    staff,
    staffing,
    store,
    students,
    timekeeping,
)
from district_platform.dictionary.model import (
    KEY_SEPARATOR,
    Adding,
    Carried,
    Column,
    Count,
    Counted,
    Layer,
    Measure,
    Owner,
    Ranges,
    Reference,
    Repeats,
    Rounding,
    Sensitivity,
    Side,
    Table,
    Told,
    Within,
)

__all__ = [
    "COLUMNS",
    "COUNTS",
    "EXTRACTS",
    "KEY_SEPARATOR",
    "TABLES",
    "Adding",
    "Carried",
    "Column",
    "Count",
    "Counted",
    "Layer",
    "Measure",
    "Owner",
    "Ranges",
    "Reference",
    "Repeats",
    "Rounding",
    "Sensitivity",
    "Side",
    "Table",
    "Told",
    "Within",
    "columns_of",
    "display_column",
    "schema_of",
    "tables_in",
]

SUBJECTS = (
    schools,
    students,
    attendance,
    courses,
    assessments,
    staff,
    online,
    store,
    timekeeping,
    quality,
    analysis,
    staffing,
    school_comparison,
    achievement,
    privacy,
)


def _once(entries: tuple[Column, ...] | tuple[Table, ...] | tuple[Count, ...]) -> dict:
    found: dict = {}
    for entry in entries:
        if entry.name in found:
            raise ValueError(f"the dictionary describes {entry.name} twice")
        found[entry.name] = entry
    return found


def display_column(measure: str) -> str:
    """Name of the column that holds what a reader sees of a released measure."""
    return f"{measure}_display"


def _display(column: Column) -> Column:
    return Column(display_column(column.name), "string", f"{column.name} as a reader sees it; says so where hidden.")


def _staged(extract: Table) -> Table:
    return replace(
        extract,
        name=f"stg_{extract.name}",
        layer=Layer.STAGING,
        description=f"Extract {extract.path}, typed, trimmed and judged against the contract.",
    )


def _released(table: Table) -> Table:
    shown = tuple(display_column(measure.column) for measure in table.measures)
    return replace(
        table,
        name=f"release_{table.name}",
        layer=Layer.RELEASE,
        columns=(*table.columns, *shown, "suppression", "as_of_date"),
        description=f"{table.name} as it may leave the platform: figures of small groups hidden.",
    )


_described = _once(tuple(table for subject in SUBJECTS for table in subject.TABLES))
_measured = _once(tuple(column for subject in SUBJECTS for column in subject.COLUMNS))

EXTRACTS: dict[str, Table] = {t.name: t for t in _described.values() if t.system}
"""The data contract: what may lie under data/raw."""

TABLES: dict[str, Table] = _once(
    (
        *(_staged(t) for t in EXTRACTS.values()),
        *(t for t in _described.values() if not t.system),
        *(_released(t) for t in _described.values() if t.layer is Layer.ANALYSIS),
    )
)
"""Every table of the warehouse, by name."""

COLUMNS: dict[str, Column] = _once(
    (
        *_measured.values(),
        *(_display(_measured[c]) for c in sorted({m.column for t in TABLES.values() for m in t.measures})),
    )
)
"""Every column, by name; a name means the same wherever it stands."""


COUNTS: dict[str, Count] = _once(tuple(count for subject in SUBJECTS for count in getattr(subject, "COUNTS", ())))
"""Counts of children whose relations readers know, by name; of any other, that groups and grades add up."""


def tables_in(layer: Layer) -> list[Table]:
    """Tables of a layer, in the dictionary's order."""
    return [table for table in TABLES.values() if table.layer is layer]


def columns_of(table: Table) -> list[Column]:
    """Columns of a table, in their order."""
    return [COLUMNS[name] for name in table.columns]


def schema_of(table: Table) -> ibis.Schema:
    """Names and types of a table's columns, in their order."""
    return ibis.schema({column.name: column.type for column in columns_of(table)})
