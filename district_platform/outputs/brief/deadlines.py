"""Days by which something can be done: weeks from the Monday after the brief's day."""

import datetime as dt

from district_platform.outputs.brief import wording as w

BREAK_BEGINS, BREAK_ENDS = (12, 21), (1, 3)
"""Month and day between which nobody is asked for anything: schools are closed."""
FRIDAY = 4
"""Days after Monday."""


def next_monday(day: dt.date) -> dt.date:
    """The first Monday after a day."""
    return day + dt.timedelta(days=7 - day.weekday())


def friday(as_of_date: dt.date, week: int = 1) -> str:
    """The Friday of the n-th week that begins after the brief's day, in words; in the winter break, the first one after it."""
    day = next_monday(as_of_date) + dt.timedelta(days=FRIDAY, weeks=week - 1)
    while (day.month, day.day) >= BREAK_BEGINS or (day.month, day.day) <= BREAK_ENDS:
        day += dt.timedelta(weeks=1)
    return w.day(day)
