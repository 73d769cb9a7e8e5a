"""Runs of deliveries that lack most of what the platform can read: the required extracts, and a OneRoster export of somebody else."""

import csv
import json
import shutil
from pathlib import Path

import pytest

from district_platform.dictionary import TABLES
from district_platform_tests.processes import platform


def report(home: Path) -> dict:
    return json.loads((home / "reports" / "data_quality_report.json").read_text())


@pytest.mark.slow
def test_required_extracts_alone_are_enough(copy):
    for folder in ("hr", "assessments"):
        shutil.rmtree(copy / "data" / "raw" / folder)
    for path in (copy / "data" / "raw" / "sis").iterdir():
        if path.stem not in ("schools", "students", "enrollments"):
            path.unlink()
    run = platform(copy, "run", sources__kind="files", as_of_date="2026-02-13")
    assert run.returncode == 0, run.stdout + run.stderr
    skipped = {rule["rule_id"]: rule["reason"] for rule in report(copy)["rules"] if rule["status"] == "skipped"}
    assert skipped["EDU-03"].startswith("not delivered: ")
    with (copy / "reports" / "analysis_tables" / "student_performance.csv").open() as file:
        rows = list(csv.reader(file))
    assert rows == [list(TABLES["release_student_performance"].columns)]


ONEROSTER = Path(__file__).resolve().parents[3] / "shared" / "data" / "oneroster_dev"


@pytest.mark.slow
@pytest.mark.skipif(
    not ONEROSTER.exists(), reason="the third party's OneRoster export does not lie beside the repository"
)
def test_one_roster_export_of_somebody_else_is_published_as_far_as_it_goes(tmp_path):
    run = platform(
        tmp_path, "run", sources__kind="oneroster", sources__oneroster__path=ONEROSTER, as_of_date="2026-11-20"
    )
    assert run.returncode == 0, run.stdout + run.stderr
    rules = {rule["rule_id"]: rule for rule in report(tmp_path)["rules"]}
    assert {rule["status"] for rule in rules.values()} == {"passed", "skipped"}
    reasons = {rule["reason"] for rule in rules.values() if rule["status"] == "skipped"}
    assert [reason for reason in reasons if not reason.startswith("not delivered: ")] == []
    must_pass = {"CON-01", "CON-05", "EDU-01", "ENR-01", "ENR-04", "SEC-01", "PRV-01"}
    assert {rule_id for rule_id in must_pass if rules[rule_id]["status"] != "passed"} == set()
    assert any("no attendance" in note for note in report(tmp_path)["notes"])
    with (tmp_path / "reports" / "analysis_tables" / "enrollment_summary.csv").open() as file:
        groups = {
            (row["k_school"], row["subgroup_dimension"]): row["n_students_census"] for row in csv.DictReader(file)
        }
    assert groups["", "All students"] == "778"
