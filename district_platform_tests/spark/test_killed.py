"""Killed at any moment, a run on Spark leaves the last catalog and publication whole, and the next run leaves nothing of it."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from pathlib import Path

import duckdb

from district_platform.engine.spark.lake import Lake
from district_platform_tests.processes import COMMAND, environment
from district_platform_tests.publications import published
from district_platform_tests.spark.conftest import ON_SPARK, SIZE

KILLS = int(os.environ.get("SPARK_KILLS", "3"))
MADE = ("dim_school", "dim_session", "dim_student", "fct_student_program_association", "enrollment_summary")
SELECTED = " or ".join(f'key:"{name}"' for name in MADE)
"""A few tables, so that a run takes seconds; the last one needs intermediate results."""


def begin(home: Path) -> subprocess.Popen:
    """A run of these tables on Spark, in a session of its own."""
    command = [*COMMAND, "run", "--select", SELECTED]
    settings = environment(home, **SIZE, **ON_SPARK)
    with (home / "said.txt").open("w") as said:
        return subprocess.Popen(command, env=settings, stdout=said, stderr=said, start_new_session=True)


def succeed(home: Path) -> float:
    """The seconds that a run takes to its end."""
    started = time.monotonic()
    assert begin(home).wait() == 0, (home / "said.txt").read_text()[-3000:]
    return time.monotonic() - started


def catalog(home: Path) -> dict[str, list[tuple]]:
    """The rows of each table that Spark made, as the current catalog names them."""
    lake = home / "warehouse" / "lake"
    tables = json.loads((lake / "runs" / f"{(lake / 'current').read_text()}.json").read_text())["tables"]
    return {
        name: duckdb.sql(f"from read_parquet('{lake}/{name}/{tables[name]['run']}/*.parquet') order by all").fetchall()
        for name in MADE
    }


def test_kills_at_random_moments_leave_catalog_and_publication_whole_and_no_version_behind(on_duckdb, tmp_path):
    """Three kills; SPARK_KILLS=10 makes it ten."""
    home = tmp_path / "home"
    shutil.copytree(on_duckdb, home, symlinks=True)
    seconds, first, publication = succeed(home), catalog(home), published(home)
    lake = Lake(home / "warehouse" / "lake")
    assert len(first["dim_student"]) > 290

    for n in range(KILLS):
        with begin(home) as run:
            time.sleep(random.Random(n).uniform(0.4, 1.0) * seconds)
            kill = os.kill if n % 2 else os.killpg  # the platform alone, as for lack of memory, or Spark's Java with it
            kill(run.pid, signal.SIGKILL)
        print(f"kill {n}: {len(lake.unnamed())} versions that no catalog names")
        assert catalog(home) == first
        assert published(home) == publication

    succeed(home)
    assert catalog(home) == first
    assert published(home) == publication
    assert lake.unnamed() == []
    assert not (lake.root / ".scratch").exists()
