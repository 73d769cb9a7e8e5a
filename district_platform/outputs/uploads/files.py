"""The files of an upload: the rows for the SIS, and the evidence for them. Only people who may see single students can read them (0600).

The same tables, settings and ledger give the same bytes, except for the run's id in the evidence.
"""

from pathlib import Path

import ibis
import pandas as pd

from district_platform.engine.tables import Tables, unbound
from district_platform.outputs.uploads.ledger import Row

UPLOAD = "attendance_upload.csv"
EVIDENCE = "attendance_evidence.csv"
REJECTS = "attendance_rejects.csv"
TRACKER_REJECTS = "attendance_tracker_rejects.csv"
FILES = (UPLOAD, EVIDENCE, REJECTS, TRACKER_REJECTS)

UPLOAD_COLUMNS = ("Student ID", "Date", "Attendance status", "Source of presence")
"""Exactly these, in this order: what the district's import expects. The values are those of `ledger.Row`."""

EVIDENCE_COLUMNS = (
    "student_id",
    "event_date",
    "attendance_status",
    "presence_source",
    "school_id",
    "minutes_online",
    "minutes_online_week",
    "n_sessions",
    "first_online_at",
    "last_online_at",
    "threshold_minutes",
    "reconciliation_rule",
    "old_attendance_code",
    "new_attendance_code",
    "source_sha256",
    "run_id",
)
_DECISION = EVIDENCE_COLUMNS[5:14]


def write_files(tables: Tables, folder: Path, rows: list[Row], run_id: str) -> None:
    """Writes the upload of these rows, its evidence, and what was rejected of sessions and of the tracker, into `folder`."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    frames = {
        UPLOAD: pd.DataFrame([_values(row) for row in rows], columns=list(UPLOAD_COLUMNS)),
        EVIDENCE: _evidence(tables, rows, run_id),
        REJECTS: _rejects(tables),
        TRACKER_REJECTS: _tracker_rejects(tables),
    }
    for name, frame in frames.items():
        write_private_csv(tables, frame, folder / name)


def write_private_csv(tables: Tables, frame: pd.DataFrame, path: Path) -> None:
    """A frame as a CSV file that its owner alone may read (0600); its folder is closed already while it is written."""
    tables.write_csv(frame, path)
    path.chmod(0o600)


def _values(row: Row) -> tuple[object, ...]:
    return row.student_id, row.date, row.status, row.source or None


def _evidence(tables: Tables, rows: list[Row], run_id: str) -> pd.DataFrame:
    """A row for each row of the upload, and of a day decided at several schools one for each."""
    decided = _decisions_of(tables, rows)
    sha256 = _source_sha256(tables)
    unknown = (None,) * (1 + len(_DECISION))
    lines = [(*_values(row), *decision, sha256, run_id) for row in rows for decision in decided.get(row.day, [unknown])]
    return pd.DataFrame(lines, columns=list(EVIDENCE_COLUMNS), dtype=object)


def _decisions_of(tables: Tables, rows: list[Row]) -> dict[tuple, list[tuple]]:
    decisions = unbound("fct_attendance_decision")
    if not rows:
        return {}
    dates = [row.date for row in rows]
    days = decisions.filter(decisions.event_date.between(min(dates), max(dates)))
    found = tables.fetch(days.select("k_student_xyear", "event_date", "k_school", *_DECISION).order_by(ibis._.k_school))
    by_day: dict[tuple, list[tuple]] = {}
    for student, date, *decision in found:
        by_day.setdefault((student, date), []).append(tuple(decision))
    return by_day


def _source_sha256(tables: Tables) -> str:
    """Hashes of the files of sessions as they were delivered, in the order of their names."""
    files = unbound("extract_files")
    of_sessions = files.filter(files.extract == "online_learning/learner_sessions").order_by("file_name")
    return " ".join(digest for (digest,) in tables.fetch(of_sessions.select("sha256")))


def _rejects(tables: Tables) -> pd.DataFrame:
    rejects = unbound("learner_session_rejects").order_by("session_uuid")
    columns = [name for name in rejects.columns if name != "course_name"]
    return pd.DataFrame(tables.fetch(rejects.select(*columns)), columns=columns, dtype=object)


def _tracker_rejects(tables: Tables) -> pd.DataFrame:
    """Lines of the tracker that are not merged, and why."""
    days = unbound("fct_tracked_attendance_day")
    rejected = days.filter(days.reject_reason.notnull()).select(
        student_id="k_student_xyear",
        date="event_date",
        status="tracked_status",
        school_id="k_school",
        reject_reason="reject_reason",
    )
    ordered = rejected.order_by("student_id", "date", "school_id")
    return pd.DataFrame(tables.fetch(ordered), columns=list(rejected.columns), dtype=object)
