"""A linear program that HiGHS keeps: only costs and bounds change, so that each solution starts where the last one ended."""

from typing import NamedTuple

import numpy as np
from highspy import Highs, HighsModelStatus, MatrixFormat, ObjSense
from scipy.sparse import csr_array

PRIMAL_SIMPLEX = 4
"""HiGHS's name of it: the last solution still fits the relations when costs change, and only then."""


class Solution(NamedTuple):
    """The least cost, the counts that have it, and how much each relation weighs in it."""

    cost: float
    counts: np.ndarray
    weights: np.ndarray


class Solver:
    """Counts between `low` and `high` of which the rows of a matrix make what is between `least` and `most`."""

    def __init__(
        self, matrix: csr_array, least: np.ndarray, most: np.ndarray, low: np.ndarray, high: np.ndarray
    ) -> None:
        by_column = matrix.tocsc()
        n_rows, self.n = matrix.shape
        self.highs = Highs()
        self.highs.callbacks.clear()  # none is used, and as they refer back to it, its memory would wait for the collector
        self.highs.silent()
        self.highs.setOptionValue("threads", 1)
        shape = self.n, n_rows, by_column.nnz, MatrixFormat.kColwise.value, ObjSense.kMinimize.value, 0.0
        entries = by_column.indptr, by_column.indices, by_column.data
        is_whole = np.zeros(self.n, dtype=np.int32)
        self.highs.passModel(*shape, np.zeros(self.n), low, high, least, most, *entries, is_whole)
        self.costs = np.zeros(self.n)

    def minimize(self, columns: np.ndarray, cost: float) -> Solution | None:
        """The least sum of some counts, each times the cost; None where HiGHS does not prove that it is."""
        costs = np.zeros(self.n)
        costs[columns] = cost
        changed = np.flatnonzero(costs != self.costs).astype(np.int32)
        self.highs.changeColsCost(len(changed), changed, costs[changed])
        self.costs = costs
        self.highs.run()
        if self.highs.getModelStatus() != HighsModelStatus.kOptimal:
            return None
        self.highs.setOptionValue("simplex_strategy", PRIMAL_SIMPLEX)
        found = self.highs.getSolution()
        counts, weights = np.array(found.col_value), np.abs(np.array(found.row_dual))
        return Solution(float(costs @ counts), counts, weights)

    def bound(self, column: int, low: float, high: float) -> None:
        """Narrow a count."""
        self.highs.changeColBounds(column, low, high)
