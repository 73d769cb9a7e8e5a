"""`map propose --update` of a vendor's export: the profile's new steps come, what was decided stays, and what stays otherwise is named."""

from pathlib import Path

import pytest
import tomlkit
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.converting import convert_mapped
from district_platform.sources.mapped.proposing.proposal import draft_document, look_at
from district_platform.sources.mapped.proposing.updating import kept_otherwise, updated
from district_platform.sources.mapped.reading import read_mapping

pytestmark = pytest.mark.whole

FIRST = {
    "schools": "school_number,name,low_grade,high_grade\n101,Oak Hill,0,5\n",
    "students": "id,dcid,student_number,last_name,first_name,dob,gender,fedethnicity,ethnicity,schoolid,grade_level,entrydate,exitdate,"
    "exitcode,track,enroll_status\n"
    "31,91,4711,Zzyx,Qqyx,05/15/2015,F,0,W,101,4,08/20/2025,06/06/2026,,,0\n"
    "32,92,4712,Zzax,Qqax,06/15/2015,M,0,W,101,4,08/20/2025,06/06/2026,,,0\n",
}
LATER = {
    "reenrollments": "studentid,schoolid,grade_level,entrydate,exitdate,exitcode,track\n"
    "31,101,3,08/21/2024,06/06/2025,EOY,\n32,101,3,08/21/2024,06/06/2025,EOY,\n",
    "terms": "id,schoolid,yearid,name,firstday,lastday\n3500,101,35,Year,08/20/2025,06/05/2026\n",
    "courses": "course_number,course_name,credittype\nM4,Mathematics 4,MA\n",
    "sections": "id,schoolid,termid,course_number\n12,101,3500,M4\n",
    "cc": "studentid,sectionid,termid,dateenrolled,dateleft\n31,12,3500,08/20/2025,06/06/2026\n",
}
CODES = {
    "attendance_code": "id,schoolid,yearid,att_code,description,presence_status_cd\n9,101,35,A,Absent,Absent\n",
    "attendance": "studentid,schoolid,att_date,attendance_codeid,att_mode_code\n31,101,10/01/2025,9,ATT_ModeMeeting\n",
}
VIEW = {
    "ps_adaadm_meeting_ptod": "studentid,schoolid,calendardate,membershipvalue,attendancevalue\n31,101,10/01/2025,1,0.5\n"
}


@pytest.fixture
def tables():
    with connect(":memory:", Engine()) as connection:
        yield DuckDBTables(connection)


def deliver(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)
    return folder


def drafted(tables: DuckDBTables, folder: Path) -> tomlkit.TOMLDocument:
    return draft_document(tables, look_at(tables, folder), "test")


def after_update(tables: DuckDBTables, text: str, folder: Path) -> str:
    return tomlkit.dumps(updated(tomlkit.parse(text), drafted(tables, folder)))


def confirmed(text: str) -> str:
    """The mapping as a person who confirms all leaves it."""
    doc = tomlkit.parse(text.replace('status = "proposed"', 'status = "confirmed"'))
    doc.pop("open", None)
    return tomlkit.dumps(doc)


def extracts(text: str, folder: Path, tables: DuckDBTables) -> dict[str, int]:
    """The rows of each extract that the mapping makes of the files."""
    mapping = folder.parent / "mapping.toml"
    mapping.write_text(text)
    done = convert_mapped(tables, read_mapping(mapping), folder, folder.parent / "out", proposed_too=True)
    assert done.rejects == []
    out = folder.parent / "out"
    return {
        path: tables.connection.execute(f"select count(*) from '{out / path}/*.parquet'").fetchall()[0][0]
        for path in read_mapping(mapping).extract
    }


def test_the_same_files_once_more_change_nothing(tables, tmp_path):
    folder = deliver(tmp_path / "export", FIRST | LATER | CODES)
    decided = confirmed(tomlkit.dumps(drafted(tables, folder)))
    assert after_update(tables, decided, folder) == decided


def test_new_tables_bring_the_profiles_steps_and_extracts(tables, tmp_path):
    folder = deliver(tmp_path / "export", FIRST)
    decided = confirmed(tomlkit.dumps(drafted(tables, folder)))
    assert extracts(decided, folder, tables) == {"sis/schools": 1, "sis/students": 2, "sis/enrollments": 2}
    deliver(folder, LATER)
    text = after_update(tables, decided, folder)
    assert extracts(text, folder, tables) == {
        "sis/schools": 1, "sis/students": 4, "sis/enrollments": 4, "sis/sessions": 1, "sis/courses": 1, "sis/sections": 1,
        "sis/section_enrollments": 1,
    }  # fmt: skip
    asked = set(tomlkit.parse(text)["open"])
    assert {"sis/sections#1", "sis/section_enrollments#1"} <= asked
    assert not {key for key in asked if key.startswith(("sis/students", "sis/enrollments"))}, "they are decided"
    assert extracts(text, folder, tables) == extracts(tomlkit.dumps(drafted(tables, folder)), folder, tables)


def test_a_step_that_the_profile_would_now_make_otherwise_stays_and_is_named(tables, tmp_path):
    """Period marks were left out for want of the view that says what they mean for the day: a decision, which no update takes back."""
    folder = deliver(tmp_path / "export", FIRST | CODES)
    decided = confirmed(tomlkit.dumps(drafted(tables, folder)))
    deliver(folder, VIEW)
    own, draft = tomlkit.parse(decided), drafted(tables, folder)
    assert kept_otherwise(own, draft) == ["ps_marks", "ps_days"]
    assert updated(own, draft)["step"]["ps_marks"] == tomlkit.parse(decided)["step"]["ps_marks"]


def test_the_command_names_what_it_keeps(tmp_path, monkeypatch):
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    (tmp_path / "district.toml").write_text('[sources]\nkind = "files"\n')
    folder = deliver(tmp_path / "export", FIRST | CODES)
    run = CliRunner()
    run.invoke(main, ["map", "propose", str(folder), "--name", "test"])
    deliver(folder, VIEW)
    again = run.invoke(main, ["map", "propose", str(folder), "--name", "test", "--update"])
    assert "Kept as the mapping has it, though the profile would now make it in another way: ps_marks, ps_days." in (
        " ".join(again.output.split())
    )
