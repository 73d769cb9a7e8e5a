"""Linear programs for counts that intervals alone leave narrow: their lowest and highest value under all relations together."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, vstack
from scipy.sparse.csgraph import connected_components

from .propagation import PROGRAM, TINY, Knowledge

NARROWER = 6
"""Only counts with fewer possible values are worth a program."""
LARGEST = 8000
"""Counts of a component beyond which only the neighbourhood of a count is solved; leaving relations out widens, and so stays true."""
NEAR = 300
"""Counts of the neighbourhood over which an integer program runs."""
SECONDS = 5.0
"""The longest that one integer program may take; what it has proved by then counts."""


@dataclass
class Program:
    """Relations among unknown counts, with what is known taken off."""

    columns: np.ndarray
    matrix: csr_array
    least: np.ndarray
    most: np.ndarray


def narrow_by_programs(knowledge: Knowledge, in_whole_numbers: bool = False) -> bool:
    """Bound narrow counts by programs over what they hang together with. Whether anything moved.

    Linear programs run over all that hangs together. Integer programs, which see more and take longer, run over the neighbourhood
    of a count only, and where it has almost been found.
    """
    moved = False
    for program in components(knowledge):
        solve = _whole_numbers if in_whole_numbers else _linear_bounds
        moved |= solve(knowledge, program)
    return moved


def wanted(knowledge: Knowledge, columns: np.ndarray) -> np.ndarray:
    """Counts that may be small and are narrow already, but not yet known."""
    low, high = knowledge.low[columns], knowledge.high[columns]
    narrow = (high - low < NARROWER - 1 + 0.5) & (high - low > 0.5)
    return columns[narrow & (low < knowledge.release.minimum)]


def components(knowledge: Knowledge) -> list[Program]:
    """The relations that still bind, apart where no unknown count is shared."""
    low, high = knowledge.low, knowledge.high
    k = knowledge
    unknown = high - low > 0.5
    positive = k.coefficient > 0
    ends = np.where(positive, low[k.column], high[k.column]), np.where(positive, high[k.column], low[k.column])
    least = np.add.reduceat(k.coefficient * ends[0], k.start[:-1])
    most = np.add.reduceat(k.coefficient * ends[1], k.start[:-1])
    with np.errstate(invalid="ignore"):
        binds = ~((least >= k.least - TINY) & (most <= k.most + TINY))
    binds &= np.add.reduceat(unknown[k.column].astype(int), k.start[:-1]) > 0
    entry = binds[k.row] & unknown[k.column]
    known = np.where(unknown[k.column], 0.0, k.coefficient * low[k.column])
    constant = np.add.reduceat(known, k.start[:-1])
    rows, row = np.unique(k.row[entry], return_inverse=True)
    columns, column = np.unique(k.column[entry], return_inverse=True)
    if not len(rows):
        return []
    shape = (len(rows), len(columns))
    matrix = coo_array((k.coefficient[entry], (row, column)), shape=shape).tocsr()
    graph = coo_array((np.ones(len(row)), (row, len(rows) + column)), shape=(sum(shape), sum(shape)))
    _, label = connected_components(graph, directed=False)
    found = []
    for name in np.unique(label[: len(rows)]):
        mine, theirs = np.flatnonzero(label[: len(rows)] == name), np.flatnonzero(label[len(rows) :] == name)
        part = matrix[mine][:, theirs]
        minus = constant[rows[mine]]
        found.append(Program(columns[theirs], part, k.least[rows[mine]] - minus, k.most[rows[mine]] - minus))
    return found


def neighbourhood(program: Program, column: int, size: int) -> Program:
    """What is near one count: the relations whose counts are reached first."""
    matrix, transposed = program.matrix, program.matrix.T.tocsr()
    inside = {column}
    rows: dict[int, None] = {}
    edge = [column]
    while edge and len(inside) < size:
        following = []
        for c in edge:
            for r in transposed.indices[transposed.indptr[c] : transposed.indptr[c + 1]]:
                if int(r) in rows:
                    continue
                rows[int(r)] = None
                new = [int(x) for x in matrix.indices[matrix.indptr[r] : matrix.indptr[r + 1]] if int(x) not in inside]
                inside.update(new)
                following += new
        edge = following
    chosen, kept = np.array(sorted(inside)), np.array(list(rows))
    return Program(program.columns[chosen], matrix[kept][:, chosen], program.least[kept], program.most[kept])


def _linear_bounds(knowledge: Knowledge, program: Program) -> bool:
    """Lowest and highest value of each target; a bound that some solution attains needs no program of its own."""
    moved = False
    columns = program.columns
    lowest, highest = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
    for target in wanted(knowledge, columns):
        i = int(np.searchsorted(columns, target))
        part, inside = program, np.arange(len(columns))
        if len(columns) > LARGEST:
            part = neighbourhood(program, i, LARGEST)
            inside = np.searchsorted(columns, part.columns)
        for sign in (1, -1):
            attained = (
                lowest[i] <= knowledge.low[target] + TINY if sign > 0 else highest[i] >= knowledge.high[target] - TINY
            )
            if attained:
                continue
            result = _linear(part, _cost(part, target, sign), knowledge.low[part.columns], knowledge.high[part.columns])
            if result.status != 0:
                continue
            lowest[inside] = np.minimum(lowest[inside], result.x)
            highest[inside] = np.maximum(highest[inside], result.x)
            moved |= _take(knowledge, int(target), sign, sign * np.ceil(result.fun - 1e-5))
    return moved


def _whole_numbers(knowledge: Knowledge, program: Program) -> bool:
    """The same by integer programs, for targets with four values or fewer."""
    moved = False
    columns = program.columns
    lowest, highest = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)
    for target in wanted(knowledge, columns):
        if knowledge.high[target] - knowledge.low[target] > 3.5:
            continue
        i = int(np.searchsorted(columns, target))
        part = neighbourhood(program, i, NEAR) if len(columns) > NEAR else program
        inside = np.searchsorted(columns, part.columns)
        for sign in (1, -1):
            attained = part is program and (
                lowest[i] <= knowledge.low[target] if sign > 0 else highest[i] >= knowledge.high[target]
            )
            if attained:
                continue
            value, solution = _whole(knowledge, part, int(target), sign)
            if solution is not None and part is program:
                lowest[inside] = np.minimum(lowest[inside], solution)
                highest[inside] = np.maximum(highest[inside], solution)
            moved |= _take(knowledge, int(target), sign, value)
    return moved


def _cost(part: Program, target: int, sign: int) -> np.ndarray:
    cost = np.zeros(len(part.columns))
    cost[np.searchsorted(part.columns, target)] = sign
    return cost


def _whole(knowledge: Knowledge, part: Program, target: int, sign: int) -> tuple[float, np.ndarray | None]:
    """What no solution in whole numbers goes below (sign 1) or above (sign −1), and such a solution where one was found."""
    result = milp(
        _cost(part, target, sign),
        constraints=LinearConstraint(part.matrix, part.least - TINY, part.most + TINY),
        bounds=Bounds(knowledge.low[part.columns], knowledge.high[part.columns]),
        integrality=np.ones(len(part.columns)),
        options={"time_limit": SECONDS},
    )
    proved = result.get("mip_dual_bound")
    bound = np.ceil(proved - 1e-5) if proved is not None and np.isfinite(proved) else -np.inf
    return sign * bound, np.round(result.x) if result.x is not None else None


def _linear(part: Program, cost: np.ndarray, low: np.ndarray, high: np.ndarray):
    equal = part.least == part.most
    upper, lower = ~equal & np.isfinite(part.most), ~equal & np.isfinite(part.least)
    a_ub = vstack([part.matrix[upper], -part.matrix[lower]])
    b_ub = np.concatenate([part.most[upper], -part.least[lower]])
    return linprog(
        cost,
        A_ub=a_ub if a_ub.shape[0] else None,
        b_ub=b_ub if a_ub.shape[0] else None,
        A_eq=part.matrix[equal] if equal.any() else None,
        b_eq=part.most[equal] if equal.any() else None,
        bounds=np.column_stack([low, high]),
        method="highs",
    )


def _take(knowledge: Knowledge, target: int, sign: int, value: float) -> bool:
    if sign > 0 and value > knowledge.low[target] + 0.5:
        knowledge.low[target], knowledge.why_low[target] = value, PROGRAM
    elif sign < 0 and value < knowledge.high[target] - 0.5:
        knowledge.high[target], knowledge.why_high[target] = value, PROGRAM
    else:
        return False
    knowledge.check()
    return True
