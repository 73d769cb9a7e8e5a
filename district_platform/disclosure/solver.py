"""Solves linear and integer programs over counts with HiGHS; `programs` and `protection` write the programs.

HiGHS is called directly. scipy's functions pass it the same program, but loop in Python over every column before and after, which takes
longer than solving programs as small as these. Each is solved in one thread, so that answers do not depend on the machine's cores.
"""

from typing import Any

import numpy as np


class ContradictionError(ValueError):
    """No table fits what is known."""


def cheapest(
    costs: np.ndarray,
    matrix: Any,
    sums: tuple[np.ndarray, np.ndarray],
    values: tuple[np.ndarray, np.ndarray],
    is_whole: bool = False,
) -> np.ndarray:
    """The cheapest values within the bounds `values`, such that the rows of a sparse matrix times the values lie within the bounds `sums`.

    Whole numbers if asked for. Programs without that condition are small, so presolving them would take longer than solving them.
    Raises ContradictionError where there are none.
    """
    from highspy import Highs, HighsModelStatus, HighsVarType, MatrixFormat, ObjSense

    by_column, n = matrix.tocsc(), len(costs)
    solver = Highs()
    solver.callbacks.clear()  # none is used, and as they refer back to the solver, its memory would wait for the garbage collector
    solver.silent()
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("presolve", "on" if is_whole else "off")
    shape = n, by_column.shape[0], by_column.nnz, MatrixFormat.kColwise.value, ObjSense.kMinimize.value, 0.0
    entries = by_column.indptr, by_column.indices, by_column.data
    kind = HighsVarType.kInteger if is_whole else HighsVarType.kContinuous
    solver.passModel(*shape, costs, *values, *sums, *entries, np.full(n, kind.value, dtype=np.int32))
    solver.run()
    status = solver.getModelStatus()
    if status != HighsModelStatus.kOptimal:
        raise ContradictionError(f"{solver.modelStatusToString(status)} ({n} unknown counts)")
    found = np.array(solver.getSolution().col_value)
    return np.round(found) if is_whole else found
