"""Feasibility intervals by integer programs of their own (scipy's), two for each cell: slow, and sharing no code with the attacker."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from district_platform.disclosure.attacker import Knowledge
from district_platform.disclosure.equations import AT_LEAST, ROUGH


def feasible(cells: Iterable[int], known: Knowledge) -> tuple[np.ndarray, np.ndarray]:
    """The lowest and the highest value of every cell in tables that fit all that is known: of these cells as far apart as they can be."""
    kept = known.equations.where(known.equations.relation != ROUGH)
    matrix = csr_array((kept.sign, (kept.equation, kept.cell)), shape=(len(kept), len(known.lower)))
    sums = LinearConstraint(matrix, np.zeros(len(kept)), np.where(kept.relation == AT_LEAST, np.inf, 0))
    low, high = np.full(len(known.lower), np.inf), np.full(len(known.lower), -np.inf)
    for i in cells:
        for sign in (1, -1):
            table = _least(sign * (np.arange(len(low)) == i), sums, Bounds(known.lower, known.upper))
            low, high = np.minimum(low, table), np.maximum(high, table)
    return low, high


def _least(direction: np.ndarray, sums: Any, bounds: Bounds) -> np.ndarray:
    found = milp(direction, constraints=sums, bounds=bounds, integrality=np.ones(len(direction)))
    assert found.x is not None, f"what is known contradicts itself: {found.message}"
    return np.round(found.x)
