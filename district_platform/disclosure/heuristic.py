"""Complementary suppression by a heuristic: hide few further cells, but enough that nobody can work out a sensitive one.

An equation that gives a hidden cell away needs another cell hidden. The heuristic takes the cell with the least loss, and prefers one
that other equations need hidden too. It works equation by equation, on plain lists: equations are short, and each is visited many times.
"""

from collections import deque
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from district_platform.disclosure.attacker import UNBOUNDED
from district_platform.disclosure.equations import CONTAINS, NO_CELL, ROUGH, Ids
from district_platform.disclosure.protection import cells_to_hide
from district_platform.disclosure.state import State

_ALONE_COSTS = 2.0
"""Extra cost for each equation in which nothing is hidden yet: it will need a second hidden cell."""

_NOT_ENOUGH_COSTS = 8.0
"""Extra cost for a cell so near to the minimum that the equation would still give the others away."""

_CANNOT = 1e6
"""The cost of changing a cell that cannot be hidden."""


class Heuristic:
    """Chooses cells and hides them in the state. `component` is the component number of each cell."""

    def __init__(self, state: State, component: np.ndarray) -> None:
        self._state, self._tables, self._component = state, state.tables, component
        equations = self._tables.equations
        entries = list(zip(equations.cell.tolist(), equations.sign.tolist(), strict=True))
        self._members = [entries[a:b] for a, b in pairwise(equations.bounds.tolist())]
        self._is_floor, self._is_rough = equations.is_floor.tolist(), (equations.relation == ROUGH).tolist()
        self._contains = (equations.kind == CONTAINS).tolist()
        self._of: list[list[int]] = [[] for _ in self._tables.value]
        for equation, cell in zip(equations.equation.tolist(), equations.cell.tolist(), strict=True):
            self._of[cell].append(equation)
        self._parts: dict[int, list[int]] = {}
        for part in np.flatnonzero((self._tables.whole != NO_CELL) & ~self._tables.is_public).tolist():
            self._parts.setdefault(int(self._tables.whole[part]), []).append(part)
        self._value, self._weight = self._tables.value.tolist(), self._tables.weight.tolist()
        self._can_be_hidden = state.can_hide(np.arange(len(self._value))).tolist()
        self._sums = equations.sums(self._tables.value)
        self._in_no_part = np.where(equations.may_lack_parts(), self._sums, 0).tolist()
        """Of each total, how many are in none of its parts."""
        self._minimum = self._tables.minimum
        lower, upper = state.intervals()
        self._lower, self._upper, self._wanted = lower.tolist(), upper.tolist(), state.wanted().tolist()
        self._hidden = state.is_hidden.tolist()
        self._n_hidden = np.bincount(equations.equation, state.is_hidden[equations.cell], len(equations)).tolist()

    def settle(self, equations: Iterable[int]) -> None:
        """Hides cells until no single equation gives a hidden cell away."""
        waiting = deque(sorted(equations, key=lambda e: (len(self._members[e]), e)))
        queued = set(waiting)
        while waiting:
            equation = waiting.popleft()
            queued.discard(equation)
            while self._gives_away(equation):
                chosen = self._cheapest([equation])
                changed = self._conceal(self._cells_of([equation])) if chosen is None else self._hide(chosen)
                if not changed:
                    break
                for touched in changed:
                    if touched not in queued and touched != equation:
                        queued.add(touched)
                        waiting.append(touched)

    def protect(self, narrow: Iterable[int], is_certain: bool, is_surely: bool = False) -> bool:
        """Hides one more cell beside each whose interval is too narrow; returns whether anything was hidden.

        A cell hidden for one may help all that share an equation with it, so those wait for the next attack. With `is_surely` they do not
        wait: a linear program finds enough cells to hide (`protection`), which takes longer. Where that no longer helps and the intervals
        are certain, it hides the cells around them, ever farther away, and stops saying which of those are small. This ends: if all that is
        said about a component is that its cells are not empty, all counts may just as well be two or three times as large.
        """
        touched: set[int] = set()
        helped: set[int] = set()
        for i in sorted(narrow):
            if helped.isdisjoint(self._of[i]):
                chosen = None if is_surely else self._cheapest(self._of[i])
                found = self._protecting(i) if chosen is None else [chosen]
                helped.update(equation for j in (found if is_surely else [i]) for equation in self._of[j])
                for j in found:
                    touched.update(self._hide(j))
                if not found and is_certain:
                    touched.update(self._hide_around(i))
        self.settle(touched)
        return bool(touched)

    def withdraw(self, cells: Iterable[int]) -> None:
        """Says nothing at all about these cells and those that add up with them to a public number.

        Example: one of two people has a trait and the other has not; any word about both groups would describe each of them.
        """
        close = list(cells)
        members = sorted(
            j for j in {*close, *self._cells_of(self._equations_of(close))} if not self._tables.is_public[j]
        )
        self._state.is_withdrawn[members] = True
        self.settle(self._note_hidden(members))

    def _hide_around(self, i: int) -> list[int]:
        """Hides all cells of the nearest equations around a cell that still say something; returns the equations touched."""
        near, reached = self._of[i], set(self._of[i])
        while near:
            members = self._cells_of(near)
            hidden = [e for j in members if self._can_hide(j) for e in self._hide(j)]
            if touched := [*hidden, *self._conceal(members)]:
                return touched
            near = [e for e in self._equations_of(members) if e not in reached and not self._is_rough[e]]
            reached.update(near)
        return []

    def _conceal(self, cells: Iterable[int]) -> list[int]:
        """Stops saying whether the hidden ones of these cells are small; returns the equations touched."""
        sized = {self._sized(j) for j in cells if self._hidden[j]}
        unsized = [j for j in sorted(sized) if not self._state.is_unsized[j]]
        self._state.is_unsized[unsized] = True
        changed = [j for i in unsized for j in self._with_parts(i)]
        self._update(changed)
        return self._equations_of(changed)

    def _sized(self, i: int) -> int:
        """The cell whose published words limit a hidden cell's size: its whole, if that is hidden."""
        whole = int(self._tables.whole[i])
        return whole if whole != NO_CELL and self._hidden[whole] else i

    def _protecting(self, i: int) -> list[int]:
        """What to hide farther away, when all cells beside a cell are hidden and its interval is still too narrow."""
        tables = self._tables
        among = np.flatnonzero(self._component == self._component[i])
        value, is_told = tables.value[among], ~self._state.is_hidden[among]
        cost = np.where(is_told, tables.weight[among], 0.0)
        cost[~self._state.can_hide(among)] = _CANNOT
        lower, upper = (np.array([of[j] for j in among.tolist()]) for of in (self._lower, self._upper))
        lower, upper = np.where(is_told, np.minimum(value, self._minimum), lower), np.where(is_told, UNBOUNDED, upper)
        numbers = np.array(self._equations_of(among.tolist()), dtype=np.int64)
        equations, at = tables.equations.excerpt(numbers, among), int(np.searchsorted(among, i))
        wanted = float(self._wanted[i])
        found: Ids = cells_to_hide(at, wanted, equations, self._sums[numbers], value, (lower, upper), cost)
        return [j for j in among[found].tolist() if self._can_hide(j)]

    def _gives_away(self, equation: int) -> bool:
        if not (self._n_hidden[equation] or self._in_no_part[equation]):
            return False
        members = [(i, sign) for i, sign in self._members[equation] if self._hidden[i]]
        is_floor = self._is_floor[equation]
        if not is_floor and len(members) == 1:
            return True
        return self._leaves_few(equation, members, is_floor) or self._is_narrow(equation, members, is_floor)

    def _leaves_few(self, equation: int, members: list[tuple[int, float]], is_floor: bool) -> bool:
        """Whether the hidden or missing parts of a published total together make a sensitive number, which subtraction reveals."""
        beside = self._in_no_part[equation]
        if is_floor and not beside:
            return False
        of_total = 1 if is_floor else -1
        if any(sign == of_total for _, sign in members):
            return False
        return 0 < sum(self._value[i] for i, _ in members) + beside < self._minimum

    def _is_narrow(self, equation: int, members: list[tuple[int, float]], is_floor: bool) -> bool:
        """Whether a hidden cell's interval is narrower than wanted, given the intervals of the others.

        The slack of an equation counts as known, unless the equation is only a floor.
        """
        wanted = [self._wanted[i] for i, _ in members]
        if not any(wanted):
            return False
        lower, upper, value = self._lower, self._upper, self._value
        least = [sign * (lower[i] if sign > 0 else upper[i]) for i, sign in members]
        most = [sign * (upper[i] if sign > 0 else lower[i]) for i, sign in members]
        total = sum(sign * value[i] for i, sign in members)
        if is_floor:
            total -= sum(sign * value[i] for i, sign in self._members[equation])
        sum_least, sum_most = sum(least), sum(most)
        for a, b, want in zip(least, most, wanted, strict=True):
            if want:
                top = b if is_floor else min(b, total - (sum_least - a))
                if top - max(a, total - (sum_most - b)) < want:
                    return True
        return False

    def _cheapest(self, equations: list[int]) -> int | None:
        """The cell of these equations that is still published and costs least to hide."""
        best: tuple[float, int] | None = None
        for equation in equations:
            missing = self._missing_room(equation)
            for i, _ in self._members[equation]:
                if self._can_hide(i):
                    is_enough = self._value[i] - self._minimum >= missing
                    price = (self._price(i, equation) + (0.0 if is_enough else _NOT_ENOUGH_COSTS), i)
                    best = price if best is None else min(best, price)
        return None if best is None else best[1]

    def _missing_room(self, equation: int) -> float:
        """How much larger a newly hidden cell must be able to be, so that the others can be smaller."""
        members = [(i, sign) for i, sign in self._members[equation] if self._hidden[i]]
        wanted = max((self._wanted[i] for i, _ in members), default=0)
        room = sum(
            self._value[i] - self._lower[i] if sign > 0 else self._upper[i] - self._value[i] for i, sign in members
        )
        return wanted - room

    def _can_hide(self, i: int) -> bool:
        return self._can_be_hidden[i] and not self._hidden[i]

    def _price(self, i: int, equation: int) -> float:
        alone = sum(1 for e in self._of[i] if e != equation and not self._n_hidden[e] and not self._contains[e])
        return self._weight[i] + _ALONE_COSTS * alone

    def _hide(self, i: int) -> list[int]:
        """Hides a cell with its parts; returns the equations touched."""
        return self._note_hidden(self._with_parts(i))

    def _note_hidden(self, cells: list[int]) -> list[int]:
        """Marks cells as hidden; returns the equations they are in."""
        for j in cells:
            if not self._hidden[j]:
                self._hidden[j] = True
                for equation in self._of[j]:
                    self._n_hidden[equation] += 1
        self._state.is_hidden[cells] = True
        self._update(cells)
        return self._equations_of(cells)

    def _update(self, cells: list[int]) -> None:
        """Copies the current state of these cells."""
        lower, upper = self._state.intervals(np.array(cells, dtype=np.int64))
        wanted = self._state.wanted(np.array(cells, dtype=np.int64))
        for j, low, high, far in zip(cells, lower.tolist(), upper.tolist(), wanted.tolist(), strict=True):
            self._lower[j], self._upper[j], self._wanted[j] = low, high, far

    def _equations_of(self, cells: list[int]) -> list[int]:
        return sorted({equation for j in cells for equation in self._of[j]})

    def _cells_of(self, equations: Iterable[int]) -> list[int]:
        return sorted({j for equation in equations for j, _ in self._members[equation]})

    def _with_parts(self, i: int) -> list[int]:
        return [i, *self._parts.get(i, [])]
