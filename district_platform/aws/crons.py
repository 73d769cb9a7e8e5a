"""Schedules of EventBridge Scheduler: made of the settings' crontabs, read back, and the times at which they come.

crontab                15 5 * * 1       minute, hour, day, month, weekday (0 is Sunday)
EventBridge   cron(15 5 ? * MON *)      minute, hour, day, month, weekday (1 is Sunday), year; `?` where the other day counts
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo

WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_YEARS = range(1970, 2200)
_LOOKED_AHEAD = dt.timedelta(days=366 * 8)
"""A schedule that does not come within so long (29 February is the rarest day) never does."""


class ScheduleError(ValueError):
    """A schedule that cannot be read, or that EventBridge cannot express; the message says which and why."""


@dataclass(frozen=True)
class Schedule:
    """A schedule of EventBridge, as the values of its fields. Weekdays as numbers from 0, Sunday; None for `?`."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int] | None
    months: frozenset[int]
    weekdays: frozenset[int] | None
    years: frozenset[int]

    def times(self, after: dt.datetime, zone: ZoneInfo) -> Iterator[dt.datetime]:
        """The times after a moment, in the zone. A time that the clock jumps over in spring does not come; a repeated one comes once."""
        start = after.astimezone(zone).date()
        for n in range(_LOOKED_AHEAD.days):
            date = start + dt.timedelta(days=n)
            if self._is_on(date):
                yield from (time for time in self._on(date, zone) if time > after)

    def _is_on(self, date: dt.date) -> bool:
        return (
            date.year in self.years
            and date.month in self.months
            and (self.days is None or date.day in self.days)
            and (self.weekdays is None or date.isoweekday() % 7 in self.weekdays)
        )

    def _on(self, date: dt.date, zone: ZoneInfo) -> Iterator[dt.datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                time = dt.datetime.combine(date, dt.time(hour, minute), zone)
                if time.astimezone(dt.UTC).astimezone(zone).replace(tzinfo=None) == time.replace(tzinfo=None):
                    yield time


def read(text: str) -> Schedule:
    """The schedule that `cron(…)` means. Raises ScheduleError, also for what EventBridge would take and nobody here writes (L, W, #)."""
    inner = text.strip()
    if not (inner.startswith("cron(") and inner.endswith(")")):
        raise ScheduleError(f"{text}: a schedule of EventBridge is written cron(…).")
    fields = inner.removeprefix("cron(").removesuffix(")").split()
    if len(fields) != 6:
        raise ScheduleError(
            f"{text}: EventBridge wants six fields (minute hour day month weekday year), not {len(fields)}."
        )
    minute, hour, day, month, weekday, year = fields
    if (day == "?") == (weekday == "?"):
        raise ScheduleError(f"{text}: of day and weekday exactly one is ?.")
    weekdays = None if weekday == "?" else {n - 1 for n in _values(text, weekday, range(1, 8), WEEKDAYS)}
    return Schedule(
        _values(text, minute, range(60)),
        _values(text, hour, range(24)),
        None if day == "?" else _values(text, day, range(1, 32)),
        _values(text, month, range(1, 13), _MONTHS),
        None if weekdays is None else frozenset(weekdays),
        _values(text, year, _YEARS),
    )


def of_crontab(crontab: str, without: frozenset[int] = frozenset()) -> str:
    """The same schedule for EventBridge, without some weekdays (0 is Sunday). Raises ScheduleError where EventBridge cannot express it."""
    fields = crontab.split()
    if len(fields) != 5:
        raise ScheduleError(f"{crontab}: a crontab has five fields, not {len(fields)}.")
    minute, hour, day, month, _ = fields
    weekdays = weekdays_of(crontab)
    if day != "*" and len(weekdays) < 7:
        raise ScheduleError(
            f"{crontab}: names days of the month and weekdays; cron means either, and EventBridge cannot say so."
        )
    if day == "*":
        weekdays -= without
        if not weekdays:
            raise ScheduleError(f"{crontab}: no day is left; the weekly run has them all.")
    parts = [
        _plain(crontab, minute, range(60)),
        _plain(crontab, hour, range(24)),
        "?" if len(weekdays) < 7 else _plain(crontab, day, range(1, 32)),
        _plain(crontab, month, range(1, 13), _MONTHS),
        ",".join(WEEKDAYS[n] for n in sorted(weekdays)) if len(weekdays) < 7 else "?",
        "*",
    ]
    return f"cron({' '.join(parts)})"


def weekdays_of(crontab: str) -> frozenset[int]:
    """The weekdays of a crontab's last field, 0 for Sunday."""
    return frozenset(n % 7 for n in _values(crontab, crontab.split()[-1], range(8), WEEKDAYS))


def nightly_and_weekly(daily: str, weekly: str) -> tuple[str, str]:
    """Both crontabs for EventBridge. On the days of the weekly run there is no nightly one, because one run of a day is enough."""
    days = weekdays_of(weekly)
    return of_crontab(daily, days if len(days) < 7 else frozenset()), of_crontab(weekly)


def next_times(text: str, zone: str, after: dt.datetime, n: int = 5) -> list[dt.datetime]:
    """The next times of a schedule of EventBridge, in the zone. Raises ScheduleError."""
    return list(islice(read(text).times(after, ZoneInfo(zone)), n))


def _plain(crontab: str, field: str, allowed: range, names: tuple[str, ...] = ()) -> str:
    """A field as EventBridge takes it: steps are written out, because it starts them elsewhere."""
    if field == "*":
        return field
    return ",".join(str(n) for n in sorted(_values(crontab, field, allowed, names)))


def _values(text: str, field: str, allowed: range, names: tuple[str, ...] = ()) -> frozenset[int]:
    """The numbers that a field means: `*`, numbers, names, lists, ranges, steps."""
    found: set[int] = set()
    for part in field.split(","):
        span, _, step = part.partition("/")
        first, is_range, last = span.partition("-")
        try:
            start = allowed.start if span == "*" else _number(first, allowed, names)
            end = _number(last, allowed, names) if is_range else start if span != "*" and not step else allowed.stop - 1
            chosen = range(start, end + 1, int(step or 1))
        except ValueError:
            raise ScheduleError(f"{text}: {part} is not understood.") from None
        if not chosen or start not in allowed or end not in allowed:
            raise ScheduleError(f"{text}: {part} is not within {allowed.start}-{allowed.stop - 1}.")
        found |= set(chosen)
    return frozenset(found)


def _number(word: str, allowed: range, names: tuple[str, ...]) -> int:
    if word.upper() in names:
        start = 1 if allowed.start == 1 else 0
        return names.index(word.upper()) + start
    return int(word)
