"""Between which whole numbers a hidden count must lie, given everything that is known of a release.

Exact: the bounds are those of an integer program (scipy's MILP), so an interval is never reported wider or narrower than it is. Most
counts need no program: a table that fits everything known, and a small exchange of children between its cells that still does
(`exchanges`), show two values of a count to be possible. Only what is left undecided is solved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from district_platform.privacy.exchanges import Exchanges
from district_platform.privacy.groups import Groups, Ids
from district_platform.privacy.totals import AT_LEAST, ROUGH, Totals

UNBOUNDED = 1e7
"""More children than any district has."""

_SOLVES_TOGETHER = 6
"""Programs that move all undecided counts of a block at once, before each is solved by itself."""

_NEAR = 12
"""How far such a program may move a count."""

_GOOD_ENOUGH, _WHOLE = 0.3, 1e-6


class ContradictionError(ValueError):
    """No table fits what is known."""


@dataclass(frozen=True)
class Known:
    """What is known of every count: its lowest and highest value, and what it adds up to with others."""

    groups: Groups
    totals: Totals
    lower: np.ndarray
    upper: np.ndarray


@dataclass(frozen=True)
class Interval:
    """Lowest and highest possible value of a count, or two possible values that are as far apart as was asked for."""

    lower: float
    upper: float

    @property
    def width(self) -> float:
        return self.upper - self.lower


class Seen:
    """The lowest and highest value of each count in the tables found so far. They stay possible when more is hidden."""

    def __init__(self, n: int, table: np.ndarray | None = None) -> None:
        self.low = np.full(n, np.inf) if table is None else table.copy()
        self.high = np.full(n, -np.inf) if table is None else table.copy()
        self.table = table

    def width(self) -> np.ndarray:
        return np.where(np.isfinite(self.low), self.high - self.low, -1)


def certainly_narrow(known: Known, wanted: np.ndarray) -> dict[int, Interval]:
    """The counts that are known more closely than `wanted` (0 where nothing is asked) already from one total at a time.

    Raises ContradictionError where no table fits.
    """
    lower, upper = propagated(known)
    if (lower > upper).any():
        raise ContradictionError(known.groups.label(int(np.flatnonzero(lower > upper)[0])))
    narrow = np.flatnonzero((wanted > 0) & (upper - lower < wanted))
    return {int(i): Interval(float(lower[i]), float(upper[i])) for i in narrow}


def too_narrow(known: Known, wanted: np.ndarray, seen: Seen, is_exact: bool = True) -> dict[int, Interval]:
    """The counts that are known more closely than `wanted`, with their bounds; `seen` is added to.

    Where it need not be exact, a count for which no two tables far enough apart are found soon is among them.
    Raises ContradictionError where no table fits.
    """
    narrow = certainly_narrow(known, wanted)
    asked = wanted > 0
    asked[list(narrow)] = False
    lower, upper = propagated(known)
    if seen.table is not None:
        exchanges = Exchanges(known.groups, known.totals, (lower, upper), seen.table)
        exchanges.widen(asked, wanted, seen.low, seen.high)
    for block in _blocks(known, lower, upper, asked & (seen.width() < wanted)):
        block.decide(wanted, seen, is_exact)
    for i in np.flatnonzero(asked & (seen.width() < wanted)):
        narrow[int(i)] = Interval(float(seen.low[i]), float(seen.high[i]))
    return narrow


def propagated(known: Known, most_rounds: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that follow from each total by itself, again and again until nothing changes."""
    totals = known.totals.where(known.totals.relation != ROUGH)
    equation, count, sign = totals.equation, totals.count, totals.sign
    lower, upper = known.lower.astype(float), known.upper.astype(float)
    at_least = totals.relation == AT_LEAST
    for _ in range(most_rounds):
        least = np.where(sign > 0, lower[count], -upper[count])
        most = np.where(sign > 0, upper[count], -lower[count])
        sum_least = np.bincount(equation, weights=least, minlength=len(totals))
        sum_most = np.bincount(equation, weights=most, minlength=len(totals))
        floor = -(sum_most[equation] - most)
        ceiling = np.where(at_least[equation], UNBOUNDED, -(sum_least[equation] - least))
        new_lower, new_upper = lower.copy(), upper.copy()
        np.maximum.at(new_lower, count, np.where(sign > 0, floor, -ceiling))
        np.minimum.at(new_upper, count, np.where(sign > 0, ceiling, -floor))
        is_settled = (new_lower == lower).all() and (new_upper == upper).all()
        if is_settled or (new_lower > new_upper).any():
            return new_lower, new_upper
        lower, upper = new_lower, new_upper
    return lower, upper


def _blocks(known: Known, lower: np.ndarray, upper: np.ndarray, asked: np.ndarray) -> Iterator["Block"]:
    """The parts of what is known that have no unknown in common and hold a count that is asked for."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    if not asked.any():
        return
    totals = known.totals
    free = upper > lower
    entries = free[totals.count] & (totals.relation[totals.equation] != ROUGH)
    n = len(lower)
    rows, columns = totals.count[entries], n + totals.equation[entries]
    size = n + len(totals)
    graph = coo_array((np.ones(len(rows)), (rows, columns)), shape=(size, size))
    _, block_of = connected_components(graph, directed=False)
    right = -totals.sums(np.where(free, 0, lower))
    for block in np.unique(block_of[:n][asked]):
        members = np.flatnonzero(block_of[:n] == block)
        equations = np.flatnonzero(block_of[n:] == block)
        of_block = entries & (block_of[totals.count] == block)
        yield Block(
            members,
            np.flatnonzero((block_of[:n] == block) & asked),
            np.searchsorted(equations, totals.equation[of_block]),
            np.searchsorted(members, totals.count[of_block]),
            totals.sign[of_block],
            right[equations],
            totals.relation[equations] == AT_LEAST,
            lower[members],
            upper[members],
        )


@dataclass(frozen=True)
class Block:
    """Unknown counts that hang together, as an integer program."""

    members: Ids
    asked: Ids
    rows: np.ndarray
    columns: np.ndarray
    signs: np.ndarray
    right: np.ndarray
    at_least: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def decide(self, wanted: np.ndarray, seen: Seen, is_exact: bool) -> None:
        """Adds tables in which the asked counts are as far apart as is wanted or, where it is to be exact, at their bounds."""
        start = self._solve(np.zeros(len(self.members))) if seen.table is None else seen.table[self.members]
        self._add(start, seen)
        random = np.random.default_rng(len(self.members))
        for attempt in range(_SOLVES_TOGETHER):
            waiting = self._waiting(wanted, seen)
            if not waiting.any():
                return
            some = waiting & (random.random(len(waiting)) < (1 if attempt < 2 else 0.5))
            self._add(self._moved(start, some, wanted[self.members], -1 if attempt % 2 else 1), seen)
        if is_exact:
            for i in np.flatnonzero(self._waiting(wanted, seen)):
                self._bound(int(i), float(wanted[self.members[i]]), seen)

    def _waiting(self, wanted: np.ndarray, seen: Seen) -> np.ndarray:
        asked = np.isin(self.members, self.asked)
        return asked & (seen.high[self.members] - seen.low[self.members] < wanted[self.members])

    def _moved(self, start: np.ndarray, some: np.ndarray, wanted: np.ndarray, way: int) -> np.ndarray:
        """A table near `start` in which as many of these counts as possible have gone as far up or down as is wanted."""
        reach = np.where(some, wanted, _NEAR)
        lower, upper = np.maximum(self.lower, start - reach), np.minimum(self.upper, start + reach)
        direction = -way * some.astype(float)
        found = self._relaxed(direction, lower, upper)
        return found if found is not None else self._solve(direction, lower, upper, gap=_GOOD_ENOUGH)

    def _bound(self, i: int, wanted: float, seen: Seen) -> None:
        """One count by itself: down as far as it goes, then up."""
        direction = np.zeros(len(self.members))
        for sign in (1.0, -1.0):
            if seen.high[self.members[i]] - seen.low[self.members[i]] < wanted:
                direction[i] = sign
                self._add(self._solve(direction), seen)

    def _add(self, values: np.ndarray, seen: Seen) -> None:
        seen.low[self.members] = np.minimum(seen.low[self.members], values)
        seen.high[self.members] = np.maximum(seen.high[self.members], values)

    @property
    def _matrix(self) -> Any:
        from scipy.sparse import csr_array

        return csr_array((self.signs, (self.rows, self.columns)), shape=(len(self.right), len(self.members)))

    def _relaxed(self, direction: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray | None:
        """The table that has least of `direction` if fractions of children counted; None if it has any."""
        from scipy.optimize import linprog

        matrix, floor = self._matrix, self.at_least
        found = linprog(
            direction,
            A_ub=-matrix[floor] if floor.any() else None,
            b_ub=-self.right[floor] if floor.any() else None,
            A_eq=matrix[~floor],
            b_eq=self.right[~floor],
            bounds=np.stack([lower, upper], axis=1),
            method="highs-ds",
        )
        if found.x is None or np.abs(found.x - np.round(found.x)).max() > _WHOLE:
            return None
        return np.round(found.x)

    def _solve(
        self,
        direction: np.ndarray,
        lower: np.ndarray | None = None,
        upper: np.ndarray | None = None,
        gap: float = 0,
    ) -> np.ndarray:
        """The table that has least of `direction`, up to a gap. Raises ContradictionError where there is none."""
        from scipy.optimize import Bounds, LinearConstraint, milp

        constraints = LinearConstraint(self._matrix, self.right, np.where(self.at_least, np.inf, self.right))
        found = milp(
            direction,
            constraints=constraints,
            bounds=Bounds(self.lower if lower is None else lower, self.upper if upper is None else upper),
            integrality=np.ones(len(self.members)),
            options={"mip_rel_gap": gap},
        )
        if found.x is None:
            raise ContradictionError(f"{found.message} ({len(self.members)} unknown counts)")
        return np.round(found.x)
