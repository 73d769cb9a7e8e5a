"""Chronic absence and attendance as the brief may speak of them: the district's, its schools', its groups', by week and weekday.

Only rates that are released with their size enter. What others have is pooled from released figures, never from a difference of a
total and a part: a brief works nothing out that is hidden.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT, SCHOOL
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import ALL_STUDENTS, FLAGS, NO
from district_platform.metrics.comparisons import Difference, Rate, daily_error, difference, pooled
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.gaps import OTHERS, group_name
from district_platform.outputs.brief.release import number, records, whole

GRADES = "Grade"
SCHOOLS = "School"
A_YEAR_OF_WEEKS = dt.timedelta(weeks=52)


@dataclass(frozen=True)
class AbsentGroup:
    """A school, a grade or a group of students beside all others of its kind; `kind` is SCHOOLS, GRADES or a dimension."""

    kind: str
    name: str
    rate: Rate
    others: Rate
    comparisons: int = 1
    """How many stand beside this one: the highest of many is less sure than a single one."""

    @property
    def difference(self) -> Difference:
        """In points, positive where more are absent than among the others."""
        return difference(self.rate, self.others)

    @property
    def sure(self) -> float:
        """Points by which it is surely above the others; 0 where it may not be."""
        return self.difference.sure(self.comparisons) if self.difference.size > 0 else 0.0

    @property
    def peers(self) -> str:
        """The others, in a sentence."""
        return {SCHOOLS: "the other schools", GRADES: "other grades"}.get(self.kind, OTHERS)


@dataclass(frozen=True)
class Weekday:
    """Attendance of the district on a weekday over the year, and how far it is from that of the other weekdays."""

    name: str
    pct: float
    shortfall: Difference
    """Points below the other weekdays; negative above them."""
    comparisons: int

    @property
    def sure(self) -> float:
        return self.shortfall.sure(self.comparisons) if self.shortfall.size > 0 else 0.0


@dataclass(frozen=True)
class Absence:
    """Chronic absence by the local rule in the latest year in which the district's rate is released."""

    year: int
    is_running: bool
    """Whether the year goes on: figures are those so far, and the year before counts up to the same day."""
    now: Rate
    n_chronic: int | None
    before: Rate | None
    federal: Rate | None
    pct_attendance: float | None
    schools: tuple[AbsentGroup, ...]
    """The surely highest first; so are groups."""
    groups: tuple[AbsentGroup, ...]
    """Of students, grades among them."""
    by_grade: tuple[tuple[str, float], ...]
    by_week: tuple[tuple[dt.date, float], ...]
    """Monday and percent attendance."""
    by_week_before: tuple[tuple[dt.date, float], ...]
    """Of the year before, under the Mondays of this year: 52 weeks later."""
    weekdays: tuple[Weekday, ...]

    @property
    def change(self) -> Difference | None:
        return difference(self.now, self.before) if self.before else None


def read_absence(chronic_absence: pd.DataFrame, attendance_trend: pd.DataFrame, as_of_date: dt.date) -> Absence | None:
    """Of the latest year with a released rate of the whole district; None without one."""
    of_all = records(chronic_absence, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
    district = {int(r["school_year"]): r for r in of_all if not _grade(r) and _rate(r)}
    if not district:
        return None
    year = max(district)
    latest, rows = district[year], records(chronic_absence, aggregation=DISTRICT, school_year=year)
    now = _rate(latest) or Rate(0, 0)
    change, n_before = number(latest["pct_chronically_absent_change"]), whole(latest["n_students_judged_before"])
    weeks = {of: _weeks(records(attendance_trend, aggregation=DISTRICT, school_year=of)) for of in (year, year - 1)}
    return Absence(
        year=year,
        is_running=as_of_date < dt.date(year, 7, 1),
        now=now,
        n_chronic=whole(latest["n_chronically_absent"]),
        before=Rate(now.pct - change, n_before) if change is not None and n_before else None,
        federal=_rate(latest, "_federal"),
        pct_attendance=number(latest["pct_attendance"]),
        schools=_schools(school_rates(chronic_absence, year).values()),
        groups=_groups(rows),
        by_grade=_by_grade(rows),
        by_week=weeks[year],
        by_week_before=tuple((monday + A_YEAR_OF_WEEKS, pct) for monday, pct in weeks[year - 1]),
        weekdays=_weekdays(records(attendance_trend, aggregation=DISTRICT, school_year=year), weeks[year]),
    )


def school_rates(chronic_absence: pd.DataFrame, year: int) -> dict[str, dict[str, Any]]:
    """Rows of schools, all their students and grades, by k_school."""
    rows = records(chronic_absence, aggregation=SCHOOL, school_year=year, subgroup_dimension=ALL_STUDENTS)
    return {str(row["k_school"]): row for row in rows if not _grade(row)}


def _rate(row: dict[str, Any], reading: str = "") -> Rate | None:
    pct, n = number(row[f"pct_chronically_absent{reading}"]), whole(row[f"n_students_judged{reading}"])
    return Rate(pct, n) if pct is not None and n else None


def _grade(row: dict[str, Any]) -> str | None:
    """None in rows of all grades, whatever null the frame holds."""
    grade = row["grade_level"]
    return grade if isinstance(grade, str) else None


def _schools(rows: Iterable[dict[str, Any]]) -> tuple[AbsentGroup, ...]:
    return _ranked(_beside_others(SCHOOLS, [(str(r["school_name"]), rate) for r in rows if (rate := _rate(r))]))


def _groups(rows: Sequence[dict[str, Any]]) -> tuple[AbsentGroup, ...]:
    kinds: dict[str, list[tuple[str, Rate]]] = {}
    for row in (r for r in rows if not _grade(r)):
        dimension, value, rate = str(row["subgroup_dimension"]), str(row["subgroup_value"]), _rate(row)
        if rate and dimension != ALL_STUDENTS and value != NOT_REPORTED:
            kinds.setdefault(dimension, []).append((group_name(dimension, value), rate))
    outside = {group_name(dimension, NO) for dimension in FLAGS}
    found = [g for kind, rates in kinds.items() for g in _beside_others(kind, rates) if g.name not in outside]
    grades = [(f"students in {w.grade(grade)}", rate) for grade, rate in _grade_rates(rows).items()]
    return _ranked([*found, *_beside_others(GRADES, grades)])


def _grade_rates(rows: Iterable[dict[str, Any]]) -> dict[str, Rate]:
    of_all = [r for r in rows if r["subgroup_dimension"] == ALL_STUDENTS]
    return {grade: rate for r in of_all if (grade := _grade(r)) and (rate := _rate(r))}


def _by_grade(rows: Iterable[dict[str, Any]]) -> tuple[tuple[str, float], ...]:
    rates = _grade_rates(rows)
    return tuple((grade, rates[grade].pct) for grade in GRADE_LEVELS if grade in rates)


def _beside_others(kind: str, members: Sequence[tuple[str, Rate]]) -> list[AbsentGroup]:
    """Each beside all others of its kind together; alone of its kind, it has none."""
    if len(members) < 2:
        return []
    rates = [rate for _, rate in members]
    return [
        AbsentGroup(kind, name, rate, pooled([*rates[:i], *rates[i + 1 :]])) for i, (name, rate) in enumerate(members)
    ]


def _ranked(groups: Sequence[AbsentGroup]) -> tuple[AbsentGroup, ...]:
    counted = [AbsentGroup(g.kind, g.name, g.rate, g.others, len(groups)) for g in groups]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -g.difference.strength, g.kind, g.name)))


def _weeks(rows: Iterable[dict[str, Any]]) -> tuple[tuple[dt.date, float], ...]:
    weeks = [(r["week_begin_date"], number(r["pct_attendance"])) for r in rows]
    return tuple(sorted((pd.Timestamp(day).date(), pct) for day, pct in weeks if not pd.isna(day) and pct is not None))


def _weekdays(rows: Iterable[dict[str, Any]], weeks: Sequence[tuple[dt.date, float]]) -> tuple[Weekday, ...]:
    """Weekdays in their order; none where there are too few weeks to know how far attendance moves by itself."""
    of_days = sorted((r for r in rows if isinstance(r["weekday"], str)), key=lambda r: int(r["weekday_number"]))
    known = ((str(r["weekday"]), number(r["pct_attendance"]), whole(r["n_instructional_days"])) for r in of_days)
    days = {name: (pct, n) for name, pct, n in known if pct is not None and n}
    error = daily_error([pct for _, pct in weeks], sum(n for _, n in days.values()))
    if error is None or len(days) < 2:
        return ()
    return tuple(_weekday(name, days, error) for name in days)


def _weekday(name: str, days: dict[str, tuple[float, int]], error: float) -> Weekday:
    pct, n = days[name]
    others = [day for other, day in days.items() if other != name]
    n_others = sum(n for _, n in others)
    mean = sum(pct * n for pct, n in others) / n_others
    return Weekday(name, pct, Difference(mean - pct, error * sqrt(1 / n + 1 / n_others)), len(days))
