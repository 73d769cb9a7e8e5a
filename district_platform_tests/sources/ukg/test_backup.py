"""A backup file comes out as the API's answers do."""

import datetime as dt
import json
from pathlib import Path

import pytest

from district_platform.sources.ukg.backup import UkgBackup
from district_platform.sources.ukg.errors import UkgError

PUNCH = {
    "id": 7,
    "punchDtm": "2019-09-03T08:00:00",
    "roundedPunchDtm": "2019-09-03T08:00:00",
    "timeZone": {"qualifier": "(GMT -06:00) Central Time (USA; Canada)"},
    "updatedOnDtm": "2019-09-03T08:00:30",
    "isPhantom": False,
}
CONTENT = {
    "persons": [{"personNumber": "42", "primaryOrgPath": "District/0101/Aide", "hireDate": "2015-08-01"}],
    "timecards": [
        {"employee": {"qualifier": "42"}, "punches": [PUNCH, PUNCH | {"id": 8, "punchDtm": "2020-01-01T08:00:00"}]},
        {"employee": {"qualifier": "43"}, "punches": [PUNCH | {"id": 9}]},
    ],
}


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    path = tmp_path / "backup.json"
    path.write_text(json.dumps(CONTENT), encoding="utf-8")
    return path


def test_persons_of_a_backup(backup: Path) -> None:
    [[person]] = UkgBackup(backup).persons()
    assert (person["person_number"], person["school_id"], person["job_title"]) == ("42", "0101", "Aide")
    assert person["hourly_rate"] is None


def test_punches_of_the_persons_and_days_asked_for(backup: Path) -> None:
    [batch] = UkgBackup(backup).timecards(["42"], dt.date(2019, 7, 1), dt.date(2019, 12, 31))
    [punch] = batch.to_pylist()
    assert (punch["punch_id"], punch["time_zone"]) == (7, "America/Chicago")


def test_a_punch_without_a_time_is_for_the_store_to_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "backup.json"
    timecard = {"employee": {"qualifier": "42"}, "punches": [PUNCH | {"punchDtm": None}]}
    path.write_text(json.dumps({"persons": [], "timecards": [timecard]}), encoding="utf-8")
    [batch] = UkgBackup(path).timecards(["42"], dt.date.min, dt.date(2019, 12, 31))
    assert [(row["punch_id"], row["punch_dtm"]) for row in batch.to_pylist()] == [(7, None)]


@pytest.mark.parametrize("content", ["[]", "{}", "nothing"])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "other.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UkgError, match=r"other\.json is no backup of timecards"):
        UkgBackup(path)
