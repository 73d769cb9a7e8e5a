"""What is known of an employee's hours: weeks, shifts and punches without a partner, and as of when."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from district_platform.timekeeping.live import StoreAwayError
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages.hours.clock import Clock
from district_platform.web.reading.queries import hours as queries
from district_platform.web.reading.reader import Reader

N_WEEKS = 26
A_WEEK = dt.timedelta(weeks=1)
OPEN = "open"

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Worked:
    """An employee's last weeks; each list has the columns of the published table, the latest row first."""

    weeks: Sequence[Row]
    shifts: Sequence[Row]
    unpaired: Sequence[Row]
    today: dt.date
    is_live: bool = False
    """Whether the store of punches was asked, and not the publication."""
    asked_at: dt.datetime | None = None
    """When the timekeeping system was last asked, in UTC; None where it never was, or it is not known."""
    away_since: dt.datetime | None = None
    """Since when the store does not answer, in UTC."""
    for_fte: Mapping[dt.date, Decimal] = field(default_factory=dict)
    """What the assigned FTE asks of each work week with school days, by its first day; as human resources had it at the publication."""

    @property
    def missing(self) -> list[Row]:
        """Punches that somebody has to complete."""
        return [punch for punch in self.unpaired if punch["pairing"] != OPEN]

    @property
    def open_shift(self) -> Row | None:
        """The punch of a shift that goes on."""
        return next((punch for punch in self.unpaired if punch["pairing"] == OPEN), None)

    @property
    def this_week(self) -> dt.date | None:
        """The first day of today's work week; None for somebody who never worked."""
        if not self.weeks:
            return None
        return week_of(self.today, self.weeks[0]["work_week_begin_date"])

    def last_weeks(self) -> list[tuple[dt.date, Row | None]]:
        """The first days of the last N_WEEKS work weeks, the latest first, with what is known of each; None without a punch."""
        latest = self.this_week
        known = {week["work_week_begin_date"]: week for week in self.weeks}
        return (
            [] if latest is None else [(day, known.get(day)) for day in (latest - A_WEEK * n for n in range(N_WEEKS))]
        )


def week_of(today: dt.date, known: dt.date) -> dt.date:
    """The first day of the work week that holds today, by that of any other."""
    return known + A_WEEK * ((today - known) // A_WEEK)


def first_day(today: dt.date) -> dt.date:
    """The day from which on the last N_WEEKS work weeks begin, on whichever weekday they do."""
    return today - A_WEEK * N_WEEKS + dt.timedelta(days=1)


def worked(reader: Reader, viewer: Viewer, person: str, clock: Clock) -> Worked:
    """The employee's hours: from the store of punches where the district's can be asked, else as published.

    `person` is somebody whom the viewer may see.
    """
    found = _punched(reader, viewer, person, clock)
    return replace(found, for_fte=_for_fte(reader, viewer, person, found, clock))


def _punched(reader: Reader, viewer: Viewer, person: str, clock: Clock) -> Worked:
    live = clock.live
    if live is None or not live.is_of(reader.publication.folder):
        return published(reader, viewer, person)
    try:
        now = live.of(person, first_day(live.today))
    except StoreAwayError as away:
        return replace(published(reader, viewer, person), away_since=away.since)
    return Worked(now.weeks, now.shifts, now.unpaired, now.today, is_live=True, asked_at=now.asked_at)


def _for_fte(reader: Reader, viewer: Viewer, person: str, found: Worked, clock: Clock) -> dict[dt.date, Decimal]:
    """By work week what the FTE of its school days asks; nothing for somebody who never worked."""
    if found.this_week is None:
        return {}
    days = reader.rows(queries.FTE, viewer, person=person, first_date=first_day(found.today))
    held: dict[dt.date, Decimal] = {}
    for day in days:
        week = week_of(day["calendar_date"], found.this_week)
        held[week] = held.get(week, Decimal(0)) + day["fte"]
    return {week: clock.hours_for(fte) for week, fte in held.items()}


def published(reader: Reader, viewer: Viewer, person: str) -> Worked:
    """The employee's hours as published, within the viewer's scope."""
    today = reader.publication.as_of_date
    weeks, shifts, unpaired = (
        list(reader.rows(query, viewer, person=person, first_date=first_day(today)))
        for query in (queries.WEEKS, queries.SHIFTS, queries.UNPAIRED)
    )
    return Worked(weeks, shifts, unpaired, today)
