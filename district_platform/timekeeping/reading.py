"""The store as staging reads it: its tables as views of the warehouse's own connection, the same for both databases."""

from collections.abc import Iterator
from contextlib import contextmanager

from duckdb import DuckDBPyConnection
from pydantic import SecretStr

from district_platform.engine.encryption import attach
from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping.database import open_store

_ATTACHED = "timekeeping_file"

COLUMNS = {
    "employee": (
        "person_number, ukg_person_id, full_name, job_title, school_id, worker_type, hire_date, termination_date, "
        "cast(hourly_rate as {decimal}) as hourly_rate, time_zone"
    ),
    "punch": (
        "punch_id, person_number, punch_dtm, rounded_punch_dtm, time_zone, override_type, is_phantom, updated_on_dtm, "
        "is_deleted"
    ),
    "employee_reject": "person_number, ukg_person_id, reason",
    "punch_reject": (
        "reject_key, person_number, punch_id, punch_dtm, rounded_punch_dtm, time_zone, override_type, is_phantom, "
        "updated_on_dtm, reason"
    ),
}
"""What is read of each table: all but when it was loaded, which differs between runs that hold the same."""


@contextmanager
def store_tables(
    connection: DuckDBPyConnection, home: Home, timekeeping: Timekeeping, engine: Engine, key: SecretStr | None = None
) -> Iterator[dict[str, str]]:
    """The names under which a connection sees `employee`, `punch`, `employee_reject` and `punch_reject`, by those names.

    They stand in no order and are gone after the block. `punch` holds deleted punches, too (is_deleted), and phantom ones;
    `punch_reject` those of employees whom the timekeeping system does not know (reason = 'unknown employee').
    Raises StoreError where the store cannot be opened.
    """
    names = {table: f"store_{table}" for table in COLUMNS}
    if timekeeping.database_url:
        _copy(connection, names, home, timekeeping, engine)
    else:
        _attach(connection, names, home, timekeeping, engine, key)
    try:
        yield names
    finally:
        kind = "table" if timekeeping.database_url else "view"
        for name in names.values():
            connection.execute(f"drop {kind} temp.{name}")
        if not timekeeping.database_url:
            connection.execute(f"detach {_ATTACHED}")


def _copy(
    connection: DuckDBPyConnection, names: dict[str, str], home: Home, timekeeping: Timekeeping, engine: Engine
) -> None:
    """PostgreSQL's rows, streamed into temporary tables: DuckDB's own reader is an extension that must be downloaded."""
    with open_store(home, timekeeping, engine) as store:
        for table, name in names.items():
            columns = COLUMNS[table].format(decimal="text")
            connection.register("incoming", store.stream(f"select {columns} from {table}"))
            shown = COLUMNS[table].format(decimal="decimal(9, 2)")
            connection.execute(f"create or replace temp table {name} as select {shown} from incoming")
            connection.unregister("incoming")


def _attach(
    connection: DuckDBPyConnection,
    names: dict[str, str],
    home: Home,
    timekeeping: Timekeeping,
    engine: Engine,
    key: SecretStr | None,
) -> None:
    with open_store(home, timekeeping, engine, key):
        pass  # the tables exist from here on, also where nothing was ever loaded
    attach(connection, home.timekeeping_database, _ATTACHED, key, read_only=True)
    for table, name in names.items():
        shown = COLUMNS[table].format(decimal="decimal(9, 2)")
        connection.execute(f"create or replace temp view {name} as select {shown} from {_ATTACHED}.{table}")
