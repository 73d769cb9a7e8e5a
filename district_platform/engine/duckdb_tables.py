"""`Tables` on DuckDB: each method is a statement or two, in the caller's transaction.

Columns are matched by name, types are the dictionary's, and the key is unique; else nothing is written and the old table stays.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

import duckdb
import ibis
import ibis.expr.datatypes as dt
import ibis.expr.operations as ops
import pandas as pd
import pyarrow as pa
from duckdb import CatalogException, DuckDBPyConnection
from ibis.backends.sql.compilers import DuckDBCompiler
from ibis.backends.sql.datatypes import DuckDBType
from ibis.common.patterns import replace
from ibis.expr.rewrites import p

from district_platform.dictionary import KEY_SEPARATOR, Table, columns_of, schema_of
from district_platform.engine import contract, exports
from district_platform.engine.database import literal, quoted, table_exists
from district_platform.engine.tables import ContractError, MissingTableError, Rows, Tables

EXAMPLES = 5

ibis.options.sql.fuse_selects = False
"""Merging nested selects in Ibis takes a third of the time in which SQL is made, and DuckDB does it as well."""


@contextmanager
def tables_in_memory() -> Iterator["DuckDBTables"]:
    """Tables of nobody's file, gone after the block; one thread makes them, since they are small."""
    with duckdb.connect(config={"threads": 1}) as connection:
        yield DuckDBTables(connection)


class DuckDBTables(Tables):
    """The tables of a connection to DuckDB; whoever opened the connection closes it.

    `connection` is for the engine's own modules, for the store of punches and for Splink, which speak SQL to it.
    """

    def __init__(self, connection: DuckDBPyConnection) -> None:
        self.connection = connection

    def exists(self, name: str) -> bool:
        return table_exists(self.connection, name)

    def columns(self, name: str) -> list[str]:
        return [column for column, *_ in self.connection.execute(f"describe {quoted(name)}").fetchall()]

    def count(self, name: str) -> int:
        return int(self.connection.execute(f"select count(*) from {quoted(name)}").fetchall()[0][0])

    def fetch(self, expression: ibis.Table) -> list[tuple]:
        return self._result(expression).fetchall()

    def arrow(self, expression: ibis.Table) -> pa.Table:
        return self._result(expression).to_arrow_table()

    def replace(self, table: Table, rows: Rows) -> str:
        if isinstance(rows, ibis.Table):
            contract.check_columns(table, rows.schema())
            query = self.query(rows)
            try:
                self._replace(table, query)
            except CatalogException as error:
                raise MissingTableError(f"{table.name}: {_first_line(error)}") from error
            return query
        with self._registered(contract.typed(table, rows)) as name:
            self._replace(table, f"select * from {name}")
        return ""

    def append(self, table: Table, rows: Rows) -> None:
        into = f"insert into {quoted(table.name)} by name"
        if isinstance(rows, ibis.Table):
            contract.check_columns(table, rows.schema())
            self.connection.execute(f"{into} {self.query(rows)}")
        elif len(rows):
            with self._registered(contract.typed(table, rows)) as name:
                self.connection.execute(f"{into} select * from {name}")

    def delete(self, name: str, **values: object) -> None:
        condition = " and ".join(f"{quoted(column)} = ?" for column in values)
        self.connection.execute(f"delete from {quoted(name)} where {condition}", list(values.values()))

    def ensure(self, table: Table) -> None:
        if self.exists(table.name):
            if self.columns(table.name) == list(table.columns):
                return
            earlier = quoted(f"{table.name}_earlier")
            self.connection.execute(f"drop table if exists {earlier}")
            self.connection.execute(f"alter table {quoted(table.name)} rename to {earlier}")
        self.replace(table, [])

    def temporary(self, name: str, expression: ibis.Table) -> ibis.Table:
        self.connection.execute(f"create or replace temp table {quoted(name)} as {self.query(expression)}")
        return ibis.table(expression.schema(), name=name)

    def keep(self, name: str, schema: ibis.Schema, rows: pa.RecordBatchReader) -> ibis.Table:
        """Writes rows from elsewhere, batch by batch, into a temporary table with these types."""
        with self._registered(rows) as incoming:
            self.connection.execute(
                f"create or replace temp table {quoted(name)} as select {_cast(schema)} from {incoming}"
            )
        return ibis.table(schema, name=name)

    def drop(self, *names: str) -> None:
        for name in names:
            self.connection.execute(f"drop table if exists temp.{quoted(name)}")

    @contextmanager
    def transaction(self, *, keep: bool = True) -> Iterator[None]:
        self.connection.execute("begin transaction")
        try:
            yield
        except BaseException:
            self.connection.execute("rollback")
            raise
        self.connection.execute("commit" if keep else "rollback")

    def write_csv(self, rows: Table | pd.DataFrame, path: Path, *, byte_order_mark: bool = False) -> None:
        if isinstance(rows, pd.DataFrame):
            exports.export_frame_csv(self.connection, rows, path)
        else:
            exports.export_csv(self.connection, rows, path, byte_order_mark=byte_order_mark)

    def write_parquet(self, table: Table, folder: Path) -> None:
        exports.export_parquet(self.connection, table, folder)

    def write_rows(self, expression: ibis.Table, path: Path) -> int:
        """Writes an expression's rows, in its order, as one Parquet file; returns how many."""
        return exports.export_rows(self.connection, self.query(expression), path)

    def query(self, expression: ibis.Table) -> str:
        """The expression as SQL for DuckDB, after rows that it holds in memory are registered with the connection."""
        in_memory = expression.op().find(ops.InMemoryTable)
        for memtable in in_memory:
            self.connection.register(memtable.name, memtable.data.to_pyarrow(memtable.schema))
        return compiled(expression.op()) if in_memory else compiled_once(expression.op())

    def _result(self, expression: ibis.Table) -> DuckDBPyConnection:
        try:
            return self.connection.execute(self.query(expression))
        except CatalogException as error:
            raise MissingTableError(_first_line(error)) from error

    @contextmanager
    def _registered(self, rows: pa.Table | pa.RecordBatchReader) -> Iterator[str]:
        """The name under which the connection sees rows in memory, for the block."""
        self.connection.register("rows_to_write", rows)
        try:
            yield "rows_to_write"
        finally:
            self.connection.unregister("rows_to_write")

    def _replace(self, table: Table, query: str) -> None:
        columns = _cast(schema_of(table))
        with suppress(CatalogException):  # no view, unless a run on Spark made the table
            self.connection.execute(f"drop view {quoted(table.name)}")
        self.connection.execute(f"create or replace table {quoted(table.name)} as select {columns} from ({query})")
        check_key(self.connection, table)
        _comment(self.connection, table)


def compiled(relation: ops.Relation) -> str:
    """The relation as SQL for DuckDB."""
    return _COMPILER.to_sqlglot(relation.to_expr()).sql(dialect=_COMPILER.dialect, pretty=True)


compiled_once = lru_cache(maxsize=64)(compiled)
"""The SQL of an expression, kept: an expression that every rule or extract repeats is compiled once. One over rows in memory never comes
again, since each memtable has a name of its own, and would keep its rows."""


@replace(p.DropColumns)
def _what_is_left(_: ops.DropColumns, **_context: object) -> ops.Project:
    """A drop of columns as the selection of the others.

    Ibis writes what is used twice once, as a common table expression, but a drop at each use: the SQL of `staffing_ratios`, in which
    drops stand on drops, was two million characters.
    """
    return ops.Project(_.parent, {name: ops.Field(_.parent, name) for name in _.schema})


class _Compiler(DuckDBCompiler):
    """Ibis's, with drops as selections in the walk over the expression that it makes in any case."""

    rewrites = (_what_is_left, *DuckDBCompiler.rewrites)


_COMPILER = _Compiler()


def _first_line(error: CatalogException) -> str:
    return f"an input is missing; materialize it first ({str(error).splitlines()[0]})"


def _cast(schema: ibis.Schema) -> str:
    """The columns of a select under these names and types."""
    return ", ".join(
        f"cast({quoted(name)} as {duckdb_type(type_)}) as {quoted(name)}" for name, type_ in schema.items()
    )


def duckdb_type(dtype: dt.DataType) -> str:
    return str(DuckDBType.from_ibis(dtype).sql(dialect="duckdb"))


def check_key(connection: DuckDBPyConnection, table: Table) -> None:
    """Raises ContractError where keys of a written table repeat or have no value."""
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
    """The first repeated keys, each with the number of all repeated keys.

    Keys with different hashes are different, and hashes are cheaper to compare: the keys themselves are grouped only where two hashes are
    the same.
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
