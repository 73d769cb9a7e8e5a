"""The cheapest way to give a hidden count room: what else must be hidden so that it could have another value.

A linear program (Kelly, Golden and Assad, Cell Suppression: Disclosure Protection for Sensitive Tabular Data, Networks 22, 1992): the
table changes so that the count does and every total stays; cells that must change for it are the ones to hide.
"""

import numpy as np

from district_platform.privacy.groups import Ids
from district_platform.privacy.totals import AT_LEAST, ROUGH, Totals

_FREE = 1e-4
"""Cost of changing what is hidden already: nothing but the length of the way."""


def detour(
    i: int,
    wanted: float,
    totals: Totals,
    value: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
    among: Ids,
) -> Ids:
    """The counts that change with `i` where it changes by `wanted`, of least cost; none where it cannot change.

    `bounds` are those of counts once hidden, `cost` is 0 for those that are, `among` are the counts that may change.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, hstack

    position = np.full(len(value), -1)
    position[among] = np.arange(len(among))
    entries = (position[totals.count] >= 0) & (totals.relation[totals.equation] != ROUGH)
    equations, row = np.unique(totals.equation[entries], return_inverse=True)
    column, n = position[totals.count[entries]], len(among)
    matrix = csr_array((totals.sign[entries], (row, column)), shape=(len(equations), n))
    both = hstack([matrix, -matrix], format="csr")
    floor = totals.relation[equations] == AT_LEAST
    slack = totals.sums(value)[equations][floor]
    up, down = np.maximum(bounds[1] - value, 0)[among], np.maximum(value - bounds[0], 0)[among]
    for way in (up, down):
        at = int(position[i])
        if way[at] < wanted:
            continue
        most = np.minimum(np.concatenate([up, down]), 10 * wanted)
        least = np.zeros(2 * n)
        here, opposite = (at, n + at) if way is up else (n + at, at)
        least[here] = most[here] = wanted
        most[opposite] = 0
        found = linprog(
            np.tile(np.maximum(cost[among], _FREE), 2),
            A_ub=-both[floor] if floor.any() else None,
            b_ub=slack if floor.any() else None,
            A_eq=both[~floor],
            b_eq=np.zeros(int((~floor).sum())),
            bounds=np.stack([least, most], axis=1),
            method="highs-ds",
            options={"presolve": False},  # so small a program is solved sooner than made smaller
        )
        if found.x is not None:
            return among[np.abs(found.x[:n] - found.x[n:]) > 1e-6]
    return np.zeros(0, dtype=np.int64)
