"""Tables as files: Parquet for programs, CSV for people. Rows in the order of the key, so that the same table gives the same bytes."""

from pathlib import Path

from duckdb import DuckDBPyConnection

from district_platform.dictionary import Table
from district_platform.engine.database import literal, quoted

PARTITION = "school_year"


def export_parquet(connection: DuckDBPyConnection, table: Table, folder: Path) -> None:
    """<table>.parquet, or <table>/school_year=<year>/part.parquet, in which the column stands too."""
    if not table.is_split_by_year:
        _copy(connection, table, "true", folder / f"{table.name}.parquet", "format parquet, compression zstd")
        return
    dataset = folder / table.name
    dataset.mkdir()
    years = connection.execute(f"select distinct {PARTITION} from {quoted(table.name)} order by 1").fetchall()
    if not years:
        _copy(connection, table, "true", dataset / "part.parquet", "format parquet, compression zstd")
    for (year,) in years:
        part = dataset / f"{PARTITION}={year}"
        part.mkdir()
        _copy(connection, table, f"{PARTITION} = {year}", part / "part.parquet", "format parquet, compression zstd")


def export_csv(connection: DuckDBPyConnection, table: Table, folder: Path) -> None:
    """<folder>/<name>.csv with a header; nulls are empty."""
    _copy(connection, table, "true", folder, "format csv, header true")


def _copy(connection: DuckDBPyConnection, table: Table, condition: str, target: Path, options: str) -> None:
    order = ", ".join(quoted(name) for name in table.key) or "all"
    rows = f"select * from {quoted(table.name)} where {condition} order by {order}"
    connection.execute(f"copy ({rows}) to {literal(str(target))} ({options})")
