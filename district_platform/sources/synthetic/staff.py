"""Educators, their assignments, and what they teach. Their certificates are in `certifications`.

An educator holds a seat (`seats`) for years and is replaced when they leave; what their students' sections are decides
what they teach.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.courses import CORE, MATH, PHYSICAL, READING, Sections, section_ids
from district_platform.sources.synthetic.people import NamePools
from district_platform.sources.synthetic.plan import LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.seats import (
    AIDE,
    ENGLISH_LEARNER,
    FULL_TIME,
    RATIO_PROGRAMS,
    SPECIAL_EDUCATION,
    TEACHER,
    Seat,
    census_counts,
    make_seats,
)
from district_platform.sources.synthetic.writing import dates, text

TEACHER_OF_RECORD, CO_TEACHER = "Teacher of Record", "Co-teacher"

NOBODY = -1
"""Number of the educator of a vacant post; its educator_id is blank."""

_TURNOVER = 0.08
_ROLE_CHANGE = 0.03


@dataclass
class Educator:
    number: int
    seat: Seat
    hired: np.datetime64
    first_year: int
    last_year: int
    draws: np.ndarray
    """Uniform draws that fix name, age and certificates."""
    left: np.datetime64 = field(default_factory=lambda: np.datetime64("NaT"))
    teaches: set[tuple[int, int]] = field(default_factory=set)
    """Subject and level of every section taught in any year."""


class Staff:
    """The district's educators over the years; `staff_year` adds one year after the other."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._rng = plan.rng("staff")
        self._holders: dict[tuple[str | int, ...], Educator] = {}
        self.educators: list[Educator] = []
        self.assignments: list[dict[str, object]] = []
        self.teaching: dict[int, pd.DataFrame] = {}

    def staff_year(self, people: pd.DataFrame, rows: pd.DataFrame, made: Sections, calendar: YearCalendar) -> None:
        """Fill the year's seats, write their assignments, and give every section its teachers."""
        counted = census_counts(self._plan, people, rows, calendar)
        seats = make_seats(self._plan, self._rng, counted, made.sections) if len(rows) else []
        self._fill(seats, calendar)
        for seat in seats:
            self._assign(seat, calendar)
        self.teaching[calendar.school_year] = self._teach(seats, made.sections)

    def _fill(self, seats: list[Seat], calendar: YearCalendar) -> None:
        year, kept = calendar.school_year, {}
        for seat in seats:
            holder = self._holders.get(seat.key)
            if holder is None or self._rng.random() < _TURNOVER:
                holder = self._hire(seat, calendar)
            holder.seat, holder.last_year = seat, year
            kept[seat.key] = holder
        staying = {holder.number for holder in kept.values()}
        for holder in self._holders.values():
            if holder.number not in staying:
                holder.left = np.datetime64(f"{year - 1}-06-15") + int(holder.draws[0] * 15)
        self._holders = kept

    def _hire(self, seat: Seat, calendar: YearCalendar) -> Educator:
        year = calendar.school_year
        hired = np.datetime64(f"{year - 1}-08-01") + int(self._rng.integers(0, 9))
        if year == self._plan.school_years[0]:
            hired -= 365 * int(min(self._rng.geometric(0.11), 30) - 1)
        educator = Educator(len(self.educators), seat, hired, year, year, self._rng.random(8))
        self.educators.append(educator)
        return educator

    def _assign(self, seat: Seat, calendar: YearCalendar) -> None:
        begin, end = calendar.first_date, calendar.last_date
        shared = {"year": calendar.school_year, "educator": self._holders[seat.key].number, "position": seat.position}
        for school, fte in seat.fte_by_school.items():
            row = shared | {"school": school, "fte": fte, "begin": begin, "end": end, "program": seat.program}
            if seat.position == AIDE and self._rng.random() < _ROLE_CHANGE:
                change = calendar.days[80]  # the old role's last day is the new one's first: legal, no overlap
                self.assignments += [row | {"end": change}, row | {"begin": change, "program": SPECIAL_EDUCATION}]
            else:
                self.assignments.append(row)

    def _teach(self, seats: list[Seat], sections: pd.DataFrame) -> pd.DataFrame:
        """One row per section and educator: section, educator, role."""
        at_school = defaultdict(list)
        for seat in seats:
            for school in seat.fte_by_school:
                at_school[school].append(seat)
        level, subject = LEVEL_OF_GRADE[sections["grade"]].tolist(), sections["subject"].tolist()
        rows: list[tuple[int, int, str]] = []
        for school in sections["school"].unique().tolist():
            own = sections[sections["school"] == school]
            for section, seat, role in _teachers_of(own, at_school[school]):
                educator = self._holders[seat.key]
                educator.teaches.add((subject[section], level[section]))
                rows.append((section, educator.number, role))
        return pd.DataFrame(rows, columns=["section", "educator", "role"]).astype({"section": int, "educator": int})


def assignment_rows(staff: Staff) -> pd.DataFrame:
    """All assignments; `number` is the assignment_id's."""
    columns = ["year", "educator", "school", "position", "program", "fte", "begin", "end"]
    rows = pd.DataFrame(staff.assignments, columns=columns)
    return rows.assign(number=np.arange(len(rows)))


def educator_ids(numbers: Sequence[int] | np.ndarray) -> list[str]:
    """Six characters, in no order, with the leading zeros such numbers have."""
    return [f"{(number * 7_919 + 48_611) % 999_983:06d}" for number in np.asarray(numbers).tolist()]


def assignment_ids(numbers: np.ndarray) -> list[str]:
    return [f"A{number:07d}" for number in np.asarray(numbers).tolist()]


def educator_rows(staff: Staff, names: NamePools) -> pd.DataFrame:
    """All educators as human resources delivers them; the row's label is the educator's number."""
    educators = staff.educators
    draws = np.array([educator.draws for educator in educators]).reshape(len(educators), 8)
    sex = (draws[:, 1] > 0.76).astype(np.int64)
    first = names.first_names(draws[:, 2], sex).to_pylist()
    last = names.last_names(draws[:, 3]).to_pylist()
    hired = np.array([educator.hired for educator in educators], dtype="datetime64[D]")
    age = 22 + (draws[:, 4] ** 2 * 30).astype(np.int64)
    return pd.DataFrame(
        {
            "educator_id": educator_ids([educator.number for educator in educators]),
            "first_name": first,
            "last_name": last,
            "birth_date": hired - age * 365 - (draws[:, 5] * 360).astype(np.int64),
            "email": _emails(first, last),
            "hire_date": hired,
            "termination_date": np.array([educator.left for educator in educators], dtype="datetime64[D]"),
        }
    )


def taught_rows(staff: Staff, years: dict[int, Sections]) -> pd.DataFrame:
    """What everyone taught: year, educator, role, grade, subject; one row per section and educator."""
    parts = [
        teaching.join(years[year].sections[["grade", "subject"]], on="section").assign(year=year)
        for year, teaching in staff.teaching.items()
    ]
    return pd.concat(parts, ignore_index=True)


def educators_extract(rows: pd.DataFrame) -> pa.Table:
    text_columns = {"educator_id", "first_name", "last_name", "email"}
    return pa.table(
        {
            name: pa.array(rows[name], type=pa.string()) if name in text_columns else dates(rows[name].to_numpy())
            for name in rows.columns
        }
    )


def assignments_extract(plan: Plan, rows: pd.DataFrame) -> pa.Table:
    is_vacant = rows["educator"].to_numpy() == NOBODY
    return pa.table(
        {
            "assignment_id": pa.array(assignment_ids(rows["number"].to_numpy()), type=pa.string()),
            "school_year": pa.array(rows["year"].to_numpy()),
            "educator_id": pa.array(educator_ids(rows["educator"].to_numpy()), type=pa.string(), mask=is_vacant),
            "school_id": text(plan.school_ids, rows["school"].to_numpy()),
            "position": pa.array(rows["position"], type=pa.string()),
            "program": pa.array(rows["program"], type=pa.string()),
            "fte": pa.array([fte_text(fte) for fte in rows["fte"]], type=pa.string()),
            "begin_date": dates(rows["begin"].to_numpy()),
            "end_date": dates(rows["end"].to_numpy()),
        }
    )


def section_educators_extract(plan: Plan, made: Sections, teaching: pd.DataFrame, year: int) -> pa.Table:
    section = teaching["section"].to_numpy()
    return pa.table(
        {
            "school_year": pa.array(np.full(len(section), year)),
            "school_id": text(plan.school_ids, made.sections["school"].to_numpy()[section]),
            "section_id": text(pa.array(section_ids(made.sections), type=pa.string()), section),
            "educator_id": pa.array(educator_ids(teaching["educator"].to_numpy()), type=pa.string()),
            "role": pa.array(teaching["role"], type=pa.string()),
        }
    )


def fte_text(hundredths: float) -> str | None:
    """0.05 to 1.00 as written by a payroll system; nothing where it is not known."""
    return None if pd.isna(hundredths) else f"{hundredths / FULL_TIME:.2f}"


def _teachers_of(sections: pd.DataFrame, seats: list[Seat]) -> list[tuple[int, Seat, str]]:
    """The teachers of one school's sections: the teacher of record, and co-teachers of the support programs."""
    regular = [seat for seat in seats if seat.position == TEACHER and seat.program in RATIO_PROGRAMS]
    homeroom = [seat for seat in regular if seat.subject < 0] or regular
    by_subject = defaultdict(list)
    for seat in regular:
        by_subject[seat.subject].append(seat)
    specialists = [seat for seat in regular if seat.subject >= PHYSICAL] or homeroom
    turn: dict[int, int] = defaultdict(int)
    rooms: dict[tuple[int, int], Seat] = {}
    rows = []
    levels = LEVEL_OF_GRADE[sections["grade"]]
    columns = (sections.index, levels, sections["grade"], sections["subject"], sections["number"])
    for section, level, grade, subject, number in zip(*(column.tolist() for column in columns), strict=True):
        if level == 0 and subject in CORE:
            if (grade, number) not in rooms:
                rooms[grade, number] = homeroom[len(rooms) % len(homeroom)]
            seat = rooms[grade, number]
        else:
            able = by_subject.get(subject) or (specialists if level == 0 else regular)
            seat = able[turn[subject] % len(able)]
            turn[subject] += 1
        rows.append((section, seat, TEACHER_OF_RECORD))
    return rows + _co_teachers(sections, seats)


def _co_teachers(sections: pd.DataFrame, seats: list[Seat]) -> list[tuple[int, Seat, str]]:
    """Support teachers join a Reading section each, special educators a Math section too."""
    rows = []
    for program, subjects in ((SPECIAL_EDUCATION, (READING, MATH)), (ENGLISH_LEARNER, (READING,))):
        support = [seat for seat in seats if seat.position == TEACHER and seat.program == program]
        for subject in subjects:
            open_sections = sections.index[sections["subject"] == subject].tolist()
            rows += [(s, seat, CO_TEACHER) for s, seat in zip(open_sections, support, strict=False)]
    return rows


def _emails(first: list[str], last: list[str]) -> list[str]:
    """first.last, numbered from the second of a name on."""
    seen: dict[str, int] = defaultdict(int)
    emails = []
    for names in zip(first, last, strict=True):
        local = ".".join(names).lower().replace("'", "").replace(" ", "")
        seen[local] += 1
        emails.append(f"{local}{seen[local] if seen[local] > 1 else ''}@district.example")
    return emails
