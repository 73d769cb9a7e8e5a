"""Tables in memory, for tests that need no district."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from district_platform.engine.duckdb_tables import DuckDBTables


@contextmanager
def in_memory() -> Iterator[DuckDBTables]:
    """Tables that are gone after the block."""
    with duckdb.connect() as connection:
        yield DuckDBTables(connection)
