"""Checks what is to be written against the dictionary: columns, types, and Python rows converted to these types. Independent of the engine.

The engine finds repeated keys when it has written the rows.
"""

from collections.abc import Mapping, Sequence

import ibis
import ibis.expr.datatypes as dt
import pandas as pd
import pyarrow as pa

from district_platform.dictionary import Table, schema_of
from district_platform.engine.tables import ContractError


def check_columns(table: Table, found: ibis.Schema) -> None:
    """Raises ContractError where an expression's columns or types are not the dictionary's."""
    _check_names(table, list(found.names))
    wrong = [
        f"{name} is {found[name]}, the dictionary says {expected}"
        for name, expected in schema_of(table).items()
        if not _fits(found[name], expected)
    ]
    if wrong:
        raise ContractError(f"{table.name}: {'; '.join(wrong)}")


def typed(table: Table, rows: pd.DataFrame | Sequence[Mapping[str, object]]) -> pa.Table:
    """A frame or records converted to the dictionary's types; a value missing from a record is null. Raises ContractError."""
    schema = schema_of(table).to_pyarrow()
    if isinstance(rows, pd.DataFrame):
        _check_names(table, list(rows.columns))
    try:
        if isinstance(rows, pd.DataFrame):
            return pa.Table.from_pandas(rows[list(table.columns)], schema, preserve_index=False)
        return pa.Table.from_pylist(list(rows), schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ContractError(f"{table.name}: {error}") from error


def _check_names(table: Table, found: list[str]) -> None:
    missing = [name for name in table.columns if name not in found]
    surplus = [name for name in found if name not in table.columns]
    if missing or surplus:
        raise ContractError(f"{table.name}: missing columns {missing}, columns not in the dictionary {surplus}")


def _fits(found: dt.DataType, expected: dt.DataType) -> bool:
    """Whether values keep their meaning: an exact number never comes from a float, nor a date from text."""
    if expected.is_decimal():
        return found.is_decimal() or found.is_integer() or found.is_null()
    if expected.is_integer():
        return found.is_integer() or found.is_null()
    return found.copy(nullable=True) == expected or (found.castable(expected) and not found.is_boolean())
