"""Writing a table: one statement, checked against the dictionary, in the caller's transaction.

The old table survives whatever goes wrong: columns are matched by name, types are the dictionary's, the key is unique, or nothing is
written.
"""

from functools import lru_cache

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pandas as pd
import pyarrow as pa
from duckdb import CatalogException, DuckDBPyConnection
from ibis.backends.sql.datatypes import DuckDBType

from district_platform.dictionary import KEY_SEPARATOR, Table, columns_of, schema_of
from district_platform.engine.database import literal, quoted, table_exists

EXAMPLES = 5

ibis.options.sql.fuse_selects = False
"""DuckDB merges nested selects by itself and as well; in Ibis it takes a third of the time in which SQL is made."""


class ContractError(ValueError):
    """A table is not what the dictionary says; the message names the table, the column or key, and how many."""


def replace_with_expression(connection: DuckDBPyConnection, table: Table, expression: ibis.Table) -> str:
    """Writes an Ibis expression over tables of the same database; returns the SQL it became."""
    _check_columns(table, expression.schema())
    query = _sql(connection, expression)
    try:
        _replace(connection, table, query)
    except CatalogException as error:
        message = str(error).splitlines()[0]
        raise ContractError(f"{table.name}: an input is missing; materialize it first ({message})") from error
    return query


def replace_with_frame(connection: DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    """Writes a pandas frame under the dictionary's types; an empty frame makes a typed, empty table."""
    _check_names(table, list(frame.columns))
    try:
        rows = pa.Table.from_pandas(frame[list(table.columns)], schema_of(table).to_pyarrow(), preserve_index=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise ContractError(f"{table.name}: {error}") from error
    connection.register("frame_to_write", rows)
    try:
        _replace(connection, table, "select * from frame_to_write")
    finally:
        connection.unregister("frame_to_write")


def row_count(connection: DuckDBPyConnection, name: str) -> int:
    return int(connection.execute(f"select count(*) from {quoted(name)}").fetchall()[0][0])


def _replace(connection: DuckDBPyConnection, table: Table, query: str) -> None:
    types = {name: duckdb_type(dtype) for name, dtype in schema_of(table).items()}
    columns = ", ".join(f"cast({quoted(name)} as {type_}) as {quoted(name)}" for name, type_ in types.items())
    connection.execute(f"create or replace table {quoted(table.name)} as select {columns} from ({query})")
    _check_key(connection, table)
    _comment(connection, table)


def duckdb_type(dtype: dt.DataType) -> str:
    return str(DuckDBType.from_ibis(dtype).sql(dialect="duckdb"))


def _check_names(table: Table, found: list[str]) -> None:
    missing = [name for name in table.columns if name not in found]
    surplus = [name for name in found if name not in table.columns]
    if missing or surplus:
        raise ContractError(f"{table.name}: missing columns {missing}, columns not in the dictionary {surplus}")


def _check_columns(table: Table, found: ibis.Schema) -> None:
    _check_names(table, list(found.names))
    wrong = [
        f"{name} is {found[name]}, the dictionary says {expected}"
        for name, expected in schema_of(table).items()
        if not _fits(found[name], expected)
    ]
    if wrong:
        raise ContractError(f"{table.name}: {'; '.join(wrong)}")


def _fits(found: dt.DataType, expected: dt.DataType) -> bool:
    """Whether values keep their meaning: an exact number never comes from a float, nor a date from text."""
    if expected.is_decimal():
        return found.is_decimal() or found.is_integer() or found.is_null()
    if expected.is_integer():
        return found.is_integer() or found.is_null()
    return found.copy(nullable=True) == expected or (found.castable(expected) and not found.is_boolean())


def _check_key(connection: DuckDBPyConnection, table: Table) -> None:
    if not table.key:
        return
    required = [name for name in table.key if name not in table.nullable_key]
    null_condition = " or ".join(f"{quoted(name)} is null" for name in required) or "false"
    name = quoted(table.name)
    repeated = _repeated_keys(connection, table)
    if repeated:
        examples = ", ".join(str(row[0]) for row in repeated)
        raise ContractError(f"{table.name}: {repeated[0][1]} keys ({', '.join(table.key)}) repeat: {examples}")
    nulls = connection.execute(f"select count(*) from {name} where {null_condition}").fetchall()[0][0]
    if nulls:
        raise ContractError(f"{table.name}: {nulls} rows have no key ({', '.join(required)})")


def _repeated_keys(connection: DuckDBPyConnection, table: Table) -> list[tuple]:
    """The first keys that stand twice, each with how many there are.

    Keys of different hashes are different, and hashes are cheaper to tell apart: the keys themselves are grouped only where two
    hashes are the same.
    """
    key = ", ".join(quoted(name) for name in table.key)
    name = quoted(table.name)
    same = connection.execute(f"select count(*) - count(distinct hash({key})) from {name}").fetchall()[0][0]
    if not same:
        return []
    shown = f"concat_ws({literal(KEY_SEPARATOR)}, {key})"
    query = f"select {shown}, count(*) over () from {name} group by {key} having count(*) > 1 order by all"
    return connection.execute(f"{query} limit {EXAMPLES}").fetchall()


def _comment(connection: DuckDBPyConnection, table: Table) -> None:
    about = f"{table.description} One row is {table.grain}."
    connection.execute(f"comment on table {quoted(table.name)} is {literal(about)}")
    for column in columns_of(table):
        place = f"{quoted(table.name)}.{quoted(column.name)}"
        connection.execute(f"comment on column {place} is {literal(column.description)}")


def ensure_table(connection: DuckDBPyConnection, table: Table) -> None:
    """Makes an empty table where there is none, for tables that several writers add to."""
    if not table_exists(connection, table.name):
        replace_with_nothing(connection, table)


def ensure_current_table(connection: DuckDBPyConnection, table: Table) -> None:
    """Makes an empty table where there is none. One of an earlier version, with other columns, is kept beside it as <name>_earlier."""
    if table_exists(connection, table.name):
        found = [name for name, *_ in connection.execute(f"describe {quoted(table.name)}").fetchall()]
        if found == list(table.columns):
            return
        earlier = quoted(f"{table.name}_earlier")
        connection.execute(f"drop table if exists {earlier}")
        connection.execute(f"alter table {quoted(table.name)} rename to {earlier}")
    replace_with_nothing(connection, table)


def replace_with_nothing(connection: DuckDBPyConnection, table: Table) -> None:
    """Writes the table typed and empty."""
    columns = ", ".join(f"{quoted(name)} {duckdb_type(dtype)}" for name, dtype in schema_of(table).items())
    connection.execute(f"create or replace table {quoted(table.name)} ({columns})")
    _comment(connection, table)


def append(connection: DuckDBPyConnection, table: Table, expression: ibis.Table) -> None:
    """Adds rows by name."""
    _check_columns(table, expression.schema())
    query = _sql(connection, expression)
    connection.execute(f"insert into {quoted(table.name)} by name {query}")


def append_frame(connection: DuckDBPyConnection, table: Table, frame: pd.DataFrame) -> None:
    """Adds a frame's rows by name."""
    _append_arrow(
        connection,
        table,
        pa.Table.from_pandas(frame[list(table.columns)], schema_of(table).to_pyarrow(), preserve_index=False),
    )


def append_records(connection: DuckDBPyConnection, table: Table, records: list[dict[str, object]]) -> None:
    """Adds rows by name; what a record does not say is null."""
    if records:
        _append_arrow(connection, table, pa.Table.from_pylist(records, schema_of(table).to_pyarrow()))


def _append_arrow(connection: DuckDBPyConnection, table: Table, rows: pa.Table) -> None:
    connection.register("rows_to_append", rows)
    connection.execute(f"insert into {quoted(table.name)} by name select * from rows_to_append")
    connection.unregister("rows_to_append")


def create_temporary(connection: DuckDBPyConnection, name: str, expression: ibis.Table) -> ibis.Table:
    """Keeps an expression's rows for the rest of the connection, and returns them as a table."""
    query = _sql(connection, expression)
    connection.execute(f"create or replace temp table {quoted(name)} as {query}")
    return ibis.table(expression.schema(), name=name)


def fetch(connection: DuckDBPyConnection, expression: ibis.Table) -> list[tuple]:
    """An expression's rows, for the few that Python needs to see."""
    return connection.execute(_sql(connection, expression)).fetchall()


def _sql(connection: DuckDBPyConnection, expression: ibis.Table) -> str:
    """The expression as DuckDB takes it, once the connection knows the rows that it holds in memory."""
    for memtable in expression.op().find(ops.InMemoryTable):
        connection.register(memtable.name, memtable.data.to_pyarrow(memtable.schema))
    return _compiled(expression.op())


@lru_cache(maxsize=64)
def _compiled(relation: ops.Relation) -> str:
    """The same expression is the same SQL: what is asked again and again, of every rule or extract, is made once."""
    return str(ibis.to_sql(relation.to_expr(), dialect="duckdb"))
