"""Which cells are connected by equations; what is not can be looked at by itself."""

import numpy as np

from district_platform.disclosure.equations import Ids


def components(cells: Ids, equations: np.ndarray, n_cells: int, n_equations: int) -> np.ndarray:
    """A number for every cell, then for every equation: the same for those that entries (cell, equation) connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = n_cells + n_equations
    edges = (np.ones(len(cells)), (cells, n_cells + equations))
    found: np.ndarray = connected_components(coo_array(edges, shape=(size, size)), directed=False)[1]
    return found
