"""Children who learn online, all week or on two days of it: where they truly were, and what their school marked.

The school marks some days of learning online as absences without excuse: that is what the reconciliation is there to find. The
truth is written beside the planted defects, and nothing downstream reads it. Their sessions are made in `online_sessions`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.attendance import CODES
from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.enrollment_defects import YearRecords, ordinary
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.writing import dates, text

_REMOTE, _HYBRID = 0.010, 0.020
"""Shares of the year's children who learn online on every day, and on two days of the week."""
_FEWEST = 4
"""Of each kind, however small the district."""
_HYBRID_WEEKDAYS = (1, 3)
_WORKS = 0.93
_MARKED_ABSENT = 0.35
"""Chance that a day of learning online is marked as an absence."""
_UNEXCUSED = 2
"""Number of the code AU."""

IN_PERSON, AT_HOME, ABSENT = range(3)
PRESENCES = ("in-person", "virtual", "absent")

_TRACKED_DAYS = 30
"""Instructional days of the running year before the platform, when the school kept a spreadsheet."""
_TRACKER_STATUSES = ("Present Virtual", "Absent")


@dataclass(frozen=True)
class OnlineYear:
    """The days of the children who learn online: one row a child and instructional day so far."""

    days: pd.DataFrame
    """person, school, date, number (of the day), presence (0 in person, 1 virtual, 2 absent), is_home (a day online)."""

    @property
    def recorded(self) -> pd.DataFrame:
        """Days from which the vendor's sessions exist."""
        return self.days[self.days["number"] >= _TRACKED_DAYS]


def online_year(
    plan: Plan, planter: Planter, records: YearRecords, events: pd.DataFrame
) -> tuple[OnlineYear, pd.DataFrame]:
    """Where the children who learn online truly were, and the year's events with what the school marked of it.

    A child with another event keeps it: absent where the event is a whole absence, in person where it is not.
    """
    calendar = records.calendar
    rng = plan.rng("online", calendar.school_year)
    rows = ordinary(records)
    rows = rows[~planter.has_defect[rows["person"].to_numpy()]]
    days = _days_of(rows.iloc[rng.permutation(len(rows))], calendar, calendar.elapsed(plan.as_of))
    known = _whole_absence_of(events)
    state = days.merge(known, on=["person", "date"], how="left")["is_whole"].to_numpy(dtype=float)
    has_event, is_whole = ~np.isnan(state), state == 1
    works = rng.random(len(days)) < _WORKS
    is_free_home_day = days["is_home"].to_numpy() & ~has_event
    presence = np.select([is_free_home_day & works, is_free_home_day | is_whole], [AT_HOME, ABSENT], IN_PERSON)
    is_marked = is_free_home_day & ((presence == ABSENT) | (rng.random(len(days)) < _MARKED_ABSENT))
    marked = _absences(days[is_marked])
    return OnlineYear(days.assign(presence=presence)), pd.concat([events, marked], ignore_index=True)


def _days_of(rows: pd.DataFrame, calendar: YearCalendar, elapsed: int) -> pd.DataFrame:
    """The first of these children are remote, the next hybrid: person, school, date, number, is_home."""
    n_remote, n_hybrid = (max(_FEWEST, round(share * len(rows))) for share in (_REMOTE, _HYBRID))
    chosen = rows.iloc[: n_remote + n_hybrid]
    days = calendar.days[:elapsed]
    is_remote = np.arange(len(chosen)) < n_remote
    is_home = is_remote[:, None] | np.isin([day.weekday() for day in days.tolist()], _HYBRID_WEEKDAYS)
    row, number = np.nonzero(calendar.is_open[chosen["school"].to_numpy(), :elapsed])
    return pd.DataFrame(
        {
            "person": chosen["person"].to_numpy()[row],
            "school": chosen["school"].to_numpy()[row],
            "date": days[number].astype("datetime64[s]"),
            "number": number,
            "is_home": is_home[row, number],
        }
    )


def _whole_absence_of(events: pd.DataFrame) -> pd.DataFrame:
    """person, date, is_whole: whether an event of the day is a whole day missed."""
    missed = np.array([float(code[3]) == 1 for code in CODES])
    whole = events[["person", "date"]].assign(is_whole=missed[events["code"].to_numpy()])
    return whole.groupby(["person", "date"], as_index=False)[["is_whole"]].max()


def _absences(days: pd.DataFrame) -> pd.DataFrame:
    marked = days[["person", "school", "date"]]
    return marked.assign(session=-1, code=_UNEXCUSED, reason=-1)


def true_presence(ids: pa.Array, year: OnlineYear) -> str:
    """The truth as CSV: where each child who learns online was on each instructional day."""
    days = year.days
    columns = (
        text(ids, days["person"].to_numpy()).to_pylist(),
        dates(days["date"].to_numpy()).to_pylist(),
        (PRESENCES[number] for number in days["presence"]),
    )
    lines = sorted(f"{student},{date},{presence}\n" for student, date, presence in zip(*columns, strict=True))
    return "".join(["student_id,date,presence\n", *lines])


def tracker_extract(plan: Plan, ids: pa.Array, year: OnlineYear) -> pa.Table:
    """The spreadsheet kept by hand before the platform: days at home, with the minutes that somebody looked up."""
    days = year.days
    kept = days[(days["number"] < _TRACKED_DAYS) & days["is_home"] & (days["presence"] != IN_PERSON)]
    rng = plan.rng("online", "tracker")
    is_absent = (kept["presence"] == ABSENT).to_numpy()
    minutes = np.where(is_absent, 0, rng.integers(20, 240, len(kept)))
    return pa.table(
        {
            "student_id": text(ids, kept["person"].to_numpy()),
            "date": dates(kept["date"].to_numpy()),
            "status": text(_TRACKER_STATUSES, is_absent.astype(np.int64)),
            "minutes": pa.array(minutes),
            "note": text(("called home",), np.where(is_absent, 0, -1)),
        }
    )
