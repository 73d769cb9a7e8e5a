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

KILLS = 10
STUDENTS = ("--students", "60", "--years", "1")


def published(home: Path) -> dict[str, str]:
    """Every published file, read through the links that readers use, by its hash."""
    files = [p for root in (home / "warehouse" / "out", home / "reports") for p in root.rglob("*") if p.is_file()]
    assert files
    return {p.relative_to(home).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}


def version(home: Path) -> str:
    return (home / "warehouse" / "current").resolve().name


@pytest.mark.slow
def test_ten_kills_in_a_row_leave_a_whole_publication_and_a_run_that_succeeds(tmp_path):
    started = time.monotonic()
    first = platform(tmp_path, "run", *STUDENTS)
    assert first.returncode == 0, first.stdout + first.stderr
    seconds = time.monotonic() - started
    moments = random.Random(20260213)
    for _ in range(KILLS):
        before, files = version(tmp_path), published(tmp_path)
        with subprocess.Popen(
            [*COMMAND, "run", *STUDENTS],
            env=environment(tmp_path),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as run:
            time.sleep(moments.uniform(0.2, 1.0) * seconds)
            run.send_signal(signal.SIGKILL)
        if version(tmp_path) == before:
            assert published(tmp_path) == files
        json.loads((tmp_path / "reports" / "data_quality_report.json").read_text())
    last = platform(tmp_path, "run", *STUDENTS)
    assert last.returncode == 0, last.stdout + last.stderr
    leftovers = [p.name for p in (tmp_path / "warehouse" / "publications").iterdir() if p.name.startswith(".")]
    assert leftovers == []
