"""A scratch database beside the warehouse: in memory, for libraries that make tables of their own while they work.

It is attached to the run's one DuckDB instance, so that queries join it with the warehouse, and nothing of it reaches the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis
import ibis.expr.operations as ops
from duckdb import DuckDBPyConnection

from district_platform.engine.database import quoted

SCRATCH = "scratch"


@contextmanager
def scratch_database(connection: DuckDBPyConnection) -> Iterator[DuckDBPyConnection]:
    """A second connection to the same instance, for the block: what it creates is scratch, what it reads may be the warehouse's.

    The caller's connection reads a scratch table by its full name (`scratch_table`) until the block ends.
    """
    warehouse = connection.execute("select current_database()").fetchall()[0][0]
    connection.execute(f"attach ':memory:' as {SCRATCH}")
    try:
        with connection.cursor() as worker:
            worker.execute(f"set search_path = '{SCRATCH}.main,{quoted(warehouse)}.main'")
            yield worker
    finally:
        connection.execute(f"detach {SCRATCH}")


def scratch_table(name: str, schema: ibis.Schema) -> ibis.Table:
    """A table of the scratch database, as any connection to the instance can read it."""
    return ibis.table(schema, name=name, catalog=SCRATCH, database="main")


def keep(worker: DuckDBPyConnection, name: str, expression: ibis.Table) -> int:
    """Writes an expression's rows to a scratch table; returns their number."""
    for memtable in expression.op().find(ops.InMemoryTable):
        worker.register(memtable.name, memtable.data.to_pyarrow(memtable.schema))
    query = ibis.to_sql(expression, dialect="duckdb")
    return int(worker.execute(f"create or replace table {quoted(name)} as {query}").fetchall()[0][0])
