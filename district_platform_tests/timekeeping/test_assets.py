"""What a run brings into the store, by the settings."""

import json

import pytest

from district_platform.home import Home
from district_platform.settings import load_settings
from district_platform.timekeeping.assets import Extent, bring_up_to_date
from district_platform.timekeeping.database import open_store


def test_backup_has_the_time_zones_of_the_settings(home: Home, monkeypatch: pytest.MonkeyPatch):
    person = {"personNumber": "42", "personId": 7, "workerType": "Hourly", "hireDate": "2010-08-01"}
    punch = {
        "id": 7,
        "punchDtm": "2014-09-03T08:00:00",
        "updatedOnDtm": "2014-09-03T08:00:30",
        "timeZone": {"qualifier": "(GMT +10:00) Guam"},
    }
    content = {"persons": [person], "timecards": [{"employee": {"qualifier": "42"}, "punches": [punch]}]}
    (home.root / "backup.json").write_text(json.dumps(content), encoding="utf-8")
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__BACKUP_FILE", "backup.json")
    monkeypatch.setenv("DISTRICT_TIMEKEEPING__API__TIME_ZONES", '{"(GMT +10:00) Guam": "Pacific/Guam"}')
    settings = load_settings()
    bring_up_to_date(settings, Extent(), "run", lambda _: None)
    with open_store(home, settings.timekeeping, settings.engine) as store:
        assert store.query("select punch_id, time_zone from punch").to_pylist() == [
            {"punch_id": 7, "time_zone": "Pacific/Guam"}
        ]
