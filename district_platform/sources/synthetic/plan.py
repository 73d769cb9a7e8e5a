"""The district on paper: its schools, feeder pattern and rates, before any child or day exists.

Random streams start here too: each topic draws from its own, so that a change in one leaves the others as they were.
Children are made in `people`, days in `calendars`.
"""

import zlib
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.dictionary.schools import school_year_of
from district_platform.settings import Synthetic
from district_platform.sources.synthetic.writing import boolean, text

GRADES = ("KG", *(f"{grade:02d}" for grade in range(1, 13)))
"""Grades by their index: KG is 0, so that grade g's usual age on 1 September is g + 5."""

LEVELS = ("Elementary", "Middle", "High")
LEVEL_GRADES = ((0, 5), (6, 8), (9, 12))
GRADE_BANDS = ("K-5", "6-8", "9-12")
LEVEL_OF_GRADE = np.repeat([0, 1, 2], [6, 3, 4])

STUDENTS_PER_SCHOOL = 450
LEVEL_SHARE_OF_SCHOOLS = {"Middle": 0.22, "High": 0.18}
TITLE_I_POVERTY = 0.40
"""Share of economically disadvantaged students from which a Title I school may run a schoolwide program (ESEA 1114)."""

_PLACES = (
    "Oak Maple Cedar Willow Birch Aspen Juniper Sycamore Magnolia Chestnut Lake River Meadow Prairie Stone Spring Fox "
    "Eagle Sunset Summit"
)
_FEATURES = "Ridge Grove Creek Hill Valley View Park Heights Crossing Glen Bend Point Hollow Field"
_NAMESAKES = (
    "Lincoln|Washington|Roosevelt|Jefferson|Franklin|Harriet Tubman|Cesar Chavez|Rosa Parks|Frederick Douglass|"
    "Ida B. Wells|Jane Addams|Sally Ride|Thurgood Marshall|Dolores Huerta|Langston Hughes|Rachel Carson|John Muir|"
    "Mae Jemison|Booker T. Washington|Clara Barton|Horace Mann|Susan B. Anthony|Eleanor Roosevelt|Carver"
)


@dataclass(frozen=True)
class Plan:
    """What the settings decide before anything is drawn day by day."""

    synthetic: Synthetic
    as_of: np.datetime64
    school_years: tuple[int, ...]
    schools: pd.DataFrame
    """One row a school, its index the number used everywhere inside the generator."""

    def rng(self, *topic: str | int) -> np.random.Generator:
        """The random stream of one topic."""
        label = "|".join(str(part) for part in topic)
        return np.random.default_rng([self.synthetic.seed, zlib.crc32(label.encode())])

    def schools_of_level(self, level: int) -> np.ndarray:
        return np.flatnonzero(self.schools["level"].to_numpy() == level)

    @property
    def school_ids(self) -> pa.Array:
        return pa.array(self.schools["school_id"])


def make_plan(synthetic: Synthetic, as_of_date: date) -> Plan:
    """Schools and school years; the last year is the one that contains as_of_date."""
    last = school_year_of(as_of_date)
    years = tuple(range(last - synthetic.years + 1, last + 1))
    empty = Plan(synthetic, np.datetime64(as_of_date, "D"), years, pd.DataFrame())
    return Plan(synthetic, empty.as_of, years, _schools(synthetic, empty.rng("schools")))


def schools_extract(plan: Plan) -> pa.Table:
    schools = plan.schools
    level = schools["level"].to_numpy()
    low, high = np.array(LEVEL_GRADES).T
    return pa.table(
        {
            "school_id": plan.school_ids,
            "school_name": pa.array(schools["school_name"]),
            "school_level": text(LEVELS, level),
            "low_grade": text(GRADES, low[level]),
            "high_grade": text(GRADES, high[level]),
            "is_title_i": boolean(schools["is_title_i"].to_numpy()),
        }
    )


def _schools(synthetic: Synthetic, rng: np.random.Generator) -> pd.DataFrame:
    level = np.repeat(range(3), _schools_by_level(synthetic.students))
    n = len(level)
    schools = pd.DataFrame({"school_id": [f"{101 + i:04d}" for i in range(n)], "level": level})
    schools["school_name"] = _school_names(level, rng)
    schools["feeds_into"] = _feeder(level)
    schools["weight"] = rng.uniform(0.8, 1.2, n)
    schools["poverty"] = _spread_over_feeders(schools, rng)
    schools["is_title_i"] = (schools["poverty"] >= TITLE_I_POVERTY) & (level < 2)
    schools["english_learner_rate"] = rng.uniform(0.03, 0.20, n)
    schools["disability_rate"] = rng.uniform(0.10, 0.17, n)
    schools["homeless_rate"] = 0.005 + 0.05 * schools["poverty"] * rng.uniform(0.5, 1.0, n)
    schools["students_per_teacher"] = rng.uniform(15.0, 18.5, n) + 0.5 * (level > 0)
    schools["effect"] = _school_effects(schools, synthetic.school_effect_sd, rng)
    return schools


def _schools_by_level(students: int) -> tuple[int, int, int]:
    total = max(3, round(students / STUDENTS_PER_SCHOOL))
    middle = max(1, round(total * LEVEL_SHARE_OF_SCHOOLS["Middle"]))
    high = max(1, round(total * LEVEL_SHARE_OF_SCHOOLS["High"]))
    return total - middle - high, middle, high


def _school_names(level: np.ndarray, rng: np.random.Generator) -> list[str]:
    stems = _NAMESAKES.split("|")
    stems += [f"{place} {feature}" for place in _PLACES.split() for feature in _FEATURES.split()]
    names = []
    for number, label in enumerate(LEVELS):
        order = rng.permutation(len(stems))
        for k in range(int((level == number).sum())):
            again = k // len(stems)
            suffix = f" No. {again + 1}" if again else ""
            names.append(f"{stems[order[k % len(stems)]]} {label} School{suffix}")
    return names


def _feeder(level: np.ndarray) -> np.ndarray:
    """Each elementary school feeds one middle school, each middle school one high school; high schools feed none."""
    feeds = np.full(len(level), -1)
    for below in (0, 1):
        here, above = np.flatnonzero(level == below), np.flatnonzero(level == below + 1)
        feeds[here] = above[np.arange(len(here)) * len(above) // len(here)]
    return feeds


def _spread_over_feeders(schools: pd.DataFrame, rng: np.random.Generator) -> np.ndarray:
    """Share of economically disadvantaged students: drawn for elementary schools, averaged upwards by their feeders."""
    poverty = np.clip(rng.beta(2.5, 3.2, len(schools)), 0.08, 0.88)
    for level in (1, 2):
        for school in np.flatnonzero(schools["level"] == level):
            below = np.flatnonzero(schools["feeds_into"] == school)
            if len(below):
                poverty[school] = poverty[below].mean()
    return poverty


def _school_effects(schools: pd.DataFrame, sd: float, rng: np.random.Generator) -> np.ndarray:
    """True school effects in scale points, made unrelated to poverty so that economic_gap stays the whole gap."""
    effect = rng.normal(0, 1, len(schools))
    poverty = schools["poverty"].to_numpy() - schools["poverty"].mean()
    effect -= effect.mean()
    effect -= poverty * (effect @ poverty) / np.maximum(poverty @ poverty, 1e-9)
    return sd * effect / np.maximum(effect.std(), 1e-9)
