"""Educators, their assignments, and what they teach. Their certificates are in `certifications`.

Schools need *seats* (a position with its FTE); educators hold a seat for years and are replaced when they leave. Small
remainders of FTE at several schools make one itinerant seat.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.courses import (
    CAREER,
    MATH,
    READING,
    SUBJECTS_OF_GRADE,
    Sections,
    section_ids,
)
from district_platform.sources.synthetic.enrollments import covers
from district_platform.sources.synthetic.people import NamePools, is_english_learner
from district_platform.sources.synthetic.plan import LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.writing import dates, text

TEACHER, COUNSELOR, ADMINISTRATOR, AIDE = POSITIONS = ("Teacher", "Counselor", "Administrator", "Aide")
GENERAL, VOCATIONAL, SPECIAL_EDUCATION, ENGLISH_LEARNER = PROGRAMS = (
    "General",
    "Vocational",
    "Special Education",
    "English Learner",
)
TEACHER_OF_RECORD, CO_TEACHER = "Teacher of Record", "Co-teacher"
RATIO_PROGRAMS = (GENERAL, VOCATIONAL)
"""Teachers of these programs count in students per teacher FTE (STF-01)."""

FULL_TIME = 100
"""FTE is counted in hundredths: exact, and never a float."""

_STEP = 5
_TURNOVER = 0.08
_ROLE_CHANGE = 0.03
_SUBJECTS_OF_LEVEL = tuple(SUBJECTS_OF_GRADE[grade] for grade in (0, 6, 9))


@dataclass
class Seat:
    """A job: position, program, and its FTE by school."""

    key: tuple[str | int, ...]
    position: str
    program: str
    fte_by_school: dict[int, int]
    subject: int = -1
    """What a teacher's seat is for; -1 for an elementary homeroom and all others."""


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
        counted = _census_counts(self._plan, people, rows, calendar)
        seats = _seats(self._plan, self._rng, counted, made.sections) if len(rows) else []
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
        rows: list[tuple[int, int, str]] = []
        for school, own in sections.groupby("school", sort=True):
            for section, seat, role in _teachers_of(own, at_school[school]):
                educator = self._holders[seat.key]
                grade, subject = int(own.at[section, "grade"]), int(own.at[section, "subject"])
                educator.teaches.add((subject, int(LEVEL_OF_GRADE[grade])))
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
    return pa.table(
        {
            "assignment_id": pa.array(assignment_ids(rows["number"].to_numpy()), type=pa.string()),
            "school_year": pa.array(rows["year"].to_numpy()),
            "educator_id": pa.array(educator_ids(rows["educator"].to_numpy()), type=pa.string()),
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


def census_enrollment(plan: Plan, rows: pd.DataFrame, calendar: YearCalendar) -> np.ndarray:
    """Distinct students per school on the census date, or as_of where that comes first (STF-01)."""
    there = rows[covers(rows, min(calendar.census, plan.as_of))].drop_duplicates(["school", "person"])
    return np.bincount(there["school"], minlength=len(plan.schools))


def _census_counts(plan: Plan, people: pd.DataFrame, rows: pd.DataFrame, calendar: YearCalendar) -> pd.DataFrame:
    there = rows[covers(rows, min(calendar.census, plan.as_of))].drop_duplicates(["school", "person"])
    n = len(plan.schools)
    disabled = people["has_disability"].to_numpy()[there["person"]]
    learner = is_english_learner(people, calendar.school_year)[there["person"]]
    return pd.DataFrame(
        {
            "students": census_enrollment(plan, rows, calendar),
            "with_disability": np.bincount(there["school"], weights=disabled, minlength=n),
            "english_learners": np.bincount(there["school"], weights=learner, minlength=n),
        }
    )


def _seats(plan: Plan, rng: np.random.Generator, counted: pd.DataFrame, sections: pd.DataFrame) -> list[Seat]:
    """All seats of a year, teachers' first."""
    ratio = plan.schools["students_per_teacher"].to_numpy() * rng.uniform(0.98, 1.02, len(counted))
    fte = np.maximum(_STEP, _STEP * np.round(FULL_TIME * counted["students"] / ratio / _STEP)).astype(np.int64)
    homerooms = sections[sections["subject"] == READING].groupby("school").size()
    seats = []
    for school, level in enumerate(plan.schools["level"].tolist()):
        seats += _teacher_seats(school, level, int(fte[school]) // FULL_TIME, int(homerooms.get(school, 0)))
    seats += _itinerant_seats(plan, fte % FULL_TIME)
    for school, level in enumerate(plan.schools["level"].tolist()):
        seats += _support_seats(school, level, counted.loc[school])
    return seats


def _teacher_seats(school: int, level: int, full_time: int, n_homerooms: int) -> list[Seat]:
    """Full-time teachers; in larger schools two of them share one post."""
    fte = [FULL_TIME] * full_time if full_time < 10 else [FULL_TIME] * (full_time - 1) + [50, 50]
    seats = []
    for k, part in enumerate(fte):
        subjects = _SUBJECTS_OF_LEVEL[level]
        subject = subjects[k % len(subjects)]
        if level == 0:
            subject = -1 if k < n_homerooms else (5, 6, 4)[k % 3]
        program = VOCATIONAL if subject == CAREER else GENERAL
        seats.append(Seat(("teacher", school, k), TEACHER, program, {school: part}, subject))
    return seats


def _itinerant_seats(plan: Plan, remainder: np.ndarray) -> list[Seat]:
    """Remainders of FTE at schools of one level, gathered into posts of at most 1.0."""
    seats: list[Seat] = []
    for level in range(3):
        posts: list[dict[int, int]] = []
        for school in plan.schools_of_level(level):
            share = int(remainder[school])
            if share and posts and sum(posts[-1].values()) + share <= FULL_TIME:
                posts[-1][int(school)] = share
            elif share:
                posts.append({int(school): share})
        for number, post in enumerate(posts):
            subject = (4, 5, 6)[number % 3] if level == 0 else _SUBJECTS_OF_LEVEL[level][4 + number % 2]
            seats.append(Seat(("itinerant", level, number), TEACHER, GENERAL, post, subject))
    return seats


def _support_seats(school: int, level: int, counted: pd.Series) -> list[Seat]:
    """Special education and English learner teachers, counselors, administrators, aides."""
    n = counted["students"]
    wanted = (
        (TEACHER, SPECIAL_EDUCATION, counted["with_disability"] / 14),
        (TEACHER, ENGLISH_LEARNER, counted["english_learners"] / 40),
        (COUNSELOR, GENERAL, max(n / 350, 0.5)),
        (ADMINISTRATOR, GENERAL, 1 + n // 500),
        (AIDE, GENERAL, max(n / (70 if level == 0 else 120), 1)),
    )
    seats = []
    for position, program, fte in wanted:
        halves = round(float(fte) * 2)
        for k in range(-(-halves // 2)):
            part = FULL_TIME if 2 * k + 2 <= halves else FULL_TIME // 2
            seats.append(Seat((position, program, school, k), position, program, {school: part}))
    return seats


def _teachers_of(sections: pd.DataFrame, seats: list[Seat]) -> list[tuple[int, Seat, str]]:
    """The teachers of one school's sections: the teacher of record, and co-teachers of the support programs."""
    regular = [seat for seat in seats if seat.position == TEACHER and seat.program in RATIO_PROGRAMS]
    homeroom = [seat for seat in regular if seat.subject < 0] or regular
    by_subject = defaultdict(list)
    for seat in regular:
        by_subject[seat.subject].append(seat)
    specialists = [seat for seat in regular if seat.subject >= 4] or homeroom
    turn: dict[int, int] = defaultdict(int)
    rooms: dict[tuple[int, int], Seat] = {}
    rows = []
    for section, grade, subject, number in sections[["grade", "subject", "number"]].itertuples():
        if LEVEL_OF_GRADE[grade] == 0 and subject < 4:
            if (grade, number) not in rooms:
                rooms[grade, number] = homeroom[len(rooms) % len(homeroom)]
            seat = rooms[grade, number]
        else:
            able = by_subject.get(subject) or (specialists if LEVEL_OF_GRADE[grade] == 0 else regular)
            seat = able[turn[subject] % len(able)]
            turn[subject] += 1
        rows.append((int(section), seat, TEACHER_OF_RECORD))
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
