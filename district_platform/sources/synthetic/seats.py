"""The posts a school year needs: position, program and FTE, by school.

Teachers' FTE follows enrollment on the census date, so that students per teacher stay plausible and steady in schools
of any size. Remainders at several schools make one itinerant post. Who holds a post is in `staff`.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.courses import (
    ART,
    CAREER,
    MUSIC,
    PHYSICAL,
    READING,
    SUBJECTS_OF_GRADE,
)
from district_platform.sources.synthetic.enrollments import covers
from district_platform.sources.synthetic.people import is_english_learner
from district_platform.sources.synthetic.plan import Plan

TEACHER, COUNSELOR, ADMINISTRATOR, AIDE = POSITIONS = ("Teacher", "Counselor", "Administrator", "Aide")
GENERAL, VOCATIONAL, SPECIAL_EDUCATION, ENGLISH_LEARNER = PROGRAMS = (
    "General",
    "Vocational",
    "Special Education",
    "English Learner",
)
RATIO_PROGRAMS = (GENERAL, VOCATIONAL)
"""Teachers of these programs count in students per teacher FTE (STF-01)."""

FULL_TIME = 100
"""FTE is counted in hundredths: exact, and never a float."""

_STEP = 5
_SUBJECTS_OF_LEVEL = tuple(SUBJECTS_OF_GRADE[grade] for grade in (0, 6, 9))


_SPECIALS = (ART, MUSIC, PHYSICAL)


@dataclass
class Seat:
    """A job: position, program, and its FTE by school."""

    key: tuple[str | int, ...]
    position: str
    program: str
    fte_by_school: dict[int, int]
    subject: int = -1
    """What a teacher's seat is for; -1 for an elementary homeroom and all others."""


def census_enrollment(plan: Plan, rows: pd.DataFrame, calendar: YearCalendar) -> np.ndarray:
    """Distinct students per school on the census date, or as_of where that comes first (STF-01)."""
    return np.bincount(_on_census_date(plan, rows, calendar)["school"], minlength=len(plan.schools))


def census_counts(plan: Plan, people: pd.DataFrame, rows: pd.DataFrame, calendar: YearCalendar) -> pd.DataFrame:
    """Students per school on the census date, and those with needs that have teachers of their own."""
    there = _on_census_date(plan, rows, calendar)
    disabled = people["has_disability"].to_numpy()[there["person"]]
    learner = is_english_learner(people, calendar.school_year)[there["person"]]
    n = len(plan.schools)
    return pd.DataFrame(
        {
            "students": census_enrollment(plan, rows, calendar),
            "with_disability": np.bincount(there["school"], weights=disabled, minlength=n),
            "english_learners": np.bincount(there["school"], weights=learner, minlength=n),
        }
    )


def make_seats(plan: Plan, rng: np.random.Generator, counted: pd.DataFrame, sections: pd.DataFrame) -> list[Seat]:
    """All seats of a year, teachers' first."""
    ratio = plan.schools["students_per_teacher"].to_numpy() * rng.uniform(0.98, 1.02, len(counted))
    fte = np.maximum(_STEP, _STEP * np.round(FULL_TIME * counted["students"] / ratio / _STEP)).astype(np.int64)
    homerooms = sections[sections["subject"] == READING].groupby("school").size()
    seats = []
    for school, level in enumerate(plan.schools["level"].tolist()):
        seats += _teacher_seats(school, level, int(fte[school]) // FULL_TIME, int(homerooms.get(school, 0)))
    seats += _itinerant_seats(plan, fte % FULL_TIME)
    for school, level in enumerate(plan.schools["level"].tolist()):
        seats += _support_seats(school, level, counted.iloc[school])
    return seats


def _on_census_date(plan: Plan, rows: pd.DataFrame, calendar: YearCalendar) -> pd.DataFrame:
    return rows[covers(rows, min(calendar.census, plan.as_of))].drop_duplicates(["school", "person"])


def _teacher_seats(school: int, level: int, full_time: int, n_homerooms: int) -> list[Seat]:
    """Full-time teachers; in larger schools two of them share one post."""
    fte = [FULL_TIME] * full_time if full_time < 10 else [FULL_TIME] * (full_time - 1) + [50, 50]
    seats = []
    for k, part in enumerate(fte):
        subjects = _SUBJECTS_OF_LEVEL[level]
        subject = subjects[k % len(subjects)]
        if level == 0:
            subject = -1 if k < n_homerooms else _SPECIALS[k % len(_SPECIALS)]
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
            subject = _SPECIALS[number % len(_SPECIALS)] if level == 0 else _SUBJECTS_OF_LEVEL[level][4 + number % 2]
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
