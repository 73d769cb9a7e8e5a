"""A district that delivers nothing of its students: staff, store and results are published, and the rest is said to be empty."""

import json
import shutil
from pathlib import Path

import pypdf
import pytest

from district_platform_tests.processes import platform

NOTE = "Nothing of the student information system was delivered. What needs students, schools or enrollments is empty."


@pytest.mark.slow
def test_staff_store_and_results_alone_are_published_and_what_needs_students_is_said_to_be_missing(
    district: Path, tmp_path: Path
):
    home = tmp_path / "staff_and_store"
    for system in ("hr", "store", "assessments"):
        shutil.copytree(district / "data" / "raw" / system, home / "data" / "raw" / system)
    (home / "district.toml").write_text('as_of_date = 2026-02-13\n[sources]\nkind = "files"\n')

    run = platform(home, "run")

    assert run.returncode == 0, run.stdout + run.stderr
    published = {path.name.split(".")[0] for path in (home / "warehouse" / "out").iterdir()}
    assert {"fct_staff_assignment", "fct_store_sale", "fct_student_assessment"} <= published
    report = json.loads((home / "reports" / "data_quality_report.json").read_text())
    assert report["notes"][0] == NOTE
    pages = pypdf.PdfReader(home / "reports" / "policy_brief.pdf").pages
    brief = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert NOTE in brief
    assert "Staff assignments were delivered, but no enrollments of students" in brief
    assert "Assessment results were delivered, but no enrollments of students" in brief
