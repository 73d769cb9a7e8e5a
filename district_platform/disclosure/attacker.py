"""What an attacker can work out: the feasibility interval of a hidden cell, given everything that is known of linked tables.

A cell's feasibility interval holds its values in all tables that fit what is known. First every equation by itself narrows what each cell
can be (`narrowed`). What that leaves open must be shown to be open: by two tables that both fit, which a move between cells (`moves`) or
a program that moves many cells at once (`programs`) finds soon; else by an integer program for the cell, which is exact.
"""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.cells import Cells
from district_platform.disclosure.components import components
from district_platform.disclosure.equations import AT_LEAST, ROUGH, Equations
from district_platform.disclosure.moves import Moves
from district_platform.disclosure.programs import FeasibleRange, programs
from district_platform.disclosure.solver import ContradictionError

UNBOUNDED = 1e7
"""More than is ever counted."""

_TOGETHER = 1500
"""Unknown cells in one program that moves many: many small ones cost more than one large."""

_ROUNDS = 25


@dataclass(frozen=True)
class Knowledge:
    """What is known of every cell: its lowest and highest value, and what it adds up to with others."""

    cells: Cells
    equations: Equations
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class Interval:
    """Lowest and highest possible value of a cell, or two possible values that are as far apart as was asked for."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        return self.upper - self.lower

    def __str__(self) -> str:
        return f"{int(self.lower)}" if self.width == 0 else f"{int(self.lower)} to {int(self.upper)}"


def certainly_narrow(known: Knowledge, wanted: np.ndarray) -> dict[int, Interval]:
    """The cells that are known more closely than `wanted` (0 where nothing is asked) already from one equation at a time.

    Raises ContradictionError where no table fits.
    """
    return _certain(wanted, *_settled(known))


def too_narrow(
    known: Knowledge, wanted: np.ndarray, found: FeasibleRange, is_exact: bool = True, n_programs: int = 6
) -> dict[int, Interval]:
    """The cells that are known more closely than `wanted`, with their intervals; `found` is added to.

    Where it need not be exact, a cell for which no two tables far enough apart are found soon is among them; `n_programs` move all
    open cells of a program at once.
    Raises ContradictionError where no table fits.
    """
    lower, upper = _settled(known)
    narrow = _certain(wanted, lower, upper)
    asked = wanted > 0
    asked[list(narrow)] = False
    Moves(known.cells, known.equations, (lower, upper), found.table).widen(asked, wanted, found)
    random = np.random.default_rng(0)
    for number in range(n_programs):
        for program in programs(known.equations, lower, upper, asked & (found.width() < wanted), _TOGETHER):
            ways = random.choice((-1.0, 1.0), len(program.members))
            program.widen(wanted, found, ways, is_sparing=number % 2 == 1)
    if is_exact:
        for program in programs(known.equations, lower, upper, asked & (found.width() < wanted), 1):
            program.bound(wanted, found)
    for i in np.flatnonzero(asked & (found.width() < wanted)):
        narrow[int(i)] = Interval(float(found.low[i]), float(found.high[i]))
    return narrow


def _settled(known: Knowledge) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = narrowed(known.equations, known.lower, known.upper)
    if (lower > upper).any():
        raise ContradictionError(f"cell {int(np.flatnonzero(lower > upper)[0])}")
    return lower, upper


def _certain(wanted: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> dict[int, Interval]:
    narrow = np.flatnonzero((wanted > 0) & (upper - lower < wanted))
    return {int(i): Interval(float(lower[i]), float(upper[i])) for i in narrow}


def narrowed(equations: Equations, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Intervals that follow from each equation by itself, again and again until little changes."""
    lower, upper = lower.astype(float), upper.astype(float)
    is_free = upper > lower
    n_free = np.bincount(equations.equation, weights=is_free[equations.cell], minlength=len(equations))
    equations = equations.where((equations.relation != ROUGH) & (n_free > 0))
    fixed = equations.sums(np.where(is_free, 0, lower))
    entries = is_free[equations.cell]
    equation, cell, sign = equations.equation[entries], equations.cell[entries], equations.sign[entries]
    is_part, at_least = sign > 0, (equations.relation == AT_LEAST)[equation]
    for _ in range(_ROUNDS):
        least, most = np.where(is_part, lower[cell], -upper[cell]), np.where(is_part, upper[cell], -lower[cell])
        sum_least = fixed + np.bincount(equation, weights=least, minlength=len(equations))
        sum_most = fixed + np.bincount(equation, weights=most, minlength=len(equations))
        floor = most - sum_most[equation]
        ceiling = np.where(at_least, UNBOUNDED, least - sum_least[equation])
        new_lower, new_upper = lower.copy(), upper.copy()
        np.maximum.at(new_lower, cell, np.where(is_part, floor, -ceiling))
        np.minimum.at(new_upper, cell, np.where(is_part, ceiling, -floor))
        is_settled = (new_lower == lower).all() and (new_upper == upper).all()
        lower, upper = new_lower, new_upper
        if is_settled or (lower > upper).any():
            break
    return lower, upper


def connected(equations: Equations, n: int) -> np.ndarray:
    """For each of n cells its component: different components have no equation in common, however many cells are unknown."""
    entries = np.flatnonzero(equations.relation[equations.equation] != ROUGH)
    return components(equations.cell[entries], equations.equation[entries], n, len(equations))[:n]
