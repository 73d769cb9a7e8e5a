"""What a reader might know of a random release: some of its counts exactly, the others between two numbers."""

import random
from collections.abc import Callable, Iterable

import numpy as np
import pandas as pd
from hypothesis import Phase, settings
from scipy.sparse import csr_array

from district_platform.privacy.bounds import Known
from district_platform.privacy.gathering import gather, in_order
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import AT_LEAST, ROUGH, totals_of
from district_platform.privacy.truth import truth_of, usable
from district_platform_tests.privacy.intruder import Tables
from district_platform_tests.privacy.random_releases import Children, absence, enrollment, performance, totals

A_FEW = settings(max_examples=5, phases=[Phase.generate])
"""Examples: each asks hundreds of integer programs, so that one which fails is not made smaller."""

ROOM = (0, 0, 1, 5)
"""How far a count may be from the true one, to each side: often not at all to one of them."""

RELEASES: dict[str, Callable[[Children], dict[str, pd.DataFrame]]] = {
    "growing": lambda counted: {"student_performance": performance(totals(counted))},
    "adding up roughly": lambda counted: {"chronic_absence": absence(totals(counted, is_crossed=True))},
    "two tables": lambda counted: {
        "enrollment_summary": enrollment(totals(counted), 0),
        "student_performance": performance(totals(counted)),
    },
}
"""Ways in which counts hang together, as tables of the same children."""


def known_of(frames: dict[str, pd.DataFrame], dice: random.Random) -> tuple[Known, np.ndarray]:
    """What is left of a release when half of its counts are known between two numbers only, and the true counts."""
    frames = in_order(frames)
    groups = gather(frames)
    truth = truth_of(frames, groups)
    value = truth.filled
    lower, upper = value.copy(), value.copy()
    for i in dice.sample(range(len(value)), len(value) // 2):
        lower[i] = max(0, value[i] - dice.choice(ROOM))
        upper[i] = value[i] + dice.choice(ROOM)
    return Known(groups, usable(totals_of(groups), Relations(groups), truth), lower, upper), value


def bounds_of(counts: Iterable[int], known: Known) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest value of every count that fits all that is known: of these as far apart as they can be."""
    kept = known.totals.where(known.totals.relation != ROUGH)
    matrix = csr_array((kept.sign, (kept.equation, kept.count)), shape=(len(kept), len(known.lower)))
    most = np.where(kept.relation == AT_LEAST, np.inf, 0)
    tables = Tables(np.column_stack([known.lower, known.upper]), matrix, np.zeros(len(kept)), most)
    for i in counts:
        tables.bound(i)
    return tables.low, tables.high
