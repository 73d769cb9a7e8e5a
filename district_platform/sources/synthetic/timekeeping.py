"""Every punch of the district's hourly staff, student workers and teachers with extra duty. Who they are is in `employees`.

Nothing here breaks a quality rule: everyone punches in and out on the days they work, for the hours of their post; `timekeeping_defects`
plants the defects. A punch's moment is the time on a clock that is never changed, so that punches keep their order in November.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.employees import JOBS, NIGHT, Job, employ
from district_platform.sources.synthetic.people import NamePools
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.staff_defects import StaffRecords

MEAL_AFTER, MEAL_MINUTES, MEAL_FROM = 240, 30, 360
"""Minutes: who is paid for six hours or more eats for half an hour after the fourth, unpaid."""
QUARTER_HOUR = 15
FIRST_PUNCH_ID = 100_000_001
UNKNOWN = "X"
"""What turns a person number into one that nobody has."""

_EARLY_OR_LATE = 6
"""Minutes; under half a quarter hour, to which punches are rounded, so that the rounded day is the scheduled one."""
_ABSENCE_BLOCK, _ABSENCE_WITHIN, _ABSENT = 56, 28, 0.8
"""In the first four of eight weeks an employee misses with this probability a day, so that no four weeks lack more than one."""
_DRIFT_BLOCK, _DRIFTING, _MOST_DRIFT = 60, 0.1, 3
"""The clock of a school is off for sixty days with this probability, by up to so many minutes."""
_DAY = 24 * 60
_TURNED_BACK = 2 * 60
"""Minute of the first Sunday in November at which clocks are set back an hour (15 USC 260a)."""
_WORKED_EVENTS = ("", "Staff Development", "Professional Development", "Mid-Winter Break", "Spring Break")
"""Days of the calendar on which schools are cleaned."""


@dataclass
class TimeRecords:
    """What the timekeeping system holds, open to damage."""

    workers: pd.DataFrame
    """See `employees.employ`."""
    posts: pd.DataFrame
    """See `employees.employ`."""
    punches: pd.DataFrame
    """punch_id, worker, day (on which the shift begins), moment, is_phantom and is_unknown: under a number that nobody has."""


def make_timekeeping(
    plan: Plan, names: NamePools, calendars: dict[int, YearCalendar], staff: StaffRecords, unusable: set[int]
) -> TimeRecords:
    """Everyone who punches, and their punches from the beginning of the years kept to the day before as_of_date.

    `unusable` educators carry a defect of their own, and punch nothing.
    """
    years = plan.school_years[-plan.synthetic.timekeeping.years :]
    known = staff.assignments[staff.assignments["year"].isin(years) & ~staff.assignments["educator"].isin(unusable)]
    workers, posts = employ(plan, names, years, known, staff.educators)
    punches = [punches_of_year(plan, calendars[year], workers, posts[posts["year"] == year]) for year in years]
    return TimeRecords(workers, posts, numbered(pd.concat(punches, ignore_index=True)))


def numbered(punches: pd.DataFrame) -> pd.DataFrame:
    """Punches of a time clock, numbered in the order of their moments."""
    in_time = punches.sort_values(["moment", "worker"], kind="stable")
    in_time["punch_id"] = FIRST_PUNCH_ID + np.arange(len(in_time))
    return in_time.assign(is_phantom=False, is_unknown=False).set_index("punch_id", drop=False)


def punches_of_year(plan: Plan, calendar: YearCalendar, workers: pd.DataFrame, posts: pd.DataFrame) -> pd.DataFrame:
    """The punches of a school year's posts, before as_of_date."""
    rng = plan.rng("timekeeping", calendar.school_year)
    drift = _Drift(plan, rng, calendar)
    parts = []
    for number, job in enumerate(JOBS):
        held = posts[posts["job"] == number]
        days = _days_of(calendar, number)
        days = days[days < plan.as_of]
        due = _is_due(rng, calendar, job, workers.loc[held["worker"]], held, days)
        post, day = np.nonzero(due)
        parts.append(_shifts(rng, drift, job, held.iloc[post], days[day]))
    return pd.concat(parts, ignore_index=True)


def wall_clock(moment: np.ndarray, day: np.ndarray) -> np.ndarray:
    """What the clock on the wall shows: an hour less once it is turned back during a shift that began the night before."""
    turned = day.astype("datetime64[s]") + np.timedelta64(_DAY + _TURNED_BACK, "m")
    is_turned = is_eve_of_turning(day) & (moment >= turned)
    return np.where(is_turned, moment - np.timedelta64(1, "h"), moment)


def is_eve_of_turning(day: np.ndarray) -> np.ndarray:
    """Whether the day after is the first Sunday in November, on which summer time ends."""
    following = day + 1
    month = following.astype("datetime64[M]")
    of_month = (following - month.astype("datetime64[D]")).astype(int)
    return (month.astype(int) % 12 == 10) & (_weekday(following) == 6) & (of_month < 7)


def _weekday(day: np.ndarray) -> np.ndarray:
    return (day.astype("datetime64[D]").astype(int) + 3) % 7


def _days_of(calendar: YearCalendar, job: int) -> np.ndarray:
    """Days on which the job is done at all. Night custodians clean on the Saturday, not the Friday, before clocks are turned back."""
    if not JOBS[job].has_summer:
        return calendar.days
    span = np.arange(np.datetime64(f"{calendar.school_year - 1}-07-01"), np.datetime64(f"{calendar.school_year}-07-01"))
    off = calendar.weekdays[~np.isin(calendar.events, _WORKED_EVENTS)]
    is_open = np.is_busday(span) & ~np.isin(span, off)
    if job == NIGHT:
        is_open = (is_open & ~is_eve_of_turning(span + 1)) | is_eve_of_turning(span)
    return span[is_open]


def _is_due(
    rng: np.random.Generator,
    calendar: YearCalendar,
    job: Job,
    workers: pd.DataFrame,
    posts: pd.DataFrame,
    days: np.ndarray,
) -> np.ndarray:
    """posts x days: who punches when."""
    hired, left = (workers[name].to_numpy().astype("datetime64[D]")[:, None] for name in ("hired", "left"))
    due = (hired <= days) & ~(left <= days)
    patterns = np.array([np.isin(range(7), pattern) for pattern in job.weekdays])
    if len(patterns) > 1:
        due &= patterns[posts["worker"].to_numpy() % len(patterns)][:, _weekday(days)]
    if not job.has_summer:
        due &= calendar.is_open[posts["school"].to_numpy()][:, np.searchsorted(calendar.days, days)]
    block = days.astype(int) // _ABSENCE_BLOCK
    blocks = np.arange(block.min(), block.max() + 1) if len(days) else block
    missed = rng.integers(0, _ABSENCE_WITHIN, (len(posts), len(blocks)))
    missed[rng.random(missed.shape) >= _ABSENT] = -1
    return due & (missed[:, np.searchsorted(blocks, block)] != days.astype(int) % _ABSENCE_BLOCK)


def _shifts(rng: np.random.Generator, drift: "_Drift", job: Job, posts: pd.DataFrame, days: np.ndarray) -> pd.DataFrame:
    """Two punches a day, or four with a meal, each some minutes early or late, on clocks that are off at times.

    Before clocks are turned back all begin early: their meal then lasts from the first pass of the repeated hour to the second.
    """
    worker, paid = posts["worker"].to_numpy(), posts["minutes"].to_numpy()
    begin = job.start + QUARTER_HOUR * np.where(is_eve_of_turning(days), -1, worker % 3 - 1)
    has_meal = paid >= MEAL_FROM
    planned = np.stack(
        [
            np.zeros_like(paid),
            np.full_like(paid, MEAL_AFTER),
            np.full_like(paid, MEAL_AFTER + MEAL_MINUTES),
            paid + MEAL_MINUTES * has_meal,
        ]
    )
    seconds = 60 * (begin + planned + rng.integers(-_EARLY_OR_LATE, _EARLY_OR_LATE + 1, planned.shape))
    seconds += rng.integers(0, 60, planned.shape) + 60 * drift.minutes(posts["school"].to_numpy(), days)
    made = np.stack([has_meal | True, has_meal, has_meal, has_meal | True])
    moment = days.astype("datetime64[s]") + seconds.astype("timedelta64[s]")
    return pd.DataFrame(
        {
            "worker": np.broadcast_to(worker, made.shape)[made],
            "day": np.broadcast_to(days.astype("datetime64[s]"), made.shape)[made],
            "moment": moment[made],
        }
    )


class _Drift:
    """How far the time clock of each school is off."""

    def __init__(self, plan: Plan, rng: np.random.Generator, calendar: YearCalendar) -> None:
        self._first = np.datetime64(f"{calendar.school_year - 1}-07-01")
        shape = (len(plan.schools), 366 // _DRIFT_BLOCK + 1)
        off = rng.integers(-_MOST_DRIFT, _MOST_DRIFT + 1, shape)
        self._minutes = np.where(rng.random(shape) < _DRIFTING, off, 0)

    def minutes(self, school: np.ndarray, day: np.ndarray) -> np.ndarray:
        """Minutes fast of each school's clock on each day."""
        found: np.ndarray = self._minutes[school, (day - self._first).astype(int) // _DRIFT_BLOCK]
        return found
