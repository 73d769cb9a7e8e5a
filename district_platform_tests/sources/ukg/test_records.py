"""Flat rows: what is refused, because it would make hours wrong."""

import datetime as dt
import json

import pyarrow as pa
import pytest

from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.records import ZoneNames, punch_batch, timecards_of


def timecards(**punch: object) -> pa.StructArray:
    """One of one punch."""
    made = {"id": 1, "punchDtm": "2025-09-02T08:00:00"} | punch
    return timecards_of(json.dumps([{"employee": {"qualifier": "1"}, "punches": [made]}]).encode())


@pytest.mark.parametrize("name", ["(GMT -05:00) Eastern Time (USA; Canada)", "America/New_York"])
def test_a_zone_is_known_by_its_vendor_name_and_by_its_own(name: str) -> None:
    [row] = punch_batch(timecards(timeZone={"qualifier": name}), ZoneNames({})).to_pylist()
    assert row["time_zone"] == "America/New_York"


def test_an_unknown_zone_is_an_error_until_the_settings_name_it() -> None:
    zone = {"qualifier": "(GMT +10:00) Guam"}
    with pytest.raises(UkgError, match=r"Guam.*timekeeping\.api\.time_zones"):
        punch_batch(timecards(timeZone=zone), ZoneNames({}))
    [row] = punch_batch(timecards(timeZone=zone), ZoneNames({"(GMT +10:00) Guam": "Pacific/Guam"})).to_pylist()
    assert row["time_zone"] == "Pacific/Guam"


@pytest.mark.parametrize("time", ["2025-09-02T08:00:00-04:00", "2025-09-02T08:00:00Z", "8 o'clock"])
def test_a_time_with_an_offset_and_what_is_no_time_are_refused(time: str) -> None:
    with pytest.raises(UkgError, match=f"has an offset, or is none.*{time}"):
        punch_batch(timecards(punchDtm=time), ZoneNames({}))


def test_what_is_missing_of_a_punch_is_null_but_for_its_employee_who_is_that_of_the_timecard() -> None:
    [row] = punch_batch(timecards(typeOverride=None, employee=None), ZoneNames({})).to_pylist()
    assert row == {
        "person_number": "1",
        "punch_id": 1,
        "punch_dtm": dt.datetime(2025, 9, 2, 8),
        "rounded_punch_dtm": None,
        "time_zone": None,
        "override_type": None,
        "is_phantom": False,
        "updated_on_dtm": None,
    }


@pytest.mark.parametrize(
    "content", [b"<html>", b'{"errorCode": "WCO-1"}', b'[{"employee": {"qualifier": "1"}, "punches": [{"id": "one"}]}]']
)
def test_what_is_no_list_of_timecards_is_refused(content: bytes) -> None:
    with pytest.raises(UkgError, match="cannot be read"):
        timecards_of(content)
