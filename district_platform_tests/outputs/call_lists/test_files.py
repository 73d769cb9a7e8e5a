"""The call lists as files: a file for each school, for its owner only, and none for a school that is gone."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from district_platform.outputs.call_lists import asset
from district_platform.outputs.call_lists.asset import COLUMNS, FOLDER, write_call_lists
from district_platform.settings import Attendance
from district_platform_tests.memory import in_memory

AS_OF = dt.date(2026, 2, 13)
HEADER = (
    "name,student_id,grade,days_absent_45,days_unexcused_45,days_absent,attendance_rate,current_streak,last_day_present,"
    "trend,result"
)

ADA = {
    "k_school": "0101",
    "student_id": "7",
    "grade": "05",
    "days_absent": Decimal("10.0000"),
    "attendance_rate": Decimal("89.50"),
    "days_absent_45": Decimal("3.5000"),
    "days_unexcused_45": Decimal("0.0000"),
    "last_day_present": dt.date(2026, 2, 10),
    "current_streak": 2,
    "trend_days_absent": Decimal("2.0000"),
    "trend_days_absent_before": Decimal("1.5000"),
    "first_name": "Ada",
    "last_name": "Arden",
}
BEN = ADA | {
    "student_id": "8",
    "first_name": "=Ben",
    "last_name": None,
    "last_day_present": None,
    "trend_days_absent": None,
    "attendance_rate": None,
}


@pytest.fixture
def schools(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the district's schools; the students to call are Ada and Ben, of school 0101."""
    ids = ["0101", "0102"]
    monkeypatch.setattr(asset, "_schools", lambda tables: [(school,) for school in ids])
    monkeypatch.setattr(asset, "_students", lambda tables, attendance, as_of_date: [ADA, BEN])
    return ids


def written(folder: Path) -> dict[str, str]:
    with in_memory() as tables:
        write_call_lists(tables, folder, Attendance(), AS_OF)
    return {path.name: path.read_text() for path in (folder / FOLDER).glob("*.csv")}


def test_each_school_has_a_list_and_a_school_with_nobody_has_its_header(tmp_path: Path, schools: list[str]):
    assert ",".join(COLUMNS) == HEADER
    assert written(tmp_path) == {
        "0101.csv": f"{HEADER}\n"
        '"Arden, Ada",7,05,3.5,0,10,89.50,2,2026-02-10,worse: 2 after 1.5,\n'
        "'=Ben,8,05,3.5,0,10,,2,,,\n",
        "0102.csv": f"{HEADER}\n",
    }


def test_lists_are_for_their_owner_only(tmp_path: Path, schools: list[str]):
    written(tmp_path)
    assert (tmp_path / FOLDER).stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / FOLDER).iterdir()} == {0o600}


def test_the_list_of_a_school_that_is_gone_goes_with_it(tmp_path: Path, schools: list[str]):
    written(tmp_path)
    schools.remove("0102")
    assert written(tmp_path).keys() == {"0101.csv"}


def test_the_id_of_a_school_leads_to_no_other_folder(tmp_path: Path, schools: list[str]):
    schools.append("../x")
    assert written(tmp_path).keys() == {"0101.csv", "0102.csv", "%2E.%2Fx.csv"}
    assert [path.name for path in tmp_path.iterdir()] == [FOLDER]


def test_the_docs_say_what_each_column_holds():
    page = (Path(__file__).parents[3] / "docs" / "attendance.md").read_text(encoding="utf-8")
    assert [name for name in COLUMNS if f"| `{name}` |" not in page] == []


def test_workbook_has_numbers_and_dates_of_the_list_as_such(tmp_path: Path, schools: list[str]):
    written(tmp_path)
    _, ada, ben = openpyxl.load_workbook(tmp_path / FOLDER / "0101.xlsx").active.iter_rows(values_only=True)
    day = dt.datetime(2026, 2, 10)
    assert ada == ("Arden, Ada", "7", "05", 3.5, 0, 10, 89.5, 2, day, "worse: 2 after 1.5", None)
    assert ben == ("=Ben", "8", "05", 3.5, 0, 10, None, 2, None, None, None)
