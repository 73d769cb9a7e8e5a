"""Absences, tardies and field trips: sparse events from a dense draw of students by days.

How absences are coded and counted downstream is not decided here (docs/attendance.md).
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import (
    MISSING,
    SENIOR,
    SENIOR_DAYS_FEWER,
    SESSIONS,
    YearCalendar,
)
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.writing import dates, text

CODES = (
    ("AE", "Absence", "Excused", "1"),
    ("AI", "Absence", "Excused", "1"),
    ("AU", "Absence", "Unexcused", "1"),
    ("SO", "Out-of-School Suspension", "Excused", "1"),
    ("HE", "Partial Day Absence", "Excused", "0.5"),
    ("HU", "Partial Day Absence", "Unexcused", "0.5"),
    ("PE", "Partial Day Absence", "Excused", "0.25"),
    ("TE", "Tardy", "Excused", "0"),
    ("TU", "Tardy", "Unexcused", "0"),
    ("FT", "Field Trip", None, "0"),
    ("AX", "Absence", None, "1"),
)
"""attendance_code, category, excusal status, is_absent. The last one exists only as a planted ATT-02."""

TARDY_EXCUSED, TARDY_UNEXCUSED, FIELD_TRIP, UNMAPPED_STATUS = 7, 8, 9, 10
REASONS = ("Illness", "Medical appointment", "Family", "Transportation", "Religious observance", "School activity")

_ABSENCE_SHARES_EXCUSED = (0.30, 0.52, 0.0, 0.01, 0.11, 0.0, 0.06)
_REASON_OF_CODE = np.array([2, 0, -1, -1, 1, -1, 1, 3, -1, 5, -1])
_CHUNK = 20_000
_MEDIAN_ABSENCE = 0.0305
_SECOND_DAY = 0.30
"""Chance that an absence goes on the next day, and again the day after: illness comes in spells."""
_TARDY = 0.012
_WEEKDAY = np.array([1.15, 0.95, 0.92, 0.95, 1.18])
_MONTH = {8: 0.7, 9: 0.8, 10: 0.95, 11: 1.05, 12: 1.2, 1: 1.2, 2: 1.15, 3: 1.0, 4: 0.95, 5: 1.05, 6: 1.2}
_GRADE = np.array([1.3, 1.1, 1.0, 0.95, 0.9, 0.9, 0.95, 1.0, 1.05, 1.15, 1.15, 1.2, 1.35])


def absence_propensity(people: pd.DataFrame) -> np.ndarray:
    """Per child, the chance of an absence beginning on an ordinary day."""
    return _MEDIAN_ABSENCE * np.exp(people["log_absence"].to_numpy())


def attendance_codes(with_defect: bool) -> pa.Table:
    codes = CODES if with_defect else CODES[:UNMAPPED_STATUS]
    columns = ("attendance_code", "attendance_event_category", "attendance_excusal_status", "is_absent")
    return pa.table({name: pa.array(values) for name, values in zip(columns, zip(*codes, strict=True), strict=True)})


def simulate_events(plan: Plan, people: pd.DataFrame, rows: pd.DataFrame, calendar: YearCalendar) -> pd.DataFrame:
    """One row per student, school and day with an event: person, school, date, session (-1 for none), code, reason."""
    rng = plan.rng("attendance", calendar.school_year)
    rows = rows[rows["has_records"] & (rows["calendar"] != MISSING)]
    trip = rng.integers(20, 160, (len(plan.schools), len(_GRADE)))
    parts = [
        _events_of(plan, rng, people, rows.iloc[start : start + _CHUNK], calendar, trip)
        for start in range(0, max(len(rows), 1), _CHUNK)
    ]
    return pd.concat(parts, ignore_index=True)


def events_extract(plan: Plan, ids: pa.Array, events: pd.DataFrame, year: int) -> pa.Table:
    return pa.table(
        {
            "school_year": pa.array(np.full(len(events), year)),
            "school_id": text(plan.school_ids, events["school"].to_numpy()),
            "student_id": text(ids, events["person"].to_numpy()),
            "event_date": dates(events["date"].to_numpy()),
            "session_id": text([session[0] for session in SESSIONS], events["session"].to_numpy()),
            "attendance_code": text([code[0] for code in CODES], events["code"].to_numpy()),
            "reason": text(REASONS, events["reason"].to_numpy()),
        }
    )


def submissions(plan: Plan, calendar: YearCalendar) -> pd.DataFrame:
    """Every instructional day of every school up to as_of: school, date."""
    school, day = np.nonzero(calendar.is_open[:, : calendar.elapsed(plan.as_of)])
    rows = pd.DataFrame({"school": school, "date": calendar.days[day].astype("datetime64[s]")})
    if calendar.extended_school < 0:
        return rows
    extra = pd.DataFrame({"school": calendar.extended_school, "date": calendar.extended_days.astype("datetime64[s]")})
    return pd.concat([rows, extra], ignore_index=True)


def submissions_extract(plan: Plan, rows: pd.DataFrame) -> pa.Table:
    return pa.table(
        {
            "school_id": text(plan.school_ids, rows["school"].to_numpy()),
            "submission_date": dates(rows["date"].to_numpy()),
        }
    )


def _events_of(
    plan: Plan,
    rng: np.random.Generator,
    people: pd.DataFrame,
    rows: pd.DataFrame,
    calendar: YearCalendar,
    trip: np.ndarray,
) -> pd.DataFrame:
    days = calendar.days[: calendar.elapsed(plan.as_of)]
    school, grade = rows["school"].to_numpy(), rows["grade"].to_numpy()
    propensity = absence_propensity(people)[rows["person"].to_numpy()] * _GRADE[grade]
    enrolled = _enrolled_days(rows, calendar, days)
    draw = rng.random((len(rows), len(days)), dtype=np.float32)
    absent = _spells_of_absence(draw, (propensity[:, None] * _day_factor(days)).astype(np.float32)) & enrolled
    tardy = (draw > 1 - _TARDY * (0.5 + propensity[:, None] / _MEDIAN_ABSENCE / 2).clip(0, 4)) & enrolled & ~absent
    on_trip = (trip[school, grade][:, None] == np.arange(len(days))) & enrolled & ~absent & ~tardy
    code = np.full(draw.shape, -1, dtype=np.int8)
    code[absent] = _absence_codes(rng, people, rows, absent)
    code[tardy] = rng.choice((TARDY_EXCUSED, TARDY_UNEXCUSED), size=int(tardy.sum()), p=(0.35, 0.65))
    code[on_trip] = FIELD_TRIP
    row, day = np.nonzero(code >= 0)
    found = code[row, day]
    known = rng.random(len(found)) < 0.7
    return pd.DataFrame(
        {
            "person": rows["person"].to_numpy()[row],
            "school": school[row],
            "date": days[day].astype("datetime64[s]"),
            "session": session_numbers(rng, school[row], day),
            "code": found,
            "reason": np.where(known, _REASON_OF_CODE[found], -1),
        }
    )


def _enrolled_days(rows: pd.DataFrame, calendar: YearCalendar, days: np.ndarray) -> np.ndarray:
    """enrollments x days: whether the child is enrolled and the school teaches."""
    number = np.arange(len(days))
    entry = np.searchsorted(days, rows["entry"].to_numpy().astype("datetime64[D]"))
    leaving = rows["exit"].fillna(pd.Timestamp("2262-01-01")).to_numpy().astype("datetime64[D]")
    last = np.searchsorted(days, leaving, side="right") - 1
    is_senior = (rows["calendar"] == SENIOR).to_numpy()
    last = np.where(is_senior, np.minimum(last, len(calendar.days) - SENIOR_DAYS_FEWER - 1), last)
    within = (number >= entry[:, None]) & (number <= last[:, None])
    return within & calendar.is_open[rows["school"].to_numpy(), : len(days)]


def _day_factor(days: np.ndarray) -> np.ndarray:
    """Season and weekday: winter, Mondays and Fridays see more absence."""
    months = np.array([_MONTH[day.month] for day in days.tolist()])
    return months * _WEEKDAY[[day.weekday() for day in days.tolist()]]


def _spells_of_absence(draw: np.ndarray, chance: np.ndarray) -> np.ndarray:
    starts = draw < np.minimum(chance, 0.6)
    absent = starts.copy()
    for _ in range(2):
        goes_on = absent[:, :-1] & (draw[:, 1:] < _SECOND_DAY)
        absent[:, 1:] |= goes_on
    return absent


def _absence_codes(
    rng: np.random.Generator, people: pd.DataFrame, rows: pd.DataFrame, absent: np.ndarray
) -> np.ndarray:
    """Excused or not, whole day or part of it: children who are absent often are excused less often."""
    person = np.repeat(rows["person"].to_numpy(), absent.sum(axis=1))
    n = len(person)
    often = np.clip(people["log_absence"].to_numpy()[person] * 0.12 + 0.28, 0.08, 0.75)
    excused = rng.choice(len(_ABSENCE_SHARES_EXCUSED), size=n, p=_ABSENCE_SHARES_EXCUSED)
    unexcused = np.where(rng.random(n) < 0.88, 2, 5)
    return np.where(rng.random(n) < often, unexcused, excused)


def session_numbers(rng: np.random.Generator, school: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The session a school writes on an event: mostly quarters or semesters by its habit, sometimes none."""
    quarter = 3 + np.searchsorted([44, 89, 134], day, side="right")
    semester = 1 + (day >= 89)
    usual = np.where(school % 3 == 0, semester, quarter)
    draw = rng.random(len(school))
    return np.select([draw < 0.08, draw < 0.12, draw < 0.18], [-1, 0, semester], usual)
