"""Dates that are not ISO: 8/15/2026 or 15/08/2026, as a spreadsheet leaves them.

Which number is the month, only a day above 12 shows. The dates of the whole export are held together before one of them is read.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")

Read = tuple[str, bool]
"""A date as YYYY-MM-DD, and whether it was written with the month first."""


def _day_of(text: str) -> str:
    """A value without its time of day."""
    return re.split("[T ]", text.strip(), maxsplit=1)[0]


@lru_cache(maxsize=65_536)
def iso_date(text: str) -> str | None:
    """A date with the year first as YYYY-MM-DD, also from a timestamp; None where it is no such date."""
    day = _day_of(text)
    try:
        return dt.date.fromisoformat(day).isoformat()
    except ValueError:
        found = _YEAR_FIRST.fullmatch(day)
        return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def is_year_last(text: str) -> bool:
    """Whether a text is a date with the year last, however day and month are to be told apart."""
    return bool(_readings(text))


@lru_cache(maxsize=65_536)
def _readings(text: str) -> dict[bool, str]:
    """What a text means with the month first (True) and with the day first (False), where it means a date."""
    found = _YEAR_LAST.fullmatch(_day_of(text))
    if found is None:
        return {}
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    both = {True: _date(year, first, second), False: _date(year, second, first)}
    return {month_first: date for month_first, date in both.items() if date}


def _date(year: int, month: int, day: int) -> str | None:
    try:
        return dt.date(year, month, day).isoformat()
    except ValueError:
        return None


@dataclass
class YearLast:
    """What the dates of an export show about the order of day and month."""

    shown: set[bool] = field(default_factory=set)
    """True where some date can only be read with the month first, False where one can only be read with the day first."""

    def see(self, text: str) -> None:
        """Takes what a date shows into account."""
        readings = _readings(text)
        if len(readings) == 1:
            self.shown |= set(readings)

    def read(self, text: str) -> Read | None:
        """The date that a text means; None where day and month could be exchanged and the export shows neither order, or both."""
        readings = _readings(text)
        if len(set(readings.values())) == 1:
            month_first, date = next(iter(readings.items()))
            return date, month_first if len(readings) == 1 else self.shown != {False}
        if len(readings) == 2 and len(self.shown) == 1:
            month_first = next(iter(self.shown))
            return readings[month_first], month_first
        return None
