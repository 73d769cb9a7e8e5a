"""Tables that lie in Parquet files, as a publication holds them: to be read by whoever opens no warehouse."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from district_platform.engine.database import literal, quoted
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.tables import Tables


@contextmanager
def parquet_tables(files: Mapping[str, Path]) -> Iterator[Tables]:
    """The tables of these files, by name; nothing is written to them."""
    with duckdb.connect() as connection:
        for name, path in files.items():
            connection.execute(f"create view {quoted(name)} as from read_parquet({literal(str(path))})")
        yield DuckDBTables(connection)
