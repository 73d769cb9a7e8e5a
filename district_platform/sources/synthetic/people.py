"""Children: who they are, and what in them later shapes attendance and scores.

One row a child, for all years; which school they attend when is in `enrollments`.
"""

from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa

from district_platform.dictionary.students import RACE_ETHNICITIES, SEXES
from district_platform.sources.synthetic.identity_errors import NO_ERROR, Identity, with_error
from district_platform.sources.synthetic.plan import GRADES, Plan
from district_platform.sources.synthetic.writing import boolean, dates, text

_STUDENT_ID_PRIME = 99_999_989
_STUDENT_ID_STEP = 48_271_917
_SIBLING_SHARE = 0.4
"""Children who have an elder sibling among those who came with them."""
_TWIN_SHARE = 0.03
"""Children who are twins, as among births in the United States."""
_NEXT_NAME = 0.005
"""A share of the list of names that always holds more than one of them."""
_RACE_ALPHA = np.array([5.0, 0.2, 1.2, 3.2, 0.1, 8.0, 1.0])


def make_children(
    plan: Plan, rng: np.random.Generator, zone: np.ndarray, grade: np.ndarray, school_year: int
) -> pd.DataFrame:
    """New children, by the elementary zone they live in and the grade they enter in that school year."""
    n = len(zone)
    schools = plan.schools
    poverty = schools["poverty"].to_numpy()[zone]
    is_poor = rng.random(n) < poverty
    sex = np.where(rng.random(n) < 0.003, 2, rng.integers(0, 2, n))
    children = pd.DataFrame(
        {
            "zone": zone,
            "sex": sex,
            "race_ethnicity": _race_ethnicity(plan, rng, zone),
            "first_name": rng.random(n),
            "last_name": rng.random(n),
            "birth_date": _birth_dates(rng, grade, school_year),
            "is_economically_disadvantaged": is_poor,
            "english_learner_until": _english_learner_until(rng, schools, zone, school_year),
            "has_disability": rng.random(n) < schools["disability_rate"].to_numpy()[zone],
            "is_homeless": is_poor & (rng.random(n) < schools["homeless_rate"].to_numpy()[zone] * 2),
            "log_absence": rng.normal(0, 0.72, n) + 0.38 * is_poor,
            "ability": rng.normal(0, 1, n),
        }
    )
    return _with_families(children, plan.rng("families", school_year), grade)


def student_ids(plan: Plan, n: int) -> pa.Array:
    """Eight characters with the leading zeros that such numbers have; no two alike, in no order."""
    offset = int(plan.rng("student_ids").integers(_STUDENT_ID_PRIME))
    numbers = (np.arange(n, dtype=np.int64) * _STUDENT_ID_STEP + offset) % _STUDENT_ID_PRIME
    return pa.array([f"{number:08d}" for number in numbers.tolist()])


class NamePools:
    """Names to draw from (Faker's en_US pools, in their order)."""

    def __init__(self) -> None:
        from faker.providers.person.en_US import Provider  # 0.4 s: only when a district is made

        self.last = pa.array(list(Provider.last_names))
        female, male = list(Provider.first_names_female), list(Provider.first_names_male)
        self.first = (pa.array(female), pa.array(male), pa.array([*female, *male]))

    def first_names(self, draw: np.ndarray, sex: np.ndarray) -> pa.Array:
        """First names by sex, from uniform draws."""
        start = np.cumsum([0, *(len(pool) for pool in self.first)])
        size = np.diff(start)
        return text(pa.concat_arrays(self.first), start[sex] + (draw * size[sex]).astype(np.int64))

    def last_names(self, draw: np.ndarray) -> pa.Array:
        return text(self.last, (draw * len(self.last)).astype(np.int64))


def students_extract(people: pd.DataFrame, ids: pa.Array, names: NamePools, rows: pd.DataFrame, year: int) -> pa.Table:
    """One row a student and year. `rows` holds person, birth_date as delivered, and the error by which a second id differs."""
    person = rows["person"].to_numpy()
    child = people.iloc[person]
    first = names.first_names(child["first_name"].to_numpy(), child["sex"].to_numpy()).to_pylist()
    last = names.last_names(child["last_name"].to_numpy()).to_pylist()
    born = rows["birth_date"].to_numpy().astype("datetime64[D]")
    error, surnames = rows["error"].to_numpy(), names.last.to_pylist()
    for row in np.flatnonzero(error != NO_ERROR).tolist():
        birth_date: date = born[row].item()
        other = with_error(Identity(first[row], last[row], birth_date), int(error[row]), surnames)
        first[row], last[row], born[row] = other.first_name, other.last_name, other.birth_date
    return pa.table(
        {
            "school_year": pa.array(np.full(len(rows), year)),
            "student_id": text(ids, person),
            "first_name": pa.array(first, type=pa.string()),
            "last_name": pa.array(last, type=pa.string()),
            "birth_date": dates(born),
            "sex": text(SEXES, child["sex"].to_numpy()),
            "race_ethnicity": text(RACE_ETHNICITIES, child["race_ethnicity"].to_numpy()),
            "is_economically_disadvantaged": boolean(child["is_economically_disadvantaged"].to_numpy()),
            "is_english_learner": boolean(is_english_learner(child, year)),
            "has_disability": boolean(child["has_disability"].to_numpy()),
            "is_homeless": boolean(child["is_homeless"].to_numpy()),
        }
    )


def is_english_learner(people: pd.DataFrame, school_year: int) -> np.ndarray:
    """English learners until they are reclassified as fluent."""
    return people["english_learner_until"].to_numpy() >= school_year


def _with_families(children: pd.DataFrame, rng: np.random.Generator, grade: np.ndarray) -> pd.DataFrame:
    """Siblings share surname and race/ethnicity, twins the birth date too. Siblings do not get the eldest's first name. Twins get names
    that begin alike, near each other in the alphabet."""
    of_family, shuffled = children.copy(), rng.permutation(len(children))
    by_zone = shuffled[np.argsort(of_family["zone"].to_numpy()[shuffled], kind="stable")]
    has_elder = _equals_previous(of_family["zone"].to_numpy()[by_zone]) & (rng.random(len(by_zone)) < _SIBLING_SHARE)
    eldest = np.maximum.accumulate(np.where(has_elder, 0, np.arange(len(by_zone))))
    _make_siblings(of_family, by_zone[has_elder], by_zone[eldest[has_elder]], ["last_name", "race_ethnicity"], 0.99)
    cohort = of_family["zone"].to_numpy() * len(GRADES) + grade
    by_cohort = shuffled[np.argsort(cohort[shuffled], kind="stable")]
    is_second = _equals_previous(cohort[by_cohort]) & (np.arange(len(by_cohort)) % 2 == 1)
    is_twin = np.flatnonzero(is_second & (rng.random(len(by_cohort)) < _TWIN_SHARE))
    shared = ["last_name", "race_ethnicity", "birth_date"]
    _make_siblings(of_family, by_cohort[is_twin], by_cohort[is_twin - 1], shared, 0.02)
    return of_family


def _equals_previous(values: np.ndarray) -> np.ndarray:
    """Whether each value is the one before it again."""
    return np.concatenate([[False], values[1:] == values[:-1]])[: len(values)]


def _make_siblings(
    children: pd.DataFrame, younger: np.ndarray, elder: np.ndarray, shared: list[str], range_of_names: float
) -> None:
    """Gives the younger sibling what they share, and a first name from the share of the names that come after the elder's."""
    first_name = children["first_name"].to_numpy()
    names = (first_name[elder] + _NEXT_NAME + range_of_names * first_name[younger]) % 1
    for column in shared:
        children.loc[younger, column] = children[column].to_numpy()[elder]
    children.loc[younger, "first_name"] = names


def _race_ethnicity(plan: Plan, rng: np.random.Generator, zone: np.ndarray) -> np.ndarray:
    """Drawn with shares that differ from zone to zone."""
    shares = plan.rng("race_ethnicity").dirichlet(_RACE_ALPHA, size=len(plan.schools))
    reached = shares.cumsum(axis=1)[zone] < rng.random(len(zone))[:, None]
    return np.minimum(reached.sum(axis=1), len(RACE_ETHNICITIES) - 1)


def _birth_dates(rng: np.random.Generator, grade: np.ndarray, school_year: int) -> np.ndarray:
    """Born so that the age on 1 September is grade + 5, one more for the 4 % who started late."""
    age = grade + 5 + (rng.random(len(grade)) < 0.04)
    fall = np.datetime64(f"{school_year - 1}-09-01", "D")
    birth_year = fall.astype("datetime64[Y]").astype(int) - age
    birthday = birth_year.astype("datetime64[Y]").astype("datetime64[D]") + (fall - fall.astype("datetime64[Y]"))
    return birthday - rng.integers(1, 364, len(grade))


def _english_learner_until(
    rng: np.random.Generator, schools: pd.DataFrame, zone: np.ndarray, school_year: int
) -> np.ndarray:
    learner = rng.random(len(zone)) < schools["english_learner_rate"].to_numpy()[zone]
    return np.where(learner, school_year + rng.geometric(0.15, len(zone)) - 1, 0)
