"""The cheapest way to protect a hidden cell: which other cells must be hidden so that it could have another value.

A linear program (Kelly, Golden and Assad, Cell Suppression: Disclosure Protection for Sensitive Tabular Data, Networks 22, 1992): the
cell changes while every total stays the same; the other cells that must change for it are the ones to hide.
"""

import numpy as np

from district_platform.disclosure.equations import AT_LEAST, NO_CELL, ROUGH, Equations, Ids
from district_platform.disclosure.solver import ContradictionError, cheapest

_FREE = 1e-4
"""The cost of changing a cell that is hidden already: small, but not 0, so that the change stays short."""

_CHANGED = 1e-6


def cells_to_hide(
    i: int,
    wanted: float,
    equations: Equations,
    sums: np.ndarray,
    value: np.ndarray,
    bounds: tuple[np.ndarray, np.ndarray],
    cost: np.ndarray,
) -> Ids:
    """The cheapest cells that must change when cell `i` changes by `wanted`; none if it cannot change.

    `sums` are those of the equations. `bounds` are those of the cells once they are hidden. `cost` is 0 for hidden cells. Entries of the
    equations that are NO_CELL do not change.
    """
    sums, equations = sums[equations.relation != ROUGH], equations.where(equations.relation != ROUGH)
    up, down = np.maximum(bounds[1] - value, 0), np.maximum(value - bounds[0], 0)
    for is_up in (True, False):
        if (up if is_up else down)[i] >= wanted:
            try:
                steps = _change(i, is_up, wanted, equations, sums, np.concatenate([up, down]), cost)
            except ContradictionError:
                continue
            return np.flatnonzero(np.abs(steps) > _CHANGED)
    return np.zeros(0, dtype=np.int64)


def _change(
    i: int,
    is_up: bool,
    wanted: float,
    equations: Equations,
    sums: np.ndarray,
    limits: np.ndarray,
    cost: np.ndarray,
) -> np.ndarray:
    """The cheapest change in which cell `i` goes up or down by `wanted`. Raises ContradictionError where there is none."""
    from scipy.sparse import csc_array, hstack

    n, entries = len(cost), equations.cell != NO_CELL
    places = (equations.equation[entries], equations.cell[entries])
    matrix = csc_array((equations.sign[entries], places), shape=(len(equations), n))
    at_least = equations.relation == AT_LEAST
    changes = np.where(at_least, -sums, 0.0), np.where(at_least, np.inf, 0.0)
    most, least = np.minimum(limits, 10 * wanted), np.zeros(2 * n)
    here, opposite = (i, n + i) if is_up else (n + i, i)
    least[here] = most[here] = wanted
    most[opposite] = 0
    costs = np.tile(np.maximum(cost, _FREE), 2)
    steps = cheapest(costs, hstack([matrix, -matrix]), changes, (least, most))
    return steps[:n] - steps[n:]
