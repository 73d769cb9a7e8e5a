"""How long the store's tables and rules take, and whether they grow as the sales lines do.

    python -m benchmarks.store
        --lines 10000000        sales lines; measured are an eighth, a quarter, a half of them, and all
        --steps 4

The lines are drawn inside the engine, outside the clock: one customer for each 20 lines, a store for each 10,000, three years. Each table
is written as a run writes it, with its key checked; each rule is judged as a run judges it. Growth is the seconds of the most
lines against those of half as many: 2 is linear. Memory is the process's highest so far.
"""

import datetime as dt
import inspect
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import click
import ibis
from duckdb import DuckDBPyConnection

from district_platform.analysis.store import customer_segments, customers_mart, sales_team_mart
from district_platform.dictionary import TABLES
from district_platform.dimensions.store import dim_customer, dim_sales_person
from district_platform.engine import database
from district_platform.engine.resources import unbound
from district_platform.engine.tables import replace_with_expression, replace_with_nothing, row_count
from district_platform.facts.store import fct_store_sale
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.quality.model import Rule
from district_platform.settings import Engine, Settings, Store

BUILT = (dim_customer, dim_sales_person, fct_store_sale, customers_mart, sales_team_mart, customer_segments)
LINES_A_CUSTOMER, LINES_A_STORE, PEOPLE_A_STORE, PRODUCTS = 20, 10_000, 4, 50
FIRST, DAYS = dt.date(2023, 2, 14), 1_095
AS_OF = FIRST + dt.timedelta(DAYS - 1)

Seconds = dict[str, float]


def draw(connection: DuckDBPyConnection, n_lines: int) -> None:
    """The five staged tables; a line's values follow from its number, so that the same size gives the same lines."""
    n_customers, n_stores = max(1, n_lines // LINES_A_CUSTOMER), max(1, n_lines // LINES_A_STORE)
    n_people = n_stores * PEOPLE_A_STORE
    for name in ("stg_stores", "stg_products", "stg_customers", "stg_sales_persons", "stg_sales"):
        replace_with_nothing(connection, TABLES[name])
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


def timed(connection: DuckDBPyConnection, settings: Settings) -> Iterator[tuple[str, float]]:
    """Every table and rule with its seconds."""
    for function in BUILT:
        yield function.__name__, _seconds(partial(_write, connection, function))
    for rule in (rule for rule in RULES.values() if rule.id.startswith("STO-")):
        yield rule.id, _seconds(partial(_judge, connection, rule, settings))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _write(connection: DuckDBPyConnection, function: Callable[..., ibis.Table]) -> None:
    known: dict[type, object] = {Store: Store(), dt.date: AS_OF}
    parameters = inspect.signature(function).parameters.values()
    given: dict[str, Any] = {p.name: known.get(p.annotation) or unbound(p.name) for p in parameters}
    replace_with_expression(connection, TABLES[function.__name__], function(**given))


def _judge(connection: DuckDBPyConnection, rule: Rule, settings: Settings) -> None:
    evaluate(
        connection, rule, settings, delivered=frozenset({"store/sales", "store/sales_persons"}), waived=frozenset()
    )


def measure(n_lines: int) -> tuple[Seconds, int, int]:
    """Seconds by table and rule, rows of customers_mart, and megabytes at the highest."""
    settings = Settings(as_of_date=AS_OF)
    with tempfile.TemporaryDirectory() as folder, database.connect(Path(folder) / "s.duckdb", Engine()) as connection:
        draw(connection, n_lines)
        seconds = dict(timed(connection, settings))
        rows = row_count(connection, "customers_mart")
    return seconds, rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@click.command()
@click.option("--lines", default=10_000_000, show_default=True)
@click.option("--steps", default=4, show_default=True)
def main(lines: int, steps: int) -> None:
    sizes = [lines >> step for step in reversed(range(steps))]
    measured = [measure(size) for size in sizes]
    print(f"{'seconds':20}" + "".join(f"{size:>14,}" for size in sizes) + f"{'growth':>8}")
    for name in measured[0][0]:
        times = [seconds[name] for seconds, *_ in measured]
        growth = f"{times[-1] / times[-2]:8.2f}" if steps > 1 else ""
        print(f"{name:20}" + "".join(f"{seconds:14.2f}" for seconds in times) + growth)
    print(f"{'rows customers_mart':20}" + "".join(f"{rows:14,}" for _, rows, _ in measured))
    print(f"{'memory, MB':20}" + "".join(f"{memory:14,}" for *_, memory in measured))


if __name__ == "__main__":
    main()
