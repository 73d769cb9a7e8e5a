"""A scratch database beside the warehouse: in memory, for libraries that make tables of their own while they work.

It is attached to the run's one DuckDB instance, so that queries join it with the warehouse, and nothing of it reaches the file.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis

from district_platform.engine.database import quoted
from district_platform.engine.duckdb_tables import DuckDBTables

SCRATCH = "scratch"


@contextmanager
def scratch_database(tables: DuckDBTables) -> Iterator[DuckDBTables]:
    """A second connection to the same instance, for the block: what it creates is scratch, what it reads may be the warehouse's.

    The caller's connection reads a scratch table by its full name (`scratch_table`) until the block ends.
    """
    connection = tables.connection
    warehouse = connection.execute("select current_database()").fetchall()[0][0]
    connection.execute(f"attach ':memory:' as {SCRATCH}")
    try:
        with connection.cursor() as worker:
            worker.execute(f"set search_path = '{SCRATCH}.main,{quoted(warehouse)}.main'")
            yield DuckDBTables(worker)
    finally:
        connection.execute(f"detach {SCRATCH}")


def scratch_table(name: str, schema: ibis.Schema) -> ibis.Table:
    """A table of the scratch database, as any connection to the instance can read it."""
    return ibis.table(schema, name=name, catalog=SCRATCH, database="main")


def keep(worker: DuckDBTables, name: str, expression: ibis.Table) -> int:
    """Writes an expression's rows to a scratch table; returns their number."""
    statement = f"create or replace table {quoted(name)} as {worker.query(expression)}"
    return int(worker.connection.execute(statement).fetchall()[0][0])
