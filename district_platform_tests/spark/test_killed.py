"""Killed at any moment, a run on Spark leaves the last catalog and publication whole, and the next run leaves nothing of it."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from district_platform.engine.spark.lake import Lake
from district_platform_tests.processes import COMMAND, environment
from district_platform_tests.publications import published, without_history
from district_platform_tests.spark.conftest import ON_SPARK, SIZE
from district_platform_tests.whole.test_killed import version

KILLS = int(os.environ.get("SPARK_KILLS", "3"))
MADE = ("dim_school", "dim_session", "dim_student", "fct_student_program_association", "enrollment_summary")
SELECTED = " or ".join(f'key:"{name}"' for name in MADE)
"""A few tables, so that a run takes seconds; the last one needs intermediate results."""


@dataclass(frozen=True)
class Runs:
    """Runs of a district on Spark: of all its tables, or of those that are selected."""

    home: Path
    selected: tuple[str, ...] = ()
    settings: dict[str, str] = field(default_factory=lambda: ON_SPARK)

    @property
    def lake(self) -> Lake:
        return Lake(self.home / "warehouse" / "lake")

    def begin(self) -> subprocess.Popen:
        """A run in a session of its own."""
        settings = environment(self.home, **SIZE, **self.settings)
        with (self.home / "said.txt").open("w") as said:
            command = [*COMMAND, "run", *self.selected]
            return subprocess.Popen(command, env=settings, stdout=said, stderr=said, start_new_session=True)

    def succeed(self) -> float:
        """The seconds that a run takes to its end."""
        started = time.monotonic()
        assert self.begin().wait() == 0, (self.home / "said.txt").read_text()[-3000:]
        return time.monotonic() - started

    def catalog(self) -> dict[str, list[tuple]]:
        """How many rows, and a sum of their hashes, of each table that Spark made, as the current catalog names them."""
        lake = self.lake.root
        tables = json.loads((lake / "runs" / f"{(lake / 'current').read_text()}.json").read_text())["tables"]
        files = {name: lake / name / each["run"] for name, each in tables.items() if each["made_by"] == "spark"}
        rows = "select count(*), sum(hash(t)) from read_parquet('{}/*.parquet') t"
        return {name: duckdb.sql(rows.format(folder)).fetchall() for name, folder in files.items()}


def kill_in_a_row(runs: Runs, moments: list[float]) -> Iterator[str]:
    """Kills a run at each of these moments, in seconds; yields what it left: versions in the lake that no catalog names.

    After each, the catalog's tables hold the rows of before, and readers find the publication of before, to the byte, or a whole new one.
    """
    first = runs.catalog()
    for n, moment in enumerate(moments):
        publication, files = version(runs.home), published(runs.home)
        with runs.begin() as run:
            time.sleep(moment)
            kill = os.kill if n % 2 else os.killpg  # the platform alone, as for lack of memory, or Spark's Java with it
            kill(run.pid, signal.SIGKILL)
        left = len(runs.lake.unnamed())
        yield f"{left} versions that no catalog names" if run.returncode < 0 else "nothing: the run had ended"
        assert runs.catalog() == first
        assert (published(runs.home) == files) == (version(runs.home) == publication)
        assert without_history(published(runs.home)) == without_history(files)


def test_kills_at_random_moments_leave_catalog_and_publication_whole_and_no_version_behind(on_duckdb, tmp_path):
    """Three kills of runs of five tables; SPARK_KILLS=10 makes it ten, and `python -m benchmarks.spark_kills` kills whole runs."""
    home = tmp_path / "home"
    shutil.copytree(on_duckdb, home, symlinks=True)
    runs = Runs(home, ("--select", SELECTED))
    seconds, first, publication = runs.succeed(), runs.catalog(), published(home)
    assert first.keys() == set(MADE)
    assert first["dim_student"][0][0] > 290

    moments = [random.Random(n).uniform(0.4, 1.0) * seconds for n in range(KILLS)]
    for n, left in enumerate(kill_in_a_row(runs, moments)):
        print(f"kill {n} left {left}")
        assert published(home) == publication

    runs.succeed()
    assert runs.catalog() == first
    assert published(home) == publication
    assert runs.lake.unnamed() == []
    assert not (runs.lake.root / ".scratch").exists()
