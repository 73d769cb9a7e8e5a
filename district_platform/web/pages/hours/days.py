"""Day by day: an employee's shifts, and the punches whose partner is missing."""

import datetime as dt

from district_platform.dictionary.schools import WEEKDAYS
from district_platform.outputs.brief import wording as w
from district_platform.web.pages.hours.clock import time_of_day
from district_platform.web.pages.hours.weeks import amount
from district_platform.web.pages.hours.worked import A_WEEK, Row, Worked
from district_platform.web.pages.model import Cell, Column, Filter, FilterKind, Kind, Section, Table

N_DAYS = 14
"""Shown where no week is chosen."""
_ABSENT = "missing"


def chosen_week(worked: Worked, asked: str, notices: list[str]) -> Filter:
    """The week to look at day by day; all the last days where none, or an unknown one, was asked for."""
    weeks = [(day.isoformat(), f"Week of {w.day(day)}") for day, row in worked.last_weeks() if row]
    if asked and asked not in dict(weeks):
        notices.append(f"There is no such week to choose here, so the last {N_DAYS} days are shown.")
    value = asked if asked in dict(weeks) else ""
    return Filter("week", "Week", value, FilterKind.CHOICE, (("", f"The last {N_DAYS} days"), *weeks))


def section(worked: Worked, week: str) -> Section:
    """The shifts of the week chosen, or of the last N_DAYS."""
    first = dt.date.fromisoformat(week) if week else worked.today - dt.timedelta(days=N_DAYS - 1)
    last = first + A_WEEK - dt.timedelta(days=1) if week else worked.today
    lines = [(shift["began_dtm"], _of_shift(shift)) for shift in worked.shifts if first <= shift["work_date"] <= last]
    lines += [(p["punch_dtm"], _of_punch(p)) for p in worked.unpaired if first <= p["punch_dtm"].date() <= last]
    rows = tuple(row for _, row in sorted(lines, key=lambda line: line[0], reverse=True))
    words = f"from {w.day(first)} to {w.day(last)}"
    table = Table(
        "days",
        f"Day by day, {words}",
        (
            Column("Day", Kind.DATE),
            Column("In"),
            Column("Out"),
            Column("Breaks", Kind.NUMBER, "minutes punched"),
            Column("Hours", Kind.NUMBER),
        ),
        rows,
        note="A shift belongs to the day on which it begins. In and out are the clock's time; hours are counted as the timekeeping system "
        "rounds the punches.",
        empty=f"No punch is known {words}.",
    )
    return Section("days", "Day by day", tables=(table,))


def missing(worked: Worked) -> Section:
    """The punches that somebody has to complete, and what that costs."""
    found = worked.missing
    if not found:
        return Section("missing", "Missing punches", ("No punch is missing.",))
    said = (
        f"{w.plural(len(found), 'punch', 'punches')} {w.is_or_are(len(found))} without a partner: the hours of such a day do not count "
        "until it is completed."
    )
    columns = (Column("Day", Kind.DATE), Column("Punched at"), Column("What is missing"))
    rows = tuple((_day(p["punch_dtm"].date()), time_of_day(p["punch_dtm"]), _what(p)) for p in found)
    note = "A supervisor completes a punch in the timekeeping system; it shows here after the next update."
    table = Table("missing", "Punches without a partner", columns, rows, note=note)
    return Section("missing", "Missing punches", (said,), tables=(table,))


def _what(punch: Row) -> str:
    return "the punch out" if punch["pairing"] == "missing out" else "the punch in"


def _of_shift(shift: Row) -> tuple[Cell | str, ...]:
    out = time_of_day(shift["ended_dtm"]) + (", next day" if shift["is_overnight"] else "")
    breaks = round(shift["break_seconds"] / 60)
    return (
        _day(shift["work_date"]),
        time_of_day(shift["began_dtm"]),
        out,
        str(breaks) if breaks else "–",
        amount(shift["hours_worked"]),
    )


def _of_punch(punch: Row) -> tuple[Cell | str, ...]:
    at = time_of_day(punch["punch_dtm"])
    pair = {"missing in": (_ABSENT, at), "missing out": (at, _ABSENT)}.get(punch["pairing"], (at, "at work"))
    return (_day(punch["punch_dtm"].date()), *pair, "–", "–")


def _day(day: dt.date) -> Cell:
    """'Mon, February 9, 2026'."""
    return Cell(f"{WEEKDAYS[day.weekday()][:3]}, {w.day(day)}", exported=day.isoformat())
