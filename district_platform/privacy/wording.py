"""Where the words 'fewer than' would give small groups away themselves: fewer than five in all, at three schools, are one or two at each.

Of such groups it is not told either that they are small.
"""

import numpy as np

from district_platform.privacy.bounds import UNBOUNDED, Known, certainly_narrow
from district_platform.privacy.groups import Groups
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import PARTS, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy


def unsized(
    groups: Groups, truth: Truth, small: np.ndarray, is_told: np.ndarray, privacy: Privacy
) -> tuple[np.ndarray, np.ndarray]:
    """Of the counts that are said to be small those of which that may not be said; and the numbers of all students that may not be
    told beside them, since groups of which a figure is told have the minimum or more, and leave too few."""
    relations = Relations(groups)
    totals = usable(totals_of(groups), relations, truth)
    of_shares = np.bincount(totals.equation, relations.has_twin[totals.count], len(totals)) > 0
    totals = totals.where(~of_shares & (totals.adds != PARTS))
    value, minimum = truth.filled, privacy.min_group_size
    found, dropped = np.zeros(len(groups), dtype=bool), np.zeros(len(groups), dtype=bool)
    while True:
        said, told = small & ~found, is_told & ~dropped
        lower = np.where(small, 1, np.where(value >= minimum, minimum, 0))
        upper = np.where(said, minimum - 1, np.where(value > 0, UNBOUNDED, 0))
        known = Known(groups, totals, np.where(told, value, lower), np.where(told, value, upper))
        narrow = np.array(sorted(certainly_narrow(known, np.where(small, privacy.min_uncertainty, 0))), dtype=np.int64)
        if not len(narrow):
            return found, dropped
        hit = np.zeros(len(totals), dtype=bool)
        hit[totals.equation[np.isin(totals.count, narrow)]] = True
        near = np.unique(totals.count[hit[totals.equation]])
        if said[near].any():
            found[near] |= said[near]
        elif (told & (value > 0))[near].any():
            dropped[near] |= told[near]
        else:
            return found, dropped
