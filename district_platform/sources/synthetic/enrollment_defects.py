"""Known defects of enrollments and students: ENR-01 to ENR-09, SEC-02, ATT-08.

They are planted on enrollments before sections, events and results are derived, so that nothing else becomes wrong.
A child with a defect had one ordinary enrollment that year, from the first day to the last.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.calendars import EXTENDED, MAIN, MISSING, YearCalendar
from district_platform.sources.synthetic.enrollments import (
    GRADUATED,
    MOVED_AWAY,
    NO_SHOW,
    PROMOTED,
    TRANSFERRED,
    enrollment_ids,
)
from district_platform.sources.synthetic.identity_errors import NO_ERROR, ErrorKind
from district_platform.sources.synthetic.people import student_ids
from district_platform.sources.synthetic.plan import LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.planting import Planter

_MIN_ELAPSED = 60
"""Instructional days a year must have seen before mid-year defects fit into it."""
_LAST_GRADE_OF_SCHOOL = (5, 8)


@dataclass
class YearRecords:
    """What the student information system holds for a year, open to damage."""

    calendar: YearCalendar
    enrollments: pd.DataFrame
    students: pd.DataFrame
    """person, birth_date, error (by which this id differs from the child's other one): one row a student."""


@dataclass
class Damage:
    """A batch of one kind of defect in one year: where it goes and what it may use."""

    plan: Plan
    planter: Planter
    rng: np.random.Generator
    year: YearRecords
    next_number: int
    """Number of the next enrollment to be added, over all years."""
    _added: list[dict[Hashable, Any]] = field(default_factory=list)

    @property
    def latest(self) -> int:
        """The last day number on which something can have happened."""
        return self.year.calendar.elapsed(self.plan.as_of) - 1

    def day(self, number: int) -> pd.Timestamp:
        return pd.Timestamp(self.year.calendar.days[number])

    def set(self, row: int, **values: Any) -> None:
        for column, value in values.items():
            self.year.enrollments.at[row, column] = value

    def number(self, row: int) -> int:
        return int(self.year.enrollments["number"].iloc[row])

    def add_enrollment(self, row: int, **values: Any) -> int:
        """Add a copy of an enrollment with other values, once the batch is done; returns its number."""
        number = self.next_number
        self._added.append(self.year.enrollments.loc[row].to_dict() | {"number": number} | values)
        self.next_number += 1
        return number

    def close(self) -> None:
        """Bring what was added into the year."""
        if self._added:
            rows = self.year.enrollments
            self.year.enrollments = pd.concat([rows, pd.DataFrame(self._added).astype(rows.dtypes)], ignore_index=True)

    def record(self, rule_id: str, row: int, *others: int) -> None:
        """The enrollment as a finding, alone or with others by number."""
        numbers = np.array(sorted([self.number(row), *others]))
        self.planter.record(rule_id, *enrollment_ids(numbers))


def year_records(children: pd.DataFrame, rows: pd.DataFrame, calendar: YearCalendar) -> YearRecords:
    person = np.unique(rows["person"].to_numpy())
    birth = children["birth_date"].to_numpy()[person]
    return YearRecords(calendar, rows, pd.DataFrame({"person": person, "birth_date": birth, "error": NO_ERROR}))


def plant_enrollment_defects(
    plan: Plan, planter: Planter, children: pd.DataFrame, years: dict[int, YearRecords]
) -> pd.DataFrame:
    """Damage the years in place. Returns the children, with those who stand there twice at the end (ENR-09)."""
    suitable = [y for y in years if years[y].calendar.elapsed(plan.as_of) >= _MIN_ELAPSED]
    if not planter.settings.enabled or not suitable:
        return children
    total = sum(len(year.enrollments) for year in years.values())
    wanted = planter.wanted(planter.settings.student_rate, total)
    number = total
    untouched = {school_year: ordinary(years[school_year]) for school_year in suitable}
    for rule, plant in _RULES.items():
        for place, school_year in enumerate(suitable):
            n = len(range(place, wanted, len(suitable)))
            damage = Damage(plan, planter, plan.rng("defects", rule, school_year), years[school_year], number)
            for person in planter.children(damage.rng, _candidates(untouched[school_year], rule), n):
                plant(damage, int(_row_of(damage, person)))
            damage.close()
            number = damage.next_number
    _extend_a_year(plan, planter, years, wanted)
    return _duplicate_students(plan, planter, children, years, suitable, wanted, number)


def ordinary(records: YearRecords) -> pd.DataFrame:
    """The year's enrollments of children who have just one, on the main calendar, from the first day to the last."""
    rows = records.enrollments
    alone = ~rows["person"].duplicated(keep=False)
    whole = (rows["entry"] == records.calendar.days[0]) & rows["reason"].isin([-1, PROMOTED, GRADUATED])
    return rows[alone & whole & (rows["calendar"] == MAIN)]


def _candidates(rows: pd.DataFrame, rule: str) -> np.ndarray:
    if rule == "ENR-05":
        rows = rows[rows["grade"].isin(_LAST_GRADE_OF_SCHOOL)]
    return rows["person"].to_numpy()


def _row_of(damage: Damage, person: int) -> int:
    return int(np.flatnonzero(damage.year.enrollments["person"].to_numpy() == person)[0])


def _overlap(damage: Damage, row: int) -> None:
    """ENR-01: a second primary enrollment, at another school where there is one of the level."""
    own, school = int(damage.year.enrollments["school"].iloc[row]), _other_school(damage, row)
    entry = damage.day(int(damage.rng.integers(15, damage.latest - 5)))
    added = damage.add_enrollment(row, entry=entry, school=school, has_records=school != own)
    damage.record("ENR-01", row, added)


def _exit_before_entry(damage: Damage, row: int) -> None:
    """ENR-02: weeks apart, not the one day of a no-show."""
    day = int(damage.rng.integers(30, min(damage.latest, 150)))
    damage.set(row, entry=damage.day(day), exit=damage.day(day - 15), reason=MOVED_AWAY)
    damage.record("ENR-02", row)


def _outside_the_year(damage: Damage, row: int) -> None:
    """ENR-03: entered in July, before the calendar begins."""
    damage.set(row, entry=damage.day(0) - pd.Timedelta(days=int(damage.rng.integers(25, 45))))
    damage.record("ENR-03", row)


def _wrong_birth_date(damage: Damage, row: int) -> None:
    """ENR-04: ten years too old in that year's extract."""
    students = damage.year.students
    who = students["person"] == damage.year.enrollments.at[row, "person"]
    students.loc[who, "birth_date"] -= pd.Timedelta(days=3653)
    damage.record("ENR-04", row)


def _wrong_grade(damage: Damage, row: int) -> None:
    """ENR-05: a grade above the school's last; the age still fits."""
    damage.set(row, reported_grade=int(damage.year.enrollments["grade"].iloc[row]) + 1)
    damage.record("ENR-05", row)


def _missing_student(damage: Damage, row: int) -> None:
    """ENR-06: on a no-show, so that no event or section refers to the missing student either."""
    damage.set(row, exit=damage.day(0) - pd.Timedelta(days=1), reason=NO_SHOW)
    students = damage.year.students
    damage.year.students = students[students["person"] != damage.year.enrollments.at[row, "person"]]
    damage.record("ENR-06", row)


def _missing_calendar(damage: Damage, row: int) -> None:
    """ENR-07."""
    damage.set(row, calendar=MISSING)
    damage.record("ENR-07", row)


def _gap(damage: Damage, row: int) -> None:
    """ENR-08: back after ten instructional days. The finding is the enrollment that ended."""
    day = int(damage.rng.integers(15, min(damage.latest - 15, 130)))
    damage.add_enrollment(row, entry=damage.day(day + 10))
    damage.set(row, exit=damage.day(day), reason=TRANSFERRED)
    damage.record("ENR-08", row)


def _without_sections(damage: Damage, row: int) -> None:
    """SEC-02."""
    damage.set(row, has_sections=False)
    damage.record("SEC-02", row)


_RULES: dict[str, Callable[[Damage, int], None]] = {
    "ENR-01": _overlap,
    "ENR-02": _exit_before_entry,
    "ENR-03": _outside_the_year,
    "ENR-04": _wrong_birth_date,
    "ENR-05": _wrong_grade,
    "ENR-06": _missing_student,
    "ENR-07": _missing_calendar,
    "ENR-08": _gap,
    "SEC-02": _without_sections,
}


def _extend_a_year(plan: Plan, planter: Planter, years: dict[int, YearRecords], wanted: int) -> None:
    """ATT-08: one school's extra calendar runs to the end of June, in a year that is over; some children are on it."""
    over = [y for y in years if years[y].calendar.extended_days[-1] <= plan.as_of]
    if not over:
        return
    year, rng = over[0], plan.rng("defects", "ATT-08")
    records = years[year]
    school = int(rng.integers(len(plan.schools)))
    here = ordinary(records)
    chosen = planter.children(rng, here.loc[here["school"] == school, "person"].to_numpy(), wanted)
    records.calendar = records.calendar.with_extended_school(school)
    on_it = records.enrollments["person"].isin(chosen)
    end = pd.Timestamp(records.calendar.last_day_of(EXTENDED))
    records.enrollments.loc[on_it, ["calendar", "exit"]] = EXTENDED, end
    ids = student_ids(plan, len(planter.has_defect))
    for person in chosen:
        planter.record("ATT-08", ids[person], year)


def _duplicate_students(
    plan: Plan,
    planter: Planter,
    children: pd.DataFrame,
    years: dict[int, YearRecords],
    suitable: list[int],
    wanted: int,
    next_number: int,
) -> pd.DataFrame:
    """ENR-09: the same child under a second student_id, with an error in who it is, in the last year that defects fit into."""
    year = suitable[-1]
    records = years[year]
    damage = Damage(plan, planter, plan.rng("defects", "ENR-09"), records, next_number)
    originals = planter.children(damage.rng, ordinary(records)["person"].to_numpy(), wanted)
    copies = len(children) + np.arange(len(originals))
    known_before = set(years[year - 1].students["person"]) if year - 1 in years else set()
    for place, (original, copy) in enumerate(zip(originals.tolist(), copies.tolist(), strict=True)):
        # the way changes after each round of errors, so that every error happens in every way
        way = _SECOND_IDS[place // len(ErrorKind) % len(_SECOND_IDS)]
        if way is _registered_anew and original not in known_before:
            way = _moved
        way(damage, _row_of(damage, original), copy, place)
    damage.close()
    ids = student_ids(plan, len(children) + len(originals))
    for one, other in zip(originals, copies, strict=True):
        planter.record("ENR-09", *sorted([str(ids[one]), str(ids[other])]))
    planter.has_defect = np.concatenate([planter.has_defect, np.ones(len(copies), dtype=bool)])
    return pd.concat([children, children.iloc[originals]], ignore_index=True)


def _moved(damage: Damage, row: int, copy: int, error: int) -> None:
    """The new school did not look for the child: one id ends, and the other begins the next day."""
    day = int(damage.rng.integers(15, min(damage.latest - 1, 150)))
    damage.add_enrollment(row, person=copy, school=_other_school(damage, row), entry=damage.day(day + 1))
    _add_student(damage, row, copy, error)
    damage.set(row, exit=damage.day(day), reason=TRANSFERRED)


def _enrolled_twice(damage: Damage, row: int, copy: int, error: int) -> None:
    """Two schools have the child at once, each under its own id."""
    day = int(damage.rng.integers(15, min(damage.latest - 1, 150)))
    damage.add_enrollment(row, person=copy, school=_other_school(damage, row), entry=damage.day(day))
    _add_student(damage, row, copy, error)


def _registered_anew(damage: Damage, row: int, copy: int, error: int) -> None:
    """Known since last year, and registered in this one as if new: the year's rows stand under the new id."""
    original = damage.year.enrollments.at[row, "person"]
    damage.set(row, person=copy)
    students = damage.year.students
    students.loc[students["person"] == original, ["person", "error"]] = copy, error


_SECOND_IDS = (_moved, _registered_anew, _enrolled_twice)
"""How a child comes to a second id."""


def _other_school(damage: Damage, row: int) -> int:
    """Another school of the level, or the same one where there is no other."""
    rows = damage.year.enrollments
    own = int(rows["school"].iloc[row])
    schools = damage.plan.schools_of_level(int(LEVEL_OF_GRADE[rows["grade"].iloc[row]]))
    others = schools[schools != own]
    return int(damage.rng.choice(others)) if len(others) else own


def _add_student(damage: Damage, row: int, copy: int, error: int) -> None:
    students = damage.year.students
    own = students[students["person"] == damage.year.enrollments.at[row, "person"]]
    damage.year.students = pd.concat([students, own.assign(person=copy, error=error)], ignore_index=True)
