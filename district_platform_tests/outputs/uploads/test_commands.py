"""`district-platform uploads` on a published district, as a clerk uses it."""

from pathlib import Path

from district_platform_tests.processes import platform

HEADER = 1


def upload(home: Path) -> list[str]:
    return (home / "reports" / "attendance_upload.csv").read_text().splitlines()


def test_rows_wait_until_they_are_approved(district: Path):
    rows = len(upload(district)) - HEADER
    assert rows > 0
    assert f"{rows:,} rows wait" in platform(district, "uploads", "list").stdout
    assert len(platform(district, "uploads", "diff").stdout.splitlines()) == rows


def test_a_fault_is_one_message(district: Path):
    answer = platform(district, "uploads", "confirm", "nowhere.csv")
    assert answer.returncode == 1
    assert answer.stderr.startswith("Error: nowhere.csv: there is no such file.")
    assert "Traceback" not in answer.stderr
