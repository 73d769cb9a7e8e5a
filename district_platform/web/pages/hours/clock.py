"""From where the hours of a page are, as of when, and how moments are told."""

import datetime as dt
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from district_platform.metrics.timekeeping import hours_of_a_day
from district_platform.outputs.brief import wording as w
from district_platform.outputs.live_hours import HoursNow
from district_platform.settings import Hours, Settings

_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Clock:
    """The store of punches, where pages may ask it, the time zone in which moments are told, and what a full week is."""

    live: HoursNow | None = None
    timezone: str = "UTC"
    hours: Hours = field(default_factory=Hours)

    @classmethod
    def of(cls, settings: Settings) -> "Clock":
        return cls(HoursNow.of_settings(settings), settings.automation.timezone, settings.hours)

    def words(self, moment: dt.datetime) -> str:
        """'February 13, 2026 at 2:15 pm', of a moment in UTC."""
        local = moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(self.timezone))
        return f"{w.day(local.date())} at {time_of_day(local)}"

    def as_of(self, today: dt.date, asked_at: dt.datetime | None, *, is_live: bool) -> str:
        """From where the hours are, and as of when."""
        if not is_live:
            return f"Hours as of {w.day(today)}, by the last publication."
        if asked_at is None:
            return f"Today is {w.day(today)}. The timekeeping system has not been asked for punches yet."
        return f"Punches as the timekeeping system had them when it was last asked, {self.words(asked_at)}."

    def away(self, since: dt.datetime) -> str:
        """That the store does not answer, and what is shown instead."""
        return (
            f"The store of punches does not answer since {self.words(since)}. These are the hours of the last publication; "
            "everything else works."
        )

    def hours_for(self, fte: Decimal) -> Decimal:
        """What FTE asks, summed over school days, as TIM-04 counts it."""
        return (fte * hours_of_a_day(self.hours)).quantize(_HUNDREDTH, ROUND_HALF_UP)


def time_of_day(moment: dt.datetime) -> str:
    """'7:02 am', as the clock on the wall showed it."""
    return f"{moment.hour % 12 or 12}:{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}"
