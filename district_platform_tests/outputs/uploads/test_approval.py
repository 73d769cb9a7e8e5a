"""Approval: the ledger advances then and only then; what the SIS refuses comes again."""

import csv
import datetime as dt
from pathlib import Path

import duckdb
import pytest

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.home import Home
from district_platform.outputs.uploads.approval import UploadError, approve, approved_uploads, confirm, waiting_rows
from district_platform.outputs.uploads.files import EVIDENCE, FILES, UPLOAD, write_files
from district_platform.outputs.uploads.layouts import FOLDER as LAYOUTS
from district_platform.outputs.uploads.layouts import write_layouts
from district_platform.outputs.uploads.ledger import LedgerError, Row, read_ledger, stated_days
from district_platform.outputs.uploads.rows import due_rows
from district_platform.settings import Reconciliation
from district_platform_tests.outputs.uploads.tables import AS_OF, MONDAY, TUESDAY, add, decision, due

NOON = dt.datetime(2026, 2, 16, 12, tzinfo=dt.UTC)


@pytest.fixture
def published(home: Home, tables: DuckDBTables) -> DuckDBTables:
    """A warehouse with two corrections, and their upload where readers find it."""
    add(tables, "fct_attendance_decision", decision("1", MONDAY), decision("-2", TUESDAY))
    add(tables, "learner_session_rejects", {"session_uuid": "s1", "reject_reason": "no login time"})
    add(tables, "extract_files", {"extract": "online_learning/learner_sessions", "file_name": "f", "sha256": "abc"})
    assert len(due(tables)) == 2
    publish(home, tables)
    return tables


def publish(home: Home, tables: DuckDBTables, run_id: str = "run") -> str:
    """What a run makes of warehouse and ledger; returns the upload."""
    rows = due_rows(tables, stated_days(read_ledger(home)), Reconciliation(), AS_OF)
    write_files(tables, home.reports, rows, run_id)
    write_layouts(tables, home.reports, rows, Reconciliation())
    return (home.reports / UPLOAD).read_text()


def test_the_upload_has_exactly_the_columns_of_the_import(home: Home, published: duckdb.DuckDBPyConnection):
    assert (home.reports / UPLOAD).read_text() == (
        "Student ID,Date,Attendance status,Source of presence\n"
        "-2,2026-02-10,present,virtual\n"
        "1,2026-02-09,present,virtual\n"
    )


def test_an_upload_whose_header_names_the_values_is_read_as_before(home: Home, published: duckdb.DuckDBPyConnection):
    upload = home.reports / UPLOAD
    _, rows = upload.read_text().split("\n", 1)
    before = waiting_rows(home)
    upload.write_text(
        f"Student ID,Date,Attendance status (present/absent),Source of presence (in-person/virtual)\n{rows}"
    )
    assert waiting_rows(home) == before != []


def test_an_id_that_a_spreadsheet_would_run_is_made_harmless_and_read_as_it_was(
    home: Home, published: duckdb.DuckDBPyConnection
):
    write_files(published, home.reports, [Row("=1+2", MONDAY, "present", "virtual")], "run")
    assert "'=1+2,2026-02-09" in (home.reports / UPLOAD).read_text()
    assert waiting_rows(home) == [Row("=1+2", MONDAY, "present", "virtual")]


def test_the_evidence_says_what_each_row_rests_on(home: Home, published: duckdb.DuckDBPyConnection):
    with (home.reports / EVIDENCE).open() as file:
        row = list(csv.DictReader(file))[1]
    assert row == {
        "student_id": "1",
        "event_date": "2026-02-09",
        "attendance_status": "present",
        "presence_source": "virtual",
        "school_id": "A",
        "minutes_online": "60.00",
        "minutes_online_week": "60.00",
        "n_sessions": "1",
        "first_online_at": "2026-02-09 09:00:00",
        "last_online_at": "2026-02-09 10:00:00",
        "threshold_minutes": "10",
        "reconciliation_rule": "daily minimum",
        "old_attendance_code": "AU",
        "new_attendance_code": "VIRTUAL",
        "source_sha256": "abc",
        "run_id": "run",
    }


def test_files_are_readable_by_their_owner_only(home: Home, published: duckdb.DuckDBPyConnection):
    assert {(home.reports / name).stat().st_mode & 0o777 for name in FILES} == {0o600}


def test_a_second_run_before_approval_makes_the_same_file(home: Home, published: duckdb.DuckDBPyConnection):
    assert publish(home, published, "another run") == publish(home, published)


def test_after_approval_the_next_file_is_empty_and_the_approved_one_is_kept(
    home: Home, published: duckdb.DuckDBPyConnection
):
    before = (home.reports / UPLOAD).read_text()
    folder = approve(home, "R. Clerk", NOON)
    assert folder is not None
    assert folder == home.uploads / "2026-02-16"
    assert (folder / UPLOAD).read_text() == before
    assert {path.name for path in (folder / LAYOUTS).iterdir()} == {"aeries.csv", "infinite_campus.csv"}
    assert publish(home, published).count("\n") == 1
    assert home.upload_ledger.stat().st_mode & 0o777 == 0o600


def test_approving_the_same_file_twice_approves_nothing(home: Home, published: duckdb.DuckDBPyConnection):
    approve(home, "R. Clerk", NOON)
    ledger = home.upload_ledger.read_bytes()
    assert approve(home, "R. Clerk", NOON) is None
    assert home.upload_ledger.read_bytes() == ledger


def test_two_approvals_of_a_day_are_kept_apart(home: Home, published: duckdb.DuckDBPyConnection):
    approve(home, "R. Clerk", NOON)
    add(published, "fct_attendance_decision", decision("3", MONDAY))
    publish(home, published)
    folder = approve(home, "R. Clerk", NOON)
    assert folder == home.uploads / "2026-02-16-2"
    assert [(a.upload, a.n_rows) for a in approved_uploads(home)] == [("2026-02-16", 2), ("2026-02-16-2", 1)]


def test_nobody_approves_without_a_name(home: Home, published: duckdb.DuckDBPyConnection):
    with pytest.raises(UploadError, match="--by"):
        approve(home, "  ", NOON)


def test_before_the_first_publication_there_is_nothing_to_approve(home: Home):
    with pytest.raises(UploadError, match=r"attendance_upload\.csv: there is no such file"):
        approve(home, "R. Clerk", NOON)


def test_refused_rows_come_again_and_taken_ones_do_not(
    home: Home, published: duckdb.DuckDBPyConnection, tmp_path: Path
):
    approve(home, "R. Clerk", NOON)
    answer = tmp_path / "answer.csv"
    answer.write_text("Student ID,Date,Result,Reason\n1,2026-02-09,refused,day closed\n-2,2026-02-10,taken,\n")
    assert confirm(home, answer, "R. Clerk", NOON) == {"refused": 1, "taken": 1}
    assert publish(home, published).splitlines()[1:] == ["1,2026-02-09,present,virtual"]
    [approved] = approved_uploads(home)
    assert (approved.n_rows, approved.n_taken, approved.n_refused) == (2, 1, 1)


def test_confirming_the_same_answer_twice_changes_nothing(
    home: Home, published: duckdb.DuckDBPyConnection, tmp_path: Path
):
    approve(home, "R. Clerk", NOON)
    answer = tmp_path / "answer.csv"
    answer.write_text("Student ID,Date,Result,Reason\n1,2026-02-09,taken,\n")
    confirm(home, answer, "R. Clerk", NOON)
    ledger = home.upload_ledger.read_bytes()
    assert not confirm(home, answer, "R. Clerk", NOON)
    assert home.upload_ledger.read_bytes() == ledger


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Student ID,Date\n1,2026-02-09\n", "line 1: lacks the columns Result"),
        ("Student ID,Date,Result\n1,9 February,taken\n", "line 2, Date '9 February': is not a date as YYYY-MM-DD"),
        ("Student ID,Date,Result\n1,2026-02-09,maybe\n", "line 2, Result 'maybe': is neither taken nor refused"),
        ("Student ID,Date,Result\n9,2026-02-09,taken\n", "line 2, Student ID '9' on 2026-02-09: was never approved"),
    ],
)
def test_an_answer_that_cannot_be_used_changes_nothing_and_names_the_line(
    home: Home, published: duckdb.DuckDBPyConnection, tmp_path: Path, text: str, fault: str
):
    approve(home, "R. Clerk", NOON)
    ledger = home.upload_ledger.read_bytes()
    answer = tmp_path / "answer.csv"
    answer.write_text(text)
    with pytest.raises(UploadError) as error:
        confirm(home, answer, "R. Clerk", NOON)
    assert fault in str(error.value)
    assert home.upload_ledger.read_bytes() == ledger


def test_a_ledger_that_somebody_edited_wrongly_stops_everything(home: Home, published: duckdb.DuckDBPyConnection):
    approve(home, "R. Clerk", NOON)
    home.upload_ledger.write_text(home.upload_ledger.read_text().replace("2026-02-09", "yesterday"))
    with pytest.raises(LedgerError, match=r"ledger\.csv, line 3: "):
        publish(home, published)
