"""What schools bring beside the SIS, proposed and reviewed: a log of online sessions, and attendance kept by hand, a sheet a month."""

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest

from district_platform.cli.mapping_review import ask
from district_platform.dictionary import EXTRACTS
from district_platform.home import Home
from district_platform.settings import Assessments, Sources, Synthetic
from district_platform.sources.converting import convert_all
from district_platform.sources.extracts import files_to_read
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.mapped.questions import Question
from district_platform.sources.synthetic import generate
from district_platform.staging.loading import load_extract, load_files
from district_platform_tests.sources.mapped.vendors import Rows, read

SETTINGS = Sources.model_validate({"kind": "mapped", "mapped": {"name": "beside", "path": "data/export"}})
ONLINE, TRACKER = "online_learning/learner_sessions", "legacy/attendance_tracker"


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A district whose online sessions and tracker are plain: none open, none twice."""
    raw = tmp_path_factory.mktemp("district") / "raw"
    small = {"students": 100, "years": 1, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
    generate(raw, Synthetic.model_validate(small), Assessments(), dt.date(2026, 2, 13))
    return raw


def write(path: Path, rows: Rows, titles: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(titles)
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)


def clock(text: str) -> tuple[str, str]:
    """Date and time as a vendor in the United States writes them."""
    moment = dt.datetime.fromisoformat(text)
    return moment.strftime("%m/%d/%Y"), moment.strftime("%I:%M %p")


def length(minutes: str) -> str:
    """Minutes as hours:minutes:seconds."""
    seconds = round(float(minutes) * 60)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def usage(raw: Path) -> tuple[Rows, list[str]]:
    """The sessions of one day, as a vendor's log; and their session_uuid, of which the log knows nothing."""
    sessions = [
        s for s in read(raw, ONLINE) if s["logout_at"][:10] == s["login_at"][:10] and s["login_at"].endswith(":00")
    ]
    first = {(s["learner_id"], s["login_at"]): s for s in reversed(sessions)}.values()
    rows = [
        {
            "Learner ID": s["learner_id"], "Student ID": s["sis_student_id"], "Date": clock(s["login_at"])[0],
            "Login Time": clock(s["login_at"])[1], "Logout Time": clock(s["logout_at"])[1],
            "Time on Task": length(s["active_minutes"]) if s["active_minutes"] else "", "Class": s["course_name"],
        }
        for s in first
    ]  # fmt: skip
    return rows, [s["session_uuid"] for s in first]


def sheets(raw: Path, folder: Path) -> int:
    """The tracker as a school keeps it: a file a month, a student a row, a day a column; returns the number of marks."""
    lines = read(raw, TRACKER)
    months = sorted({line["date"][:7] for line in lines})
    for month in months:
        mine = [line for line in lines if line["date"][:7] == month]
        days = sorted({line["date"] for line in mine})
        marks = {(line["student_id"], line["date"]): line["status"] for line in mine}
        rows = [
            {"Student ID": student, "Name": "Somebody"}
            | {f"{int(day[5:7])}/{int(day[8:])}": marks.get((student, day), "") for day in days}
            | {"Total": "1"}
            for student in sorted({line["student_id"] for line in mine})
        ]
        write(folder / f"learning_at_home_{month[5:]}.csv", rows, "Room 12,Mrs. Oak\n")
    return len(lines)


def mapped(tables, home: Path, answer: Callable[[Question], str]) -> list[str]:
    """A mapping of the files in data/export, reviewed; returns what was asked."""
    path = home / "mappings" / "beside.toml"
    path.parent.mkdir()
    look = look_at(tables, home / "data" / "export")
    draft = draft_document(tables, look, "beside")
    path.write_text(draft.as_string())
    assert ask(path, look, tables, "steward", answer) == 0
    return list(draft["open"])


def staged(tables, home: Path, extract: str, columns: str) -> list[tuple]:
    """The rows of a staged extract that was mapped."""
    table = EXTRACTS[extract.split("/")[1]]
    loaded = load_files(tables, files_to_read(Home(root=home), SETTINGS, table), table)
    assert loaded.n_rejected == 0
    return tables.connection.execute(f"select {columns} from stg_{table.name} order by all").fetchall()


def canonical(tables, raw: Path, extract: str, columns: str, where: str = "true") -> list[tuple]:
    table = EXTRACTS[extract.split("/")[1]]
    load_extract(tables, raw, table)
    return tables.connection.execute(f"select {columns} from stg_{table.name} where {where} order by all").fetchall()


def test_a_log_of_online_sessions_is_known_and_becomes_the_same_sessions(tables, raw, tmp_path):
    rows, kept = usage(raw)
    assert len(rows) > 200
    write(tmp_path / "data" / "export" / "usage_report.csv", rows)
    asked = mapped(tables, tmp_path, lambda question: "1")
    assert len([key for key in asked if ".guess:" in key]) == 7
    assert convert_all(tables, Home(root=tmp_path), SETTINGS)["mapped"].rejects == []
    columns = "learner_id, sis_student_id, login_at, logout_at, active_minutes, course_name"
    ours = staged(tables, tmp_path, ONLINE, columns)
    ids = ", ".join(f"'{uuid}'" for uuid in kept)
    assert ours == canonical(tables, raw, ONLINE, columns, f"session_uuid in ({ids})")


def test_sheets_kept_by_hand_become_the_same_tracker(tables, raw, tmp_path):
    n_marks = sheets(raw, tmp_path / "data" / "export")
    asked = mapped(tables, tmp_path, lambda question: "2026" if question.key.endswith(".school_year") else "1")
    assert asked == ["files.learning_at_home.school_year", f"{TRACKER}#1"]
    conversion = convert_all(tables, Home(root=tmp_path), SETTINGS)["mapped"]
    assert sum(file.rows_read for file in conversion.files) == n_marks
    assert conversion.rejects == []
    assert staged(tables, tmp_path, TRACKER, "student_id, date, status") == canonical(
        tables, raw, TRACKER, "student_id, date, status"
    )


def test_what_lies_beside_a_vendors_files_is_known_too(tables, raw, tmp_path):
    rows, _ = usage(raw)
    export = tmp_path / "data" / "export"
    write(export / "usage_report.csv", rows)
    write(export / "schools.csv", [{"School_id": "1", "School_name": "Elm"}])
    write(export / "teachers.csv", [{"School_id": "1", "Teacher_id": "7", "Last_name": "Fir", "First_name": "Dee"}])
    look = look_at(tables, export)
    assert look.vendor is not None
    assert look.vendor.name == "Clever"
    assert {"sis/schools", "hr/educators", ONLINE} == {block.extract.path for block in look.blocks}


def test_an_ambiguous_order_over_columns_is_asked(tables, tmp_path):
    export = tmp_path / "data" / "export"
    write(export / "sheet.csv", [{"Student ID": "1", "Name": "x", "9/2": "P", "9/3": "A", "9/4": "P"}])
    asked = mapped(
        tables,
        tmp_path,
        lambda q: "2026" if q.key.endswith(".school_year") else "2" if q.key.endswith(".dates") else "1",
    )
    assert "files.sheet.dates" in asked
    assert 'dates = "%d/%m"' in (tmp_path / "mappings" / "beside.toml").read_text()
