"""Known defects of test results: ASM-01 (outside the scale, or repeated) and ASM-02 (another grade)."""

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.assessments import ADMINISTRATIONS, SUBJECTS
from district_platform.sources.synthetic.people import student_ids
from district_platform.sources.synthetic.plan import Plan
from district_platform.sources.synthetic.planting import Planter

_OFF_SCALE = 5_000
"""Far outside every scale a district would set: a score typed with a digit too many."""


def plant_result_defects(plan: Plan, planter: Planter, results: pd.DataFrame, year: int) -> pd.DataFrame:
    """The year's results with defects in them, each of another child."""
    n = planter.wanted(planter.settings.row_rate, len(results)) if len(results) else 0
    if not n:
        return results
    rng = plan.rng("defects", "results", year)
    results = results.reset_index(drop=True)
    off_scale, repeated, other_grade = (_pick(planter, rng, results, n) for _ in range(3))
    ids = student_ids(plan, len(planter.has_defect))
    for rule, picked in (("ASM-01", off_scale), ("ASM-01", repeated), ("ASM-02", other_grade)):
        for row in picked:
            result = results.loc[row]
            subject, administration = SUBJECTS[result["subject"]], ADMINISTRATIONS[result["administration"]]
            planter.record(rule, year, ids[result["person"]], subject, administration)
    results.loc[off_scale, "score"] += _OFF_SCALE
    results.loc[other_grade, "grade"] += 1
    again = results.loc[repeated]
    again = again.assign(date=again["date"] - pd.Timedelta(days=1), score=again["score"] - 6)
    return pd.concat([results, again], ignore_index=True)


def _pick(planter: Planter, rng: np.random.Generator, results: pd.DataFrame, n: int) -> np.ndarray:
    """One random result each of up to n children."""
    chosen = planter.children(rng, results["person"].to_numpy(), n)
    shuffled = rng.permutation(len(results))
    person = results["person"].to_numpy()[shuffled]
    theirs = np.isin(person, chosen)
    _, first = np.unique(person[theirs], return_index=True)
    return np.sort(shuffled[theirs][first])
