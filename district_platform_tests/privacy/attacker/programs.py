"""Linear programs for counts that intervals alone leave narrow: their lowest and highest value under all relations together."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from .propagation import PROGRAM, TINY, Knowledge
from .solver import Solution, Solver

NARROWER = 6
"""Only counts with fewer possible values are worth a program."""
NEAR = 300
"""Counts of the neighbourhood over which an integer program runs."""
SECONDS = 5.0
"""The longest that one integer program may take; what it has proved by then counts."""


@dataclass
class Program:
    """Relations among unknown counts, with what is known taken off."""

    rows: np.ndarray
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
    solve = _whole_numbers if in_whole_numbers else _linear_bounds
    before = knowledge.solved.get(in_whole_numbers)
    now = knowledge.low.copy(), knowledge.high.copy()
    for program in components(knowledge):
        columns = program.columns
        if before and all((old[columns] == new[columns]).all() for old, new in zip(before, now, strict=True)):
            continue
        moved |= solve(knowledge, program)
    knowledge.solved[in_whole_numbers] = now
    return moved


def wanted(knowledge: Knowledge, columns: np.ndarray) -> np.ndarray:
    """Counts of the release that may be small and are narrow already, but not yet known."""
    low, high = knowledge.low[columns], knowledge.high[columns]
    narrow = (high - low < NARROWER - 1 + 0.5) & (high - low > 0.5)
    return columns[narrow & (low < knowledge.release.minimum) & knowledge.is_asked[columns]]


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
        found.append(
            Program(rows[mine], columns[theirs], part, k.least[rows[mine]] - minus, k.most[rows[mine]] - minus)
        )
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
    return Program(
        program.rows[kept], program.columns[chosen], matrix[kept][:, chosen], program.least[kept], program.most[kept]
    )


class Attained:
    """Values of counts that some solution of a program has: bounds that need no program of their own."""

    def __init__(self, knowledge: Knowledge, columns: np.ndarray) -> None:
        self.knowledge, self.columns = knowledge, columns
        self.lowest, self.highest = np.full(len(columns), np.inf), np.full(len(columns), -np.inf)

    def add(self, solution: np.ndarray) -> None:
        self.lowest, self.highest = np.minimum(self.lowest, solution), np.maximum(self.highest, solution)

    def has(self, places: np.ndarray, sign: int) -> np.ndarray:
        """Whether the counts have attained their low (sign 1) or high (sign −1) bound."""
        if sign > 0:
            return self.lowest[places] <= self.knowledge.low[self.columns[places]] + 1e-5
        return self.highest[places] >= self.knowledge.high[self.columns[places]] - 1e-5


def _linear_bounds(knowledge: Knowledge, program: Program) -> bool:
    """Lowest and highest value of each target.

    Programs that push all targets at once come first: most targets attain their bounds in one of them, and only the rest have
    programs of their own (bound tightening with filtering, Gleixner and others 2017, Journal of Global Optimization 67).
    """
    moved = False
    targets = np.searchsorted(program.columns, wanted(knowledge, program.columns))
    if not len(targets):
        return False
    attained = Attained(knowledge, program.columns)
    low, high = knowledge.low[program.columns], knowledge.high[program.columns]
    solver = Solver(program.matrix, program.least, program.most, low, high)
    for sign in (1, -1):
        _push(solver, attained, targets, sign)
        for target in targets:
            if attained.has(target, sign):
                continue
            found = solver.minimize(np.array([target]), sign)
            if found is None:
                continue
            attained.add(found.counts)
            column, value = int(program.columns[target]), sign * np.ceil(found.cost - 1e-5)
            if _take(knowledge, column, sign, value, _used(program, found)):
                moved = True
                solver.bound(int(target), knowledge.low[column], knowledge.high[column])
    return moved


def _push(solver: Solver, attained: Attained, targets: np.ndarray, sign: int) -> None:
    """Push all targets at once that have not attained their bound, until that helps few of them."""
    left = targets[~attained.has(targets, sign)]
    while len(left):
        found = solver.minimize(left, sign)
        if found is None:
            return
        attained.add(found.counts)
        still = left[~attained.has(left, sign)]
        if len(still) > 0.9 * len(left):
            return
        left = still


def _used(program: Program, found: Solution) -> tuple[int, ...]:
    """The relations that a linear program rests on, by their weight in it."""
    order = np.argsort(-found.weights)
    return tuple(int(program.rows[i]) for i in order if found.weights[i] > 1e-9)


def _whole_numbers(knowledge: Knowledge, program: Program) -> bool:
    """The same by integer programs, for targets with four values or fewer."""
    moved = False
    attained = Attained(knowledge, program.columns)
    for target in np.searchsorted(program.columns, wanted(knowledge, program.columns)):
        column = int(program.columns[target])
        if knowledge.high[column] - knowledge.low[column] > 3.5:
            continue
        is_all = len(program.columns) <= NEAR
        part = program if is_all else neighbourhood(program, int(target), NEAR)
        for sign in (1, -1):
            if attained.has(target, sign):
                continue
            value, solution = _whole(knowledge, part, column, sign)
            if solution is not None and is_all:
                attained.add(solution)
            moved |= _take(knowledge, column, sign, value, tuple(map(int, part.rows)))
    return moved


def _whole(knowledge: Knowledge, part: Program, target: int, sign: int) -> tuple[float, np.ndarray | None]:
    """What no solution in whole numbers goes below (sign 1) or above (sign −1), and such a solution where one was found."""
    cost = np.zeros(len(part.columns))
    cost[np.searchsorted(part.columns, target)] = sign
    result = milp(
        cost,
        constraints=LinearConstraint(part.matrix, part.least - TINY, part.most + TINY),
        bounds=Bounds(knowledge.low[part.columns], knowledge.high[part.columns]),
        integrality=np.ones(len(part.columns)),
        options={"time_limit": SECONDS},
    )
    proved = result.get("mip_dual_bound")
    bound = np.ceil(proved - 1e-5) if proved is not None and np.isfinite(proved) else -np.inf
    return sign * bound, np.round(result.x) if result.x is not None else None


def _take(knowledge: Knowledge, target: int, sign: int, value: float, rows: tuple[int, ...]) -> bool:
    if sign > 0 and value > knowledge.low[target] + 0.5:
        knowledge.low[target], knowledge.why_low[target] = value, PROGRAM
    elif sign < 0 and value < knowledge.high[target] - 0.5:
        knowledge.high[target], knowledge.why_high[target] = value, PROGRAM
    else:
        return False
    knowledge.programs[target] = rows
    knowledge.check()
    return True
