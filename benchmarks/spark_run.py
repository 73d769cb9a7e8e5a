"""Whole runs of one district on each engine: what readers find must be the same; prints what each run took.

    python -m benchmarks.spark_run [--students 5000] [--years 3] [--memory 4g] [--folder F]

Spark works in the platform's own process by its own settings, but for the memory of its Java. Each engine has a home of its own below
the folder, which must be empty; without one the homes are removed at the end. CPU seconds are those of the platform and of all that it
started. Ends with 1 where anything differs.
"""

import argparse
import ctypes
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from district_platform_tests.processes import COMMAND, environment
from district_platform_tests.spark import comparing

PR_SET_CHILD_SUBREAPER = 36


def measured(home: Path, **settings: object) -> tuple[float, float]:
    """Wall and CPU seconds of a run, its Java's included. Raises CalledProcessError when the run fails."""
    # Java that outlives the run is left to this process, which counts it
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    before, started = _cpu(), time.monotonic()
    with (home.parent / f"{home.name}.txt").open("w") as said:
        subprocess.run([*COMMAND, "run"], env=environment(home, **settings), stdout=said, stderr=said, check=True)
    wall = time.monotonic() - started
    while True:
        try:
            os.wait()
        except ChildProcessError:
            return wall, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def differences(one: Path, other: Path) -> Iterator[str]:
    """What readers of two homes find differently, but for ids of runs, times and durations."""
    csv, others_csv = comparing.csv_files(one), comparing.csv_files(other)
    yield from (name for name in sorted(csv.keys() | others_csv) if csv.get(name) != others_csv.get(name))
    parquet, others_parquet = comparing.parquet_files(one), comparing.parquet_files(other)
    yield from sorted(set(parquet) ^ set(others_parquet))
    both = [file for file in parquet if file in others_parquet]
    yield from (file for file in both if comparing.rows(one, file) != comparing.rows(other, file))
    if comparing.report(one) != comparing.report(other):
        yield "the report"
    if comparing.brief(one) != comparing.brief(other):
        yield "the brief"
    print(f"compared: {len(csv)} CSV files, {len(parquet)} Parquet files, the report, the brief")


def compare(folder: Path, size: dict[str, object], memory: str) -> bool:
    """Runs both engines, prints the figures and what differs; returns whether nothing does."""
    conf = json.dumps({"spark.driver.memory": memory})
    on_spark = {"engine__kind": "spark", "engine__spark__conf": conf}
    for engine, settings in {"duckdb": {}, "spark": on_spark}.items():
        load = os.getloadavg()[0]
        wall, cpu = measured(folder / engine, **size, **settings)
        print(
            f"{engine}: {wall:.0f} s wall, {cpu:.0f} s CPU; load {load:.1f} before, {os.getloadavg()[0]:.1f} after",
            flush=True,
        )
    found = list(differences(folder / "duckdb", folder / "spark"))
    print(*(f"DIFFERS: {each}" for each in found), "nothing differs" if not found else "", sep="\n")
    return not found


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=5_000)
    parser.add_argument("--years", type=int, default=3)
    parser.add_argument("--memory", default="4g", help="for Spark's Java")
    parser.add_argument("--folder", type=Path, help="where the homes are made, and stay")
    options = parser.parse_args()
    size = {"synthetic__students": options.students, "synthetic__years": options.years}
    with tempfile.TemporaryDirectory() as made:
        if not compare(options.folder or Path(made), size, options.memory):
            sys.exit(1)
