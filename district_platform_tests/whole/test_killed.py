"""Killed at any moment, the last publication is still there and the next run succeeds."""

import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from district_platform_tests.processes import COMMAND, SIZE, environment, platform
from district_platform_tests.publications import published, without_history


def version(home: Path) -> str:
    return (home / "warehouse" / "current").resolve().name


def succeed(home: Path, **settings: object) -> float:
    """Runs to the end; returns the seconds it took."""
    started = time.monotonic()
    run = platform(home, "run", **settings)
    assert run.returncode == 0, run.stdout + run.stderr
    return time.monotonic() - started


def kill_in_a_row(home: Path, kills: int, seconds: float, **settings: object) -> list[float]:
    """Kills that many runs of a published district, each at a random moment of the seconds that a whole run takes.

    After each, readers must find the publication that was there before, to the byte, or a whole new one; after all, a run must succeed
    and publish what was published at first. Returns the moments, as shares of a whole run.
    """
    moments = [random.Random(kills * 1000 + n).uniform(0.15, 1.0) for n in range(kills)]
    first = published(home)
    for moment in moments:
        before, files = version(home), published(home)
        with subprocess.Popen(
            [*COMMAND, "run"], env=environment(home, **settings), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            time.sleep(moment * seconds)
            run.send_signal(signal.SIGKILL)
        if version(home) == before:
            assert published(home) == files
        json.loads((home / "reports" / "data_quality_report.json").read_text())
    succeed(home, **settings)
    assert [p.name for p in (home / "warehouse" / "publications").iterdir() if p.name.startswith(".")] == []
    assert without_history(published(home)) == without_history(first)
    return moments


@pytest.mark.slow
def test_kills_in_a_row_leave_a_whole_publication_and_a_run_that_publishes_the_same_bytes(copy, seconds_of_a_run):
    """Two here; `python -m benchmarks.kills` does ten."""
    kill_in_a_row(copy, 2, seconds_of_a_run, **SIZE)
