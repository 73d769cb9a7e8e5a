"""Courses, sections, and who sits in them. Who teaches them is in `staff`.

Grade bands are 'K-5', '6-8' and '9-12', here and on certifications.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.enrollments import has_enrolled_day
from district_platform.sources.synthetic.plan import GRADE_BANDS, GRADES, LEVEL_OF_GRADE, Plan
from district_platform.sources.synthetic.writing import dates, text

SUBJECTS = (
    "Reading",
    "Math",
    "Science",
    "Social Studies",
    "Physical Education",
    "Art",
    "Music",
    "World Languages",
    "Career and Technical",
)
READING, MATH, SCIENCE, SOCIAL, PHYSICAL, ART, MUSIC, LANGUAGES, CAREER = range(9)
_CODES = ("RDG", "MTH", "SCI", "SOC", "PED", "ART", "MUS", "WLD", "CTE")

CORE = (READING, MATH, SCIENCE, SOCIAL)
_SPECIAL_OF_GRADE = (MUSIC, MUSIC, ART, ART, PHYSICAL, PHYSICAL)
_MIDDLE = (*CORE, PHYSICAL, ART, MUSIC)
_HIGH = (*CORE, PHYSICAL, LANGUAGES, CAREER)
SUBJECTS_OF_GRADE = (*((*CORE, special) for special in _SPECIAL_OF_GRADE), *(_MIDDLE,) * 3, *(_HIGH,) * 4)
"""Per grade, the subjects every child of that grade takes."""

STUDENTS_PER_SECTION = (22, 24, 24)


@dataclass(frozen=True)
class Sections:
    """A year's sections and their students."""

    sections: pd.DataFrame
    """One row a section: school, grade, subject, number (within school, grade and subject)."""
    students: pd.DataFrame
    """One row an enrollment and section: section, person, enrollment (number), begin, end."""


def course_id(grade: int, subject: int) -> str:
    return f"{_CODES[subject]}{GRADES[grade]}"


def section_ids(sections: pd.DataFrame) -> list[str]:
    keys = zip(sections["grade"], sections["subject"], sections["number"], strict=True)
    return [f"{course_id(grade, subject)}-{number + 1:02d}" for grade, subject, number in keys]


def courses_extract() -> pa.Table:
    pairs = [(grade, subject) for grade in range(len(GRADES)) for subject in SUBJECTS_OF_GRADE[grade]]
    grade, subject = np.array(pairs).T
    return pa.table(
        {
            "course_id": pa.array([course_id(*pair) for pair in pairs]),
            "course_title": pa.array([_course_title(*pair) for pair in pairs]),
            "subject": text(SUBJECTS, subject),
            "grade_band": text(GRADE_BANDS, LEVEL_OF_GRADE[grade]),
        }
    )


def make_sections(plan: Plan, rows: pd.DataFrame, year: int) -> Sections:
    """Sections as large as the grade needs; everyone enrolled for a day sits in one of each subject."""
    rng = plan.rng("sections", year)
    rows = rows[has_enrolled_day(rows) & rows["has_sections"]]
    full = rows[rows["is_primary"]]
    group = (full["school"] * len(GRADES) + full["grade"]).to_numpy()
    groups, place, size = np.unique(group, return_inverse=True, return_counts=True)
    grade = groups % len(GRADES)
    per_section = np.array(STUDENTS_PER_SECTION)[LEVEL_OF_GRADE[grade]]
    n_parallel = np.maximum(1, np.round(size / per_section)).astype(np.int64)
    n_subjects = np.array([len(SUBJECTS_OF_GRADE[g]) for g in grade], dtype=np.int64)
    base = np.concatenate([[0], np.cumsum(n_parallel * n_subjects)])
    parts = []
    homeroom = _shares(rng, place, n_parallel)
    for slot in range(int(n_subjects.max(initial=0))):
        own_draw = _shares(rng, place, n_parallel)
        number = np.where(LEVEL_OF_GRADE[full["grade"]] == 0, homeroom, own_draw)
        takes = slot < n_subjects[place]
        section = base[place] + slot * n_parallel[place] + number
        parts.append(_memberships(full[takes], section[takes]))
    parts.append(_career_courses(rng, rows[~rows["is_primary"]], groups, base, n_parallel))
    return Sections(_section_rows(groups, n_parallel), pd.concat(parts, ignore_index=True))


def sections_extract(plan: Plan, sections: pd.DataFrame, year: int) -> pa.Table:
    keys = zip(sections["grade"], sections["subject"], strict=True)
    return pa.table(
        {
            "school_year": pa.array(np.full(len(sections), year)),
            "school_id": text(plan.school_ids, sections["school"].to_numpy()),
            "section_id": pa.array(section_ids(sections), type=pa.string()),
            "course_id": pa.array([course_id(*key) for key in keys], type=pa.string()),
            "session_id": pa.array(["FY"] * len(sections), type=pa.string()),
        }
    )


def section_enrollments_extract(plan: Plan, ids: pa.Array, made: Sections, calendar: YearCalendar) -> pa.Table:
    students = made.students
    section = students["section"].to_numpy()
    return pa.table(
        {
            "school_year": pa.array(np.full(len(students), calendar.school_year)),
            "school_id": text(plan.school_ids, made.sections["school"].to_numpy()[section]),
            "section_id": text(pa.array(section_ids(made.sections), type=pa.string()), section),
            "student_id": text(ids, students["person"].to_numpy()),
            "begin_date": dates(students["begin"].to_numpy()),
            "end_date": dates(students["end"].to_numpy()),
        }
    )


def _course_title(grade: int, subject: int) -> str:
    name = "English" if subject == READING and grade >= 9 else SUBJECTS[subject]
    return f"{name} Kindergarten" if grade == 0 else f"{name} Grade {grade}"


def _shares(rng: np.random.Generator, group: np.ndarray, n_parallel: np.ndarray) -> np.ndarray:
    """Per child the number of its section: each group dealt out evenly, in random order."""
    order = np.lexsort((rng.random(len(group)), group))
    in_order = group[order]
    first = np.searchsorted(in_order, in_order)
    number = np.empty(len(group), dtype=np.int64)
    number[order] = (np.arange(len(group)) - first) % n_parallel[in_order]
    return number


def _memberships(rows: pd.DataFrame, section: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "section": section,
            "person": rows["person"].to_numpy(),
            "enrollment": rows["number"].to_numpy(),
            "begin": rows["entry"].to_numpy(),
            "end": rows["exit"].to_numpy(),
        }
    )


def _career_courses(
    rng: np.random.Generator, rows: pd.DataFrame, groups: np.ndarray, base: np.ndarray, n_parallel: np.ndarray
) -> pd.DataFrame:
    """Shared-time students take the career course of their grade at the second school."""
    group = (rows["school"] * len(GRADES) + rows["grade"]).to_numpy()
    place = np.searchsorted(groups, group)
    slot = _HIGH.index(CAREER)
    number = (rng.random(len(rows)) * n_parallel[place]).astype(np.int64)
    return _memberships(rows, base[place] + slot * n_parallel[place] + number)


def _section_rows(groups: np.ndarray, n_parallel: np.ndarray) -> pd.DataFrame:
    rows = [
        (group // len(GRADES), group % len(GRADES), subject, number)
        for group, n in zip(groups.tolist(), n_parallel.tolist(), strict=True)
        for subject in SUBJECTS_OF_GRADE[group % len(GRADES)]
        for number in range(n)
    ]
    return pd.DataFrame(rows, columns=["school", "grade", "subject", "number"], dtype=np.int64)
