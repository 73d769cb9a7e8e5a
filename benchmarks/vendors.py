"""What each vendor's export costs: how long `map propose` looks at it, and how long a run converts it, for one school year.

    python -m benchmarks.vendors --students 20000

The synthetic district is written as the vendor writes it, proposed as `map propose` does it, and converted as a run does, with every block
taken as proposed (what is open changes no amount of work). CPU seconds are those of a process of its own, all threads together; the whole
run after the conversion is that of any other source (`benchmarks/full_run.py`).
"""

import multiprocessing
import resource
import tempfile
import time
from datetime import date
from pathlib import Path

import click

from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Assessments, Engine, Synthetic
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Mapping
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.synthetic.vendors import WRITERS, generate_as

AS_OF = date(2026, 2, 13)


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
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return time.monotonic() - started, time.process_time(), peak


def in_a_process(work: object, *arguments: object) -> tuple:
    results: multiprocessing.Queue[object] = multiprocessing.get_context("spawn").Queue()
    process = multiprocessing.get_context("spawn").Process(target=work, args=(*arguments, results))  # type: ignore[arg-type]
    process.start()
    found = results.get()
    process.join()
    return found  # type: ignore[return-value]


@click.command()
@click.option("--students", default=20_000, show_default=True)
@click.option("--vendor", "vendors", multiple=True, type=click.Choice(sorted(WRITERS)), default=sorted(WRITERS))
def main(students: int, vendors: tuple[str, ...]) -> None:
    """Prints a line for each vendor."""
    synthetic = Synthetic.model_validate(
        {"students": students, "years": 1, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
    )
    for vendor in vendors:
        with tempfile.TemporaryDirectory() as root:
            folder = Path(root) / "export"
            files = generate_as(vendor, folder, synthetic, Assessments(), AS_OF)
            megabytes = sum(path.stat().st_size for path in files) / 1e6
            draft, *proposed = in_a_process(propose, folder)
            rows, *converted = in_a_process(convert, folder, draft)
        click.echo(f"{vendor}: {len(files)} files, {megabytes:,.0f} MB; {len(draft['open'])} decisions")
        for what, (wall, cpu, peak) in (("propose", proposed), ("convert", converted)):
            click.echo(f"  {what}: {cpu:.1f} s CPU, {wall:.1f} s wall, {peak:,.0f} MB")
        click.echo(f"  rows read for extracts {rows[0]:,}, accepted {rows[1]:,}")


if __name__ == "__main__":
    main()
