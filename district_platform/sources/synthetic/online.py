"""Children who learn online, all week or on two days of it: where they truly were, and what their school marked.

The school marks some days of learning online as absences without excuse: the reconciliation must find these. The
truth is written beside the planted defects, and nothing downstream reads it. Their sessions are made in `online_sessions`; what was
kept by hand the year before, in `online_tracker`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.absences import CODES
from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.enrollment_defects import YearRecords, ordinary
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter
from district_platform.sources.synthetic.writing import dates, text

_REMOTE, _HYBRID = 0.010, 0.020
"""Shares of the year's children who learn online on every day, and on two days of the week."""
_FEWEST = 4
"""The fewest children of each kind, however small the district."""
_HYBRID_WEEKDAYS = (1, 3)
_WORKS = 0.93
_MARKED_ABSENT = 0.35
"""Chance that a day of learning online is marked as an absence."""
_UNEXCUSED = 2
"""Number of the code AU."""

IN_PERSON, AT_HOME, ABSENT = range(3)
PRESENCES = ("in-person", "virtual", "absent")

DAYS_BEFORE_SESSIONS = 30
"""Instructional days of the running year before the district bought the vendor's courses."""
_LEFT_LONG_AGO = np.timedelta64(14, "D")


@dataclass(frozen=True)
class OnlineYear:
    """The days of the children who learn online: one row a child and instructional day so far."""

    days: pd.DataFrame
    """person, school, date, number (of the day), presence (0 in person, 1 virtual, 2 absent), is_home (a day online),
    is_excused (absent with an excuse)."""
    left: pd.DataFrame
    """Children who have left the district, a week after their last day: person, date."""

    @property
    def recorded(self) -> pd.DataFrame:
        """Days from which the vendor's sessions exist."""
        return self.days[self.days["number"] >= DAYS_BEFORE_SESSIONS]


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
    days = days_of(rows.iloc[rng.permutation(len(rows))], calendar, calendar.elapsed(plan.as_of))
    state = days.merge(_absence_of(events), on=["person", "date"], how="left")
    has_event, is_whole = state["is_whole"].notna().to_numpy(), (state["is_whole"] == 1).to_numpy()
    works = rng.random(len(days)) < _WORKS
    is_free_home_day = days["is_home"].to_numpy() & ~has_event
    presence = np.select([is_free_home_day & works, is_free_home_day | is_whole], [AT_HOME, ABSENT], IN_PERSON)
    is_marked = is_free_home_day & ((presence == ABSENT) | (rng.random(len(days)) < _MARKED_ABSENT))
    marked = _absences(days[is_marked])
    placed = days.assign(presence=presence, is_excused=(state["is_excused"] == 1).to_numpy())
    return OnlineYear(placed, _left(plan, planter, records)), pd.concat([events, marked], ignore_index=True)


def days_of(rows: pd.DataFrame, calendar: YearCalendar, elapsed: int) -> pd.DataFrame:
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


def _absence_of(events: pd.DataFrame) -> pd.DataFrame:
    """person, date, is_whole (an event of the day is a whole day missed), is_excused (one is, with an excuse)."""
    whole = np.array([float(code[3]) == 1 for code in CODES])
    excused = np.array([float(code[3]) == 1 and code[2] == "Excused" for code in CODES])
    code = events["code"].to_numpy()
    marked = events[["person", "date"]].assign(is_whole=whole[code], is_excused=excused[code])
    return marked.groupby(["person", "date"], as_index=False)[["is_whole", "is_excused"]].max()


def _left(plan: Plan, planter: Planter, records: YearRecords) -> pd.DataFrame:
    """A few children whose only enrollment of the year ended a while ago."""
    rows = records.enrollments
    alone = ~rows["person"].duplicated(keep=False) & ~planter.has_defect[rows["person"].to_numpy()]
    gone = rows[alone & (rows["exit"] < pd.Timestamp(plan.as_of - _LEFT_LONG_AGO)) & (rows["exit"] > rows["entry"])]
    week_later = gone["exit"].to_numpy().astype("datetime64[s]") + np.timedelta64(7, "D")
    return pd.DataFrame({"person": gone["person"].to_numpy(), "date": week_later}).iloc[:_FEWEST]


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
