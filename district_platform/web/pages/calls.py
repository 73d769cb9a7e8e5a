"""Whom to call: the call list as a table, and what it says in sentences that hold to its last row."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.outputs.call_lists.students import FEWEST_DAYS_ABSENT, RECENT_DAYS
from district_platform.outputs.call_lists.wording import days_text, name_text, trend_text
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages import asking
from district_platform.web.pages.model import Cell, Column, Filter, Filters, Kind, Link, Row, Table, date_cell
from district_platform.web.reading.queries import school as queries
from district_platform.web.reading.reader import Reader, named

Listed = Mapping[str, Any]
UNNAMED = "(no name on record)"


@dataclass(frozen=True)
class Span:
    """The days of the page: by default RECENT_DAYS up to the last day with marks."""

    first: dt.date
    last: dt.date
    filters: tuple[Filter, Filter]
    is_known: bool
    """Whether there is any day with marks."""

    @property
    def words(self) -> str:
        return f"from {w.day(self.first)} to {w.day(self.last)}"


def span(reader: Reader, viewer: Viewer, school: str | None, filters: Filters, notices: list[str]) -> Span:
    """The days asked for; swapped if the first is after the last."""
    found = next(iter(reader.rows(queries.LAST_DAY, viewer, school=school)), {"last_day": None})["last_day"]
    last_known: dt.date = found or reader.publication.as_of_date
    until, last = asking.date("last_date", "To", last_known, filters, notices)
    since, first = asking.date("first_date", "From", before(last, RECENT_DAYS - 1), filters, notices)
    if first > last:
        notices.append("The first day lies after the last one; they are taken the other way round.")
        first, last = last, first
        since, until = (
            Filter(each.name, each.label, day.isoformat(), each.kind) for each, day in ((since, first), (until, last))
        )
    return Span(first, last, (since, until), found is not None)


def before(day: dt.date, n_days: int) -> dt.date:
    """The day that many days before, but not before the first possible date."""
    return day - dt.timedelta(days=min(n_days, (day - dt.date.min).days))


def student_cell(row: Listed, link: Link) -> Cell:
    """A name that links to the student, with the filters of the page."""
    return Cell(
        name_text(row["last_name"], row["first_name"]) or UNNAMED,
        Link("student", link.filters).having(student=row["student_id"]),
    )


def table(key: str, caption: str, rows: Sequence[Listed], link: Link, span: Span, empty: str) -> Table:
    """The rows in the order of the list, which is the file's (reports/call_lists)."""
    columns = (
        Column("Name"),
        Column("Grade"),
        Column("Unexcused", Kind.NUMBER, "days"),
        Column("Absent", Kind.NUMBER, "all days"),
        Column("Attendance", Kind.NUMBER, "this year"),
        Column("Streak", Kind.NUMBER, "days since present"),
        Column("Last day present", Kind.DATE),
        Column("Trend", Kind.TEXT, "20 days against the 20 before"),
        Column("Result", Kind.BLANK),
    )
    return Table(
        key,
        caption,
        columns,
        tuple(_row(row, link) for row in rows),
        note=f"Unexcused and absent: {span.words}, parts of days added up. Attendance: of the school year, at this school.",
        empty=empty,
        people=named(rows),
    )


def _row(row: Listed, link: Link) -> Row:
    return (
        student_cell(row, link),
        grade(row["grade"]),
        days(row["days_unexcused_45"]),
        days(row["days_absent_45"]),
        rate(row["attendance_rate"]),
        str(row["current_streak"]),
        date_cell(row["last_day_present"], "never"),
        trend_text(row["trend_days_absent"], row["trend_days_absent_before"]) or "–",
        "",
    )


def rate(percent: float | Decimal | None) -> str:
    """An attendance rate; a dash where there is none."""
    return "–" if percent is None else f"{percent:.1f}%"


def days(amount: Decimal | None) -> str:
    """A number of days; 0 where there are none."""
    return days_text(amount or Decimal(0)) or "0"


def grade(level: str | None) -> str:
    """'K', '3'; a dash where none is on record."""
    return {"PK": "PK", "KG": "K"}.get(level or "", (level or "").lstrip("0")) or "–"


def sentences(rows: Sequence[Listed], n_enrolled: int, whom: str, span: Span) -> tuple[str, ...]:
    """Who is on the list and why; `whom` says of whom, as in 'students in grade 3'."""
    if not span.is_known:
        return ("No day of attendance is known yet this school year, so there is nobody to call.",)
    n_lately = sum(row["days_absent_45"] >= FEWEST_DAYS_ABSENT for row in rows)
    n_chronic = sum(bool(row["is_chronic_absentee"]) for row in rows)
    least = f"{FEWEST_DAYS_ABSENT} days or more {span.words}"
    if not rows:
        return (f"None of the {w.count(n_enrolled)} {whom} missed {least}, and none is chronically absent.",)
    is_or_are = w.is_or_are(len(rows))
    return (
        f"{w.sentence_case(w.count(len(rows)))} of {w.count(n_enrolled)} {whom} {is_or_are} to be called.",
        f"{w.count(n_lately)} missed {least}; {w.count(n_chronic)} {w.is_or_are(n_chronic)} chronically absent this year.",
    )
