"""Finds which cells are connected by equations; each component can be solved separately."""

import numpy as np

from district_platform.disclosure.equations import Ids


def components(cells: Ids, equations: np.ndarray, n_cells: int, n_equations: int) -> np.ndarray:
    """Component numbers of every cell, then of every equation; entries (cell, equation) connect them."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = n_cells + n_equations
    edges = (np.ones(len(cells)), (cells, n_cells + equations))
    found: np.ndarray = connected_components(coo_array(edges, shape=(size, size)), directed=False)[1]
    return found
