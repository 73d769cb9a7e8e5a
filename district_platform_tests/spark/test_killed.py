"""Killed at any moment, a run on Spark leaves the last catalog whole, and the next run leaves nothing of it."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb

from district_platform.engine.spark.lake import Lake
from district_platform_tests.spark.conftest import QUICK
from district_platform_tests.spark.making import MADE

KILLS = 10
NAMES = [function.__name__ for function in MADE]


def begin(home: Path, run: str) -> subprocess.Popen:
    command = [sys.executable, "-m", "district_platform_tests.spark.making", str(home), run, json.dumps(QUICK)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)


def catalog(home: Path) -> dict[str, list[tuple]]:
    """The rows of each table that Spark made, as the current catalog names them."""
    lake = home / "warehouse" / "lake"
    tables = json.loads((lake / "runs" / f"{(lake / 'current').read_text()}.json").read_text())["tables"]
    return {
        name: duckdb.sql(f"from read_parquet('{lake}/{name}/{tables[name]['run']}/*.parquet') order by all").fetchall()
        for name in NAMES
    }


def test_ten_kills_at_random_moments_leave_the_catalog_whole_and_no_version_behind(on_duckdb, tmp_path):
    (tmp_path / "warehouse").mkdir()
    shutil.copy(on_duckdb / "warehouse" / "district.duckdb", tmp_path / "warehouse")
    started = time.monotonic()
    assert begin(tmp_path, "first").wait() == 0
    seconds, first = time.monotonic() - started, catalog(tmp_path)
    assert len(first["dim_student"]) > 300

    for n in range(KILLS):
        with begin(tmp_path, f"killed-{n}") as run:
            time.sleep(random.Random(n).uniform(0.3, 1.0) * seconds)
            kill = os.kill if n % 2 else os.killpg  # the platform alone, as for lack of memory, or Spark's Java with it
            kill(run.pid, signal.SIGKILL)
        assert catalog(tmp_path) == first

    assert begin(tmp_path, "last").wait() == 0
    lake = Lake(tmp_path / "warehouse" / "lake")
    assert catalog(tmp_path) == first
    assert lake.unnamed() == []
    assert not (lake.root / ".scratch").exists()
