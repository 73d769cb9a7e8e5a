"""What each vendor's export costs: how long `map propose` looks at it, how long a run converts it, and a whole run, for one school year.

    python -m benchmarks.vendors --students 20000

The synthetic district, without planted defects, is written as the vendor writes it, proposed as `map propose` does it, and converted as a
run does, with every block taken as proposed (what is open changes no amount of work). The whole run is that of the acceptance test: mapped
by the committed answers, with what the vendor never has (staff, results, store, and attendance of a roster) as canonical extracts, without
punches. CPU seconds are those of a process of its own, all threads together.
"""

import contextlib
import io
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

from benchmarks.memory import peak
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Mapping
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.synthetic.vendors import UNMAPPED, WRITERS
from district_platform.sources.synthetic.vendors.framework import Canonical, Written
from district_platform_tests.whole.acceptance import mapped_home, raw_of

MAPPED = sorted(WRITERS.keys() - {UNMAPPED})
WHAT = ("propose", "convert", "run")


def propose(folder: Path, results: "multiprocessing.Queue[object]") -> None:
    """Puts the draft, with wall and CPU seconds and the peak of memory in MB."""
    started = time.monotonic()
    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        draft = draft_document(tables, look_at(tables, folder), "measured").unwrap()
    results.put((draft, *_spent(started)))


def convert(folder: Path, draft: dict, results: "multiprocessing.Queue[object]") -> None:
    """Puts the rows read and accepted, with wall and CPU seconds and the peak of memory in MB."""
    started = time.monotonic()
    with connect(":memory:", Engine()) as connection:
        out = folder.parent / "converted"
        done = convert_mapped(DuckDBTables(connection), Mapping.model_validate(draft), folder, out, proposed_too=True)
    rows = sum(file.rows_read for file in done.files), sum(file.rows_accepted for file in done.files)
    results.put((rows, *_spent(started)))


def _spent(started: float) -> tuple[float, float, float]:
    return time.monotonic() - started, time.process_time(), peak()


def in_a_process(work: object, *arguments: object) -> tuple:
    results: multiprocessing.Queue[object] = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*arguments, results))  # type: ignore[arg-type]
    process.start()
    found = results.get()
    process.join()
    return found  # type: ignore[return-value]


def run(raw: Path, vendor: str, written: Written) -> tuple[float, float, float]:
    """Wall and CPU seconds and the peak of memory in MB of a whole `district-platform run`: the vendor's files by the committed answers,
    what the vendor never has as canonical extracts. A run holds more than this process does."""
    home = raw.parent / "home"
    with contextlib.redirect_stdout(io.StringIO()):
        mapped_home(home, raw, vendor, written.to)
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DISTRICT_", "DAGSTER_"))}
    started = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "district_platform.cli", "run"],
        env=environment | {"DISTRICT_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise click.ClickException(f"{vendor}: the run ended with {os.waitstatus_to_exitcode(status)}.")
    return time.monotonic() - started, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


@click.command()
@click.option("--students", default=20_000, show_default=True)
@click.option("--vendor", "vendors", multiple=True, type=click.Choice(MAPPED), default=MAPPED)
@click.option("--what", multiple=True, type=click.Choice(WHAT), default=WHAT)
def main(students: int, vendors: tuple[str, ...], what: tuple[str, ...]) -> None:
    """Prints a line for each vendor and what is measured of it."""
    for vendor in vendors:
        with tempfile.TemporaryDirectory() as root:
            raw = raw_of(
                Path(root) / "district", vendor, {"students": students, "years": 1, "defects": {"enabled": False}}
            )
            written = WRITERS[vendor](Canonical(raw))
            folder = Path(root) / "export"
            files = written.to(folder)
            click.echo(f"{vendor}: {len(files)} files, {sum(path.stat().st_size for path in files) / 1e6:,.0f} MB")
            if {"propose", "convert"} & set(what):
                draft, *spent = in_a_process(propose, folder)
                _say(f"propose ({len(draft['open'])} decisions)", *spent)
            if "convert" in what:
                (read, accepted), *spent = in_a_process(convert, folder, draft)
                _say(f"convert ({read:,} rows read for extracts, {accepted:,} accepted)", *spent)
            if "run" in what:
                _say("run", *run(raw, vendor, written))


def _say(what: str, wall: float, cpu: float, megabytes: float) -> None:
    load = os.getloadavg()[0]
    click.echo(f"  {what}: {cpu:.1f} s CPU, {wall:.1f} s wall, {megabytes:,.0f} MB, load {load:.0f}")


if __name__ == "__main__":
    main()
