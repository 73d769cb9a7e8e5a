"""Flat rows from the API's nested records (their fields: docs/ukg.md). Values are read here; nothing is judged."""

import datetime as dt
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa

from district_platform.sources.ukg.source import UkgError
from district_platform.timekeeping.schema import PUNCH

TIME_ZONES = {
    "(GMT -04:00) Atlantic Time (Canada)": "America/Puerto_Rico",
    "(GMT -05:00) Eastern Time (USA; Canada)": "America/New_York",
    "(GMT -05:00) Indiana (East)": "America/Indiana/Indianapolis",
    "(GMT -06:00) Central Time (USA; Canada)": "America/Chicago",
    "(GMT -07:00) Mountain Time (USA; Canada)": "America/Denver",
    "(GMT -07:00) Arizona": "America/Phoenix",
    "(GMT -08:00) Pacific Time (USA; Canada)": "America/Los_Angeles",
    "(GMT -09:00) Alaska": "America/Anchorage",
    "(GMT -10:00) Hawaii": "Pacific/Honolulu",
}
"""The vendor's names of the time zones of the United States; `timekeeping.api.time_zones` adds to them."""


class ZoneNames:
    """The IANA name of a zone, whatever the vendor calls it."""

    def __init__(self, of_settings: Mapping[str, str]) -> None:
        self._names = TIME_ZONES | dict(of_settings)
        self._known = available_timezones()

    def iana(self, zone: Mapping[str, Any] | None) -> str | None:
        """Raises UkgError for a zone without a known name: without it no hour can be counted."""
        name = (zone or {}).get("qualifier") or (zone or {}).get("name")
        if name is None or name in self._known:
            return name
        if name not in self._names:
            raise UkgError(f"The time zone {name!r} is unknown here: give its IANA name in timekeeping.api.time_zones.")
        return self._names[name]


def person_row(record: Mapping[str, Any], zones: ZoneNames) -> dict[str, Any]:
    """A record of persons/apply_read. The path of the primary job ends in school and job title."""
    *_, school, job = [None, None, *str(record.get("primaryOrgPath") or "").split("/")]
    worker_type, rate = record.get("workerType"), record.get("baseWageRate")
    return {
        "person_number": str(record["personNumber"]),
        "ukg_person_id": record.get("personId"),
        "full_name": record.get("fullName"),
        "job_title": job or None,
        "school_id": school or None,
        "worker_type": worker_type.lower() if worker_type else None,
        "hire_date": _date(record.get("hireDate")),
        "termination_date": _date(record.get("terminationDate")),
        "hourly_rate": None if rate is None else Decimal(str(rate)),
        "time_zone": zones.iana(record.get("timeZone")),
    }


def punch_batch(timecards: Iterable[Mapping[str, Any]], zones: ZoneNames) -> pa.RecordBatch:
    """The punches of timecards of timecard/multi_read; each can name its own employee.

    Column by column, since a school year of a batch of employees is 50,000 of them. Raises UkgError for a time that is not local.
    """
    pairs = [(punch, timecard) for timecard in timecards for punch in timecard.get("punches") or ()]
    punches = [punch for punch, _ in pairs]
    columns = {
        "person_number": [
            str((punch.get("employee") or timecard["employee"])["qualifier"]) for punch, timecard in pairs
        ],
        "punch_id": [int(punch["id"]) for punch in punches],
        "punch_dtm": _local_times([punch["punchDtm"] for punch in punches]),
        "rounded_punch_dtm": _local_times([punch.get("roundedPunchDtm") for punch in punches]),
        "time_zone": [zones.iana(punch.get("timeZone")) for punch in punches],
        "override_type": [(punch.get("typeOverride") or {}).get("qualifier") for punch in punches],
        "is_phantom": [bool(punch.get("isPhantom")) for punch in punches],
        "updated_on_dtm": _local_times([punch.get("updatedOnDtm") for punch in punches]),
    }
    return pa.RecordBatch.from_pydict(columns, PUNCH)


def _local_times(texts: list[str | None]) -> pa.Array:
    """Raises UkgError if one comes with an offset, which could contradict the zone beside it."""
    try:
        return pa.array(texts, pa.string()).cast(pa.timestamp("us"))
    except pa.ArrowInvalid as error:
        raise UkgError(
            f"A time of the timekeeping system has an offset, or is none; local times are expected: {error}."
        ) from error


def _date(text: str | None) -> dt.date | None:
    return None if not text else dt.date.fromisoformat(text[:10])
