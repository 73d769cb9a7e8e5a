"""School years day by day: calendars and sessions. Who attends on those days is decided elsewhere.

All schools share the district's instructional days; a school may be closed on a few of them (weather), and seniors of
some high schools end ten days early on a calendar of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.writing import boolean, dates, text

MAIN, SENIOR, EXTENDED, MISSING = range(4)
CALENDAR_CODES = ("STD", "SENIOR", "EXT", "NONE")
"""MISSING is the code of planted ENR-07 rows: no school has such a calendar."""

N_DAYS = 178
N_EXTENDED_DAYS = 190
SENIOR_DAYS_FEWER = 10
STAFF_DAYS_BEFORE = 5
CLOSURE_WINDOW = np.r_[60:88, 103:120]
"""Day numbers on which a school may close: never in a test window or at the edge of a session."""

SESSIONS = (
    ("FY", "Full Year", 0, N_DAYS),
    ("S1", "Fall Semester", 0, 89),
    ("S2", "Spring Semester", 89, N_DAYS),
    ("Q1", "Quarter 1", 0, 44),
    ("Q2", "Quarter 2", 44, 89),
    ("Q3", "Quarter 3", 89, 134),
    ("Q4", "Quarter 4", 134, N_DAYS),
)
"""session_id, session_name, first day number, day number after the last."""

MONDAY, WEDNESDAY, FRIDAY = 0, 2, 4


@dataclass(frozen=True)
class YearCalendar:
    """One school year of the district."""

    school_year: int
    weekdays: np.ndarray
    """Every Monday to Friday from the first staff day to the last instructional day."""
    events: np.ndarray
    """The reason why each weekday is a day off; '' on an instructional day."""
    is_open: np.ndarray
    """schools x N_DAYS: whether the school teaches on that district day."""
    has_seniors: np.ndarray
    """Per school: whether its grade 12 has the SENIOR calendar."""
    extended_school: int = -1
    """The school with the EXTENDED calendar of planted ATT-08 rows, or -1."""

    @cached_property
    def days(self) -> np.ndarray:
        """The district's instructional days."""
        return self.weekdays[self.events == ""]

    @property
    def first_date(self) -> np.datetime64:
        return self.weekdays[0]

    @property
    def last_date(self) -> np.datetime64:
        return self.weekdays[-1]

    @property
    def census(self) -> np.datetime64:
        """1 October, on which students and staff are counted (settings.Quality has the same default)."""
        return np.datetime64(f"{self.school_year - 1}-10-01")

    def last_day_of(self, code: int) -> np.datetime64:
        if code == EXTENDED:
            return self.extended_days[-1]
        return self.days[-1 - SENIOR_DAYS_FEWER] if code == SENIOR else self.days[-1]

    @property
    def extended_days(self) -> np.ndarray:
        """Days of summer school that the EXTENDED calendar adds."""
        after = np.arange(self.last_date + 1, self.last_date + 40)
        return after[np.is_busday(after)][: N_EXTENDED_DAYS - N_DAYS]

    def is_over(self, as_of: np.datetime64) -> bool:
        return bool(as_of >= self.last_date)

    def elapsed(self, as_of: np.datetime64) -> int:
        """How many instructional days lie on or before that date."""
        return int((self.days <= as_of).sum())

    def with_extended_school(self, school: int) -> "YearCalendar":
        return replace(self, extended_school=school)


def make_calendars(plan: Plan) -> dict[int, YearCalendar]:
    return {year: _make_calendar(plan, year) for year in plan.school_years}


def calendar_dates(plan: Plan, calendar: YearCalendar) -> pa.Table:
    """One row per school, calendar and weekday of the year."""
    parts = []
    for school in range(len(plan.schools)):
        parts.append(_dates_of(calendar, school, MAIN))
        if calendar.has_seniors[school]:
            rows = _dates_of(calendar, school, SENIOR)
            parts.append(rows[rows["date"] <= calendar.last_day_of(SENIOR)])
        if calendar.extended_school == school:
            extra = pd.DataFrame({"school": school, "code": EXTENDED, "date": calendar.extended_days, "event": ""})
            parts.append(pd.concat([_dates_of(calendar, school, EXTENDED), extra]))
    rows = pd.concat(parts)
    event = rows["event"].to_numpy(dtype=object)
    return pa.table(
        {
            "school_id": text(plan.school_ids, rows["school"].to_numpy()),
            "calendar_code": text(CALENDAR_CODES, rows["code"].to_numpy()),
            "school_year": pa.array(np.full(len(rows), calendar.school_year)),
            "calendar_date": dates(rows["date"].to_numpy()),
            "is_school_day": boolean(event == ""),
            "calendar_event": pa.array(event, mask=event == "", type=pa.string()),
        }
    )


def sessions(plan: Plan, calendars: Iterable[YearCalendar]) -> pa.Table:
    """One row per school, year and session; total_instructional_days as the school's main calendar has them."""
    n = len(plan.schools)
    tables = []
    for calendar in calendars:
        for session_id, name, first, after in SESSIONS:
            tables.append(
                pa.table(
                    {
                        "school_id": plan.school_ids,
                        "school_year": pa.array(np.full(n, calendar.school_year)),
                        "session_id": pa.array([session_id] * n),
                        "session_name": pa.array([name] * n),
                        "begin_date": dates(np.full(n, calendar.days[first])),
                        "end_date": dates(np.full(n, calendar.days[after - 1])),
                        "total_instructional_days": pa.array(calendar.is_open[:, first:after].sum(axis=1)),
                    }
                )
            )
    return pa.concat_tables(tables)


def _make_calendar(plan: Plan, year: int) -> YearCalendar:
    rng = plan.rng("calendar", year)
    first = _weekday_on_or_after(f"{year - 1}-08-18", WEDNESDAY)
    span = np.arange(first - STAFF_DAYS_BEFORE - 2, np.datetime64(f"{year}-07-15"))
    weekdays = span[np.is_busday(span)]
    named = _named_days(year)
    events = np.array([named.get(day, "") for day in weekdays.tolist()], dtype=object)
    events[weekdays < first] = "Staff Development"
    last = np.flatnonzero(events == "")[N_DAYS - 1]
    n = len(plan.schools)
    is_open = np.ones((n, N_DAYS), dtype=bool)
    closures = rng.choice(CLOSURE_WINDOW, size=n)
    closed = rng.random(n) < 0.4
    is_open[np.flatnonzero(closed), closures[closed]] = False
    seniors = (plan.schools["level"].to_numpy() == 2) & (plan.rng("seniors").random(n) < 0.5)
    return YearCalendar(year, weekdays[: last + 1], events[: last + 1], is_open, seniors)


def _dates_of(calendar: YearCalendar, school: int, code: int) -> pd.DataFrame:
    event = calendar.events.copy()
    event[np.flatnonzero(event == "")[~calendar.is_open[school]]] = "Weather Closure"
    return pd.DataFrame({"school": school, "code": code, "date": calendar.weekdays, "event": event})


def _named_days(year: int) -> dict[object, str]:
    """Holidays, breaks and staff days of a school year, by date."""
    fall = year - 1
    thanksgiving = _weekday_on_or_after(f"{fall}-11-22", 3)
    spring_break = _weekday_on_or_after(f"{year}-04-01", MONDAY)
    spans = [
        (_weekday_on_or_after(f"{fall}-09-01", MONDAY), 1, "Labor Day"),
        (_weekday_on_or_after(f"{fall}-10-08", MONDAY), 1, "Fall Holiday"),
        (np.datetime64(f"{fall}-11-11"), 1, "Veterans Day"),
        (thanksgiving - 1, 3, "Thanksgiving Break"),
        (np.datetime64(f"{fall}-12-22"), 12, "Winter Break"),
        (_weekday_on_or_after(f"{year}-01-15", MONDAY), 1, "Martin Luther King Jr. Day"),
        (_weekday_on_or_after(f"{year}-02-15", MONDAY), 5, "Mid-Winter Break"),
        (_weekday_on_or_after(f"{year}-03-08", FRIDAY), 1, "Professional Development"),
        (_weekday_on_or_after(f"{fall}-10-22", FRIDAY), 1, "Professional Development"),
        (spring_break, 5, "Spring Break"),
        (_weekday_on_or_after(f"{year}-05-25", MONDAY), 1, "Memorial Day"),
    ]
    return {day: name for first, length, name in spans for day in np.arange(first, first + length).tolist()}


def _weekday_on_or_after(day: str, weekday: int) -> np.datetime64:
    start = np.datetime64(day)
    return start + (weekday - start.astype(object).weekday()) % 7
