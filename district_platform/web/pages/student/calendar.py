"""The year as a calendar: a letter for each day, and a color that only repeats the letter."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.call_lists.wording import days_text
from district_platform.web.pages.model import Cell, Column, Row, Table, Tone

TARDY, SUSPENSION = "Tardy", "Out-of-School Suspension"
LETTERS = {
    "P": ("present", Tone.PRESENT),
    "T": ("present, tardy", Tone.PRESENT),
    "V": ("learned online", Tone.PRESENT),
    "H": ("absent for part of the day", Tone.PART),
    "E": ("absent, excused", Tone.ABSENT),
    "U": ("absent, unexcused", Tone.UNEXCUSED),
    "S": ("suspended out of school", Tone.ABSENT),
    "A": ("absent, excuse not known", Tone.ABSENT),
    "?": ("not known", Tone.OFF),
}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
Day = Mapping[str, Any]


def letter(day: Day, online: Collection[dt.date]) -> str:
    """What happened on a day enrolled."""
    absent, excusal = day["is_absent"], day["attendance_excusal_status"]
    if day["calendar_date"] in online:
        return "V"
    if absent is None:
        return "?"
    if absent == 0:
        return "T" if day["attendance_event_category"] == TARDY else "P"
    if absent < 1:
        return "H"
    if day["attendance_event_category"] == SUSPENSION:
        return "S"
    return {"Excused": "E", "Unexcused": "U"}.get(excusal, "A")


def cell(day: Day, online: Collection[dt.date]) -> Cell:
    """The letter, with the day in full."""
    shown = letter(day, online)
    words, tone = LETTERS[shown]
    date = day["calendar_date"]
    more = [str(day["attendance_event_category"])] if shown not in "PT" and day["attendance_event_category"] else []
    if shown == "H":
        more = [f"{days_text(day['is_absent'])} of a day", day["attendance_excusal_status"] or "excuse not known"]
    return Cell(shown, tone=tone, title=f"{w.day_of_year(date.month, date.day)}: {', '.join([words, *more])}")


def table(days: Iterable[Day], online: Collection[dt.date], caption: str) -> Table:
    """A row for each week; for a day at two schools, the school where the student was absent more."""
    by_date: dict[dt.date, Day] = {}
    for day in sorted(days, key=lambda day: day["is_absent"] or 0):
        by_date[day["calendar_date"]] = day
    mondays = sorted({date - dt.timedelta(days=date.weekday()) for date in by_date})
    n_weekdays = max((date.weekday() + 1 for date in by_date), default=5)
    shown = {letter(day, online) for day in by_date.values()}
    legend = "; ".join(f"{mark} {words}" for mark, (words, _) in LETTERS.items() if mark in shown)
    return Table(
        "calendar",
        caption,
        (Column("Week of"), *(Column(name) for name in WEEKDAYS[: max(n_weekdays, 5)])),
        tuple(_week(monday, by_date, online, max(n_weekdays, 5)) for monday in mondays),
        note=f"{legend}. Empty: no school day, or not enrolled." if legend else "",
        empty="No day of attendance is known in this school year.",
    )


def _week(monday: dt.date, by_date: Mapping[dt.date, Day], online: Collection[dt.date], n: int) -> Row:
    dates = [monday + dt.timedelta(days=i) for i in range(n)]
    return (
        w.day_of_year(monday.month, monday.day),
        *(cell(by_date[date], online) if date in by_date else Cell("", tone=Tone.OFF) for date in dates),
    )
