"""The marts as files: for the business office only."""

import csv
import datetime as dt
from pathlib import Path

from district_platform.analysis.store import customers_mart, sales_team_mart
from district_platform.dictionary import TABLES, Layer, tables_in
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.outputs.marts import MARTS, write_marts
from district_platform.settings import Store
from district_platform_tests.analysis.store.stores import (
    AS_OF,
    customers_table,
    people_table,
    person,
    sale,
    sales_table,
)


def build(tables: DuckDBTables, as_of: dt.date = AS_OF) -> None:
    sales = sales_table([sale("2026-02-01", "C1", "12.50"), sale("2026-01-31", "=1+1", "3.00")])
    marts = (
        customers_mart(sales, customers_table(["C1"]), Store(), as_of),
        sales_team_mart(sales, people_table([person("P1", "A", "2020-08-01")]), Store(), as_of),
    )
    for name, mart in zip(MARTS, marts, strict=True):
        tables.replace(TABLES[name], mart)


def test_marts_are_written_for_their_reader_only_with_the_columns_described(
    tables: DuckDBTables, tmp_path: Path
) -> None:
    build(tables)
    folder = write_marts(tables, tmp_path)
    assert folder.stat().st_mode & 0o777 == 0o700
    for name in MARTS:
        path = folder / f"{name}.csv"
        assert path.stat().st_mode & 0o777 == 0o600
        with path.open() as file:
            assert tuple(next(csv.reader(file))) == TABLES[name].columns


def test_rows_are_in_the_order_of_the_key_and_no_text_is_a_formula(tables: DuckDBTables, tmp_path: Path) -> None:
    build(tables)
    with (write_marts(tables, tmp_path) / "customers_mart.csv").open() as file:
        rows = [(row["customer_id"], row["sales_date_month"], row["total_sales"]) for row in csv.DictReader(file)]
    assert rows == [("'=1+1", "2026-01", "3.00"), ("'=1+1", "2026-02", "0.00"), ("C1", "2026-02", "12.50")]


def test_marts_hold_people_and_so_are_no_analysis_tables_that_are_released() -> None:
    assert not set(MARTS) & {table.name for table in tables_in(Layer.ANALYSIS)}
    assert not {f"release_{name}" for name in MARTS} & set(TABLES)
