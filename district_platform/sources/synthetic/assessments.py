"""Test results from latent ability, with the effects of the settings in them, so that analyses can find them again.

What is true: economically disadvantaged students score `economic_gap` lower at every administration; schools differ by
`school_effect_sd`; participants of the program gain `program_effect` more from fall to spring, in Reading only.
"""

import math

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.settings import Assessments, ScoreRange
from district_platform.sources.synthetic.absences import absence_propensity
from district_platform.sources.synthetic.calendars import YearCalendar
from district_platform.sources.synthetic.people import is_english_learner
from district_platform.sources.synthetic.plan import GRADES, Plan
from district_platform.sources.synthetic.writing import boolean, dates, text

SUBJECTS = ("Reading", "Math", "Science")
READING, MATH, SCIENCE = range(3)
ADMINISTRATIONS = ("Fall", "Winter", "Spring")
SPRING = 2
TESTED_GRADES = range(3, 12)
SCIENCE_GRADES = (5, 8, 11)

_FIRST_TEST_DAY = (12, 92, 155)
_WINDOW = 8
_GROWTH = np.array([0.0, 7.0, 14.0])
"""Points gained since fall, the same in every grade: what a program adds stands out against it."""
_PROGRAM_SHARE = np.array([0.0, 0.5, 1.0])
_PER_GRADE = 16.0
_SD = 40.0
_NOISE_SD = 10.0
_DRIFT_SD = 8.0
_OWN_GROWTH_SD = 6.0
_ENGLISH_LEARNER, _DISABILITY = -0.4, -0.5
_CUTS = np.array([-45.0, -8.0, 34.0])
"""Lower bounds of levels 2, 3 and 4, in points around the grade's spring mean."""


class Abilities:
    """Per child and subject what a test measures, in points, before grade, school and program."""

    def __init__(self, plan: Plan, people: pd.DataFrame) -> None:
        rng = plan.rng("abilities")
        z = people["ability"].to_numpy()[None, :] * 0.88 + rng.normal(0, 0.475, (len(SUBJECTS), len(people)))
        z += _DISABILITY * people["has_disability"].to_numpy()
        z += _ENGLISH_LEARNER * is_english_learner(people, plan.school_years[0])
        self._points = _SD * _unrelated(z, people["is_economically_disadvantaged"].to_numpy())
        self._points -= plan.synthetic.economic_gap * people["is_economically_disadvantaged"].to_numpy()
        self._rng = plan.rng("drift")

    def of_next_year(self) -> np.ndarray:
        """subjects x children; every year each child drifts a little, so that prior scores predict without fixing."""
        self._points = self._points + self._rng.normal(0, _DRIFT_SD, self._points.shape[1])
        return self._points


def simulate_results(
    plan: Plan,
    people: pd.DataFrame,
    rows: pd.DataFrame,
    participants: np.ndarray,
    ability: np.ndarray,
    calendar: YearCalendar,
) -> pd.DataFrame:
    """One row per child, subject and administration of the year: person, school, grade, subject, administration,
    date, score (points around the middle of the scale), still without level: `results_extract` adds it."""
    rng = plan.rng("assessments", calendar.school_year)
    rows = rows[rows["is_primary"] & rows["has_records"] & rows["grade"].isin(TESTED_GRADES)]
    shape = (len(plan.schools), len(GRADES), len(SUBJECTS), len(ADMINISTRATIONS))
    test_day = np.array(_FIRST_TEST_DAY) + rng.integers(0, _WINDOW, shape)
    in_program = np.zeros(len(people), dtype=bool)
    in_program[participants] = True
    own_growth = rng.normal(0, _OWN_GROWTH_SD, len(people))
    takes_test = 0.985 - 0.9 * absence_propensity(people)
    parts = []
    for administration in range(len(ADMINISTRATIONS)):
        for subject in range(len(SUBJECTS)):
            day = calendar.days[test_day[rows["school"], rows["grade"], subject, administration]]
            tested = _is_tested(rows, subject, administration, day, plan.as_of)
            here, day = rows[tested].reset_index(drop=True), day[tested]
            person = here["person"].to_numpy()
            points = ability[subject, person] + rng.normal(0, _NOISE_SD, len(here))
            points += _GROWTH[administration] + own_growth[person] * _GROWTH[administration] / _GROWTH[SPRING]
            points += plan.schools["effect"].to_numpy()[here["school"]]
            if subject == READING:
                points += plan.synthetic.program_effect * _PROGRAM_SHARE[administration] * in_program[person]
            result = pd.DataFrame(
                {
                    "person": person,
                    "school": here["school"],
                    "grade": here["reported_grade"],
                    "subject": subject,
                    "administration": administration,
                    "date": day.astype("datetime64[s]"),
                    "score": points + _PER_GRADE * (here["grade"] - 7),
                }
            )
            present = rng.random(len(here)) < takes_test[person]
            parts.append(result[present].drop_duplicates("person"))
    return pd.concat(parts, ignore_index=True)


def scaled(results: pd.DataFrame, scale: dict[str, ScoreRange]) -> pd.DataFrame:
    """The results with whole scale scores inside the subject's scale."""
    low, high = np.array([_bounds(scale.get(subject)) for subject in SUBJECTS])[results["subject"]].T
    points = np.round((low + high) / 2 + results["score"])
    return results.assign(score=np.clip(points, low, high).astype(np.int64))


def performance_level(results: pd.DataFrame, scale: dict[str, ScoreRange]) -> np.ndarray:
    """Level 1 to 4 by the grade's cut scores."""
    low, high = np.array([_bounds(scale.get(subject)) for subject in SUBJECTS])[results["subject"]].T
    expected = (low + high) / 2 + _PER_GRADE * (results["grade"].to_numpy() - 7) + _GROWTH[SPRING]
    return 1 + (results["score"].to_numpy()[:, None] >= expected[:, None] + _CUTS).sum(axis=1)


def results_extract(plan: Plan, ids: pa.Array, results: pd.DataFrame, assessments: Assessments, year: int) -> pa.Table:
    level = performance_level(results, assessments.scale)
    return pa.table(
        {
            "school_year": pa.array(np.full(len(results), year)),
            "student_id": text(ids, results["person"].to_numpy()),
            "school_id": text(plan.school_ids, results["school"].to_numpy()),
            "grade_level": text(GRADES, results["grade"].to_numpy()),
            "assessment_name": pa.nulls(len(results), pa.string()),
            "subject": text(SUBJECTS, results["subject"].to_numpy()),
            "administration": text(ADMINISTRATIONS, results["administration"].to_numpy()),
            "test_date": dates(results["date"].to_numpy()),
            "scale_score": pa.array(results["score"].to_numpy()),
            "performance_level": pa.array(level),
            "is_proficient": boolean(level >= 3),
        }
    )


def _is_tested(
    rows: pd.DataFrame, subject: int, administration: int, day: np.ndarray, as_of: np.datetime64
) -> np.ndarray:
    """Enrolled on the test day, in a grade that takes this test, and the day has come."""
    enrolled = (rows["entry"] <= day) & (rows["exit"].isna() | (rows["exit"] >= day))
    if subject == SCIENCE:
        enrolled &= rows["grade"].isin(SCIENCE_GRADES) & (administration == SPRING)
    return enrolled.to_numpy() & (day <= as_of)


def _unrelated(z: np.ndarray, group: np.ndarray) -> np.ndarray:
    """The values without the difference of means between the groups that chance made, so that the planted gap is the whole gap."""
    if group.all() or not group.any():
        return z
    difference = z[:, group].mean(axis=1) - z[:, ~group].mean(axis=1)
    return z - difference[:, None] * (group - group.mean())


def _bounds(range_: ScoreRange | None) -> tuple[int, int]:
    return (math.ceil(range_.min), math.floor(range_.max)) if range_ else (200, 800)
