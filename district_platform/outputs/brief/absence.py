"""Chronic absence and attendance for the brief: of the district, its schools and its groups, by week and weekday.

A school or a grade is compared with the whole district, a group with the students outside it. Both figures are released ones: the brief
never works out a hidden figure.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import sqrt
from typing import Any

import pandas as pd

from district_platform.analysis.grouping import DISTRICT, SCHOOL
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dictionary.students import NOT_REPORTED
from district_platform.dimensions.students import ALL_STUDENTS, FLAGS, GRADE, NO, YES
from district_platform.metrics.comparisons import Difference, Rate, daily_error, difference
from district_platform.outputs.brief import wording as w
from district_platform.outputs.brief.gaps import OTHERS, group_name
from district_platform.outputs.brief.release import Figure, State, basis, figure, number, records, whole
from district_platform.outputs.brief.sizes import Sizes

GRADES = "Grade"
SCHOOLS = "School"
A_YEAR_OF_WEEKS = dt.timedelta(weeks=52)
RATE = "pct_chronically_absent"
THE_DISTRICT = "the district"
NOT_SHOWN = Figure(None, "hidden", State.HIDDEN, 0.0, 100.0)


@dataclass(frozen=True)
class AbsentGroup:
    """A school, a grade or a group of students with its comparison; `kind` is SCHOOLS, GRADES or a dimension."""

    kind: str
    name: str
    figure: Figure
    rate: Rate | None
    reference: Figure
    reference_rate: Rate | None
    beside: str
    """What the reference is of: THE_DISTRICT or 'other students'."""
    comparisons: int = 1
    """How many stand beside this one: the highest of many is less sure than a single one."""

    @cached_property
    def difference(self) -> Difference | None:
        """The difference in points, positive where more are absent than in the comparison; None where its error cannot be known."""
        known = self.rate and self.reference_rate
        return difference(self.rate, self.reference_rate) if known and self.rate and self.reference_rate else None

    @property
    def sure(self) -> float:
        """Points by which it is certainly above (`Difference.sure`); 0 where it may not be."""
        return self.difference.sure(self.comparisons) if self.difference and self.difference.size > 0 else 0.0


@dataclass(frozen=True)
class Weekday:
    """Attendance of the district on a weekday over the year, and how far it is from that of the other weekdays."""

    name: str
    figure: Figure
    shortfall: Difference
    """Points below the other weekdays; negative above them."""
    comparisons: int

    @property
    def sure(self) -> float:
        return self.shortfall.sure(self.comparisons) if self.shortfall.size > 0 else 0.0


@dataclass(frozen=True)
class Absence:
    """Chronic absence by the local rule in the latest year in which the district's rate is told."""

    year: int
    is_running: bool
    """Whether the year goes on: figures are those so far, and the year before counts up to the same day."""
    now: Figure
    rate: Rate | None
    change: Figure
    change_basis: str | None
    """How many schools of how many the change compares; None where all."""
    schools: tuple[AbsentGroup, ...]
    """The surely highest first; so are groups. Only those that are told."""
    groups: tuple[AbsentGroup, ...]
    """Of students, grades among them."""
    by_school: tuple[tuple[str, Figure], ...]
    """Every school, whatever is told of it; so are grades."""
    by_grade: tuple[tuple[str, Figure], ...]
    by_week: tuple[tuple[dt.date, Figure], ...]
    """Monday and percent attendance."""
    by_week_before: tuple[tuple[dt.date, Figure], ...]
    """Of the year before, under the Mondays of this year: 52 weeks later."""
    weekdays: tuple[Weekday, ...]
    groups_withheld: tuple[tuple[str, Figure], ...]
    """Groups of students whose rate is hidden or a range."""

    @cached_property
    def sure_change(self) -> Difference | None:
        """The change with its error; None where either cannot be known."""
        if self.rate is None or self.change.value is None:
            return None
        return difference(self.rate, Rate(self.rate.pct - self.change.value, self.rate.n))


def read_absence(
    chronic_absence: pd.DataFrame,
    attendance_trend: pd.DataFrame,
    enrolled_grades: Iterable[str],
    sizes: Sizes,
    as_of_date: dt.date,
) -> Absence | None:
    """Of the latest year with a told rate of the whole district; None without one."""
    district = {int(r["school_year"]): r for r in of_district(chronic_absence) if figure(r, RATE).is_told}
    if not district:
        return None
    year = max(district)
    latest, rows = district[year], records(chronic_absence, aggregation=DISTRICT, school_year=year)
    weeks = {of: _weeks(records(attendance_trend, aggregation=DISTRICT, school_year=of)) for of in (year, year - 1)}
    whole_district = figure(latest, RATE), _rate(latest, sizes)
    schools = school_rates(chronic_absence, year)
    return Absence(
        year=year,
        is_running=as_of_date < dt.date(year, 7, 1),
        now=whole_district[0],
        rate=whole_district[1],
        change=figure(latest, f"{RATE}_change"),
        change_basis=basis(latest),
        schools=_schools(schools.values(), whole_district, sizes),
        groups=_groups(rows, whole_district, sizes),
        by_school=tuple((str(row["school_name"]), figure(row, RATE)) for row in schools.values()),
        by_grade=_by_grade(rows, enrolled_grades),
        by_week=weeks[year],
        by_week_before=tuple((monday + A_YEAR_OF_WEEKS, pct) for monday, pct in weeks[year - 1]),
        weekdays=_weekdays(records(attendance_trend, aggregation=DISTRICT, school_year=year), weeks[year]),
        groups_withheld=tuple(
            (group_name(str(row["subgroup_dimension"]), str(row["subgroup_value"])), figure(row, RATE))
            for row in rows
            if _is_group(row) and figure(row, RATE).is_withheld
        ),
    )


def of_district(chronic_absence: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of all the district's students, one a year."""
    rows = records(chronic_absence, aggregation=DISTRICT, subgroup_dimension=ALL_STUDENTS)
    return [row for row in rows if not _grade(row)]


def school_rates(chronic_absence: pd.DataFrame, year: int) -> dict[str, dict[str, Any]]:
    """Rows of schools, all their students and grades, by k_school."""
    rows = records(chronic_absence, aggregation=SCHOOL, school_year=year, subgroup_dimension=ALL_STUDENTS)
    return {str(row["k_school"]): row for row in rows if not _grade(row)}


def _rate(row: dict[str, Any], sizes: Sizes) -> Rate | None:
    return sizes.rate(figure(row, RATE), row["n_students_judged"], row)


def _grade(row: dict[str, Any]) -> str | None:
    """The grade of a row; None for all grades, whatever null the frame holds."""
    grade = row["grade_level"]
    return grade if isinstance(grade, str) else None


def _is_group(row: dict[str, Any]) -> bool:
    """Whether a row is of a group that a sentence names: no grade, not everyone, nor those outside a group or not known."""
    is_named = row["subgroup_dimension"] not in (ALL_STUDENTS, GRADE)
    return is_named and not _grade(row) and row["subgroup_value"] not in (NO, NOT_REPORTED)


def _schools(
    rows: Iterable[dict[str, Any]], district: tuple[Figure, Rate | None], sizes: Sizes
) -> tuple[AbsentGroup, ...]:
    told = [row for row in rows if figure(row, RATE).is_told]
    if len(told) < 2:
        return ()
    return _ranked([_beside(SCHOOLS, str(r["school_name"]), r, district, THE_DISTRICT, sizes) for r in told])


def _groups(
    rows: Sequence[dict[str, Any]], district: tuple[Figure, Rate | None], sizes: Sizes
) -> tuple[AbsentGroup, ...]:
    """Groups and grades with a released rate; a group is not compared if the rate of the students outside it is not released."""
    outside = {str(r["subgroup_dimension"]): r for r in rows if r["subgroup_value"] == NO and not _grade(r)}
    found = []
    for row in rows:
        dimension, value, grade = str(row["subgroup_dimension"]), str(row["subgroup_value"]), _grade(row)
        if not figure(row, RATE).is_told:
            continue
        if grade and dimension == ALL_STUDENTS:
            found.append(_beside(GRADES, f"students in {w.grade(grade)}", row, district, THE_DISTRICT, sizes))
        elif _is_group(row) and dimension not in FLAGS:
            found.append(_beside(dimension, group_name(dimension, value), row, district, THE_DISTRICT, sizes))
        elif _is_group(row) and value == YES and (other := outside.get(dimension)) and figure(other, RATE).is_told:
            complement = figure(other, RATE), _rate(other, sizes)
            found.append(_beside(dimension, group_name(dimension, value), row, complement, OTHERS, sizes))
    return _ranked(found)


def _beside(
    kind: str, name: str, row: dict[str, Any], reference: tuple[Figure, Rate | None], beside: str, sizes: Sizes
) -> AbsentGroup:
    return AbsentGroup(kind, name, figure(row, RATE), _rate(row, sizes), *reference, beside)


def _ranked(groups: Sequence[AbsentGroup]) -> tuple[AbsentGroup, ...]:
    counted = [replace(group, comparisons=len(groups)) for group in groups]
    return tuple(sorted(counted, key=lambda g: (-g.sure, -(g.figure.value or 0.0), g.kind, g.name)))


def _by_grade(rows: Iterable[dict[str, Any]], enrolled: Iterable[str]) -> tuple[tuple[str, Figure], ...]:
    """Every grade with students; one that has no row is hidden."""
    of_all = {_grade(row): figure(row, RATE) for row in rows if row["subgroup_dimension"] == ALL_STUDENTS}
    found = {grade: of_all.get(grade, NOT_SHOWN) for grade in GRADE_LEVELS if grade in of_all or grade in set(enrolled)}
    return tuple((grade, rate) for grade, rate in found.items() if rate.state is not State.NONE)


def _weeks(rows: Iterable[dict[str, Any]]) -> tuple[tuple[dt.date, Figure], ...]:
    weeks = [(r["week_begin_date"], figure(r, "pct_attendance")) for r in rows]
    told = [(pd.Timestamp(day).date(), rate) for day, rate in weeks if not pd.isna(day) and rate.is_told]
    return tuple(sorted(told, key=lambda week: week[0]))


def _weekdays(rows: Iterable[dict[str, Any]], weeks: Sequence[tuple[dt.date, Figure]]) -> tuple[Weekday, ...]:
    """Weekdays in order; none if there are too few weeks to estimate chance variation, or if one is hidden."""
    of_days = sorted((r for r in rows if isinstance(r["weekday"], str)), key=lambda r: int(r["weekday_number"]))
    known = [(str(r["weekday"]), figure(r, "pct_attendance"), whole(r["n_instructional_days"])) for r in of_days]
    days = {name: (rate, n) for name, rate, n in known if rate.is_told and n}
    error = daily_error([number(rate.value) or 0.0 for _, rate in weeks], sum(n for _, n in days.values()))
    if error is None or len(days) < 2 or any(rate.is_withheld for _, rate, _ in known):
        return ()
    return tuple(_weekday(name, days, error) for name in days)


def _weekday(name: str, days: dict[str, tuple[Figure, int]], error: float) -> Weekday:
    rate, n = days[name]
    others = [day for other, day in days.items() if other != name]
    n_others = sum(n for _, n in others)
    mean = sum((other.value or 0.0) * n for other, n in others) / n_others
    return Weekday(name, rate, Difference(mean - (rate.value or 0.0), error * sqrt(1 / n + 1 / n_others)), len(days))
