"""Tables that outlive the database file: written to Parquet as they are, and read back, whatever version of the platform wrote them."""

from pathlib import Path

from district_platform.engine.database import literal, quoted
from district_platform.engine.duckdb_tables import DuckDBTables

EARLIER = "_earlier"
"""Ending under which a table of an earlier version is kept (`Tables.ensure`)."""


def write_kept(tables: DuckDBTables, names: tuple[str, ...], folder: Path) -> list[Path]:
    """Writes each table that is there, and what is kept of it from an earlier version, to <folder>/<name>.parquet; returns the files.

    Rows are in the order of all their columns: the same rows give the same bytes.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    written = []
    for name in (each for table in names for each in (table, f"{table}{EARLIER}") if tables.exists(each)):
        path = folder / f"{name}.parquet"
        rows = f"select * from {quoted(name)} order by all"
        tables.connection.execute(f"copy ({rows}) to {literal(str(path))} (format parquet, compression zstd)")
        written.append(path)
    return written


def read_kept(tables: DuckDBTables, path: Path) -> None:
    """Makes the table that the file was written from, with the columns that it has there."""
    rows = f"select * from read_parquet({literal(str(path))}, hive_partitioning = false)"
    tables.connection.execute(f"create or replace table {quoted(path.stem)} as {rows}")


def drop_kept(tables: DuckDBTables, name: str) -> None:
    """Removes a table that is not kept any longer."""
    tables.connection.execute(f"drop table if exists {quoted(name)}")
