"""Bounds each hidden count, given everything that is published.

First intervals are narrowed relation by relation until nothing changes. Then linear programs run over connected counts. A program moves as
many counts as it can away from the true table: two tables that both fit show that a count is open. A count that no such table shows to be
open is bounded by itself. Bounds allow fractions of children and are rounded inwards, so they are never narrower than what a reader can
conclude by linear reasoning.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from district_platform.disclosure.equations import NO_CELL
from district_platform.disclosure.solver import ContradictionError, cheapest
from district_platform.privacy.audit.reading import MOST, Reading
from district_platform.privacy.audit.relations import Relation
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy

CONTRADICTION = "the published figures contradict each other"

_ROUNDS = 50
_PROGRAMS = 6
"""Programs that move all open counts at once, before each is bounded by itself."""

_TOGETHER = 4_000
"""Counts in one program; sums over schools that connect more are used by intervals alone."""

_REACH = 60.0
"""How far a program may move a count that is not asked for, plus a tenth of the count."""

_EPSILON = 1e-6

Found = list[tuple[str, str]]


@dataclass(frozen=True)
class _Rows:
    """Linear conditions: between `low` and `high` lies the sum of each row's entries."""

    row: np.ndarray
    count: np.ndarray
    coefficient: np.ndarray
    low: np.ndarray
    high: np.ndarray


def closely_known(
    cells: ReleaseCells, reading: Reading, relations: list[Relation], truth: Truth, privacy: Privacy
) -> tuple[np.ndarray, Found]:
    """The hidden counts that were judged, and those that can be worked out too closely, with what can be concluded about each."""
    lower, upper = reading.lower.copy(), np.minimum(reading.upper, MOST)
    asked = _asked(cells, reading, privacy)
    _propagate(lower, upper, reading, relations, cells)
    if (bad := np.flatnonzero(lower > upper)).size:
        return asked, [(cells.label(int(bad[0])), CONTRADICTION)]
    low, high = truth.filled.copy(), truth.filled.copy()
    misfit = (low < lower - _EPSILON) | (high > upper + _EPSILON)
    if misfit.any():
        return asked, [(cells.label(int(np.flatnonzero(misfit)[0])), CONTRADICTION)]
    wanted = np.where(asked, privacy.min_uncertainty, 0)
    certain = asked & (upper - lower < wanted)
    low[certain], high[certain] = lower[certain], upper[certain]
    waiting = asked & ~certain
    try:
        for program in _programs(relations, reading, cells, lower, upper, waiting):
            program.open(low, high, truth.filled, wanted)
    except ContradictionError:
        return asked, [("release", CONTRADICTION)]
    known = np.flatnonzero(asked & (high - low < wanted - _EPSILON)).tolist()
    return asked, [
        (cells.label(i), _message(low[i], high[i])) for i in known if _is_few(i, low, high, cells, upper, privacy)
    ]


def _message(low: float, high: float) -> str:
    first, last = np.ceil(low - _EPSILON), np.floor(high + _EPSILON)
    return f"can be worked out from what is published: {first:.0f}" + (f" to {last:.0f}" if last > first else "")


def _is_few(
    i: int, low: np.ndarray, high: np.ndarray, cells: ReleaseCells, upper: np.ndarray, privacy: Privacy
) -> bool:
    """Whether a closely known count may be a small number, or may leave a small rest of its whole."""
    minimum = privacy.min_group_size
    if high[i] < 1 and not cells.is_share[i]:
        return False
    return bool(low[i] < minimum or (cells.is_share[i] and upper[cells.whole[i]] - high[i] < minimum))


def _asked(cells: ReleaseCells, reading: Reading, privacy: Privacy) -> np.ndarray:
    """Small groups, and shares that may have few students or leave few."""
    is_range = cells.is_share & reading.is_hidden & ~reading.is_told
    whole = np.where(cells.whole == NO_CELL, 0, cells.whole)
    least, most = reading.lower[whole], np.minimum(reading.upper[whole], MOST)
    may_be_few = (reading.least * least < privacy.min_group_size) | (
        (1 - reading.most) * least < privacy.min_group_size
    )
    asked: np.ndarray = (reading.is_small & ~reading.is_told) | (is_range & may_be_few & (most > 0))
    return asked


def _propagate(
    lower: np.ndarray, upper: np.ndarray, reading: Reading, relations: list[Relation], cells: ReleaseCells
) -> None:
    """Narrows intervals by each relation and each percentage, again and again until nothing changes."""
    of = np.flatnonzero(cells.is_share)
    whole = cells.whole[of]
    least, most = reading.least[of], reading.most[of]
    for _ in range(_ROUNDS):
        before = lower.copy(), upper.copy()
        for relation in relations:
            _narrow(lower, upper, relation)
        np.maximum.at(lower, of, np.ceil(least * lower[whole] - _EPSILON))
        np.minimum.at(upper, of, np.minimum(np.floor(most * upper[whole] + _EPSILON), upper[whole]))
        np.maximum.at(lower, whole, np.maximum(lower[of], np.ceil(_divided(lower[of], most, 0.0) - _EPSILON)))
        np.minimum.at(upper, whole, np.floor(_divided(upper[of], least, MOST) + _EPSILON))
        if ((before[0] == lower) & (before[1] == upper)).all() or (lower > upper).any():
            return


def _divided(value: np.ndarray, by: np.ndarray, otherwise: float) -> np.ndarray:
    return np.divide(value, by, out=np.full(len(value), otherwise), where=by > 0)


def _narrow(lower: np.ndarray, upper: np.ndarray, relation: Relation) -> None:
    """What each relation leaves of each of its counts, given the others' intervals."""
    count, coefficient, instance = relation.count, relation.coefficient, relation.instance
    positive = coefficient > 0
    most = np.where(positive, upper[count], -lower[count])
    sum_most = np.bincount(instance, most, relation.n_checked)
    floor = most - sum_most[instance]
    np.maximum.at(lower, count[positive], floor[positive])
    np.minimum.at(upper, count[~positive], -floor[~positive])
    if relation.is_exact:
        least = np.where(positive, lower[count], -upper[count])
        sum_least = np.bincount(instance, least, relation.n_checked)
        ceiling = least - sum_least[instance]
        np.minimum.at(upper, count[positive], ceiling[positive])
        np.maximum.at(lower, count[~positive], -ceiling[~positive])


def _rows(relations: list[Relation], reading: Reading, cells: ReleaseCells, n_counts: int) -> _Rows:
    """The conditions in the programs: sums, and percentages as conditions on a count and its whole.

    That one count lies within another is used by intervals only, because at most one of two such populations is told for a group.
    """
    parts: list[tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]] = []
    n = 0
    for relation in (r for r in relations if len(r.count) > 2 * r.n_checked):
        if relation.is_exact or n_counts <= _TOGETHER:
            high = np.zeros(relation.n_checked) if relation.is_exact else np.full(relation.n_checked, np.inf)
            parts.append(
                (relation.instance + n, relation.count, relation.coefficient, np.zeros(relation.n_checked), high)
            )
            n += relation.n_checked
    of = np.flatnonzero(cells.is_share)
    for coefficient, sign in ((reading.least[of], 1.0), (reading.most[of], -1.0)):
        at = np.arange(n, n + len(of))
        rows, counts = np.concatenate([at, at]), np.concatenate([of, cells.whole[of]])
        entries = np.concatenate([np.full(len(of), sign), -sign * coefficient])
        parts.append((rows, counts, entries, np.zeros(len(of)), np.full(len(of), np.inf)))
        n += len(of)
    return _Rows(*(np.concatenate([part[i] for part in parts]) for i in range(5)))


def _programs(
    relations: list[Relation],
    reading: Reading,
    cells: ReleaseCells,
    lower: np.ndarray,
    upper: np.ndarray,
    asked: np.ndarray,
) -> Iterator["_Program"]:
    """One program for each connected part that holds an asked count; small parts share one."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    rows, n = _rows(relations, reading, cells, int(asked.sum())), len(lower)
    free = upper > lower
    entries = free[rows.count]
    size = n + len(rows.low)
    edges = coo_array((np.ones(entries.sum()), (rows.count[entries], n + rows.row[entries])), shape=(size, size))
    part = connected_components(edges, directed=False)[1]
    wanted = np.unique(part[:n][asked])
    sizes = np.bincount(part[:n], minlength=part.max() + 1)[wanted]
    number = np.full(part.max() + 1, NO_CELL)
    number[wanted] = np.cumsum(sizes) // _TOGETHER
    of_count, of_row = number[part[:n]], number[part[n:]]
    fixed = np.bincount(rows.row, np.where(entries, 0, rows.coefficient * lower[rows.count]), len(rows.low))
    for block in np.unique(number[wanted]):
        counts = np.flatnonzero((of_count == block) & free)
        at = np.flatnonzero(of_row == block)
        held = np.flatnonzero(entries & (of_row[rows.row] == block))
        yield _Program(
            counts,
            part[counts],
            asked[counts],
            np.searchsorted(at, rows.row[held]),
            np.searchsorted(counts, rows.count[held]),
            rows.coefficient[held],
            rows.low[at] - fixed[at],
            rows.high[at] - fixed[at],
            lower[counts],
            upper[counts],
        )


@dataclass(frozen=True)
class _Program:
    """Connected counts, and the conditions on them, over their places here."""

    counts: np.ndarray
    part: np.ndarray
    """Of each count the part that it is in: those of different parts have no condition in common."""
    asked: np.ndarray
    row: np.ndarray
    column: np.ndarray
    coefficient: np.ndarray
    low: np.ndarray
    high: np.ndarray
    lower: np.ndarray
    upper: np.ndarray

    def open(self, low: np.ndarray, high: np.ndarray, table: np.ndarray, wanted: np.ndarray) -> None:
        """Lowers `low` and raises `high` by tables that fit, until each asked count is as far apart as is wanted or at its bounds."""
        random = np.random.default_rng(0)
        start, far = table[self.counts], wanted[self.counts].astype(float)
        for _ in range(_PROGRAMS):
            waiting = self._waiting(low, high, far)
            if not waiting.any():
                return
            reach = np.where(self.asked, far, _REACH + 0.1 * start)
            ways = random.choice((-1.0, 1.0), len(start)) * waiting
            near = np.maximum(self.lower, start - reach), np.minimum(self.upper, start + reach)
            self._see(cheapest(-ways, self._matrix(), (self.low, self.high), near), low, high)
        for part in np.unique(self.part[self._waiting(low, high, far)]):
            own = self._of(self.part == part)
            for i in np.flatnonzero(own._waiting(low, high, wanted[own.counts].astype(float))):
                own._bound(int(i), low, high)

    def _of(self, kept: np.ndarray) -> "_Program":
        """Some of its parts."""
        entries = kept[self.column]
        rows = np.unique(self.row[entries])
        return _Program(
            self.counts[kept],
            self.part[kept],
            self.asked[kept],
            np.searchsorted(rows, self.row[entries]),
            (np.cumsum(kept) - 1)[self.column[entries]],
            self.coefficient[entries],
            self.low[rows],
            self.high[rows],
            self.lower[kept],
            self.upper[kept],
        )

    def _bound(self, i: int, low: np.ndarray, high: np.ndarray) -> None:
        """The lowest and the highest value of one count."""
        for sign in (1.0, -1.0):
            costs = np.zeros(len(self.counts))
            costs[i] = sign
            self._see(cheapest(costs, self._matrix(), (self.low, self.high), (self.lower, self.upper)), low, high)

    def _waiting(self, low: np.ndarray, high: np.ndarray, far: np.ndarray) -> np.ndarray:
        waiting: np.ndarray = self.asked & (high[self.counts] - low[self.counts] < far - _EPSILON)
        return waiting

    def _see(self, table: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        low[self.counts] = np.minimum(low[self.counts], table)
        high[self.counts] = np.maximum(high[self.counts], table)

    def _matrix(self) -> Any:
        from scipy.sparse import csc_array

        return csc_array((self.coefficient, (self.row, self.column)), shape=(len(self.low), len(self.counts)))
