"""examples/: each runs as its README says, and shows what it says."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from district_platform.documentation import ROOT
from district_platform_tests.code_blocks import blocks

EXAMPLES = ROOT / "examples"


@pytest.fixture
def example(tmp_path: Path) -> Callable[[str], Path]:
    """A copy of an example after what its README tells to type; the commands are those of this environment."""

    def run(name: str) -> Path:
        folder = tmp_path / name
        shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("home", "made"))
        environment = {**os.environ, "PLATFORM_BIN": str(Path(sys.executable).parent), "STUDENTS": "120"}
        for command in [command for block in blocks(EXAMPLES / name / "README.md") for command in block.commands]:
            done = subprocess.run(["sh", "-c", command], cwd=folder, env=environment, capture_output=True, text=True)
            assert done.returncode == 0, done.stdout + done.stderr
        return folder / "home"

    return run


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_every_example_is_tried_here():
    assert {path.parent.name for path in EXAMPLES.glob("*/README.md")} == {
        "oneroster",
        "powerschool",
        "store_and_punches",
    }


def test_store_and_punches_show_marts_and_hours_and_say_what_was_not_delivered(example):
    home = example("store_and_punches")
    assert rows(home / "reports" / "marts" / "customers_mart.csv")
    assert any(row["hours_worked"] for row in rows(home / "reports" / "analysis_tables" / "staff_hours.csv"))
    assert not rows(home / "reports" / "analysis_tables" / "chronic_absence.csv")
    report = (home / "reports" / "data_quality_report.html").read_text()
    assert "Nothing of the student information system was delivered" in report


def test_a_roster_from_oneroster_and_attendance_from_files_become_one_district(example):
    home = example("oneroster")
    students = rows(home / "reports" / "analysis_tables" / "enrollment_summary.csv")
    assert any(row["aggregation"] == "School" for row in students)
    absent = rows(home / "reports" / "analysis_tables" / "chronic_absence.csv")
    assert any(row["pct_attendance"] for row in absent), "attendance came from the files"


def test_powerschools_tables_are_read_by_the_mapping_that_lies_beside_them(example):
    home = example("powerschool")
    absent = rows(home / "reports" / "analysis_tables" / "chronic_absence.csv")
    assert any(row["pct_attendance"] for row in absent)
    report = (home / "reports" / "data_quality_report.html").read_text()
    assert "PowerSchool does not say" in report
