"""Where the words 'fewer than' would give small groups away themselves: fewer than five in all, at three schools, are one or two at each.

Of such groups it is not told either that they are small.
"""

import numpy as np

from district_platform.disclosure.attacker import UNBOUNDED, Knowledge, certainly_narrow
from district_platform.disclosure.equations import CONTAINS, Equations
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy


def unsized(
    cells: ReleaseCells, truth: Truth, equations: Equations, small: np.ndarray, is_told: np.ndarray, privacy: Privacy
) -> tuple[np.ndarray, np.ndarray]:
    """Of the counts that are said to be small those of which that may not be said; and the numbers of all students that may not be
    told beside them, since groups of which a figure is told have the minimum or more, and leave too few."""
    of_shares = np.bincount(equations.equation, cells.is_share[equations.cell], len(equations)) > 0
    equations = equations.where(~of_shares & (equations.along != CONTAINS))
    value, minimum = truth.filled, privacy.min_group_size
    found, dropped = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    while True:
        said, told = small & ~found, is_told & ~dropped
        lower = np.where(small, 1, np.where(value >= minimum, minimum, 0))
        upper = np.where(said, minimum - 1, np.where(value > 0, UNBOUNDED, 0))
        known = Knowledge(cells, equations, np.where(told, value, lower), np.where(told, value, upper))
        narrow = np.array(sorted(certainly_narrow(known, np.where(small, privacy.min_uncertainty, 0))), dtype=np.int64)
        near = np.unique(equations.cell[equations.touching(narrow)[equations.equation]])
        if said[near].any():
            found[near] |= said[near]
        elif (told & (value > 0))[near].any():
            dropped[near] |= told[near]
        else:
            return found, dropped
