"""`generate --as`: the synthetic district as a vendor's system exports it, and nothing of anybody else's is touched."""

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.sources.synthetic.vendors import WRITERS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    (tmp_path / "district.toml").write_text(
        'as_of_date = 2026-02-13\n[sources]\nkind = "files"\n[synthetic]\nstudents = 60\nyears = 2\n'
    )
    return tmp_path


def generated(vendor: str):
    return CliRunner().invoke(main, ["generate", "--as", vendor])


def rows(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def test_powerschool_has_ids_of_its_own_and_exits_on_the_first_day_out(home):
    done = generated("powerschool")
    assert done.exit_code == 0, done.output
    export = home / "data" / "export"
    students = rows(export / "students.csv", "cp1252")
    assert all(len({s["ID"], s["DCID"], s["Student_Number"]}) == 3 for s in students)
    assert {"0", "2", "-1"} <= {s["Enroll_Status"] for s in students}
    graduates = [s for s in students if s["Enroll_Status"] == "3"]
    assert {(s["SchoolID"], s["Grade_Level"]) for s in graduates} <= {("999999", "99")}
    ends = [r["ExitDate"] for r in rows(export / "reenrollments.csv") if r["ExitCode"] == "EOY"]
    assert "06/06/2025" in ends
    assert "06/05/2025" not in ends, "the last day of the year, which is the last day in"
    assert any(
        r["Att_Code"] == "" and r["Presence_Status_CD"] == "Present" for r in rows(export / "attendance_code.csv")
    )
    assert any(r["SectionID"].startswith("-") for r in rows(export / "cc.csv"))
    assert generated("powerschool").exit_code == 0, "what it made it may make again"
    (export / "own.csv").write_text("a\n1\n")
    refused = generated("aeries")
    assert refused.exit_code == 1
    assert "own.csv" in refused.output


def test_aeries_has_one_year_and_numbers_of_students_that_repeat_among_schools(home):
    assert generated("aeries").exit_code == 0
    export = home / "data" / "export"
    students = [s for s in rows(export / "STU.csv", "cp1252") if s["DEL"] == "0"]
    assert len({s["SN"] for s in students}) < len({s["ID"] for s in students})
    assert {s["YR"] for s in rows(export / "ENR.csv")} == {"2025"}
    assert {"E", "L"} <= {mark["CD"] for mark in rows(export / "ATT.csv")}


def test_an_unknown_vendor_is_told_which_there_are(home):
    done = generated("frontier")
    assert done.exit_code == 2
    assert ", ".join(sorted(WRITERS)) in done.output
