"""How long a million rows take to PostgreSQL and to MariaDB, and how long a reader waits while the new version takes its place.

    python -m benchmarks.destinations [ROWS]

Both servers run on this machine: PostgreSQL from a wheel, MariaDB from the package mariadb-server. The rows are those of customers_mart,
16 columns. A load of everything includes the comparison with what was published.
"""

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from district_platform.destinations.kinds import destination
from district_platform.destinations.model import Published
from district_platform.dictionary import TABLES, columns_of
from district_platform.engine.publication import publish
from district_platform.home import Home
from district_platform.settings import Settings
from district_platform_tests import postgres
from district_platform_tests.mariadb import mariadb_server
from district_platform_tests.postgres import own_postgres

FEW = 1_000
"""Rows of the version that is read while the large one is loaded."""

_VALUES = {
    "string": "'{name} ' || (i % 1000)",
    "decimal(18, 2)": "((i % 100000) / 100)::decimal(18, 2)",
    "float64": "(i % 977) / 7.0",
}


def main(n_rows: int) -> None:
    with tempfile.TemporaryDirectory(prefix="destinations-") as folder:
        home = Home(root=Path(folder))
        os.environ["DISTRICT_HOME"] = folder
        few, many = (Published(publish(home, "bench", 3, lambda at, n=n: _write(at, n)), 2) for n in (FEW, n_rows))
        print(f"{n_rows:,} rows of customers_mart, 16 columns; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
        for kind, server in (("postgresql", _postgres), ("mysql", _mariadb)):
            with server() as (url, read):
                _measure(kind, url, read, few, many)


def _write(building: Path, n_rows: int) -> None:
    mart = TABLES["customers_mart"]
    keys = {"customer_id": "lpad(i::varchar, 8, '0')", "sales_date_month": "'2026-01'"}
    listed = ", ".join(
        f"{keys.get(c.name) or _VALUES[c.type].format(name=c.name)} as {c.name}" for c in columns_of(mart)
    )
    rows = f"select {listed} from range({n_rows}) as t(i)"
    duckdb.execute(f"copy ({rows}) to '{building}/out/customers_mart.parquet' (format parquet)")
    duckdb.execute(
        f"copy (select {', '.join(f'null::{_type(c.type)} as {c.name}' for c in columns_of(TABLES['sales_team_mart']))} where false) "
        f"to '{building}/out/sales_team_mart.parquet' (format parquet)"
    )


def _type(type_: str) -> str:
    return {"string": "varchar", "int64": "bigint", "float64": "double"}.get(type_, type_)


def _measure(kind: str, url: str, read: Callable[[], object], few: Published, many: Published) -> None:
    os.environ[f"DISTRICT_SECRET__{kind.upper()}"] = url
    settings = Settings(destinations={"bench": {"kind": kind, "url_secret": kind, "tables": "marts"}})
    loading = destination("bench", settings)
    loading.load(few)
    with _reading(read) as waits:
        began = time.monotonic()
        n_rows = int(loading.load(many)["rows loaded"])
        seconds = time.monotonic() - began
    print(
        f"{kind:<10}  {seconds:6.1f} s ({n_rows / seconds:,.0f} rows/s); a reader who connects for one row meanwhile: "
        f"median {statistics.median(waits) * 1000:.0f} ms, longest {max(waits) * 1000:,.0f} ms"
    )


@contextmanager
def _reading(read: Callable[[], object]) -> Iterator[list[float]]:
    """Reads one row ten times a second beside the block; the seconds that each reading took."""
    waits: list[float] = []
    over = threading.Event()

    def repeat() -> None:
        while not over.wait(0.1):
            began = time.monotonic()
            read()
            waits.append(time.monotonic() - began)

    thread = threading.Thread(target=repeat)
    thread.start()
    try:
        yield waits
    finally:
        over.set()
        thread.join()


@contextmanager
def _postgres() -> Iterator[tuple[str, Callable[[], object]]]:
    with own_postgres() as server:
        query = "select full_name from district_store.customers_mart where customer_id = '00000001'"
        yield server.admin, lambda: postgres.fetch(server.admin, query)


@contextmanager
def _mariadb() -> Iterator[tuple[str, Callable[[], object]]]:
    with mariadb_server() as server:
        query = "select full_name from district_store.customers_mart where customer_id = '00000001'"
        yield server.url(), lambda: server.fetch(query)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
