"""Known defects of attendance: ATT-02 to ATT-07, ATT-10. ATT-08 lies in the calendar and is planted with the enrollments."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.absences import (
    TARDY_UNEXCUSED,
    UNMAPPED_STATUS,
    events_extract,
)
from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.enrollment_defects import YearRecords, ordinary
from district_platform.sources.synthetic.enrollments import MOVED_AWAY, TRANSFERRED
from district_platform.sources.synthetic.people import student_ids
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter

_SILENT_DAYS = 12
_MIN_ELAPSED = 40
_GAP_BEGINS = (24, 30)
"""A gap begins on an instructional day with a number in this range, end excluded, so that 20 days are submitted before it."""
_GAP_LENGTH = 8
_ABSENT, _UNEXCUSED = (0, 1, 2), 2
_EVENT = ("school_year", "school_id", "student_id", "event_date", "session_id", "attendance_code")


@dataclass(frozen=True)
class SilentSchools:
    """Schools whose evidence is missing: a (school, year) without any, a school that stops sending in the running year, and one with a
    gap."""

    without_evidence: tuple[int, int] | None = None
    fell_silent: tuple[int, int] | None = None
    with_gap: tuple[int, int] | None = None
    gap_begins: int = 0
    """Number of the gap's first instructional day."""

    def in_year(self, year: int) -> list[int]:
        places = (self.without_evidence, self.fell_silent, self.with_gap)
        return [place[0] for place in places if place and place[1] == year]


def choose_silent_schools(plan: Plan, planter: Planter, calendars: dict[int, YearCalendar]) -> SilentSchools:
    """ATT-06, ATT-07 and ATT-10: one school each, where the years allow."""
    if not planter.settings.enabled:
        return SilentSchools()
    rng = plan.rng("defects", "ATT-06")
    silent, without, gap = rng.permutation(len(plan.schools))[:3].tolist()
    *past, running = plan.school_years
    calendar = calendars[running]
    is_running = not calendar.is_over(plan.as_of) and calendar.elapsed(plan.as_of) >= _MIN_ELAPSED
    gap_year = past[-1] if past else running if is_running else None
    places = SilentSchools(
        (without, past[0]) if past else None,
        (silent, running) if is_running else None,
        (gap, gap_year) if gap_year else None,
        int(rng.integers(*_GAP_BEGINS)),
    )
    school_ids = plan.schools["school_id"]
    if places.without_evidence:
        planter.record("ATT-07", school_ids[without], past[0])
    if places.fell_silent:
        planter.record("ATT-06", school_ids[silent], running)
    if gap_year:
        planter.record("ATT-10", school_ids[gap], gap_year, calendars[gap_year].days[places.gap_begins])
    return places


def silence(plan: Plan, places: SilentSchools, calendar: YearCalendar, rows: pd.DataFrame) -> pd.DataFrame:
    """Events or submissions (school, date), without those that the silent schools did not send."""
    year = calendar.school_year
    keep = np.ones(len(rows), dtype=bool)
    if places.without_evidence and places.without_evidence[1] == year:
        keep &= (rows["school"] != places.without_evidence[0]).to_numpy()
    if places.fell_silent and places.fell_silent[1] == year:
        last = calendar.days[calendar.elapsed(plan.as_of) - 1 - _SILENT_DAYS]
        keep &= ((rows["school"] != places.fell_silent[0]) | (rows["date"] <= last)).to_numpy()
    if places.with_gap and places.with_gap[1] == year:
        gap = calendar.days[places.gap_begins : places.gap_begins + _GAP_LENGTH]
        in_gap = (rows["date"] >= gap[0]) & (rows["date"] <= gap[-1])
        keep &= ((rows["school"] != places.with_gap[0]) | ~in_gap).to_numpy()
    return rows[keep]


def plant_event_defects(
    plan: Plan, planter: Planter, records: YearRecords, events: pd.DataFrame, silent: SilentSchools
) -> pd.DataFrame:
    """The year's events with ATT-02 to ATT-05 in them."""
    year = records.calendar.school_year
    wanted = planter.wanted(planter.settings.student_rate, len(records.enrollments))
    if not wanted or records.calendar.elapsed(plan.as_of) < _MIN_ELAPSED:
        return events
    rng = plan.rng("defects", "events", year)
    speaking = ~records.enrollments["school"].isin(silent.in_year(year))
    heard = YearRecords(records.calendar, records.enrollments[speaking], records.students)
    ids = student_ids(plan, len(planter.has_defect))
    unmapped = (events["code"] == _UNEXCUSED) & (rng.random(len(events)) < 0.01)
    events = events.assign(code=np.where(unmapped, UNMAPPED_STATUS, events["code"]))
    off_days = _on_days_off(plan, planter, heard, rng, wanted)
    strays = _after_exit(plan, planter, heard, rng, wanted)
    repeats = _second_events(planter, events[~events["school"].isin(silent.in_year(year))], rng, wanted)
    events, restamped = _stamped_with_the_next_school(plan, planter, heard, events, wanted)
    for rule, rows, key in (
        ("ATT-03", off_days, _EVENT),
        ("ATT-04", strays, _EVENT),
        ("ATT-04", restamped, _EVENT),
        ("ATT-05", repeats, _EVENT[:4]),
    ):
        planter.record_rows(rule, events_extract(plan, ids, rows, year).select(key))
    return pd.concat([events, off_days, strays, repeats], ignore_index=True)


def _on_days_off(plan: Plan, planter: Planter, records: YearRecords, rng: np.random.Generator, n: int) -> pd.DataFrame:
    """ATT-03: an absence on a holiday or in a break, within the enrollment."""
    calendar = records.calendar
    off = calendar.weekdays[(calendar.events != "") & (calendar.weekdays > calendar.days[0])]
    off = off[off <= plan.as_of]
    rows = ordinary(records)
    rows = rows[rows["person"].isin(planter.children(rng, rows["person"].to_numpy(), n))]
    return _events(rows, rng.choice(off, size=len(rows)))


def _after_exit(plan: Plan, planter: Planter, records: YearRecords, rng: np.random.Generator, n: int) -> pd.DataFrame:
    """ATT-04: an absence five instructional days after a child left the district."""
    calendar, rows = records.calendar, records.enrollments
    left = rows["reason"].between(MOVED_AWAY, TRANSFERRED - 1) & ~rows["person"].duplicated(keep=False)
    rows = rows[left & (rows["entry"] <= rows["exit"])]
    day = np.searchsorted(calendar.days, rows["exit"].to_numpy().astype("datetime64[D]")) + 5
    happened = day < calendar.elapsed(plan.as_of)
    rows, day = rows[happened], day[happened]
    taught = calendar.is_open[rows["school"].to_numpy(), day]
    rows, day = rows[taught], day[taught]
    chosen = rows["person"].isin(planter.children(rng, rows["person"].to_numpy(), n)).to_numpy()
    return _events(rows[chosen], calendar.days[day[chosen]])


def _stamped_with_the_next_school(
    plan: Plan, planter: Planter, records: YearRecords, events: pd.DataFrame, n: int
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """ATT-04: an absence from before a move within the district, stamped with the school of today, as exports do.

    Returns the events, and those among them that were stamped anew.
    """
    rng = plan.rng("defects", "strays", records.calendar.school_year)
    absences = events[events["code"].isin(_ABSENT)]
    next_school = absences.merge(_moves(records), on="person", how="left").set_index(absences.index)
    before_move = next_school["date"] <= next_school["left"]
    day = np.searchsorted(records.calendar.days, absences["date"].to_numpy().astype("datetime64[D]"))
    to = next_school["to"].fillna(-1).to_numpy().astype(int)
    is_taught = records.calendar.is_open[to, np.minimum(day, records.calendar.is_open.shape[1] - 1)]
    possible = absences[before_move & is_taught]
    chosen = planter.children(rng, possible["person"].to_numpy(), n)
    first = possible[possible["person"].isin(chosen)].drop_duplicates("person").index
    events = events.copy()
    events.loc[first, "school"] = next_school.loc[first, "to"].astype(events["school"].dtype)
    return events, events.loc[first]


def _moves(records: YearRecords) -> pd.DataFrame:
    """Children who went from one school to another, once: person, left (their last day there), to (the school after)."""
    rows = records.enrollments
    rows = rows[rows["person"].map(rows["person"].value_counts()) == 2]
    first, second = rows[~rows["person"].duplicated()], rows[rows["person"].duplicated()]
    both = first.merge(second, on="person", suffixes=("", "_next"))
    moved = (
        (both["reason"] == TRANSFERRED) & (both["entry_next"] > both["exit"]) & (both["school"] != both["school_next"])
    )
    return both.loc[moved, ["person", "exit", "school_next"]].set_axis(["person", "left", "to"], axis=1)


def _second_events(planter: Planter, events: pd.DataFrame, rng: np.random.Generator, n: int) -> pd.DataFrame:
    """ATT-05: tardy on a day of absence."""
    absences = events[events["code"].isin(_ABSENT)]
    chosen = planter.children(rng, absences["person"].to_numpy(), n)
    first = absences[absences["person"].isin(chosen)].drop_duplicates("person")
    return first.assign(code=TARDY_UNEXCUSED, reason=-1)


def _events(rows: pd.DataFrame, day: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "person": rows["person"].to_numpy(),
            "school": rows["school"].to_numpy(),
            "date": day.astype("datetime64[s]"),
            "session": -1,
            "code": _UNEXCUSED,
            "reason": -1,
        }
    )
