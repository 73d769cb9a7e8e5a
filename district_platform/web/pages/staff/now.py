"""This week so far: who is at work, who is over the limit, and which punches are missing; from the store of punches, or as published."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from district_platform.outputs.brief import wording as w
from district_platform.timekeeping.live import StoreAwayError
from district_platform.web.access.viewer import Viewer
from district_platform.web.pages.hours.clock import Clock, time_of_day
from district_platform.web.pages.hours.weeks import amount
from district_platform.web.pages.hours.worked import OPEN, week_of
from district_platform.web.pages.model import Column, Figure, Kind, Section, Table
from district_platform.web.pages.staff import correcting
from district_platform.web.pages.staff.people import MOST_LISTED, WHO, Row, who
from district_platform.web.reading.queries import staff as queries
from district_platform.web.reading.reader import Reader, named


@dataclass(frozen=True)
class Now:
    """The work week that holds today, of those whom the viewer may see; each row has name, job and school of its employee."""

    today: dt.date
    begins: dt.date
    at_work: Sequence[Row]
    """The punch of each shift that goes on, the latest first."""
    weeks: Sequence[Row]
    """An employee's hours and overtime, most first."""
    missing: Sequence[Row]
    is_live: bool = False
    asked_at: dt.datetime | None = None
    away_since: dt.datetime | None = None


def now(reader: Reader, viewer: Viewer, school: str | None, known_week: dt.date | None, clock: Clock) -> Now:
    """From the store of punches where the district's can be asked, else as published. `known_week` is the first day of any work week."""
    live = clock.live
    if live is None or not live.is_of(reader.publication.folder):
        return _published(reader, viewer, school, known_week)
    people = {row["k_employee"]: row for row in reader.rows(queries.PEOPLE, viewer, school=school)}
    if not people:
        return _published(reader, viewer, school, known_week)
    begins = week_of(live.today, known_week or live.today)
    try:
        found = live.of_all(begins)
    except StoreAwayError as away:
        return replace(_published(reader, viewer, school, known_week), away_since=away.since)
    unpaired = _of_people(found.unpaired, people)
    weeks = _of_people((week for week in found.weeks if week["work_week_begin_date"] == begins), people)
    return Now(
        live.today,
        begins,
        [punch for punch in unpaired if punch["pairing"] == OPEN],
        sorted(weeks, key=lambda week: (-week["overtime_hours"], -week["hours_worked"], week["k_employee"])),
        [punch for punch in unpaired if punch["pairing"] != OPEN and punch["punch_dtm"].date() >= begins],
        is_live=True,
        asked_at=found.asked_at,
    )


def _of_people(rows: Iterable[Mapping[str, Any]], people: Mapping[str, Row]) -> list[Row]:
    """The rows of those whom the viewer may see, with what stands beside a name; nobody else's."""
    return [{**row, **people[row["k_employee"]]} for row in rows if row["k_employee"] in people]


def _published(reader: Reader, viewer: Viewer, school: str | None, known_week: dt.date | None) -> Now:
    today = reader.publication.as_of_date
    begins = week_of(today, known_week or today)
    asked = {"school": school, "first_date": begins, "last_date": begins}
    return Now(
        today,
        begins,
        list(reader.rows(queries.OPEN, viewer, school=school)),
        list(reader.rows(queries.WEEKS, viewer, **asked)),
        list(reader.rows(queries.MISSING, viewer, **{**asked, "last_date": today})),
    )


def figure(now: Now) -> Figure:
    """How many are at work."""
    return Figure("At work now", w.count(len(now.at_work)), words="shifts that go on")


def section(now: Now, clock: Clock) -> Section:
    over = [week for week in now.weeks if week["overtime_hours"]]
    beyond = sum((week["overtime_hours"] for week in over), Decimal(0))
    hours = sum((week["hours_worked"] for week in now.weeks), Decimal(0))
    said = (
        f"Since {w.day(now.begins)}: {amount(hours)} hours of {w.plural(len(now.weeks), 'employee')} in shifts that are over, "
        f"{amount(beyond)} of them overtime."
    )
    sentences = [clock.as_of(now.today, now.asked_at, is_live=now.is_live), said]
    if len(now.at_work) > MOST_LISTED:
        sentences.append(f"{w.plural(len(now.at_work), 'employee')} are at work. Choose a school to list them.")
    tables = [] if len(now.at_work) > MOST_LISTED else [_at_work(now)]
    tables += [_over(over), correcting.punches("missing-now", "Punches missing this week", now.missing)]
    return Section("now", "This week, so far", tuple(sentences), tables=tuple(tables))


def _at_work(now: Now) -> Table:
    by_employee = {week["k_employee"]: week["hours_worked"] for week in now.weeks}
    rows = tuple(
        (*who(punch), _since(punch["punch_dtm"], now.today), amount(by_employee.get(punch["k_employee"], Decimal(0))))
        for punch in now.at_work
    )
    columns = (*WHO, Column("In since"), Column("Hours before", Kind.NUMBER, "this week"))
    note = "A punch in of today without a punch out. A shift that began yesterday stands among the missing punches until it ends."
    empty = "Nobody's shift goes on."
    return Table("at-work", "At work now", columns, rows, note, empty, people=named(now.at_work))


def _since(moment: dt.datetime, today: dt.date) -> str:
    day = "" if moment.date() == today else f", {w.day_of_year(moment.month, moment.day)}"
    return f"{time_of_day(moment)}{day}"


def _over(over: Sequence[Row]) -> Table:
    columns = (*WHO, Column("Hours", Kind.NUMBER), Column("Overtime", Kind.NUMBER, "hours"))
    rows = tuple((*who(week), amount(week["hours_worked"]), amount(week["overtime_hours"])) for week in over)
    empty = "Nobody is over the limit yet."
    return Table("over-now", "Over the limit this week", columns, rows, empty=empty, people=named(over))
