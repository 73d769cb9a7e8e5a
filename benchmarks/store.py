"""How long the store's tables and rules take, and whether they grow as the sales lines do.

    python -m benchmarks.store
        --lines 10000000        sales lines; measured are an eighth, a quarter, a half of them, and all
        --steps 4

The lines are drawn inside the engine: one customer for each 20 lines, a store for each 10,000, three years. How it is measured, `growth`
says.
"""

import datetime as dt

import click
from duckdb import DuckDBPyConnection

from benchmarks.growth import Subject, show
from district_platform.analysis.store import customer_segments, customers_mart, sales_team_mart
from district_platform.dictionary import TABLES
from district_platform.dimensions.store import dim_customer, dim_sales_person
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.facts.store import fct_store_sale

LINES_A_CUSTOMER, LINES_A_STORE, PEOPLE_A_STORE, PRODUCTS = 20, 10_000, 4, 50
FIRST, DAYS = dt.date(2023, 2, 14), 1_095
AS_OF = FIRST + dt.timedelta(DAYS - 1)


def draw(connection: DuckDBPyConnection, n_lines: int) -> None:
    """The five staged tables; a line's values follow from its number, so that the same size gives the same lines."""
    n_customers, n_stores = max(1, n_lines // LINES_A_CUSTOMER), max(1, n_lines // LINES_A_STORE)
    n_people = n_stores * PEOPLE_A_STORE
    for name in ("stg_stores", "stg_products", "stg_customers", "stg_sales_persons", "stg_sales"):
        DuckDBTables(connection).replace(TABLES[name], [])
    connection.execute(f"insert into stg_stores select 'S' || i, 'Store', null from range({n_stores}) r(i)")
    connection.execute(f"insert into stg_products select 'X' || i, 'Product', 'All', 5 from range({PRODUCTS}) r(i)")
    connection.execute(
        f"insert into stg_customers select 'C' || i, 'First', 'Last', 'Street', '555', null from range({n_customers}) r(i)"
    )
    connection.execute(
        "insert into stg_sales_persons select 'P' || i, 'First', 'Last', 'S' || (i // "
        f"{PEOPLE_A_STORE}), date '{FIRST}', null from range({n_people}) r(i)"
    )
    connection.execute(
        f"""insert into stg_sales by name
        select 'T' || i as sale_id, date '{FIRST}' + (h % {DAYS})::integer as sale_date,
            'S' || (h // 7 % {n_stores}) as store_id,
            'P' || (h // 7 % {n_stores} * {PEOPLE_A_STORE} + h // 11 % {PEOPLE_A_STORE}) as sales_person_id,
            'C' || (h // 13 % {n_customers}) as customer_id, 'X' || (h // 17 % {PRODUCTS}) as product_id,
            quantity, 5 + h // 17 % {PRODUCTS} as unit_price, quantity * unit_price as total
        from (select i, hash(i) // 64 as h, case when hash(i) % 33 = 0 then -1 else 1 + hash(i) % 3 end as quantity
            from range({n_lines}) r(i))"""
    )


SUBJECT = Subject(
    draw,
    AS_OF,
    tables=(dim_customer, dim_sales_person, fct_store_sale, customers_mart, sales_team_mart, customer_segments),
    rules="STO-",
    delivered=frozenset({"store/sales", "store/sales_persons"}),
    counted="customers_mart",
)


@click.command()
@click.option("--lines", default=10_000_000, show_default=True)
@click.option("--steps", default=4, show_default=True)
def main(lines: int, steps: int) -> None:
    show(SUBJECT, lines, steps)


if __name__ == "__main__":
    main()
