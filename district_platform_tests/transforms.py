"""Transforms run on small tables. Their SQL is made once: that takes most of a second, and running it a tenth."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis
import ibis.expr.operations as ops
import pyarrow as pa

from district_platform.engine.duckdb_tables import compiled

Transform = Callable[..., ibis.Table]


@dataclass(frozen=True)
class Query:
    """A transform's SQL, the columns of its result, and the rows that it holds itself."""

    sql: str
    schema: ibis.Schema
    constants: dict[str, pa.Table]


_made: dict[tuple[Any, ...], Query] = {}
"""By the transform, the columns of its tables and its other arguments."""


def executed(transform: Transform, *arguments: Any) -> ibis.Table:
    """What `transform(*arguments)` holds, as a table in memory."""
    query = _query(transform, arguments)
    inputs = {_name(n): _rows(a) for n, a in enumerate(arguments) if isinstance(a, ibis.Table)}
    with duckdb.connect() as connection:
        for name, rows in (query.constants | inputs).items():
            connection.register(name, rows)
        rows = connection.execute(query.sql).to_arrow_table().cast(query.schema.to_pyarrow())
    return ibis.memtable(rows, schema=query.schema)


def _query(transform: Transform, arguments: tuple[Any, ...]) -> Query:
    key = (transform, *(a.schema() if isinstance(a, ibis.Table) else repr(a) for a in arguments))
    if key not in _made:
        _made[key] = _compiled(
            transform(
                *(
                    ibis.table(argument.schema(), name=_name(n)) if isinstance(argument, ibis.Table) else argument
                    for n, argument in enumerate(arguments)
                )
            )
        )
    return _made[key]


def _compiled(expression: ibis.Table) -> Query:
    constants = {held.name: held.data.to_pyarrow(held.schema) for held in expression.op().find(ops.InMemoryTable)}
    return Query(compiled(expression.op()), expression.schema(), constants)


def _name(place: int) -> str:
    return f"input_{place}"


def _rows(table: ibis.Table) -> pa.Table:
    held = table.op()
    return held.data.to_pyarrow(held.schema) if isinstance(held, ops.InMemoryTable) else table.to_pyarrow()
