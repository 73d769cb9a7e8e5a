"""Flat rows: what is refused, because it would make hours wrong."""

import pytest

from district_platform.sources.ukg.records import ZoneNames, punch_batch
from district_platform.sources.ukg.source import UkgError


def timecard(**punch: object) -> dict[str, object]:
    return {"employee": {"qualifier": "1"}, "punches": [{"id": 1, "punchDtm": "2025-09-02T08:00:00"} | punch]}


@pytest.mark.parametrize("name", ["(GMT -05:00) Eastern Time (USA; Canada)", "America/New_York"])
def test_a_zone_is_known_by_its_vendor_name_and_by_its_own(name: str) -> None:
    [row] = punch_batch([timecard(timeZone={"qualifier": name})], ZoneNames({})).to_pylist()
    assert row["time_zone"] == "America/New_York"


def test_an_unknown_zone_is_an_error_until_the_settings_name_it() -> None:
    zone = {"qualifier": "(GMT +10:00) Guam"}
    with pytest.raises(UkgError, match=r"Guam.*timekeeping\.api\.time_zones"):
        punch_batch([timecard(timeZone=zone)], ZoneNames({}))
    [row] = punch_batch([timecard(timeZone=zone)], ZoneNames({"(GMT +10:00) Guam": "Pacific/Guam"})).to_pylist()
    assert row["time_zone"] == "Pacific/Guam"


@pytest.mark.parametrize("time", ["2025-09-02T08:00:00-04:00", "2025-09-02T08:00:00Z", "8 o'clock"])
def test_a_time_with_an_offset_and_what_is_no_time_are_refused(time: str) -> None:
    with pytest.raises(UkgError, match=f"has an offset, or is none.*{time}"):
        punch_batch([timecard(punchDtm=time)], ZoneNames({}))
