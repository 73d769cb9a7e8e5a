"""A JSON backup of an earlier year, read as the API is: the same records, the same rows.

The file is one object: `persons`, the records of persons/apply_read, and `timecards`, those of timecard/multi_read.
"""

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa
import pyarrow.compute as pc

from district_platform.sources.ukg.errors import UkgError
from district_platform.sources.ukg.records import ZoneNames, person_row, punch_batch, timecards_of


class UkgBackup:
    """Persons and punches of a file (see `sources.punches.PunchSource`). Raises UkgError if it is no such file."""

    unanswered: tuple[str, ...] = ()

    def __init__(self, path: Path, time_zones: Mapping[str, str] | None = None) -> None:
        self._zones = ZoneNames(time_zones or {})
        try:
            content = orjson.loads(path.read_text(encoding="utf-8-sig"))
            self._persons, self._timecards = content["persons"], content["timecards"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UkgError(
                f"{path} is no backup of timecards: JSON with persons and timecards was expected."
            ) from error

    def persons(self) -> Iterator[list[dict[str, Any]]]:
        """Everyone in the file."""
        yield [person_row(record, self._zones) for record in self._persons]

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[pa.RecordBatch]:
        """The file's punches of these persons on these days, and without a time, which the store sets aside."""
        asked, day = pa.array(person_numbers, pa.string()), self._punches["punch_dtm"].cast(pa.date32())
        is_on_days = pc.fill_null(pc.and_(pc.greater_equal(day, start), pc.less_equal(day, end)), True)
        yield self._punches.filter(pc.and_(is_on_days, pc.is_in(self._punches["person_number"], asked)))

    @cached_property
    def _punches(self) -> pa.RecordBatch:
        return punch_batch(timecards_of(orjson.dumps(self._timecards)), self._zones)
