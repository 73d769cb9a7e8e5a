"""How each percentage of students is told: as a number, as a range, or not at all.

The size of the group is not told (`told_counts`), so a reader has the percentage alone. It is rounded so far that every number of students
near the true one fits it. Where few have the trait, or few lack it, it becomes a range by the size of the group (`ranges`). Other
percentages must not undo this: the groups of a dimension make up all students, so known percentages of all but one give the last one away.
So for every percentage with few students behind it, we work out what the other percentages of its total leave open, as if the reader knew
every size, and make those coarser until at least `privacy.min_uncertainty` is left.
"""

from dataclasses import dataclass, replace

import numpy as np

from district_platform.disclosure.attacker import narrowed
from district_platform.disclosure.equations import CONTAINS, NO_CELL, ROUGH, Equations, Ids
from district_platform.metrics.figures import numeral
from district_platform.privacy.across_releases import Held
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.privacy.ranges import Ranges, percentages_in_display
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy

NUMBER, RANGE, HIDDEN = 0, 1, 2
"""How finely a percentage is told; each tells less than the one before."""

NUMBER_FROM = 40
"""The smallest group whose percentage is a number: below it, a whole percent fits few sizes."""

TENTHS_FROM = 1_000
"""From this group size on a tenth of a percent is a child or more, so that every size still fits."""


@dataclass(frozen=True)
class Percentages:
    """The verdict on every share of a release; arrays over all its counts, meaningful for shares only."""

    state: np.ndarray
    is_primary: np.ndarray
    """Told less finely for its own small group, or for the few who have the trait or have it not."""
    value: np.ndarray
    """The percentage as a number; nan where it is none."""
    exact: np.ndarray
    """The percentage before it is rounded; nan where there is none."""
    decimals: np.ndarray
    """The decimals of the number."""
    display: np.ndarray
    """A range as readers see it; empty where it is none."""


def decide(
    cells: ReleaseCells, truth: Truth, equations: Equations, is_told: np.ndarray, before: Held, privacy: Privacy
) -> Percentages:
    """How finely each percentage of a release may be told. `is_told` are the counts that are told as numbers, `before` says how
    percentages were told last.
    """
    chosen = _Coarsening(cells, truth, equations, is_told, privacy)
    chosen.settle()
    return _as_before(chosen.result(), before)


def _as_before(now: Percentages, before: Held) -> Percentages:
    """Percentages that still lie within what was told last are told so again, unless that would tell more than is allowed now.

    Then they are told as now if that range contains what was told before, and otherwise not at all: the overlap of both would be narrower
    than either.
    """
    known = np.flatnonzero((before.told_as != "") & (now.state != HIDDEN) & ~before.is_frozen)
    texts = [
        f"{numeral(v, int(d))} %" if s == NUMBER else t
        for v, d, s, t in zip(now.value[known], now.decimals[known], now.state[known], now.display[known], strict=True)
    ]
    first, then = percentages_in_display(before.told_as[known]), percentages_in_display(np.array(texts, dtype=object))
    is_wider = first[1] - first[0] >= then[1] - then[0]
    holds = (then[0] <= first[0]) & (first[1] <= then[1])
    again, apart = known[is_wider], known[~is_wider & ~holds]
    is_number = ~np.isnan(before.value[again])
    now.state[again] = np.where(is_number, NUMBER, RANGE)
    now.value[again] = before.value[again]
    now.display[again] = np.where(is_number, "", before.told_as[again])
    decimals = [len(str(text).removesuffix(" %").partition(".")[2]) for text in before.told_as[again[is_number]]]
    now.decimals[again[is_number]] = decimals
    now.state[apart], now.is_primary[apart], now.value[apart], now.display[apart] = HIDDEN, False, np.nan, ""
    return now


def sizes_shown(
    shares: Percentages, cells: ReleaseCells, truth: Truth, privacy: Privacy
) -> tuple[np.ndarray, np.ndarray]:
    """The smallest and the largest size of every group that the form of the percentages told of it leaves open.

    A number is of forty students or more, a range in steps of two percent of three hundred or more.
    """
    least, most = np.zeros(len(cells)), np.full(len(cells), np.inf)
    is_shown = cells.is_share & ~np.isnan(shares.exact) & ~truth.is_unknown
    for state, edges in ((NUMBER, (0, NUMBER_FROM, TENTHS_FROM)), (RANGE, tuple(sorted(privacy.rate_bands)))):
        whole = cells.whole[is_shown & (shares.state == state)]
        band = np.searchsorted(edges, truth.filled[whole], side="right")
        np.maximum.at(least, whole, np.array(edges)[band - 1])
        np.minimum.at(most, whole, np.array([*edges[1:], np.inf])[band - 1] - 1)
    return least, most


def decimals_of(n: np.ndarray) -> np.ndarray:
    """The decimals of a percentage of so many students."""
    return np.where(n >= TENTHS_FROM, 1, 0)


class _Coarsening:
    """Percentages as numbers of students: the lowest and highest number that each share leaves open if its size were known."""

    def __init__(
        self, cells: ReleaseCells, truth: Truth, equations: Equations, is_told: np.ndarray, privacy: Privacy
    ) -> None:
        self._privacy, self._cells = privacy, cells
        exists = cells.is_share & ~truth.is_unknown
        exists[exists] &= truth.filled[cells.whole[exists]] > 0
        self._ids = np.flatnonzero(exists)
        whole = cells.whole[self._ids]
        self._k, self._n = truth.filled[self._ids], truth.filled[whole]
        self._is_told = is_told[self._ids]
        self._ranges = Ranges(self._k, self._n, privacy)
        self._bounds_of = self._by_state()
        self._is_small = self._n < privacy.min_group_size
        few = np.minimum(self._k, self._n - self._k) < privacy.min_group_size
        self._is_few = few & ~self._is_small
        self._state = self._first()
        self._own = self._state.copy()
        self._equations = self._among(equations, truth)

    def _by_state(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Lowest and highest number of students that a number, a range and nothing leave open."""
        unit = 10.0 ** -decimals_of(self._n)
        told = half_up(100 * self._k / self._n, decimals_of(self._n))
        low, high = (
            np.ceil((told - unit / 2) * self._n / 100 - 1e-9),
            np.floor((told + unit / 2) * self._n / 100 + 1e-9),
        )
        low, high = np.minimum(low, self._k), np.maximum(high, self._k)
        low, high = np.where(self._is_told, self._k, low), np.where(self._is_told, self._k, high)
        self._number = told
        lowest, highest = (side.astype(float) for side in self._ranges.counts)
        return [(low, high), (lowest, highest), (np.zeros_like(self._n), self._n)]

    def _first(self) -> np.ndarray:
        """Primary suppression: hidden for a group under the minimum; a range where few have the trait or few lack it, and for groups that
        are not large.
        """
        needs_range = self._is_few | self._ranges.is_end | (self._n < NUMBER_FROM)
        state = np.where(self._is_small, HIDDEN, np.where(needs_range, RANGE, NUMBER))
        low, high = self._bounds_of[RANGE]
        too_close = (state == RANGE) & (high - low < self._privacy.min_uncertainty)
        return np.where(too_close, HIDDEN, state)

    def _among(self, equations: Equations, truth: Truth) -> Equations:
        """Equations of which every cell is a percentage here or empty, over the places of percentages among them."""
        place = np.full(len(self._cells), NO_CELL)
        place[self._ids] = np.arange(len(self._ids))
        is_empty = (truth.filled == 0) & ~truth.is_unknown
        is_out = (place == NO_CELL) & ~is_empty
        n_out = np.bincount(equations.equation, is_out[equations.cell], len(equations))
        kept = equations.where((n_out == 0) & (equations.relation != ROUGH) & (equations.kind != CONTAINS))
        entries = place[kept.cell] != NO_CELL
        equation, cell, sign = kept.equation[entries], place[kept.cell[entries]], kept.sign[entries]
        return replace(kept, equation=equation, cell=cell, sign=sign)

    def settle(self) -> None:
        """Makes other percentages coarser until no percentage with few students behind it is known too closely."""
        while len(found := self._too_close()):
            chosen = self._to_tell_less(found)
            if not len(chosen):
                return
            self._state[chosen] += 1
            low, high = self._bounds_of[RANGE]
            narrow = (self._state[chosen] == RANGE) & (high[chosen] - low[chosen] < self._privacy.min_uncertainty)
            self._state[chosen[narrow]] = HIDDEN

    def _bounds(self) -> tuple[np.ndarray, np.ndarray]:
        low, high = (np.choose(self._state, [side[i] for side in self._bounds_of]) for i in (0, 1))
        return low, high

    def _too_close(self) -> Ids:
        """Percentages with few students behind them for which all totals together leave too little open.

        The reader is assumed to know every size; for small groups, to know only the published words, because one student can never leave
        three numbers open.
        """
        low, high = narrowed(self._equations, *self._bounds())
        is_close = self._is_few & (high - low < self._privacy.min_uncertainty)
        low, high = self._bounds()
        low, high = narrowed(self._equations, low, np.where(self._is_small, self._privacy.min_group_size - 1, high))
        is_close |= self._is_small & (high - low < self._privacy.min_uncertainty)
        found: Ids = np.flatnonzero(is_close)
        return found

    def _to_tell_less(self, found: Ids) -> Ids:
        """For each total with such a percentage, its cheapest percentage that can be made coarser."""
        equation, cell, cost = self._equations.equation, self._equations.cell, self._costs()
        entries = np.flatnonzero(self._equations.touching(found)[equation] & (self._state[cell] < HIDDEN))
        order = entries[np.lexsort((cell[entries], cost[cell[entries]], equation[entries]))]
        first = np.unique(equation[order], return_index=True)[1]
        return np.unique(cell[order[first]])

    def _costs(self) -> np.ndarray:
        """The loss when each is made coarser: largest for the district and for all students, and larger for a range than for a number."""
        place, subgroup, grade = (self._cells.codes(name, self._ids) for name in ("place", "subgroup", "grade"))
        cost = 1 + 0.25 * np.log2(1 + self._n) + 4.0 * (place == WHOLE)
        cost += np.where(subgroup == WHOLE, np.where(grade == WHOLE, 10.0, 2.0), 0.0)
        return cost + 3.0 * (self._state == RANGE)

    def result(self) -> Percentages:
        n = len(self._cells)
        state, value = np.full(n, NUMBER), np.full(n, np.nan)
        is_primary, display = np.zeros(n, dtype=bool), np.full(n, "", dtype=object)
        state[self._ids] = self._state
        is_primary[self._ids] = self._is_small | ((self._state == RANGE) & (self._own == RANGE))
        value[self._ids] = np.where(self._state == NUMBER, self._number, np.nan)
        is_range = self._state == RANGE
        display[self._ids[is_range]] = self._ranges.displays[is_range]
        decimals = np.zeros(n, dtype=np.int64)
        decimals[self._ids] = decimals_of(self._n)
        exact = np.full(n, np.nan)
        exact[self._ids] = 100 * self._k / self._n
        return Percentages(state, is_primary, value, exact, decimals, display)


def half_up(value: np.ndarray, decimals: np.ndarray) -> np.ndarray:
    """Half up, as people round."""
    scale = 10.0**decimals
    rounded: np.ndarray = np.floor(value * scale + 0.5 + 1e-9) / scale
    return rounded
