"""What an attacker can work out: the feasibility interval of a hidden cell, given everything known about linked tables.

A cell's feasibility interval holds its values in all tables that fit what is known. First each equation by itself narrows the interval of
each cell (`narrowed`). Where a cell still looks open, two tables that both fit must prove it. A linear program that moves many cells at
once usually finds them quickly (`programs`); otherwise an integer program for the cell decides, exactly.
"""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.components import components
from district_platform.disclosure.equations import AT_LEAST, ROUGH, Equations, Ids
from district_platform.disclosure.programs import FeasibleRange, programs
from district_platform.disclosure.solver import ContradictionError

UNBOUNDED = 1e7
"""A bound above every count."""

_TOGETHER = 1500
"""Unknown cells in one program that moves many cells: many small programs cost more than one large."""

_PROGRAMS = 4
"""Programs that move many cells, before what is left is decided one by one."""

_ROUNDS = 25


@dataclass(frozen=True)
class Knowledge:
    """What is known about every cell: its lowest and highest value, and the equations it is in."""

    equations: Equations
    lower: np.ndarray
    upper: np.ndarray


def certainly_narrow(known: Knowledge, wanted: np.ndarray) -> Ids:
    """The cells whose interval, from one equation at a time, is already narrower than `wanted` (0: any width will do).

    Raises ContradictionError where no table fits.
    """
    return np.flatnonzero(_is_narrow(wanted, *_settled(known)))


def too_narrow(
    known: Knowledge, wanted: np.ndarray, found: FeasibleRange, decided: int | None = None
) -> tuple[Ids, bool]:
    """The cells whose interval is narrower than `wanted`, and whether that answer is exact; adds the tables it finds to `found`.

    The answer is exact if at most `decided` cells have to be decided one by one (None: any number). Otherwise it includes cells that may be
    safe: those for which no two tables far enough apart were found quickly. Raises ContradictionError where no table fits.
    """
    lower, upper = _settled(known)
    is_narrow = _is_narrow(wanted, lower, upper)
    asked = (wanted > 0) & ~is_narrow
    random = np.random.default_rng(0)
    for number in range(_PROGRAMS):
        for program in programs(known.equations, lower, upper, asked & (found.width() < wanted), _TOGETHER):
            ways = random.choice((-1.0, 1.0), len(program.members))
            program.widen(wanted, found, ways, is_sparing=number % 2 == 1)
    is_open = asked & (found.width() < wanted)
    is_exact = decided is None or is_open.sum() <= decided
    if is_exact:
        for program in programs(known.equations, lower, upper, is_open, 1):
            program.bound(wanted, found)
    return np.flatnonzero(is_narrow | (asked & (found.width() < wanted))), is_exact


def _settled(known: Knowledge) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = narrowed(known.equations, known.lower, known.upper)
    if (lower > upper).any():
        raise ContradictionError(f"cell {int(np.flatnonzero(lower > upper)[0])}")
    return lower, upper


def _is_narrow(wanted: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    return (wanted > 0) & (upper - lower < wanted)


def narrowed(equations: Equations, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Narrows intervals by each equation in turn, repeatedly until little changes."""
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
    """The component of each of n cells; different components share no equation, whichever cells are unknown."""
    entries = np.flatnonzero(equations.relation[equations.equation] != ROUGH)
    return components(equations.cell[entries], equations.equation[entries], n, len(equations))[:n]
