"""The cheapest way to give a hidden count room: what else must be hidden so that it could have another value.

A linear program (Kelly, Golden and Assad, Cell Suppression: Disclosure Protection for Sensitive Tabular Data, Networks 22, 1992): the
table changes so that the count does and every total stays; cells that must change for it are the ones to hide.
"""

import numpy as np

from district_platform.privacy.groups import NO_GROUP, Ids
from district_platform.privacy.solver import ContradictionError, cheapest
from district_platform.privacy.totals import AT_LEAST, ROUGH, Totals

_FREE = 1e-4
"""Cost of changing what is hidden already: nothing but the length of the way."""

_CHANGED = 1e-6


def detour(
    i: int,
    wanted: float,
    totals: Totals,
    sums: np.ndarray,
    value: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
) -> Ids:
    """The counts that change with `i` where it changes by `wanted`, of least cost; none where it cannot change.

    `sums` are those of the totals, `bounds` those of counts once hidden, `cost` is 0 for those that are. Counts of the totals that are
    NO_GROUP stay as they are.
    """
    from scipy.sparse import csc_array, hstack

    sums, totals = sums[totals.relation != ROUGH], totals.where(totals.relation != ROUGH)
    entries, n = totals.count != NO_GROUP, len(value)
    shape = len(totals), n
    matrix = csc_array((totals.sign[entries], (totals.equation[entries], totals.count[entries])), shape=shape)
    both, costs = hstack([matrix, -matrix]), np.tile(np.maximum(cost, _FREE), 2)
    floor = totals.relation == AT_LEAST
    changes = np.where(floor, -sums, 0.0), np.where(floor, np.inf, 0.0)
    up, down = np.maximum(bounds[1] - value, 0), np.maximum(value - bounds[0], 0)
    for way in (up, down):
        if way[i] < wanted:
            continue
        most = np.minimum(np.concatenate([up, down]), 10 * wanted)
        least = np.zeros(2 * n)
        here, opposite = (i, n + i) if way is up else (n + i, i)
        least[here] = most[here] = wanted
        most[opposite] = 0
        try:
            steps = cheapest(costs, both, changes, (least, most))
        except ContradictionError:
            continue
        return np.flatnonzero(np.abs(steps[:n] - steps[n:]) > _CHANGED)
    return np.zeros(0, dtype=np.int64)
