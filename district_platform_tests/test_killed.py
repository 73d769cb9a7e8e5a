"""Killed at any moment, the last publication is still there and the next run succeeds."""

import hashlib
import json
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from district_platform_tests.processes import COMMAND, environment, platform

STUDENTS = ("--students", "60", "--years", "1")


def published(home: Path) -> dict[str, str]:
    """Every published file, read through the links that readers use, by its hash."""
    files = [p for root in (home / "warehouse" / "out", home / "reports") for p in root.rglob("*") if p.is_file()]
    assert files
    return {p.relative_to(home).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}


def version(home: Path) -> str:
    return (home / "warehouse" / "current").resolve().name


def succeed(home: Path) -> float:
    """Runs to the end; returns the seconds it took."""
    started = time.monotonic()
    run = platform(home, "run", *STUDENTS)
    assert run.returncode == 0, run.stdout + run.stderr
    return time.monotonic() - started


def kill_in_a_row(home: Path, kills: int) -> list[float]:
    """Kills that many runs, each at a random moment of its life; returns the moments, as shares of a whole run.

    After each, readers must find the publication that was there before, to the byte, or a whole new one; after all, a run must succeed.
    """
    seconds = succeed(home)
    moments = [random.Random(kills * 1000 + n).uniform(0.15, 1.0) for n in range(kills)]
    for moment in moments:
        before, files = version(home), published(home)
        with subprocess.Popen(
            [*COMMAND, "run", *STUDENTS], env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as run:
            time.sleep(moment * seconds)
            run.send_signal(signal.SIGKILL)
        if version(home) == before:
            assert published(home) == files
        json.loads((home / "reports" / "data_quality_report.json").read_text())
    succeed(home)
    assert [p.name for p in (home / "warehouse" / "publications").iterdir() if p.name.startswith(".")] == []
    return moments


@pytest.mark.slow
def test_kills_in_a_row_leave_a_whole_publication_and_a_run_that_succeeds(tmp_path):
    """Two here; `python -m benchmarks.kills` does ten."""
    kill_in_a_row(tmp_path, 2)
