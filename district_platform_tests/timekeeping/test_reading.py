"""Staging sees the store's tables, whatever database holds them."""

from decimal import Decimal

from district_platform.dictionary import TABLES
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


def test_rows_are_the_same_from_both_databases(home, tables, timekeeping: Timekeeping):
    with open_store(home, timekeeping, Engine()) as store, store.transaction():
        store.execute(EMPLOYEE)
        store.execute(PUNCH)
    with store_tables(tables, home, timekeeping, Engine()) as stored, tables.transaction():
        whole = [tables.arrow(table).column_names == list(table.columns) for table in stored.values()]
        employees = tables.fetch(stored["employee"].select("person_number", "hourly_rate", "school_id"))
        tables.replace(TABLES["stg_timekeeping_punch"], stored["punch"])
    assert all(whole), "what is not read is not there either"
    assert employees == [("007", Decimal("18.50"), None)]
    query = "select punch_id, punch_dtm::text, is_deleted from stg_timekeeping_punch"
    assert tables.connection.execute(query).fetchall() == [(1, "2026-01-05 08:00:00", True)]


def test_store_without_a_load_is_empty_tables(home, tables, timekeeping: Timekeeping):
    with store_tables(tables, home, timekeeping, Engine()) as stored:
        assert tables.fetch(stored["punch_reject"]) == []
    assert tables.connection.execute("select database_name from duckdb_databases() where not internal").fetchall() == [
        ("district",)
    ]
    assert not tables.connection.execute(
        "select table_name from duckdb_tables() where table_name like 'store_%'"
    ).fetchall()
