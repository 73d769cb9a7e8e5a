"""How each percentage of students is told: as a number, as a range, or not at all.

Its size is not told (`telling`), so a reader has the percentage alone. It is rounded so far that every number of students near the true
one fits it; where few have the trait, or few have it not, it is a range by the size of the group (`rates`). What is left open so must
not be closed by what stands beside it: the groups of a dimension make up all students, and known percentages of all but one give the
last one away. So for every percentage with few students behind it, what the others of its total leave open is worked out as if the
reader knew every size, and others are told less finely until it leaves `privacy.min_uncertainty`.
"""

from dataclasses import dataclass

import numpy as np

from district_platform.metrics.figures import numeral
from district_platform.privacy.groups import NO_GROUP, WHOLE, Groups, Ids
from district_platform.privacy.history import Held
from district_platform.privacy.rates import Ranges, percentages_in_display
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import AT_LEAST, PARTS, ROUGH, Totals, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy

NUMBER, RANGE, HIDDEN = 0, 1, 2
"""How finely a percentage is told; each tells less than the one before."""

NUMBER_FROM = 40
"""The smallest group whose percentage is a number: below it, a whole percent fits few sizes."""

_ROUNDS = 20

TENTHS_FROM = 1_000
"""From this group size on a tenth of a percent is a child or more, so that every size still fits."""


@dataclass(frozen=True)
class Percentages:
    """What becomes of every share of a release; arrays over its counts, of which only shares mean anything."""

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


def decide(groups: Groups, truth: Truth, is_told: np.ndarray, before: Held, privacy: Privacy) -> Percentages:
    """How finely each percentage of a release may be told. `is_told` are the counts that are told as numbers, `before` says how
    percentages were told last."""
    search = _Search(groups, truth, is_told, privacy)
    search.settle()
    return _as_before(search.result(), before)


def _as_before(now: Percentages, before: Held) -> Percentages:
    """Percentages that lie where they were told to lie last are told so again, unless that tells more than would be told now. Then they
    are told as now where that holds all that was told before, and else not at all: what both have in common would be narrower."""
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


def decimals_of(n: np.ndarray) -> np.ndarray:
    """The decimals of a percentage of so many students."""
    return np.where(n >= TENTHS_FROM, 1, 0)


class _Search:
    """Percentages as numbers of students: of each share the lowest and highest that is left open, if its size were known."""

    def __init__(self, groups: Groups, truth: Truth, is_told: np.ndarray, privacy: Privacy) -> None:
        relations = Relations(groups)
        self._privacy, self._groups = privacy, groups
        exists = relations.is_share & ~truth.is_unknown
        exists[exists] &= truth.filled[relations.whole[exists]] > 0
        self._ids = np.flatnonzero(exists)
        whole = relations.whole[self._ids]
        self._k, self._n = truth.filled[self._ids], truth.filled[whole]
        self._is_told = is_told[self._ids]
        self._ranges = Ranges(self._k, self._n, privacy)
        self._bounds_of = self._by_state()
        self._is_small = self._n < privacy.min_group_size
        few = np.minimum(self._k, self._n - self._k) < privacy.min_group_size
        self._is_few = few & ~self._is_small
        self._state = self._first()
        self._own = self._state.copy()
        self._totals, self._slack = self._related(relations, truth)

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
        """Primary suppression: hidden of a small group; a range where few have the trait or have it not, and of small groups."""
        needs_range = self._is_few | self._ranges.is_end | (self._n < NUMBER_FROM)
        state = np.where(self._is_small, HIDDEN, np.where(needs_range, RANGE, NUMBER))
        low, high = self._bounds_of[RANGE]
        too_close = (state == RANGE) & (high - low < self._privacy.min_uncertainty)
        return np.where(too_close, HIDDEN, state)

    def _related(self, relations: Relations, truth: Truth) -> tuple[Totals, np.ndarray]:
        """Totals of which every member is a percentage here, over their places among them; what children are in none of their parts."""
        totals = usable(totals_of(self._groups), relations, truth)
        place = np.full(len(self._groups), NO_GROUP)
        place[self._ids] = np.arange(len(self._ids))
        is_out = place[totals.count] == NO_GROUP
        is_empty = is_out & (truth.filled[totals.count] == 0) & ~truth.is_unknown[totals.count]
        n_out = np.bincount(totals.equation, is_out & ~is_empty, len(totals))
        kept = totals.where((n_out == 0) & (totals.relation != ROUGH) & (totals.adds != PARTS))
        entries = place[kept.count] != NO_GROUP
        inside = Totals(
            kept.equation[entries], place[kept.count[entries]], kept.sign[entries], kept.relation, kept.adds
        )
        return inside, inside.sums(self._k)

    def settle(self) -> None:
        """Tells others less finely until no percentage with few students behind it is known too closely."""
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
        """Percentages with few students behind them of which all totals together leave too little open: to a reader who knew every size,
        and of small groups to one who has only the words, since of one student nobody can leave three numbers open."""
        low, high = self._narrowed(*self._bounds())
        is_close = self._is_few & (high - low < self._privacy.min_uncertainty)
        low, high = self._bounds()
        low, high = self._narrowed(low, np.where(self._is_small, self._privacy.min_group_size - 1, high))
        is_close |= self._is_small & (high - low < self._privacy.min_uncertainty)
        found: Ids = np.flatnonzero(is_close)
        return found

    def _narrowed(self, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Narrows intervals total by total until nothing changes."""
        for _ in range(_ROUNDS):
            before = low.copy(), high.copy()
            self._narrow(low, high)
            if (before[0] == low).all() and (before[1] == high).all():
                break
        return low, high

    def _narrow(self, low: np.ndarray, high: np.ndarray) -> None:
        """What each total leaves of each of its members, given the others."""
        totals, count = self._totals, self._totals.count
        part = totals.sign > 0
        least, most = np.where(part, low[count], -high[count]), np.where(part, high[count], -low[count])
        sum_least, sum_most = (np.bincount(totals.equation, side, len(totals)) for side in (least, most))
        # of a total that only bounds a reader does not know by how much
        is_floor = (totals.relation == AT_LEAST)[totals.equation]
        sum_of_all = np.where(is_floor, 0.0, self._slack[totals.equation])
        bottom = sum_of_all - (sum_most[totals.equation] - most)
        top = np.where(is_floor, np.inf, sum_of_all - (sum_least[totals.equation] - least))
        np.maximum.at(low, count[part], bottom[part])
        np.minimum.at(high, count[part], top[part])
        np.minimum.at(high, count[~part], -bottom[~part])
        np.maximum.at(low, count[~part], -top[~part])

    def _to_tell_less(self, found: Ids) -> Ids:
        """For each total with such a percentage the cheapest one of it that can be told less finely."""
        totals, cost = self._totals, self._costs()
        is_hit = np.zeros(len(totals), dtype=bool)
        is_hit[totals.equation[np.isin(totals.count, found)]] = True
        entries = np.flatnonzero(is_hit[totals.equation] & (self._state[totals.count] < HIDDEN))
        order = entries[np.lexsort((totals.count[entries], cost[totals.count[entries]], totals.equation[entries]))]
        first = np.unique(totals.equation[order], return_index=True)[1]
        return np.unique(totals.count[order[first]])

    def _costs(self) -> np.ndarray:
        """What is lost with each: most with the district's and with all students'; a range that becomes nothing loses more."""
        place, subgroup, grade = (self._groups.field_of(name, self._ids) for name in ("place", "subgroup", "grade"))
        cost = 1 + 0.25 * np.log2(1 + self._n) + 4.0 * (place == WHOLE)
        cost += np.where(subgroup == WHOLE, np.where(grade == WHOLE, 10.0, 2.0), 0.0)
        return cost + 3.0 * (self._state == RANGE)

    def result(self) -> Percentages:
        n = len(self._groups)
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
