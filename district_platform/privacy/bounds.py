"""Between which whole numbers a hidden count must lie, given everything that is known of a release.

Exact: the bounds are those of an integer program (`solver`), so an interval is never reported wider or narrower than it is. Most
counts need no program: a table that fits everything known, and a small exchange of children between its cells that still does
(`exchanges`), show two values of a count to be possible. Only what is left undecided is solved.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from district_platform.privacy.exchanges import Exchanges
from district_platform.privacy.groups import Groups, Ids
from district_platform.privacy.solver import ContradictionError, cheapest
from district_platform.privacy.totals import AT_LEAST, ROUGH, Totals

UNBOUNDED = 1e7
"""More children than any district has."""

_NEAR = 12
"""How far such a program may move a count."""

_STEP_COSTS = 0.01
"""What a child more or less anywhere costs such a program, so that it changes no more than it must."""

_WHOLE = 1e-6
_TOGETHER = 1500
"""Unknown counts in one such program: many small ones cost more than one large."""

_ROUNDS = 25


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

    def __str__(self) -> str:
        return f"{int(self.lower)}" if self.width == 0 else f"{int(self.lower)} to {int(self.upper)}"


class Seen:
    """The lowest and highest value of each count in the tables found so far. They stay possible when more is hidden."""

    def __init__(self, n: int, table: np.ndarray | None = None) -> None:
        self.low = np.full(n, np.inf) if table is None else table.copy()
        self.high = np.full(n, -np.inf) if table is None else table.copy()
        self.table = table
        self.start = np.full(n, np.nan) if table is None else table.copy()
        """A table that fits, as far as one is known; nan elsewhere."""

    def width(self) -> np.ndarray:
        return np.where(np.isfinite(self.low), self.high - self.low, -1)

    def excerpt(self, of: Ids) -> "Seen":
        """The same of some counts."""
        part = Seen(len(of), None if self.table is None else self.table[of])
        part.low, part.high, part.start = self.low[of], self.high[of], self.start[of]
        return part

    def add(self, of: Ids, part: "Seen") -> None:
        """What was found since of an excerpt."""
        self.low[of], self.high[of], self.start[of] = part.low, part.high, part.start


def certainly_narrow(known: Known, wanted: np.ndarray) -> dict[int, Interval]:
    """The counts that are known more closely than `wanted` (0 where nothing is asked) already from one total at a time.

    Raises ContradictionError where no table fits.
    """
    return _certain(wanted, *_settled(known))


def too_narrow(
    known: Known, wanted: np.ndarray, seen: Seen, is_exact: bool = True, n_programs: int = 6
) -> dict[int, Interval]:
    """The counts that are known more closely than `wanted`, with their bounds; `seen` is added to.

    Where it need not be exact, a count for which no two tables far enough apart are found soon is among them; `n_programs` move all
    open counts of a block at once.
    Raises ContradictionError where no table fits.
    """
    lower, upper = _settled(known)
    narrow = _certain(wanted, lower, upper)
    asked = wanted > 0
    asked[list(narrow)] = False
    if seen.table is not None:
        exchanges = Exchanges(known.groups, known.totals, (lower, upper), seen.table)
        exchanges.widen(asked, wanted, seen.low, seen.high)
    random = np.random.default_rng(0)
    for number in range(n_programs):
        for block in _blocks(known, lower, upper, asked & (seen.width() < wanted), _TOGETHER):
            ways = random.choice((-1.0, 1.0), len(block.members))
            block.widen(wanted, seen, ways, is_sparing=number % 2 == 1)
    if is_exact:
        for block in _blocks(known, lower, upper, asked & (seen.width() < wanted), 1):
            block.bound(wanted, seen)
    for i in np.flatnonzero(asked & (seen.width() < wanted)):
        narrow[int(i)] = Interval(float(seen.low[i]), float(seen.high[i]))
    return narrow


def _settled(known: Known) -> tuple[np.ndarray, np.ndarray]:
    lower, upper = propagated(known)
    if (lower > upper).any():
        raise ContradictionError(known.groups.label(int(np.flatnonzero(lower > upper)[0])))
    return lower, upper


def _certain(wanted: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> dict[int, Interval]:
    narrow = np.flatnonzero((wanted > 0) & (upper - lower < wanted))
    return {int(i): Interval(float(lower[i]), float(upper[i])) for i in narrow}


def propagated(known: Known) -> tuple[np.ndarray, np.ndarray]:
    """Bounds that follow from each total by itself, again and again until little changes."""
    lower, upper = known.lower.astype(float), known.upper.astype(float)
    is_free = upper > lower
    n_free = np.bincount(known.totals.equation, weights=is_free[known.totals.count], minlength=len(known.totals))
    totals = known.totals.where((known.totals.relation != ROUGH) & (n_free > 0))
    fixed = totals.sums(np.where(is_free, 0, lower))
    entries = is_free[totals.count]
    equation, count, sign = totals.equation[entries], totals.count[entries], totals.sign[entries]
    is_part, at_least = sign > 0, (totals.relation == AT_LEAST)[equation]
    for _ in range(_ROUNDS):
        least, most = np.where(is_part, lower[count], -upper[count]), np.where(is_part, upper[count], -lower[count])
        sum_least = fixed + np.bincount(equation, weights=least, minlength=len(totals))
        sum_most = fixed + np.bincount(equation, weights=most, minlength=len(totals))
        floor = most - sum_most[equation]
        ceiling = np.where(at_least, UNBOUNDED, least - sum_least[equation])
        new_lower, new_upper = lower.copy(), upper.copy()
        np.maximum.at(new_lower, count, np.where(is_part, floor, -ceiling))
        np.minimum.at(new_upper, count, np.where(is_part, ceiling, -floor))
        is_settled = (new_lower == lower).all() and (new_upper == upper).all()
        lower, upper = new_lower, new_upper
        if is_settled or (lower > upper).any():
            break
    return lower, upper


def _blocks(known: Known, lower: np.ndarray, upper: np.ndarray, asked: np.ndarray, together: int) -> Iterator["Block"]:
    """The parts of what is known that have no unknown in common and hold a count that is asked for; small ones together."""
    if not asked.any():
        return
    totals = known.totals
    free = upper > lower
    entries = np.flatnonzero(free[totals.count] & (totals.relation[totals.equation] != ROUGH))
    n = len(lower)
    part_of = _parts(totals, n, entries)
    right = -totals.sums(np.where(free, 0, lower))
    parts, sizes = np.unique(part_of[:n], return_counts=True)
    parts_asked = np.unique(part_of[:n][asked])
    ends = np.cumsum(sizes[np.searchsorted(parts, parts_asked)])
    block_of_part = np.full(part_of.max() + 1, -1)
    block_of_part[parts_asked] = ends // max(together, 1) if together > 1 else np.arange(len(parts_asked))
    block_of = block_of_part[part_of]
    blocks = np.unique(block_of_part[parts_asked])
    places = (_places(of, blocks) for of in (block_of[:n], block_of[n:], block_of[totals.count[entries]]))
    for members, equations, of_block in zip(*places, strict=True):
        held = entries[of_block]
        yield Block(
            members,
            part_of[members],
            members[asked[members]],
            np.searchsorted(equations, totals.equation[held]),
            np.searchsorted(members, totals.count[held]),
            totals.sign[held],
            right[equations],
            totals.relation[equations] == AT_LEAST,
            lower[members],
            upper[members],
        )


def _places(of: np.ndarray, values: np.ndarray) -> list[Ids]:
    """Where each of the values stands, in order."""
    order = np.argsort(of, kind="stable")
    first, last = (np.searchsorted(of[order], values, side=side) for side in ("left", "right"))
    return [order[a:b] for a, b in zip(first, last, strict=True)]


def connected(totals: Totals, n: int) -> np.ndarray:
    """For each of n counts the part that it is in: those of different parts have no total in common, however many are unknown."""
    return _parts(totals, n, np.flatnonzero(totals.relation[totals.equation] != ROUGH))[:n]


def _parts(totals: Totals, n: int, entries: np.ndarray) -> np.ndarray:
    """The part of every count, then of every total, by these entries of the totals."""
    return _hanging_together(totals.count[entries], totals.equation[entries], n, len(totals))


def _hanging_together(counts: Ids, equations: np.ndarray, n_counts: int, n_equations: int) -> np.ndarray:
    """A number for every count, then for every equation: the same for those that entries (count, equation) connect."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = n_counts + n_equations
    edges = (np.ones(len(counts)), (counts, n_counts + equations))
    found: np.ndarray = connected_components(coo_array(edges, shape=(size, size)), directed=False)[1]
    return found


@dataclass(frozen=True)
class Block:
    """Unknown counts that hang together, as an integer program."""

    members: Ids
    part: np.ndarray
    """Of each member: which part it is in; parts have no total in common."""
    asked: Ids
    rows: np.ndarray
    columns: np.ndarray
    signs: np.ndarray
    right: np.ndarray
    at_least: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def widen(self, wanted: np.ndarray, seen: Seen, ways: np.ndarray, is_sparing: bool) -> None:
        """Adds a table in which as many of the asked counts as one program can are as far from the first one as is wanted.

        A program that may change everything shows most at once, but splits children somewhere in large parts; a sparing one leaves
        groups of counts in which it does not. Where a count has room both ways, it goes that of `ways` (1 up, -1 down), which are drawn by
        chance: those of one total cannot all go the same way.
        """
        start = seen.start[self.members]
        if np.isnan(start).any():
            start = seen.start[self.members] = self._any()
            self._add(start, seen)
        far = wanted[self.members]
        ways = np.where(start - self.lower < far, 1.0, np.where(self.upper - start < far, -1.0, ways))
        move = self._moved_sparingly if is_sparing else self._moved
        self._add(move(start, self._waiting(wanted, seen), far, ways), seen)

    def bound(self, wanted: np.ndarray, seen: Seen) -> None:
        """Adds tables in which the asked counts are as far apart as is wanted, or at their bounds."""
        for i in np.flatnonzero(self._waiting(wanted, seen)).tolist():
            member, direction = self.members[i], np.zeros(len(self.members))
            for sign in (1.0, -1.0):
                if seen.high[member] - seen.low[member] < wanted[member]:
                    direction[i] = sign
                    self._add(self._farthest(i, direction, wanted[member], seen), seen)

    def _farthest(self, i: int, direction: np.ndarray, wanted: float, seen: Seen) -> np.ndarray:
        """The table with least of `direction`, no farther than is wanted; whole where fractions of children happen to be."""
        lower, upper = self.lower.copy(), self.upper.copy()
        if np.isfinite(seen.low[self.members[i]]):
            lower[i] = max(lower[i], seen.high[self.members[i]] - wanted)
            upper[i] = min(upper[i], seen.low[self.members[i]] + wanted)
        found = self._relaxed(direction, lower, upper)
        is_whole = (np.abs(found - np.round(found)) <= _WHOLE).all()
        return np.round(found) if is_whole else self._solve(direction, lower, upper)

    def _waiting(self, wanted: np.ndarray, seen: Seen) -> np.ndarray:
        asked = np.isin(self.members, self.asked)
        return asked & (seen.high[self.members] - seen.low[self.members] < wanted[self.members])

    def _moved(self, start: np.ndarray, some: np.ndarray, wanted: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """A table near `start` in which some counts have gone their ways (1 up, -1 down), together as far as possible.

        Parts in which the program would split children stay as they are.
        """
        reach = np.where(some, wanted, _NEAR)
        lower, upper = np.maximum(self.lower, start - reach), np.minimum(self.upper, start + reach)
        found = self._relaxed(np.where(some, -ways, 0.0), lower, upper)
        is_split = np.isin(self.part, self.part[np.abs(found - np.round(found)) > _WHOLE])
        return np.where(is_split, start, np.round(found))

    def _moved_sparingly(self, start: np.ndarray, some: np.ndarray, wanted: np.ndarray, ways: np.ndarray) -> np.ndarray:
        """A table near `start` in which some counts have gone their ways (1 up, -1 down), together as far as possible, and little else.

        What changes falls into groups of counts that have no total in common: those in which the program would split children stay as
        they are.
        """
        reach = np.where(some, wanted, _NEAR)
        up, down = np.minimum(self.upper - start, reach), np.minimum(start - self.lower, reach)
        gain = np.where(some, ways, 0.0)
        change = self._changed(np.concatenate([_STEP_COSTS - gain, _STEP_COSTS + gain]), start, up, down)
        whole, together = np.round(change), self._changed_together(np.abs(change) > _WHOLE)
        is_split = np.isin(together, together[np.abs(change - whole) > _WHOLE])
        return start + np.where(is_split, 0.0, whole)

    def _changed_together(self, is_changed: np.ndarray) -> np.ndarray:
        """For each member a number that it shares with those that change and that a total connects with it."""
        entries, n = is_changed[self.columns], len(self.members)
        return _hanging_together(self.columns[entries], self.rows[entries], n, len(self.right))[:n]

    def _add(self, values: np.ndarray, seen: Seen) -> None:
        seen.low[self.members] = np.minimum(seen.low[self.members], values)
        seen.high[self.members] = np.maximum(seen.high[self.members], values)

    def _relaxed(self, direction: np.ndarray, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
        """The table that has least of `direction`, if fractions of children counted."""
        return self._solve(direction, lower, upper, is_whole=False)

    def _any(self) -> np.ndarray:
        return self._solve(np.zeros(len(self.members)), self.lower, self.upper)

    def _changed(self, costs: np.ndarray, start: np.ndarray, up: np.ndarray, down: np.ndarray) -> np.ndarray:
        """The change of least cost that leaves every total as it is, if fractions of children counted; `costs` of steps up, then down."""
        from scipy.sparse import hstack

        matrix, limits = self._matrix, np.concatenate([up, down])
        left = np.where(self.at_least, self.right - matrix @ start, 0.0)
        steps = cheapest(costs, hstack([matrix, -matrix]), self._sums(left), (np.zeros(len(limits)), limits))
        return steps[: len(start)] - steps[len(start) :]

    def _solve(self, direction: np.ndarray, lower: np.ndarray, upper: np.ndarray, is_whole: bool = True) -> np.ndarray:
        """The table that has least of `direction`. Raises ContradictionError where there is none."""
        return cheapest(direction, self._matrix, self._sums(self.right), (lower, upper), is_whole)

    def _sums(self, least: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Between which numbers every total must be: at least, or exactly, so many."""
        return least, np.where(self.at_least, np.inf, least)

    @cached_property
    def _matrix(self) -> Any:
        from scipy.sparse import csc_array

        return csc_array((self.signs, (self.rows, self.columns)), shape=(len(self.right), len(self.members)))
