"""The store as staging reads it: its tables beside the warehouse's own, the same for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

import ibis
from pydantic import SecretStr

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.encryption import attached
from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping import sql
from district_platform.timekeeping.database import open_store

_PUNCH = {
    "punch_id": "int64",
    "person_number": "string",
    "punch_dtm": "timestamp",
    "rounded_punch_dtm": "timestamp",
    "time_zone": "string",
    "override_type": "string",
    "is_phantom": "boolean",
    "updated_on_dtm": "timestamp",
}
SCHEMAS = {
    "employee": ibis.schema(
        {
            "person_number": "string",
            "ukg_person_id": "int64",
            "full_name": "string",
            "job_title": "string",
            "school_id": "string",
            "worker_type": "string",
            "hire_date": "date",
            "termination_date": "date",
            "hourly_rate": "decimal(9, 2)",
            "time_zone": "string",
        }
    ),
    "punch": ibis.schema({**_PUNCH, "is_deleted": "boolean"}),
    "employee_reject": ibis.schema({"person_number": "string", "ukg_person_id": "int64", "reason": "string"}),
    "punch_reject": ibis.schema({**_PUNCH, "reject_key": "string", "reason": "string"}),
}
"""What is read of each table: all but when it was loaded, which differs between runs that hold the same."""


_LOADED = {
    "employee": "loaded_at",
    "punch": "changed_at",
    "employee_reject": "loaded_at",
    "punch_reject": "loaded_at",
}


@contextmanager
def store_tables(
    tables: DuckDBTables, home: Home, timekeeping: Timekeeping, engine: Engine, key: SecretStr | None = None
) -> Iterator[dict[str, ibis.Table]]:
    """`employee`, `punch`, `employee_reject` and `punch_reject`, as expressions that these tables evaluate during the block.

    Their rows stand in no order. `punch` holds deleted punches, too (is_deleted), and phantom ones; `punch_reject` those of employees
    whom the timekeeping system does not know (reason = 'unknown employee'). Raises StoreError where the store cannot be opened.
    """
    read = (
        _copied(tables, home, timekeeping, engine) if timekeeping.database_url else _beside(tables, home, engine, key)
    )
    with read as stored:
        yield stored


@contextmanager
def _copied(
    tables: DuckDBTables, home: Home, timekeeping: Timekeeping, engine: Engine
) -> Iterator[dict[str, ibis.Table]]:
    """PostgreSQL's rows, streamed into temporary tables: DuckDB's own reader is an extension that must be downloaded."""
    with open_store(home, timekeeping, engine) as store:
        stored = {
            table: tables.keep(f"store_{table}", schema, store.stream(sql.read(table, schema)))
            for table, schema in SCHEMAS.items()
        }
    try:
        yield stored
    finally:
        tables.drop(*(table.get_name() for table in stored.values()))


@contextmanager
def _beside(tables: DuckDBTables, home: Home, engine: Engine, key: SecretStr | None) -> Iterator[dict[str, ibis.Table]]:
    """The embedded file, read where it lies."""
    with open_store(home, Timekeeping(), engine, key):
        pass  # the tables exist from here on, also where nothing was ever loaded
    with attached(tables, home.timekeeping_database, key) as catalog:
        yield {name: _columns_of(name, schema, catalog) for name, schema in SCHEMAS.items()}


def _columns_of(name: str, schema: ibis.Schema, catalog: str) -> ibis.Table:
    """What is read of a table of the file.

    It is declared with the time of loading, which is not read: an expression for a whole table becomes `*`, and holds every column
    that is there, declared or not.
    """
    declared = {**schema, _LOADED[name]: "timestamp"}
    return ibis.table(declared, name=name, catalog=catalog, database="main").select(*schema)
