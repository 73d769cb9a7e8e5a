"""`Tables` with Spark for the large ones: they lie in the lake, and the warehouse has a view of each.

An expression for a dimension, fact, measure or analysis table runs on Spark; all else is DuckDB's, which reads the lake's Parquet
through the views. What Spark reads and the warehouse holds is copied to the lake first, once a run.
"""

import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import ibis
import ibis.expr.operations as ops
from duckdb import CatalogException, DuckDBPyConnection

from district_platform.dictionary import TABLES, Layer, Table, columns_of, schema_of
from district_platform.engine import contract
from district_platform.engine.database import literal, quoted
from district_platform.engine.duckdb_tables import DuckDBTables, check_key
from district_platform.engine.spark import statements
from district_platform.engine.spark.faults import fault
from district_platform.engine.spark.lake import Lake, Maker
from district_platform.engine.spark.steps import steps_of
from district_platform.engine.tables import MissingTableError, Rows
from district_platform.settings import SparkEngine

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LARGE = frozenset({Layer.DIMENSION, Layer.FACT, Layer.MEASURE, Layer.ANALYSIS})
"""Layers that grow with students and days, and so run on Spark."""


class Spark:
    """A run's lake and its Spark, which is opened when the first table asks for it."""

    def __init__(self, engine: SparkEngine, lake: Lake, opened: Callable[[], "SparkSession"]) -> None:
        self.engine, self.lake = engine, lake
        self._opened = opened
        self._read: dict[str, Path] = {}

    @cached_property
    def session(self) -> "SparkSession":
        return self._opened()

    def tables(self, connection: DuckDBPyConnection) -> "LakeTables":
        """The warehouse's tables on a connection to it, the large ones in the lake."""
        return LakeTables(connection, self)

    def write(self, table: Table, rows: ibis.Table, version: Path) -> str:
        """Writes an expression's rows with the dictionary's types, after its steps; returns the queries."""
        steps, last = steps_of(rows)
        scratch = self.lake.scratch(table.name)
        queries = [statements.query_of(expression) for expression in (*(step.expression for step in steps), last)]
        for step, query in zip(steps, queries, strict=False):
            frame, place = self.session.sql(query), str(scratch / step.name)
            frame.write.parquet(place)
            self.session.read.schema(frame.schema).parquet(place).createOrReplaceTempView(step.name)
        frame = self.session.sql(queries[-1]).selectExpr(*statements.cast_to(schema_of(table)))
        frame.write.parquet(str(version))
        shutil.rmtree(scratch, ignore_errors=True)
        return ";\n\n".join(queries)

    def read(self, name: str, folder: Path, schema: ibis.Schema) -> None:
        """Makes Parquet files a table that Spark's queries can name, once: a version does not change."""
        if self._read.get(name) == folder:
            return
        frame = self.session.read.schema(statements.columns_of(schema)).parquet(str(folder))
        frame.createOrReplaceTempView(name)
        self._read[name] = folder


class LakeTables(DuckDBTables):
    """The warehouse's tables, the large ones in the lake."""

    def __init__(self, connection: DuckDBPyConnection, spark: Spark) -> None:
        super().__init__(connection)
        self._spark = spark

    def replace(self, table: Table, rows: Rows) -> str:
        if table.layer not in LARGE or not isinstance(rows, ibis.Table):
            self._spark.lake.forget(table.name)
            return super().replace(table, rows)
        contract.check_columns(table, rows.schema())
        lake = self._spark.lake
        self._supply(rows, table)
        version = lake.fresh(table.name)
        try:
            query = self._spark.write(table, rows, version)
        except Exception as error:
            raise fault(error, self._spark.engine, table.name) from error
        show(self.connection, table, version)
        check_key(self.connection, table)
        lake.add(table.name, Maker.SPARK)
        return query

    def _supply(self, rows: ibis.Table, table: Table) -> None:
        """Lets Spark see every table that the expression reads."""
        from pyspark.sql.pandas.types import from_arrow_schema

        for memtable in rows.op().find(ops.InMemoryTable):
            held = memtable.data.to_pyarrow(memtable.schema)
            schema = from_arrow_schema(held.schema, prefer_timestamp_ntz=True)  # of no rows, Spark Connect infers none
            self._spark.session.createDataFrame(held, schema).createOrReplaceTempView(memtable.name)
        for named in rows.op().find(ops.UnboundTable):
            if not self.exists(named.name):
                raise MissingTableError(f"{table.name}: an input is missing; materialize it first ({named.name})")
            self._copy_to_lake(named.name)
            self._spark.read(named.name, self._spark.lake.folder(named.name), schema_of(TABLES[named.name]))

    def _copy_to_lake(self, name: str) -> None:
        lake = self._spark.lake
        known = lake.versions.get(name)
        if known and (known.maker is Maker.SPARK or lake.made_here(name)):
            return
        version = lake.fresh(name)
        version.mkdir(mode=0o700)
        part = literal(str(version / "part.parquet"))
        self.connection.execute(f"copy (from {quoted(name)}) to {part} (format parquet, compression snappy)")
        lake.add(name, Maker.DUCKDB)


def show_catalog(connection: DuckDBPyConnection, lake: Lake) -> None:
    """Lets the warehouse's views be those of the lake's catalog: a run that was killed may have left others.

    A table of the warehouse that the lake has, too, was made by a later run on DuckDB, and stands.
    """
    found = connection.execute("select table_name, table_type from information_schema.tables").fetchall()
    kinds = {name: kind for name, kind in found if name in TABLES}
    in_lake = {name for name, version in lake.versions.items() if version.maker is Maker.SPARK}
    for name, kind in kinds.items():
        if kind == "VIEW" and name not in in_lake:
            connection.execute(f"drop view {quoted(name)}")
    for name in in_lake:
        if kinds.get(name, "VIEW") == "VIEW":
            show(connection, TABLES[name], lake.folder(name))
        else:
            lake.forget(name)


def show(connection: DuckDBPyConnection, table: Table, version: Path) -> None:
    """Makes a version of the lake the warehouse's table, as a view with the dictionary's comments."""
    name = quoted(table.name)
    with suppress(CatalogException):  # no table, unless a run on DuckDB made it
        connection.execute(f"drop table {name}")
    files = literal(str(version / "*.parquet"))
    columns = ", ".join(quoted(column) for column in table.columns)
    connection.execute(f"create or replace view {name} as select {columns} from read_parquet({files})")
    connection.execute(f"comment on view {name} is {literal(f'{table.description} One row is {table.grain}.')}")
    for column in columns_of(table):
        connection.execute(f"comment on column {name}.{quoted(column.name)} is {literal(column.description)}")
