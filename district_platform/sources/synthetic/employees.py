"""Employees who are paid by the hour, alone or beside a salary: persons and their posts. `timekeeping` says when they punch."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.people import NamePools
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.seats import AIDE, FULL_TIME, GENERAL, TEACHER
from district_platform.sources.synthetic.staff import educator_ids

STUDENTS_PER_EMPLOYEE = 33
LEAST_EMPLOYEES = 48
"""The smallest number of employees, so that even the smallest district has one for every kind of defect."""

HOURLY, STUDENT, SALARIED = ("hourly", "student", "salaried")


class Job(NamedTuple):
    """A kind of work: who does it, and what a day of it looks like."""

    title: str
    worker_type: str
    share: float
    """Share of the employees who are not aides."""
    start: int
    """Minute of the day at which it begins."""
    minutes: int
    """Minutes paid in a day; for an aide, those of the FTE."""
    weekdays: tuple[tuple[int, ...], ...]
    """Days of the week (Monday is 0), as patterns that employees take in turn."""
    has_summer: bool = False
    rate: tuple[int, int] = (0, 0)
    """Lowest and highest hourly rate in cents; teachers are paid by the year."""


_EVERY_DAY = ((0, 1, 2, 3, 4),)
JOBS = (
    Job("Aide", HOURLY, 0, 7 * 60 + 30, 480, _EVERY_DAY, rate=(1_550, 2_150)),
    Job("Night Custodian", HOURLY, 0.18, 22 * 60, 480, _EVERY_DAY, True, (1_700, 2_400)),
    Job("Custodian", HOURLY, 0.18, 14 * 60 + 30, 480, _EVERY_DAY, True, (1_650, 2_300)),
    Job("Food Service Worker", HOURLY, 0.24, 6 * 60 + 30, 390, _EVERY_DAY, rate=(1_500, 1_900)),
    Job("Student Worker", STUDENT, 0.2, 15 * 60 + 15, 150, ((0, 1, 3), (1, 2, 4), (0, 2, 3)), rate=(1_200, 1_400)),
    Job("Teacher, Extra Duty", SALARIED, 0.2, 15 * 60 + 30, 105, ((1, 3), (0, 2))),
)
AIDES, NIGHT, CUSTODIAN, FOOD, STUDENT_WORKER, EXTRA_DUTY = range(len(JOBS))
NO_EDUCATOR = -1
_NEW = (NIGHT, CUSTODIAN, FOOD, STUDENT_WORKER)

_FULL_DAY = 480
"""Minutes in a day that 1.0 FTE is paid for."""
_YEARS_BEFORE = 12
_LEAVING = 0.08
"""Share of the employees other than educators who leave, over all years."""


def employ(
    plan: Plan, names: NamePools, years: Sequence[int], assignments: pd.DataFrame, educators: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Workers and their posts.

    Workers: person_number, educator (-1: none), job, school, hired, left (their last day is the one before), rate (cents an hour; 0:
    none), full_name; the label is their number. Posts: year, worker, job, school and minutes paid in a day, one row per worker and
    school year. `assignments` are of these years. Educators keep their id as person number, as payroll and human resources share it.
    """
    rng = plan.rng("employees")
    held = assignments.drop_duplicates(["year", "educator"])
    aides = held[held["position"] == AIDE].assign(job=AIDES)
    total = plan.synthetic.timekeeping.employees or plan.synthetic.students // STUDENTS_PER_EMPLOYEE
    others = max(max(total, LEAST_EMPLOYEES) - aides["educator"].nunique(), LEAST_EMPLOYEES // 2)
    teachers = _teachers(rng, held, round(others * JOBS[EXTRA_DUTY].share))
    others -= teachers["educator"].nunique()
    of_educators = _posts_of_educators(pd.concat([aides, teachers], ignore_index=True))
    share = [JOBS[job].share for job in _NEW]
    new = [_hired(plan, rng, names, job, round(others * JOBS[job].share / sum(share))) for job in _NEW]
    workers = pd.concat([_educators(rng, of_educators, educators), *new], ignore_index=True)
    rest = workers.loc[workers["educator"] == NO_EDUCATOR, ["job", "school"]].rename_axis("worker").reset_index()
    rest["minutes"] = np.array([job.minutes for job in JOBS])[rest["job"]]
    of_rest = [rest.assign(year=year) for year in years]
    posts = pd.concat([of_educators.drop(columns="educator"), *of_rest], ignore_index=True)
    is_new = workers["educator"] == NO_EDUCATOR
    workers.loc[is_new, "person_number"] = [f"9{number:06d}" for number in range(1, is_new.sum() + 1)]
    return workers, posts


def _teachers(rng: np.random.Generator, held: pd.DataFrame, n: int) -> pd.DataFrame:
    """Full-time teachers who tutor or coach after school."""
    eligible = held[(held["position"] == TEACHER) & (held["program"] == GENERAL) & (held["fte"] == FULL_TIME)]
    chosen = rng.permutation(np.sort(eligible["educator"].unique()))[:n]
    return eligible[eligible["educator"].isin(chosen)].assign(job=EXTRA_DUTY)


def _posts_of_educators(held: pd.DataFrame) -> pd.DataFrame:
    """Posts, with the worker's number by the educator's."""
    worker = np.unique(held["educator"].to_numpy(), return_inverse=True)[1]
    minutes = np.where(held["job"] == AIDES, held["fte"] * _FULL_DAY / FULL_TIME, JOBS[EXTRA_DUTY].minutes)
    posts = held[["year", "educator", "job", "school"]].assign(worker=worker, minutes=minutes).astype(np.int64)
    return posts.sort_values(["year", "worker"], kind="stable")


def _educators(rng: np.random.Generator, posts: pd.DataFrame, educators: pd.DataFrame) -> pd.DataFrame:
    """Workers who are educators; school and job are those of the last year."""
    last = posts.drop_duplicates("worker", keep="last").sort_values("worker")
    number = last["educator"].to_numpy()
    known = educators.iloc[number]
    job = last["job"].to_numpy()
    return pd.DataFrame(
        {
            "person_number": educator_ids(number),
            "educator": number,
            "job": job,
            "school": last["school"].to_numpy(),
            "hired": known["hire_date"].to_numpy().astype("datetime64[s]"),
            "left": known["termination_date"].to_numpy().astype("datetime64[s]"),
            "rate": _rates(rng, job),
            "full_name": _full_names(known["first_name"], known["last_name"]),
        }
    )


def _hired(plan: Plan, rng: np.random.Generator, names: NamePools, job: int, n: int) -> pd.DataFrame:
    """Workers who are not educators, some of whom left; student workers are at high schools."""
    schools = plan.schools_of_level(2) if job == STUDENT_WORKER else np.arange(len(plan.schools))
    before = 1 if job == STUDENT_WORKER else _YEARS_BEFORE
    first = np.datetime64(f"{plan.school_years[0] - 1}-07-01", "D")
    hired = first - rng.integers(0, before * 365, n)
    left = plan.as_of - rng.integers(1, 300, n)
    first_name = names.first_names(rng.random(n), rng.integers(0, 2, n)).to_pylist()
    last_name = names.last_names(rng.random(n)).to_pylist()
    return pd.DataFrame(
        {
            "person_number": "",
            "educator": NO_EDUCATOR,
            "job": job,
            "school": schools[np.arange(n) % len(schools)],
            "hired": hired.astype("datetime64[s]"),
            "left": np.where(rng.random(n) < _LEAVING, left, np.datetime64("NaT", "D")).astype("datetime64[s]"),
            "rate": _rates(rng, np.full(n, job)),
            "full_name": _full_names(first_name, last_name),
        }
    )


def _full_names(first: Iterable[str], last: Iterable[str]) -> list[str]:
    return [" ".join(names) for names in zip(first, last, strict=True)]


def _rates(rng: np.random.Generator, job: np.ndarray) -> np.ndarray:
    """Cents an hour, in steps of five."""
    low, high = np.array([job.rate for job in JOBS]).T
    return (low[job] + rng.random(len(job)) * (high - low)[job]).astype(np.int64) // 5 * 5
