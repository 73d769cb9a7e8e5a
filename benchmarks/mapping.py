"""What a mapping costs: attendance in the form of another system, converted, against the same rows in the contract's form, staged.

    python -m benchmarks.mapping --students 100000 --years 3 --pairs 3

Both files hold the same events, 12 a student and year. The mapped one has other headers, US dates, a code list that is looked up, and no
school year: its own is made of the date. Each pair converts the one and stages the other, in turn, in a fresh process with a database of
its own; CPU seconds are those of the process, all threads together. A district pays conversion and then the staging of what was converted
(`both`).
"""

import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path

import click
import duckdb

from district_platform.dictionary import EXTRACTS
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Mapping
from district_platform.staging.loading import load_extract

EVENTS = 12
EXTRACT = EXTRACTS["attendance_events"]
CODES = ("AE", "AI", "AU", "TE", "TU")

MAPPING = Mapping.model_validate(
    {
        "files": {"marks": {"path": "marks.csv", "dates": "%m/%d/%Y"}},
        "lookups": {"code": {str(n): code for n, code in enumerate(CODES)}},
        "extract": {
            "sis/attendance_events": [
                {
                    "from": "marks",
                    "status": "confirmed",
                    "columns": {
                        "school_year": {"year": "att_date"},
                        "school_id": "site",
                        "student_id": "student no",
                        "event_date": "att_date",
                        "session_id": "term",
                        "attendance_code": {"lookup": "code", "of": "mark"},
                        "reason": "comment",
                    },
                }
            ]
        },
    }
)


def write(folder: Path, students: int, years: int) -> int:
    """Writes the same events in both forms; returns how many."""
    raw = folder / "raw" / "sis"
    raw.mkdir(parents=True)
    rows = f"""
        select 2024 + y as school_year, lpad(cast(s % 150 as varchar), 4, '0') as school_id, cast(10000000 + s as varchar) as student_id,
            make_date(2023 + y, 9, 1) + cast(e * 11 + s % 11 as integer) as event_date, 'FY' as session_id,
            (s + e) % {len(CODES)} as mark, case when s % 3 = 0 then 'Family' end as reason
        from range({students}) students(s), range({years}) years(y), range({EVENTS}) events(e)"""
    codes = f"{list(CODES)}[mark + 1] as attendance_code"
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select school_year, school_id, student_id, event_date, session_id, {codes}, reason from ({rows})) "
            f"to '{raw / 'attendance_events.csv'}' (header)"
        )
        connection.execute(
            f"""copy (select student_id as "Student No", school_id as "Site", strftime(event_date, '%m/%d/%Y') as "Att_Date",
            mark as "Mark", session_id as "Term", reason as "Comment" from ({rows})) to '{folder / "marks.csv"}' (header)"""
        )
    return students * years * EVENTS


def stage(folder: Path, raw: Path) -> float:
    """CPU seconds in which the extract under `raw` is staged."""
    with connect(folder / "stage.duckdb", Engine()) as connection:
        started = time.process_time()
        load_extract(DuckDBTables(connection), raw, EXTRACT)
        return time.process_time() - started


def convert(folder: Path) -> float:
    """CPU seconds in which the strange file is converted."""
    with connect(folder / "convert.duckdb", Engine()) as connection:
        started = time.process_time()
        convert_mapped(DuckDBTables(connection), MAPPING, folder, folder / "converted")
        return time.process_time() - started


@click.command()
@click.option("--students", default=100_000, show_default=True)
@click.option("--years", default=3, show_default=True)
@click.option("--pairs", default=3, show_default=True)
def main(students: int, years: int, pairs: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        n = write(folder, students, years)
        print(f"{n:,} events, CPU seconds")
        print(
            f"{'pair':>4} {'staged':>8} {'converted':>10} {'staged after':>13} {'conv./staged':>13} {'both/staged':>12}"
        )
        ratios = []
        for pair in range(1, pairs + 1):
            with spawn.Pool(1, maxtasksperchild=1) as pool:
                canonical = pool.apply(stage, (folder, folder / "raw"))
                converted = pool.apply(convert, (folder,))
                after = pool.apply(stage, (folder, folder / "converted"))
            ratios.append((converted / canonical, (converted + after) / canonical))
            print(
                f"{pair:4} {canonical:8.1f} {converted:10.1f} {after:13.1f} {ratios[-1][0]:13.2f} {ratios[-1][1]:12.2f}"
            )
        print(f"median {statistics.median(r for r, _ in ratios):.2f} and {statistics.median(r for _, r in ratios):.2f}")


if __name__ == "__main__":
    main()
