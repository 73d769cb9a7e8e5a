"""Staging sees the store's tables, whatever database holds them."""

from decimal import Decimal

import duckdb

from district_platform.engine.database import transaction
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables

EMPLOYEE = """
insert into employee (person_number, ukg_person_id, worker_type, hire_date, hourly_rate, loaded_at)
values ('007', 7, 'hourly', '2024-08-01', 18.50, '2026-01-01')
"""
PUNCH = """
insert into punch values
(1, '007', '2026-01-05 08:00', null, 'America/New_York', null, false, '2026-01-05 08:01', true, '2026-01-06', '2026-01-06')
"""


def test_rows_are_the_same_from_both_databases(home, connection, timekeeping: Timekeeping):
    with open_store(home, timekeeping, Engine()) as store, store.transaction():
        store.execute(EMPLOYEE)
        store.execute(PUNCH)
    with store_tables(connection, home, timekeeping, Engine()) as names, transaction(connection):
        employees = connection.execute(
            f"select person_number, hourly_rate, school_id from {names['employee']}"
        ).fetchall()
        connection.execute(f"create table stg as from {names['punch']}")
    assert employees == [("007", Decimal("18.50"), None)]
    assert connection.execute("select punch_id, punch_dtm::text, is_deleted from stg").fetchall() == [
        (1, "2026-01-05 08:00:00", True)
    ]


def test_store_without_a_load_is_empty_tables(home, connection: duckdb.DuckDBPyConnection, timekeeping: Timekeeping):
    with store_tables(connection, home, timekeeping, Engine()) as names:
        assert connection.execute(f"select count(*) from {names['punch_reject']}").fetchall() == [(0,)]
    assert not connection.execute("select view_name from duckdb_views() where view_name like 'store_%'").fetchall()
