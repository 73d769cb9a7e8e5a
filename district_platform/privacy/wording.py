"""Where the words 'fewer than' would give small groups away themselves: fewer than five in all, at three schools, are one or two at each.

Of such groups it is not told either that they are small.
"""

from dataclasses import replace

import numpy as np

from district_platform.privacy.bounds import UNBOUNDED, Known, certainly_narrow
from district_platform.privacy.groups import Groups
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import PARTS, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy


def unsized(groups: Groups, truth: Truth, small: np.ndarray, is_told: np.ndarray, privacy: Privacy) -> np.ndarray:
    """Of the counts that are said to be small those of which that may not be said."""
    relations = Relations(groups)
    totals = usable(totals_of(groups), relations, truth)
    of_shares = np.bincount(totals.equation, relations.has_twin[totals.count], len(totals)) > 0
    totals = totals.where(~of_shares & (totals.adds != PARTS))
    value, minimum = truth.filled, privacy.min_group_size
    found = np.zeros(len(groups), dtype=bool)
    while True:
        said = small & ~found
        lower = np.where(said, 1, np.where(found, 1, np.where(value >= minimum, minimum, 0)))
        upper = np.where(said, minimum - 1, np.where(value > 0, UNBOUNDED, 0))
        lower, upper = np.where(is_told, value, lower), np.where(is_told, value, upper)
        known = Known(groups, replace(totals), lower, upper)
        narrow = certainly_narrow(known, np.where(said, privacy.min_uncertainty, 0))
        if not narrow:
            return found
        hit = np.zeros(len(totals), dtype=bool)
        hit[totals.equation[np.isin(totals.count, list(narrow))]] = True
        near = np.unique(totals.count[hit[totals.equation]])
        found[list(narrow)] = True
        found[near] |= said[near]
