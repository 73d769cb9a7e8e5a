"""What schools bring beside the SIS: a sheet kept by hand with dates over its columns, and times as online vendors write them."""

from pathlib import Path

import duckdb
import pytest

from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.document import Sheet
from district_platform.sources.mapped.reading import MappingError, read_mapping
from district_platform.sources.mapped.sheets import dates_over_columns

SHEET = """\
Room 12,,,,
Student ID,Name,9/2,9/3,Total
101,"Oak, Ada",P,,1
102,"Ash, Ben",,A,1
,,,,
103,"Elm, Cy",P,?,2
"""
MAPPING = """
[files.sheet]
path = "sheet*.csv"
skip = 1
headers = ["student id", "name", "total"]
[files.sheet.sheet]
dates = "%m/%d"
school_year = 2026
mark = "status"
[lookups.status]
P = "Present Virtual"
A = "Absent"
[[extract."legacy/attendance_tracker"]]
from = "sheet"
status = "confirmed"
[extract."legacy/attendance_tracker".columns]
student_id = "student id"
date = "date"
status = { lookup = "status", of = "status" }
"""
SESSIONS = """
[files.log]
path = "log.csv"
[[extract."online_learning/learner_sessions"]]
from = "log"
status = "confirmed"
[extract."online_learning/learner_sessions".columns]
session_uuid = { concat = ["Learner ID", "Date", "Login"], by = "-" }
learner_id = "Learner ID"
login_at = { time = ["Date", "Login"], format = "%m/%d/%Y %I:%M %p" }
logout_at = { time = ["Date", "Logout"], format = "%m/%d/%Y %I:%M %p" }
active_minutes = { duration = "Time on Task" }
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "delivered"
    folder.mkdir()
    return folder


def converted(tables, folder: Path, mapping: str, extract: str):
    path = folder.parent / "test.toml"
    path.write_text(f"format = 1\n{mapping}")
    out = folder.parent / "out"
    conversion = convert_mapped(tables, read_mapping(path), folder, out)
    rows = f"select * from read_parquet('{out / extract}/*.parquet', union_by_name = true) order by all"
    return conversion, duckdb.sql(f"select columns(*)::varchar from ({rows})").fetchall()


def test_a_sheet_is_a_row_for_each_filled_cell_under_a_date(tables, folder):
    (folder / "sheet.csv").write_text(SHEET)
    conversion, rows = converted(tables, folder, MAPPING, "legacy/attendance_tracker")
    assert [row[:3] for row in rows] == [
        ("101", "2025-09-02", "Present Virtual"),
        ("102", "2025-09-03", "Absent"),
        ("103", "2025-09-02", "Present Virtual"),
        ("103", "2025-09-03", "?"),
    ]
    [count] = conversion.files
    assert (count.rows_read, count.rows_accepted, count.rows_rejected) == (4, 4, 0)
    assert count.columns == ("student id", "name", "total")
    assert conversion.notes == [
        "legacy/attendance_tracker: 1 value of status has no meaning in lookups.status, in 1 row; status is judged as they stand."
    ]


def test_a_mark_is_told_with_the_line_of_its_person(tables, folder):
    (folder / "sheet.csv").write_text(SHEET)
    mapping = MAPPING.replace('status = { lookup = "status", of = "status" }', 'minutes = { duration = "status" }')
    conversion, rows = converted(tables, folder, mapping, "legacy/attendance_tracker")
    assert rows == []
    assert [(r.line, r.value) for r in conversion.rejects] == [(3, "P"), (4, "A"), (6, "?"), (6, "P")]


def test_a_sheet_for_each_month_has_its_own_dates(tables, folder):
    (folder / "sheet_9.csv").write_text("x\nStudent ID,Name,Total,9/2\n101,Oak,1,P\n")
    (folder / "sheet_1.csv").write_text("x\nStudent ID,Name,Total,1/9,1/12\n101,Oak,1,P,P\n")
    _, rows = converted(tables, folder, MAPPING, "legacy/attendance_tracker")
    assert sorted(row[1] for row in rows) == ["2025-09-02", "2026-01-09", "2026-01-12"]


NAMES = Path("docs/sources/beside.md").read_text().split("```toml\n")[-1].split("```")[0]
FILES_OF_NAMES = """
[files.students]
path = "students.csv"
[files.sheet]
path = "sheet.csv"
[files.sheet.sheet]
dates = "%m/%d/%Y"
mark = "status"
"""


def test_names_alone_find_their_student_unless_two_have_the_same(tables, folder):
    """The mapping of docs/sources/beside.md."""
    (folder / "students.csv").write_text("Student_Number,Last_Name,First_Name\n1,Oak,Ada\n2,Ash,Ben\n3,Oak,Ada\n")
    (folder / "sheet.csv").write_text('Name,9/2/2025,9/3/2025\n"Ash, Ben",P,A\n"Oak, Ada",P,\n"Elm, Cy",,A\n')
    conversion, rows = converted(tables, folder, FILES_OF_NAMES + NAMES, "legacy/attendance_tracker")
    assert [row[:3] for row in rows] == [("2", "2025-09-02", "P"), ("2", "2025-09-03", "A")]
    told = "name: unique has no such row (join in block 1 of legacy/attendance_tracker)"
    assert [(r.line, r.value, r.reason) for r in conversion.rejects] == [(3, "", told), (4, "", told)]


def test_a_sheet_without_a_date_is_one_sentence(tables, folder):
    (folder / "sheet.csv").write_text("x\nStudent ID,Name,Total\n101,Oak,1\n")
    with pytest.raises(MappingError, match=r"sheet\.csv has no date as %m/%d over any column\. Nothing was converted"):
        converted(tables, folder, MAPPING, "legacy/attendance_tracker")


@pytest.mark.parametrize(
    ("headers", "sheet", "dates"),
    [
        (["name", "2025-09-02"], Sheet(), {"2025-09-02": "2025-09-02"}),
        (["tue 9/2", "sat 1/31"], Sheet(dates="%a %m/%d", school_year=2026), {"tue 9/2": "2025-09-02", "sat 1/31": "2026-01-31"}),
        (["2/29"], Sheet(dates="%m/%d", school_year=2024), {"2/29": "2024-02-29"}),
        (["2/29"], Sheet(dates="%m/%d", school_year=2026), {}),
        (["9/2"], Sheet(dates="%m/%d"), {}),
        (["sep 2", "9/3/25"], Sheet(dates=["%b %d", "%m/%d/%y"], school_year=2026), {"sep 2": "2025-09-02", "9/3/25": "2025-09-03"}),
    ],
)  # fmt: skip
def test_dates_over_columns(headers, sheet, dates):
    assert dates_over_columns(headers, sheet, "07-01") == dates


def test_times_and_lengths_of_online_sessions_are_read(tables, folder):
    (folder / "log.csv").write_text(
        "Learner ID,Date,Login,Logout,Time on Task\n"
        "L1,9/23/2025,11:21 AM,12:34 PM,0:58:24\n"
        "L1,9/24/2025,1:05 PM,,1:25\n"
        "L2,9/24/2025,1:05 PM,1:30 PM,25\n"
    )
    conversion, rows = converted(tables, folder, SESSIONS, "online_learning/learner_sessions")
    assert [row[:5] for row in rows] == [
        ("L1-9/23/2025-11:21 AM", "L1", "2025-09-23 11:21:00", "2025-09-23 12:34:00", "58.40"),
        ("L1-9/24/2025-1:05 PM", "L1", "2025-09-24 13:05:00", None, "85.00"),
        ("L2-9/24/2025-1:05 PM", "L2", "2025-09-24 13:05:00", "2025-09-24 13:30:00", "25.00"),
    ]
    assert conversion.rejects == []


def test_a_time_or_a_length_that_cannot_be_read_rejects_its_row(tables, folder):
    (folder / "log.csv").write_text("Learner ID,Date,Login,Logout,Time on Task\nL1,9/23/2025,25:00 AM,,1:2:3:4\n")
    conversion, rows = converted(tables, folder, SESSIONS, "online_learning/learner_sessions")
    assert rows == []
    assert {(r.column, r.value) for r in conversion.rejects} == {
        ("login_at", "9/23/2025 25:00 AM"),
        ("active_minutes", "1:2:3:4"),
    }
