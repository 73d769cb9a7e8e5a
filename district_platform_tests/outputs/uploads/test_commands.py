"""`district-platform uploads` on a published district, as a clerk uses it."""

from pathlib import Path

import pytest

from district_platform_tests.processes import SIZE, platform

HEADER = 1


def upload(home: Path) -> list[str]:
    return (home / "reports" / "attendance_upload.csv").read_text().splitlines()


@pytest.mark.slow
def test_a_week_is_approved_and_the_next_file_is_empty(copy: Path):
    rows = len(upload(copy)) - HEADER
    assert rows > 0
    assert f"{rows:,} rows wait" in platform(copy, "uploads", "list").stdout
    assert len(platform(copy, "uploads", "diff").stdout.splitlines()) == rows
    approved = platform(copy, "uploads", "approve", "--by", "R. Clerk")
    assert approved.returncode == 0, approved.stderr
    run = platform(copy, "run", **SIZE)
    assert run.returncode == 0, run.stdout + run.stderr
    assert len(upload(copy)) == HEADER
    listed = platform(copy, "uploads", "list").stdout
    assert "R. Clerk" in listed
    assert "0 rows wait" in listed


def test_a_fault_is_one_message(copy: Path):
    answer = platform(copy, "uploads", "confirm", "nowhere.csv")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: nowhere.csv: there is no such file.")
    assert "Traceback" not in answer.stderr
