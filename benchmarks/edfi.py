"""What a pull from an Ed-Fi API and its conversion cost: the synthetic district, served by the stand-in in a process of its own.

    python -m benchmarks.edfi --students 100000 --years 1

Seconds are of the wall, CPU seconds those of the client's process alone (all threads); memory is its peak, before and after the conversion.
The stand-in is Python too, so that the time of the pull says how fast both are together, not how fast an ODS is.
"""

import datetime as dt
import multiprocessing
import os
import resource
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import click

from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Assessments, Engine, Retries, Synthetic
from district_platform.settings.edfi import EdfiSource
from district_platform.sources.edfi.client import EdfiClient
from district_platform.sources.edfi.converting import convert_edfi
from district_platform.sources.edfi.pulling import pull
from district_platform.sources.synthetic import generate
from district_platform.standins.edfi import District, StandIn, serve

AS_OF = dt.date(2026, 2, 13)


def serve_until_told(raw: Path, data_standard: int, pages_by: str, pipe: Connection) -> None:
    """The stand-in's process: tells address, key and secret, and ends when it is told anything."""
    standin = StandIn(District(raw), data_standard, "offset" if pages_by == "offset" else "cursor")
    with serve(standin) as url:
        pipe.send((url, standin.key, standin.secret, standin.district.years))
        pipe.recv()


def megabytes() -> float:
    """The most memory that this process has had so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@click.command()
@click.option("--students", default=100_000, show_default=True)
@click.option("--years", default=1, show_default=True)
@click.option("--data-standard", default=5, type=click.IntRange(5, 6), show_default=True)
@click.option("--pages-by", default="cursor", type=click.Choice(["cursor", "offset"]), show_default=True)
@click.option(
    "--raw",
    type=click.Path(path_type=Path),
    help="The district's extracts, made there if they are not (default: a temporary folder).",
)
def main(students: int, years: int, data_standard: int, pages_by: str, raw: Path | None) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        raw = raw or folder / "raw"
        settings = {"students": students, "years": years, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
        generate(raw, Synthetic.model_validate(settings), Assessments(), AS_OF)
        spawn = multiprocessing.get_context("spawn")
        here, there = spawn.Pipe()
        server = spawn.Process(target=serve_until_told, args=(raw, data_standard, pages_by, there))
        server.start()
        url, key, secret, spring = here.recv()
        source = EdfiSource(url=url, school_years=tuple(spring))
        client = EdfiClient(source, url, lambda ask: ask(key, secret), Retries())
        before, started = time.process_time(), time.monotonic()
        told = pull(client, folder / "pulled", "benchmark", 0, lambda _: None)
        seconds, cpu = time.monotonic() - started, time.process_time() - before
        here.send("done")
        server.join()
        n_records = sum(part.n_records for part in told.parts)
        n_bytes = sum(path.stat().st_size for path in (folder / "pulled").rglob("*.parquet"))
        print(
            f"{students:,} students, {years} years, data standard {data_standard} by {pages_by}; load {os.getloadavg()[0]:.1f}"
        )
        print(
            f"pulled     {n_records:,} records in {client.n_requests:,} requests, {seconds:.0f} s ({n_records / seconds:,.0f} a second), "
            f"{cpu:.0f} s of CPU, {megabytes():,.0f} MB, {n_bytes / 1e6:,.0f} MB of Parquet"
        )
        before, started = time.process_time(), time.monotonic()
        with connect(folder / "convert.duckdb", Engine()) as connection:
            conversion = convert_edfi(
                DuckDBTables(connection), folder / "pulled", folder / "out", folder / "reference", source
            )
        seconds, cpu = time.monotonic() - started, time.process_time() - before
        print(
            f"converted  {sum(f.rows_accepted for f in conversion.files):,} records, {seconds:.0f} s, {cpu:.0f} s of CPU, "
            f"{megabytes():,.0f} MB; "
            f"load {os.getloadavg()[0]:.1f}"
        )


if __name__ == "__main__":
    main()
