"""Publications of a few rows, as a run would leave them."""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.destinations.model import Published
from district_platform.destinations.relations import PUBLISHED, Relation
from district_platform.dictionary import schema_of
from district_platform.engine.publication import publish
from district_platform.home import Home

Rows = Sequence[Mapping[str, Any]]

SEGMENTS, SCHOOLS = "customer_segments", "school_comparison"
"""Two released tables."""


def published(home: Home, keep: int = 2, **tables: Rows) -> Published:
    """Publishes these tables; columns that a row lacks are null, and released tables that are not named are empty."""

    def write(building: Path) -> None:
        (building / "reports" / "analysis_tables").mkdir()
        released = {name: () for name, relation in PUBLISHED.items() if relation.is_released}
        for name, rows in {**released, **tables}.items():
            write_table(building, PUBLISHED[name], rows)

    return Published(publish(home, "20260213T060000-test", keep, write), keep)


def write_table(folder: Path, relation: Relation, rows: Rows) -> None:
    schema = schema_of(relation.table).to_pyarrow()
    schema = pa.schema([pa.field(field.name, field.type) for field in schema])
    table = pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)
    if relation.is_released:
        target = folder / "reports" / "analysis_tables" / f"{relation.name}.csv"
        _csv(table, target)
    else:
        target = folder / "out" / relation.name
        if relation.table.is_split_by_year:
            target.mkdir()
            pq.write_table(table, target / "part.parquet")
        else:
            pq.write_table(table, target.with_suffix(".parquet"))


def _csv(table: pa.Table, target: Path) -> None:
    with duckdb.connect() as connection:
        connection.register("rows_to_write", table)
        connection.execute(f"copy (from rows_to_write) to '{target}' (format csv, header true)")


def of_day(day: dt.date, n_rows: int = 3) -> dict[str, Rows]:
    """Two released tables whose rows all carry the day, so that a mixture of two publications shows."""
    segments = [
        {"sales_date_month": f"2026-{n + 1:02}", "customer_segment": "Premium", "customers": n, "as_of_date": day}
        for n in range(n_rows)
    ]
    schools = [
        {"school_year": 2026, "k_school": f"{n:04}", "school_name": f"School {n}", "as_of_date": day}
        for n in range(n_rows)
    ]
    return {SEGMENTS: segments, SCHOOLS: schools}
