"""What readers find of a publication, and what of it a run may change whose extracts and settings are those of the run before."""

import csv
import hashlib
from pathlib import Path

HISTORY = {
    "reports/data_quality_report.json",
    "reports/data_quality_report.html",
    "reports/policy_brief.pdf",
    "reports/attendance_evidence.csv",
}
"""Files that tell of a run: its id, and what earlier runs found."""


def published(home: Path) -> dict[str, str]:
    """Every published file, read through the links that readers use, by its hash."""
    files = [p for root in (home / "warehouse" / "out", home / "reports") for p in root.rglob("*") if p.is_file()]
    assert files
    return {p.relative_to(home).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in sorted(files)}


def without_history(files: dict[str, str]) -> dict[str, str | None]:
    """The files with their hashes, but for those that tell of a run."""
    return {name: None if name in HISTORY else digest for name, digest in files.items()}


def names_and_birth_dates(home: Path) -> set[str]:
    """Of every student that was delivered: what nothing that is released may hold."""
    with (home / "data" / "raw" / "sis" / "students.csv").open() as file:
        people = list(csv.DictReader(file))
    return {f"{p['first_name']} {p['last_name']}" for p in people} | {p["birth_date"] for p in people} - {""}
