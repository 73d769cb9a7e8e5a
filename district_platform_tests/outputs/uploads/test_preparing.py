"""The upload of an earlier day, asked for again: what was due then and is due still, without touching what is published."""

import csv
import datetime as dt
from decimal import Decimal
from pathlib import Path

import dagster as dg
import pytest

from district_platform.dictionary import TABLES
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.outputs.uploads.approval import UploadError, approve, waiting_rows
from district_platform.outputs.uploads.asset import PREPARE, upload_job, upload_schedule
from district_platform.outputs.uploads.files import TRACKER_REJECTS, UPLOAD
from district_platform.outputs.uploads.ledger import Row
from district_platform.outputs.uploads.preparing import prepare, prepared_folder
from district_platform.settings import Engine, Reconciliation, Settings
from district_platform_tests.outputs.uploads.tables import MONDAY, add, decision, due

NOON = dt.datetime(2026, 2, 16, 12, tzinfo=dt.UTC)
SCHOOL_DAYS = [dt.date(2026, 1, 26) + dt.timedelta(days=n) for n in range(21)]
EARLIER, THURSDAY_BEFORE = dt.date(2026, 2, 9), dt.date(2026, 2, 5)
SETTINGS = Settings(as_of_date=dt.date(2026, 2, 16), reconciliation=Reconciliation(lock_after_days=30))


@pytest.fixture
def warehouse(home: Home, tables: DuckDBTables) -> Warehouse:
    """Student 1 is absent and an hour online on 5 and 9 February 2026; what was decided last is of another day."""
    add(tables, "fct_attendance_decision", decision("1", MONDAY, "locked"))
    days = (THURSDAY_BEFORE, MONDAY)
    who = {"k_student": "2026-1", "k_student_xyear": "1", "k_school": "A", "school_year": 2026}
    hour = {"n_sessions": 1, "seconds_online": 3_600, "minutes_online": Decimal(60)}
    add(tables, "fct_student_online_day", *({"k_student_xyear": "1", "activity_date": d, **hour} for d in days))
    enrolled = {"enrollment_id": "e", "calendar_code": "STD", "entry_date": SCHOOL_DAYS[0], "is_primary": True}
    add(tables, "fct_student_school_association", {**who, **enrolled})
    dates = ({"calendar_date": d, "k_calendar_date": str(d), "is_school_day": d.weekday() < 5} for d in SCHOOL_DAYS)
    add(tables, "dim_calendar_date", *({**who, "calendar_code": "STD", **date} for date in dates))
    absent = {"attendance_code": "AU", "attendance_excusal_status": "Unexcused", "is_absent": Decimal(1)}
    add(tables, "fct_student_school_attendance_event", *({**who, "event_date": d, **absent} for d in days))
    rejected = {"k_student_xyear": "7", "event_date": MONDAY, "tracked_status": "?", "reject_reason": "unknown"}
    add(tables, "fct_tracked_attendance_day", rejected)
    for name in (
        "fct_student_program_association",
        "stg_attendance_submissions",
        "learner_session_rejects",
        "extract_files",
    ):
        tables.ensure(TABLES[name])
    due(tables)
    tables.connection.close()
    return Warehouse.of(home, Engine())


def days_in(rows: list[Row]) -> list[dt.date]:
    return [row.date for row in rows]


def test_the_upload_of_an_earlier_day_holds_what_was_over_then(warehouse: Warehouse) -> None:
    assert days_in(prepare(warehouse, SETTINGS, dt.date(2026, 2, 16), "run")) == [THURSDAY_BEFORE, MONDAY]
    assert days_in(prepare(warehouse, SETTINGS, EARLIER, "run")) == [THURSDAY_BEFORE]


def test_asking_again_gives_the_same_bytes_and_leaves_the_warehouse_as_it_was(warehouse: Warehouse) -> None:
    prepare(warehouse, SETTINGS, EARLIER, "run")
    folder = prepared_folder(warehouse.home, EARLIER)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    prepare(warehouse, SETTINGS, EARLIER, "run")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert not (warehouse.home.reports / UPLOAD).exists()
    assert [path.stat().st_mode & 0o077 for path in (folder, folder.parent, warehouse.home.uploads)] == [0, 0, 0]
    with warehouse.tables() as tables:
        query = "select reconciliation_rule, event_date from fct_attendance_decision"
        assert tables.connection.execute(query).fetchall() == [("locked", MONDAY)]


def test_what_was_approved_from_a_prepared_file_is_in_no_later_one(warehouse: Warehouse) -> None:
    prepare(warehouse, SETTINGS, EARLIER, "run")
    folder = prepared_folder(warehouse.home, EARLIER)
    assert approve(warehouse.home, "R. Clerk", NOON, folder) == warehouse.home.uploads / "2026-02-16"
    assert waiting_rows(warehouse.home, folder) == []
    assert days_in(prepare(warehouse, SETTINGS, dt.date(2026, 2, 16), "run")) == [MONDAY]


def test_lines_of_the_tracker_that_are_not_merged_say_why(warehouse: Warehouse) -> None:
    prepare(warehouse, SETTINGS, EARLIER, "run")
    with (prepared_folder(warehouse.home, EARLIER) / TRACKER_REJECTS).open() as file:
        [line] = csv.DictReader(file)
    assert (line["student_id"], line["status"], line["reject_reason"]) == ("7", "?", "unknown")


def test_a_day_to_come_and_a_district_without_a_run_are_refused(warehouse: Warehouse, tmp_path: Path) -> None:
    with pytest.raises(UploadError, match="2026-02-17 is still to come"):
        prepare(warehouse, SETTINGS, dt.date(2026, 2, 17), "run")
    empty = Warehouse.of(Home(root=tmp_path / "empty"), Engine())
    with pytest.raises(UploadError, match="start with `district-platform run`"):
        prepare(empty, SETTINGS, EARLIER, "run")


def test_the_job_prepares_the_day_it_is_asked_for_and_the_schedule_starts_it_on_mondays(warehouse: Warehouse) -> None:
    asked = {"ops": {"prepare_the_upload": {"config": {"as_of_date": str(EARLIER)}}}}
    with dg.DagsterInstance.ephemeral() as instance:
        job = upload_job(SETTINGS)
        assert job.execute_in_process(asked, instance=instance, resources={"warehouse": warehouse}).success
    assert (prepared_folder(warehouse.home, EARLIER) / UPLOAD).exists()
    schedule = upload_schedule(SETTINGS.automation)
    assert (schedule.job_name, schedule.cron_schedule) == (PREPARE, "0 6 * * 1")
