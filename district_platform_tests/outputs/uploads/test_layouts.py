"""The upload as student information systems import it: their columns, and times that do not overlap."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.outputs.uploads.layouts import FOLDER, write_layouts
from district_platform.outputs.uploads.ledger import Row
from district_platform.settings import Reconciliation, UploadLayout
from district_platform_tests.outputs.uploads.tables import MONDAY, TUESDAY, add, decision, due

VIRTUAL_MONDAY = Row("1", MONDAY, "present", "virtual")


def session(number: int, login: str, logout: str) -> dict[str, Any]:
    """A session of student 1 on Monday, 9 February 2026."""
    return {
        "session_uuid": f"s{number}",
        "learner_id": "L1",
        "sis_student_id": "1",
        "login_at": dt.datetime.fromisoformat(f"2026-02-09 {login}"),
        "logout_at": dt.datetime.fromisoformat(f"2026-02-09 {logout}"),
    }


@pytest.fixture
def warehouse(tables: DuckDBTables) -> DuckDBTables:
    add(tables, "fct_attendance_decision", decision("1", MONDAY), decision("1", TUESDAY, "excused"))
    add(tables, "dim_student", {"k_student": "2026-1", "k_student_xyear": "1", "school_year": 2026})
    assert due(tables) == [("1", MONDAY, "present", "virtual")]
    return tables


def written(tables: DuckDBTables, folder: Path, name: str, *rows: Row, **policy: Any) -> list[str]:
    write_layouts(tables, folder, list(rows), Reconciliation(**policy))
    path = folder / FOLDER / f"{name}.csv"
    assert path.stat().st_mode & 0o777 == 0o600
    return path.read_text().splitlines()


def test_infinite_campus_gets_times_in_and_out_that_do_not_overlap(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
):
    add(
        warehouse,
        "stg_learner_sessions",
        session(1, "09:00:00", "10:00:00"),
        session(2, "09:30:00", "10:15:30"),
        session(3, "13:00:00", "13:20:00"),
        session(4, "15:00:10", "15:00:50"),
    )
    assert written(warehouse, tmp_path, "infinite_campus", VIRTUAL_MONDAY) == [
        "Student Number,Date,Time In,Time Out",
        "1,02/09/2026,09:00,10:15",
        "1,02/09/2026,13:00,13:20",
    ]


def test_sessions_that_touch_are_one_time_in_and_out(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    add(warehouse, "stg_learner_sessions", session(1, "09:00:00", "09:30:00"), session(2, "09:30:00", "10:00:00"))
    assert written(warehouse, tmp_path, "infinite_campus", VIRTUAL_MONDAY)[1:] == ["1,02/09/2026,09:00,10:00"]


def test_aeries_gets_a_code_a_day(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    layouts = {"aeries": {**Reconciliation().upload_layouts["aeries"].model_dump(), "attendance_code": "V"}}
    assert written(warehouse, tmp_path, "aeries", VIRTUAL_MONDAY, upload_layouts=layouts) == [
        "Student ID,Date,All Day",
        "1,02/09/2026,V",
    ]


def test_a_district_names_the_layout_of_its_own_system(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    own = UploadLayout(
        columns={"Datum": "event_date", "Schule": "school_id", "ID": "student_id"}, date_format="%d.%m.%Y"
    )
    assert written(warehouse, tmp_path, "own", VIRTUAL_MONDAY, upload_layouts={"own": own}) == [
        "Datum,Schule,ID",
        "09.02.2026,A,1",
    ]


def test_what_is_to_be_taken_back_is_no_row_of_an_import_that_inserts(
    warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
):
    assert written(warehouse, tmp_path, "aeries", Row("1", MONDAY, "absent", "")) == ["Student ID,Date,All Day"]


def test_a_layout_that_is_no_longer_asked_for_is_removed(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    written(warehouse, tmp_path, "aeries")
    write_layouts(warehouse, tmp_path, [], Reconciliation(upload_layouts={}))
    assert list((tmp_path / FOLDER).iterdir()) == []
