"""Who is enrolled where and when: cohorts promoted year by year, movers, and the enrollments that follow.

One row per enrollment. Known defects are planted on these rows (`enrollment_defects`) before anything is derived from them.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import CALENDAR_CODES, MAIN, SENIOR, YearCalendar
from district_platform.sources.synthetic.people import make_children
from district_platform.sources.synthetic.plan import GRADES, LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.writing import boolean, dates, text

END = -1
"""Day number of an exit that is simply the end of the year."""

LAST_MOVE_DAY = 150

EXIT_REASONS = (
    "End of school year",
    "Graduated",
    "Moved out of district",
    "Transferred to private school",
    "Homeschooled",
    "Transferred within district",
    "Re-enrolled",
    "No show",
    "Shared-time placement ended",
)
PROMOTED, GRADUATED, MOVED_AWAY, _, _, TRANSFERRED, RE_ENROLLED, NO_SHOW, SHARED_TIME_ENDED = range(9)

LATE_ENTRY_SHARE = 0.04
LEAVE_BETWEEN_YEARS = 0.03
RETAINED = 0.008
SHARED_TIME_SHARE = 0.03

_MOVES = ("stays", "leaves", "transfers", "returns", "re-enters", "no-show")
_MOVE_SHARES = (0.919, 0.040, 0.026, 0.006, 0.005, 0.004)


@dataclass
class Roster:
    """The children of one school year: parallel arrays."""

    person: np.ndarray
    grade: np.ndarray
    school: np.ndarray
    is_late: np.ndarray


def simulate_enrollments(
    plan: Plan, calendars: dict[int, YearCalendar]
) -> tuple[pd.DataFrame, dict[int, pd.DataFrame]]:
    """All children, and per school year their enrollments.

    Columns of an enrollment: person, school, grade (of the class), reported_grade, calendar (a number of
    CALENDAR_CODES), entry, exit (NaT while enrolled), reason (-1 for none), is_primary, has_records (whether
    attendance and test results follow from it), number (the enrollment_id's).
    """
    people: list[pd.DataFrame] = []
    by_year: dict[int, pd.DataFrame] = {}
    roster: Roster | None = None
    n_enrollments = 0
    for year in plan.school_years:
        rng = plan.rng("enrollments", year)
        known = sum(map(len, people))
        roster, children = _roster_of_year(plan, rng, year, roster, known)
        people.append(children)
        spells, roster = _spells(plan, rng, roster)
        rows = _dated(spells, calendars[year], plan.as_of)
        rows["number"] = np.arange(n_enrollments, n_enrollments + len(rows))
        n_enrollments += len(rows)
        by_year[year] = rows
    return pd.concat(people, ignore_index=True), by_year


def enrollment_ids(numbers: np.ndarray) -> pa.Array:
    return pa.array([f"E{number:08d}" for number in np.asarray(numbers).tolist()])


def has_enrolled_day(rows: pd.DataFrame) -> np.ndarray:
    """Whether the exit, if any, is not before the entry."""
    return (rows["exit"].isna() | (rows["exit"] >= rows["entry"])).to_numpy()


def covers(rows: pd.DataFrame, day: np.datetime64) -> np.ndarray:
    return ((rows["entry"] <= day) & (rows["exit"].isna() | (rows["exit"] >= day))).to_numpy()


def enrollments_extract(plan: Plan, ids: pa.Array, rows: pd.DataFrame, year: int) -> pa.Table:
    return pa.table(
        {
            "enrollment_id": enrollment_ids(rows["number"].to_numpy()),
            "school_year": pa.array(np.full(len(rows), year)),
            "student_id": text(ids, rows["person"].to_numpy()),
            "school_id": text(plan.school_ids, rows["school"].to_numpy()),
            "calendar_code": text(CALENDAR_CODES, rows["calendar"].to_numpy()),
            "grade_level": text(GRADES, rows["reported_grade"].to_numpy()),
            "entry_date": dates(rows["entry"].to_numpy()),
            "exit_date": dates(rows["exit"].to_numpy()),
            "exit_reason": text(EXIT_REASONS, rows["reason"].to_numpy()),
            "is_primary": boolean(rows["is_primary"].to_numpy()),
        }
    )


def _roster_of_year(
    plan: Plan, rng: np.random.Generator, year: int, before: Roster | None, n_known: int
) -> tuple[Roster, pd.DataFrame]:
    """Last year's children one grade on, a new kindergarten, newcomers up to the district's size, and late entrants."""
    target = plan.synthetic.students
    n_late = round(target * LATE_ENTRY_SHARE)
    staying = _promote(plan, rng, before) if before else Roster(*(np.empty(0, dtype=np.int64),) * 3, np.empty(0, bool))
    room = max(0, target - n_late - len(staying.person))
    n_kindergarten = min(room, round(target / len(GRADES))) if before else 0
    grade = np.concatenate(
        [
            np.zeros(n_kindergarten, dtype=np.int64),
            rng.integers(1 if before else 0, len(GRADES), room - n_kindergarten),
            rng.integers(0, len(GRADES), n_late),
        ]
    )
    elementary = plan.schools_of_level(0)
    weight = plan.schools["weight"].to_numpy()[elementary]
    zone = rng.choice(elementary, size=len(grade), p=weight / weight.sum())
    children = make_children(plan, rng, zone, grade, year)
    roster = Roster(
        np.concatenate([staying.person, n_known + np.arange(len(grade))]),
        np.concatenate([staying.grade, grade]),
        np.concatenate([staying.school, _school_for(plan, zone, grade)]),
        np.repeat([False, True], [len(staying.person) + room, n_late]),
    )
    return roster, children


def _promote(plan: Plan, rng: np.random.Generator, before: Roster) -> Roster:
    """Those who come back after the summer: graduates and leavers do not, a few repeat their grade."""
    back = (before.grade < len(GRADES) - 1) & (rng.random(len(before.grade)) >= LEAVE_BETWEEN_YEARS)
    person, grade, school = before.person[back], before.grade[back], before.school[back]
    repeats = rng.random(len(grade)) < RETAINED
    promoted = np.where(repeats, grade, grade + 1)
    moves_up = LEVEL_OF_GRADE[promoted] != LEVEL_OF_GRADE[grade]
    school = np.where(moves_up, plan.schools["feeds_into"].to_numpy()[school], school)
    keep = rng.permutation(len(person))[: plan.synthetic.students - round(plan.synthetic.students * LATE_ENTRY_SHARE)]
    keep.sort()
    return Roster(person[keep], promoted[keep], school[keep], np.zeros(len(keep), dtype=bool))


def _school_for(plan: Plan, zone: np.ndarray, grade: np.ndarray) -> np.ndarray:
    feeds = plan.schools["feeds_into"].to_numpy()
    level = LEVEL_OF_GRADE[grade]
    return np.where(level == 0, zone, np.where(level == 1, feeds[zone], feeds[feeds[zone]]))


def _spells(plan: Plan, rng: np.random.Generator, roster: Roster) -> tuple[pd.DataFrame, Roster]:
    """The roster's enrollments by day number, and the roster as it stands at the end of the year."""
    n = len(roster.person)
    move = np.where(roster.is_late, 0, rng.choice(len(_MOVES), size=n, p=_MOVE_SHARES))
    day = rng.integers(10, LAST_MOVE_DAY - 30, n)
    spells = pd.DataFrame(
        {
            "person": roster.person,
            "school": roster.school,
            "grade": roster.grade,
            "first": np.where(roster.is_late, rng.integers(5, LAST_MOVE_DAY, n), 0),
            "last": END,
            "reason": -1,
            "is_primary": True,
        }
    )
    leaves, transfers, returns, re_enters, no_show = (move == k for k in range(1, len(_MOVES)))
    other = _another_school(plan, rng, roster)
    moved = leaves | transfers | returns | re_enters
    spells.loc[moved, "last"] = day[moved]
    spells.loc[leaves, "reason"] = rng.integers(MOVED_AWAY, TRANSFERRED, int(leaves.sum()))
    spells.loc[transfers | returns, "reason"] = TRANSFERRED
    spells.loc[re_enters, "reason"] = RE_ENROLLED
    spells.loc[no_show, "reason"] = NO_SHOW
    second = _next_spell(spells, transfers | re_enters | returns, day)
    second["school"] = np.where(re_enters, roster.school, other)[second.index]
    third = _next_spell(spells, returns, day + 20)
    back = returns[second.index]
    second.loc[back, "last"] = (day + 20)[second.index[back]]
    second.loc[back, "reason"] = TRANSFERRED
    shared = _shared_time(plan, rng, spells, (move == 0) & ~roster.is_late, other)
    after = Roster(roster.person, roster.grade, np.where(transfers, other, roster.school), np.zeros(n, dtype=bool))
    stays = ~(leaves | no_show)
    after = Roster(after.person[stays], after.grade[stays], after.school[stays], after.is_late[stays])
    rows = pd.concat([spells, second, third, shared]).sort_values(["person", "first", "is_primary"], kind="stable")
    return rows.reset_index(drop=True), after


def _next_spell(spells: pd.DataFrame, who: np.ndarray, exit_day: np.ndarray) -> pd.DataFrame:
    """The enrollment that follows without a gap: entry on the instructional day after the exit."""
    rows = spells[who].copy()
    return rows.assign(first=exit_day[who] + 1, last=END, reason=-1)


def _another_school(plan: Plan, rng: np.random.Generator, roster: Roster) -> np.ndarray:
    """Per child a school of the same level: another one where the district has several."""
    other = roster.school.copy()
    for level in range(3):
        schools = plan.schools_of_level(level)
        here = np.flatnonzero(LEVEL_OF_GRADE[roster.grade] == level)
        if len(schools) > 1:
            place = np.searchsorted(schools, roster.school[here])
            other[here] = schools[(place + rng.integers(1, len(schools), len(here))) % len(schools)]
    return other


def _shared_time(
    plan: Plan, rng: np.random.Generator, spells: pd.DataFrame, stays: np.ndarray, other: np.ndarray
) -> pd.DataFrame:
    """Juniors and seniors who take career courses at a second high school: a second, non-primary enrollment."""
    several = len(plan.schools_of_level(2)) > 1
    chosen = stays & (spells["grade"] >= 11).to_numpy() & (rng.random(len(spells)) < SHARED_TIME_SHARE) & several
    rows = spells[chosen].copy()
    ends_early = rng.random(len(rows)) < 0.5
    return rows.assign(
        school=other[chosen],
        last=np.where(ends_early, 88, END),
        reason=np.where(ends_early, SHARED_TIME_ENDED, -1),
        is_primary=False,
    )


def _dated(spells: pd.DataFrame, calendar: YearCalendar, as_of: np.datetime64) -> pd.DataFrame:
    """Day numbers as dates; of a running year only what has happened by as_of."""
    spells = spells[calendar.days[spells["first"]] <= as_of].reset_index(drop=True)
    code = np.where((spells["grade"] == 12) & calendar.has_seniors[spells["school"]], SENIOR, MAIN)
    entry = calendar.days[spells["first"]]
    last = spells["last"].to_numpy()
    exit_date = np.where(last == END, np.datetime64("NaT"), calendar.days[last])
    reason = spells["reason"].to_numpy().copy()
    no_show = reason == NO_SHOW
    exit_date[no_show] = entry[no_show] - 1
    if calendar.is_over(as_of):
        open_end = np.isnat(exit_date)
        end = np.where(code == SENIOR, calendar.last_day_of(SENIOR), calendar.last_day_of(MAIN))
        exit_date[open_end] = end[open_end]
        reason[open_end] = np.where(spells["grade"] == 12, GRADUATED, PROMOTED)[open_end]
    still_here = exit_date > as_of
    exit_date[still_here], reason[still_here] = np.datetime64("NaT"), -1
    return pd.DataFrame(
        {
            "person": spells["person"],
            "school": spells["school"],
            "grade": spells["grade"],
            "reported_grade": spells["grade"],
            "calendar": code,
            "entry": entry.astype("datetime64[s]"),
            "exit": exit_date.astype("datetime64[s]"),
            "reason": reason,
            "is_primary": spells["is_primary"],
            "has_records": True,
            "has_sections": True,
        }
    )
