"""Flat rows: what is refused, because it would make hours wrong."""

import pytest

from district_platform.sources.ukg.records import ZoneNames, punch_rows
from district_platform.sources.ukg.source import UkgError


def timecard(**punch: object) -> dict[str, object]:
    return {"employee": {"qualifier": "1"}, "punches": [{"id": 1, "punchDtm": "2025-09-02T08:00:00"} | punch]}


@pytest.mark.parametrize("name", ["(GMT -05:00) Eastern Time (USA; Canada)", "America/New_York"])
def test_a_zone_is_known_by_its_vendor_name_and_by_its_own(name: str) -> None:
    [row] = punch_rows(timecard(timeZone={"qualifier": name}), ZoneNames({}))
    assert row["time_zone"] == "America/New_York"


def test_an_unknown_zone_is_an_error_until_the_settings_name_it() -> None:
    zone = {"qualifier": "(GMT +10:00) Guam"}
    with pytest.raises(UkgError, match=r"Guam.*timekeeping\.api\.time_zones"):
        punch_rows(timecard(timeZone=zone), ZoneNames({}))
    [row] = punch_rows(timecard(timeZone=zone), ZoneNames({"(GMT +10:00) Guam": "Pacific/Guam"}))
    assert row["time_zone"] == "Pacific/Guam"


def test_a_time_with_an_offset_is_refused() -> None:
    with pytest.raises(UkgError, match="has an offset"):
        punch_rows(timecard(punchDtm="2025-09-02T08:00:00-04:00"), ZoneNames({}))
