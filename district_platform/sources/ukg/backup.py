"""A JSON backup of an earlier year, read as the API is: the same records, the same rows.

The file is one object: `persons`, the records of persons/apply_read, and `timecards`, those of timecard/multi_read.
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from district_platform.sources.ukg.records import ZoneNames, person_row, punch_rows
from district_platform.sources.ukg.source import UkgError


class UkgBackup:
    """Persons and punches of a file (see `timekeeping.source.PunchSource`). Raises UkgError if it is no such file."""

    unanswered: tuple[str, ...] = ()

    def __init__(self, path: Path, time_zones: Mapping[str, str] | None = None) -> None:
        self._zones = ZoneNames(time_zones or {})
        try:
            content = json.loads(path.read_text(encoding="utf-8-sig"))
            self._persons, self._timecards = content["persons"], content["timecards"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise UkgError(f"{path} is no backup of timecards: {error!r}.") from error

    def persons(self) -> Iterator[list[dict[str, Any]]]:
        """Everyone in the file."""
        yield [person_row(record, self._zones) for record in self._persons]

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[list[dict[str, Any]]]:
        """The file's punches of these persons on these days, a timecard at a time."""
        wanted = set(person_numbers)
        for timecard in self._timecards:
            rows = [row for row in punch_rows(timecard, self._zones) if row["person_number"] in wanted]
            on_days = [row for row in rows if start <= row["punch_dtm"].date() <= end]
            if on_days:
                yield on_days
