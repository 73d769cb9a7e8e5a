"""Flat rows from the API's nested records (their fields: docs/ukg.md). Values are read here; nothing is judged."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from district_platform.sources.punches import PUNCH
from district_platform.sources.ukg.errors import UkgError

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


_NAMED = pa.struct({"qualifier": pa.string(), "name": pa.string()})
_PUNCH_RECORD = pa.struct(
    {
        "id": pa.int64(),
        "employee": _NAMED,
        "punchDtm": pa.string(),
        "roundedPunchDtm": pa.string(),
        "timeZone": _NAMED,
        "typeOverride": _NAMED,
        "isPhantom": pa.bool_(),
        "updatedOnDtm": pa.string(),
    }
)
_TIMECARDS = pa.schema({"timecards": pa.list_(pa.struct({"employee": _NAMED, "punches": pa.list_(_PUNCH_RECORD)}))})
"""What is read of timecards, as Arrow. Times are text there: read as timestamps, those with an offset would become UTC, unnoticed."""


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


def timecards_of(content: bytes) -> pa.StructArray:
    """The timecards of a JSON list of them: the answer of timecard/multi_read.

    A school year of a batch of employees holds 50,000 punches, so they are never Python's objects. Raises UkgError for anything else.
    """
    document = b'{"timecards":' + content + b"}"
    try:
        read = pj.read_json(
            pa.BufferReader(document),
            pj.ReadOptions(block_size=len(document)),
            pj.ParseOptions(explicit_schema=_TIMECARDS, unexpected_field_behavior="ignore"),
        )
    except pa.ArrowInvalid as error:
        raise UkgError(f"Timecards of the timekeeping system cannot be read: {error}.") from error
    return read["timecards"].combine_chunks().flatten()


def punch_batch(timecards: pa.StructArray, zones: ZoneNames) -> pa.RecordBatch:
    """The punches of timecards, with the columns of `sources.punches.PUNCH`; each can name its own employee.

    Raises UkgError for a time with an offset, and for a zone that is not known.
    """
    lists = timecards.field("punches")
    punches, employee = lists.flatten(), timecards.field("employee").take(pc.list_parent_indices(lists))
    columns = {
        "person_number": pc.coalesce(_part(punches, "employee", "qualifier"), _part(employee, "qualifier")),
        "punch_id": _part(punches, "id"),
        "punch_dtm": _local_times(_part(punches, "punchDtm")),
        "rounded_punch_dtm": _local_times(_part(punches, "roundedPunchDtm")),
        "time_zone": _iana(
            pc.coalesce(_part(punches, "timeZone", "qualifier"), _part(punches, "timeZone", "name")), zones
        ),
        "override_type": _part(punches, "typeOverride", "qualifier"),
        "is_phantom": pc.fill_null(_part(punches, "isPhantom"), False),
        "updated_on_dtm": _local_times(_part(punches, "updatedOnDtm")),
    }
    return pa.RecordBatch.from_pydict(columns, PUNCH)


def _part(records: pa.StructArray, *path: str) -> pa.Array:
    """A field of each record, or of a record in it; null where that one is."""
    return pc.struct_field(records, list(path))


def _local_times(texts: pa.StringArray) -> pa.TimestampArray:
    """Raises UkgError if one comes with an offset, which could contradict the zone beside it."""
    try:
        return texts.cast(pa.timestamp("us"))
    except pa.ArrowInvalid as error:
        raise UkgError(
            f"A time of the timekeeping system has an offset, or is none; local times are expected: {error}."
        ) from error


def _iana(names: pa.StringArray, zones: ZoneNames) -> pa.Array:
    encoded = names.dictionary_encode()
    known = [zones.iana({"qualifier": name}) for name in encoded.dictionary.to_pylist()]
    return pa.DictionaryArray.from_arrays(encoded.indices, pa.array(known, pa.string())).dictionary_decode()


def _date(text: str | None) -> dt.date | None:
    return None if not text else dt.date.fromisoformat(text[:10])
