"""What a district's next run makes of what its offices did since the first (offices.py)."""

import csv
import json
from pathlib import Path

import duckdb
import pytest

from district_platform.operations.kept import KEPT
from district_platform_tests.offices import CLERK, a_finding, attendance_events, late_absence, most_absent
from district_platform_tests.processes import platform

HEADER = 1

MADE_AGAIN = (
    *("data/raw", "data/oneroster"),
    *(
        "warehouse/build",
        "warehouse/converted",
        "warehouse/pulled",
        "warehouse/standin",
        "warehouse/errors",
        "warehouse/outbox",
    ),
    *("warehouse/district.duckdb", "warehouse/home.json", "warehouse/state.json", "warehouse/last_backup.json"),
)
"""What the next run, or who delivers, makes anew; and what a home notes of itself."""


def report(home: Path) -> dict:
    return json.loads((home / "reports" / "data_quality_report.json").read_text())


@pytest.mark.slow
def test_a_waiver_is_counted_by_the_next_run_and_the_change_is_against_the_run_before(district, next_run):
    rule_id, key = a_finding(district)
    [rule] = [rule for rule in report(next_run)["rules"] if rule["rule_id"] == rule_id]
    assert (rule["n_waived"], rule["change"], len(rule["trend"])) == (1, 0, 2)
    listed = csv.DictReader((next_run / "reports" / "worklists" / "sis-data-steward.csv").open())
    assert [r["finding_key"] for r in listed if r["is_waived"] == "true"] == [key]


def days_absent(home: Path) -> dict[str, float]:
    """Days absent of each student at the year's end, by k_student."""
    query = "select k_student, sum(cumulative_days_absent)::double from msr_student_cumulative_attendance group by 1"
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        return dict(connection.execute(query).fetchall())


@pytest.mark.slow
def test_late_edits_and_deletions_hold_after_the_next_run(district, next_run):
    deleted = most_absent(attendance_events(district))
    added = late_absence(district, without=deleted)
    before, after = days_absent(district), days_absent(next_run)
    assert before[f"2025-{deleted}"] > 0
    assert after[f"2025-{deleted}"] == 0
    changed = {student for student in before if before[student] != after[student]}
    assert changed == {f"2025-{deleted}", f"2025-{added['student_id']}"}


def upload(home: Path) -> list[str]:
    return (home / "reports" / "attendance_upload.csv").read_text().splitlines()


@pytest.mark.slow
def test_after_the_week_was_approved_the_next_file_is_empty(next_run: Path):
    assert len(upload(next_run)) == HEADER
    listed = platform(next_run, "uploads", "list").stdout
    assert CLERK in listed
    assert "0 rows wait" in listed


@pytest.mark.slow
def test_every_file_of_a_used_district_is_on_the_list_or_made_again(next_run):
    known = (*(path for kept in KEPT for path in kept.paths), *MADE_AGAIN)
    files = [path.relative_to(next_run) for path in next_run.rglob("*") if path.is_file() and not path.is_symlink()]
    shown = [path.as_posix() for path in files if not any(part.startswith(".") for part in path.parts)]
    assert len(shown) > 50
    assert [name for name in shown if not name.startswith(known)] == []
