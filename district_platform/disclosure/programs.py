"""Linear and integer programs over connected unknown cells: they look for different tables that fit what is known.

Two tables that both fit show that a cell is open between its two values. `widen` solves a linear program that moves as many cells at once
as possible, and keeps the values that come out as whole numbers. `bound` solves an integer program for one cell at a time, and is exact.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from district_platform.disclosure.components import components
from district_platform.disclosure.equations import AT_LEAST, ROUGH, Equations, Ids
from district_platform.disclosure.solver import cheapest

_NEAR = 12
"""How far a program that moves many cells may move a cell that is not asked for."""

_STEP_COSTS = 0.01
"""The cost of changing any cell by 1 in such a program, so that it changes no more than it must."""

_WHOLE = 1e-6


class FeasibleRange:
    """The lowest and highest value of each cell over the fitting tables found so far; the first table is the true one.

    A table that was found still fits when more cells are hidden.
    """

    def __init__(self, table: np.ndarray) -> None:
        self.table, self.low, self.high = table, table.copy(), table.copy()

    def width(self) -> np.ndarray:
        return self.high - self.low

    def excerpt(self, of: Ids) -> "FeasibleRange":
        """The same of some cells."""
        part = FeasibleRange(self.table[of])
        part.low, part.high = self.low[of], self.high[of]
        return part

    def add(self, of: Ids, part: "FeasibleRange") -> None:
        """Adds what was found in an excerpt."""
        self.low[of], self.high[of] = part.low, part.high

    def fits(self, of: Ids, values: np.ndarray) -> None:
        """Records another table that fits, in which these cells have these values."""
        self.low[of] = np.minimum(self.low[of], values)
        self.high[of] = np.maximum(self.high[of], values)


def programs(
    equations: Equations, lower: np.ndarray, upper: np.ndarray, asked: np.ndarray, together: int
) -> Iterator["Program"]:
    """One program for each component of unknown cells that holds an asked cell; small components share one, up to about `together`
    cells.
    """
    if not asked.any():
        return
    n, free = len(lower), upper > lower
    entries = np.flatnonzero(free[equations.cell] & (equations.relation[equations.equation] != ROUGH))
    component = components(equations.cell[entries], equations.equation[entries], n, len(equations))
    right = -equations.sums(np.where(free, 0, lower))
    program_of = _shared(component, n, asked, together)[component]
    numbers = np.unique(program_of[:n][asked])
    sides = (_places(of, numbers) for of in (program_of[:n], program_of[n:], program_of[equations.cell[entries]]))
    for members, rows, of_program in zip(*sides, strict=True):
        held = entries[of_program]
        yield Program(
            members,
            component[members],
            asked[members],
            np.searchsorted(rows, equations.equation[held]),
            np.searchsorted(members, equations.cell[held]),
            equations.sign[held],
            right[rows],
            equations.relation[rows] == AT_LEAST,
            lower[members],
            upper[members],
        )


def _shared(component: np.ndarray, n_cells: int, asked: np.ndarray, together: int) -> np.ndarray:
    """The program number of each component; -1 for components without an asked cell."""
    found, sizes = np.unique(component[:n_cells], return_counts=True)
    with_asked = np.unique(component[:n_cells][asked])
    ends = np.cumsum(sizes[np.searchsorted(found, with_asked)])
    number = np.full(component.max() + 1, -1)
    number[with_asked] = ends // together if together > 1 else np.arange(len(with_asked))
    return number


def _places(of: np.ndarray, values: np.ndarray) -> list[Ids]:
    """The index of each value in sorted order."""
    order = np.argsort(of, kind="stable")
    first, last = (np.searchsorted(of[order], values, side=side) for side in ("left", "right"))
    return [order[a:b] for a, b in zip(first, last, strict=True)]


@dataclass(frozen=True)
class Program:
    """Connected unknown cells, and their equations renumbered to places in this program."""

    members: Ids
    component: np.ndarray
    """The component of each member; different components share no equation."""
    is_asked: np.ndarray
    rows: np.ndarray
    columns: np.ndarray
    signs: np.ndarray
    right: np.ndarray
    at_least: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def widen(self, wanted: np.ndarray, found: FeasibleRange, ways: np.ndarray, is_sparing: bool) -> None:
        """Adds a table in which as many asked cells as possible are as far from the first table as is wanted.

        A program that may change every cell moves most cells at once, but its solution has fractions somewhere in large components. A
        program that changes few cells leaves groups of cells without fractions. A cell with room both ways moves as `ways` says (1 up, -1
        down); these are drawn at random, because the cells of one equation cannot all move the same way.
        """
        start, far = found.table[self.members], wanted[self.members]
        ways = np.where(start - self.lower < far, 1.0, np.where(self.upper - start < far, -1.0, ways))
        move = self._moved_sparingly if is_sparing else self._moved
        found.fits(self.members, move(start, self._waiting(wanted, found), far, ways))

    def bound(self, wanted: np.ndarray, found: FeasibleRange) -> None:
        """Adds tables in which each asked cell is as far apart as wanted, or at the ends of its feasibility interval."""
        for i in np.flatnonzero(self._waiting(wanted, found)).tolist():
            member, direction = self.members[i], np.zeros(len(self.members))
            for sign in (1.0, -1.0):
                if found.high[member] - found.low[member] < wanted[member]:
                    direction[i] = sign
                    found.fits(self.members, self._farthest(i, direction, wanted[member], found))

    def _farthest(self, i: int, direction: np.ndarray, wanted: float, found: FeasibleRange) -> np.ndarray:
        """The table that minimizes `direction`, no farther than wanted; a linear program is enough if its solution is whole."""
        lower, upper, member = self.lower.copy(), self.upper.copy(), self.members[i]
        lower[i] = max(lower[i], found.high[member] - wanted)
        upper[i] = min(upper[i], found.low[member] + wanted)
        table = self._least(direction, lower, upper)
        is_whole = (np.abs(table - np.round(table)) <= _WHOLE).all()
        return np.round(table) if is_whole else self._least(direction, lower, upper, is_whole=True)

    def _waiting(self, wanted: np.ndarray, found: FeasibleRange) -> np.ndarray:
        return self.is_asked & (found.width()[self.members] < wanted[self.members])

    def _moved(self, start: np.ndarray, some: np.ndarray, wanted: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """A table near `start` in which some cells have moved their ways (1 up, -1 down), in total as far as possible.

        Components whose solution has fractions stay as they are.
        """
        reach = np.where(some, wanted, _NEAR)
        lower, upper = np.maximum(self.lower, start - reach), np.minimum(self.upper, start + reach)
        table = self._least(np.where(some, -ways, 0.0), lower, upper)
        is_split = np.isin(self.component, self.component[np.abs(table - np.round(table)) > _WHOLE])
        return np.where(is_split, start, np.round(table))

    def _moved_sparingly(self, start: np.ndarray, some: np.ndarray, wanted: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """A table near `start` in which some cells have moved their ways (1 up, -1 down), in total as far as possible, and few others have.

        The changes fall into groups of cells that share no equation; groups whose solution has fractions stay as they are.
        """
        reach = np.where(some, wanted, _NEAR)
        up, down = np.minimum(self.upper - start, reach), np.minimum(start - self.lower, reach)
        gain = np.where(some, ways, 0.0)
        change = self._change(np.concatenate([_STEP_COSTS - gain, _STEP_COSTS + gain]), start, up, down)
        whole, together = np.round(change), self._changed_together(np.abs(change) > _WHOLE)
        is_split = np.isin(together, together[np.abs(change - whole) > _WHOLE])
        return start + np.where(is_split, 0.0, whole)

    def _changed_together(self, is_changed: np.ndarray) -> np.ndarray:
        """A group number for each cell; changing cells that an equation connects share one."""
        entries, n = is_changed[self.columns], len(self.members)
        return components(self.columns[entries], self.rows[entries], n, len(self.right))[:n]

    def _change(self, costs: np.ndarray, start: np.ndarray, up: np.ndarray, down: np.ndarray) -> np.ndarray:
        """The cheapest change that keeps every sum, fractions allowed; `costs` holds the costs of steps up, then of steps down."""
        from scipy.sparse import hstack

        matrix, limits = self._matrix, np.concatenate([up, down])
        left = np.where(self.at_least, self.right - matrix @ start, 0.0)
        steps = cheapest(costs, hstack([matrix, -matrix]), self._between(left), (np.zeros(len(limits)), limits))
        return steps[: len(start)] - steps[len(start) :]

    def _least(self, direction: np.ndarray, lower: np.ndarray, upper: np.ndarray, is_whole: bool = False) -> np.ndarray:
        """The table that minimizes `direction`. Raises ContradictionError where there is none."""
        return cheapest(direction, self._matrix, self._between(self.right), (lower, upper), is_whole)

    def _between(self, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Lower and upper bound of every sum; equal where the sum is exact."""
        return least, np.where(self.at_least, np.inf, least)

    @cached_property
    def _matrix(self) -> Any:
        from scipy.sparse import csc_array

        return csc_array((self.signs, (self.rows, self.columns)), shape=(len(self.right), len(self.members)))
