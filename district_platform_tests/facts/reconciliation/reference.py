"""Time online, slowly: every second of every session as an element of a set. Written from docs/reconciliation.md alone."""

import datetime as dt
from collections import defaultdict
from decimal import Decimal

SECOND = dt.timedelta(seconds=1)

Interval = tuple[dt.datetime, dt.datetime | None, Decimal | None]
"""Login, logout, active minutes."""


def seconds_by_date(sessions: list[Interval], max_minutes: int) -> dict[dt.date, int]:
    """Seconds online by date; a date with a session of no length has none."""
    seconds: dict[dt.date, set[dt.datetime]] = defaultdict(set)
    for login, logout, active in sessions:
        length = _length(login, logout, active, max_minutes)
        if length is None:
            continue
        seconds[login.date()].update()
        for number in range(length):
            moment = login + number * SECOND
            seconds[moment.date()].add(moment)
    return {date: len(moments) for date, moments in seconds.items()}


def _length(login: dt.datetime, logout: dt.datetime | None, active: Decimal | None, max_minutes: int) -> int | None:
    """Whole seconds that count; None where the session does not count at all."""
    lasted = None if logout is None else int((logout - login).total_seconds())
    worked = None if active is None else int(active * 60)
    if lasted is not None and lasted < 0:
        return None
    if worked is None and (lasted is None or lasted > max_minutes * 60):
        return None
    return min(length for length in (lasted, worked, max_minutes * 60) if length is not None)
