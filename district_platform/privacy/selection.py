"""Which counts are hidden: those that are too small, and as few others as keep them from being worked out.

Primary: a count of 0 < n < min_group_size is hidden, and a percentage is coarsened where so few have the trait, or have it not.
Complementary: a total from which a hidden count follows needs another count hidden; it is taken where the least is lost, and where the
totals that cross it need one too. This is done total by total; then `bounds` says what still follows from all of them together.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from district_platform.privacy.bounds import UNBOUNDED, Known, Seen, certainly_narrow, connected, too_narrow
from district_platform.privacy.detours import detour
from district_platform.privacy.groups import NO_GROUP, WHOLE, Groups, Ids
from district_platform.privacy.rates import Ranges
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import AT_LEAST, EXACT, PARTS, SCHOOLS, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy

SHOWN, COARSENED, HIDDEN = 0, 1, 2

_FEW = 40
"""So few open counts are worth deciding exactly before anything more is hidden for them."""

_ALONE_COSTS = 2.0
"""What hiding costs more for each total in which nothing is hidden yet: it will need a second one."""


_NOT_ENOUGH_COSTS = 3.0
"""What hiding costs more where a count is so near to the minimum that the total gives the others away all the same."""


@dataclass(frozen=True)
class Decision:
    """What becomes of every count."""

    state: np.ndarray
    """SHOWN, COARSENED (shares only) or HIDDEN."""
    is_primary: np.ndarray
    """Hidden or coarsened because it is small itself, or its whole is."""


class Selection:
    """The choice for one release."""

    def __init__(self, groups: Groups, truth: Truth, privacy: Privacy) -> None:
        self._groups, self._privacy, self._relations = groups, privacy, Relations(groups)
        self._value = truth.filled
        self._is_unknown = truth.is_unknown
        self._totals = usable(totals_of(groups), self._relations, truth)
        self._state = np.zeros(len(groups), dtype=np.int64)
        self._is_primary = np.zeros(len(groups), dtype=bool)
        self._ranges = self._share_ranges()

    def decide(self) -> Decision:
        """Hides until nothing that is too small can be worked out."""
        self._hide_small()
        work = _Work(self)
        work.settle(range(len(self._totals)))
        self._verify(work)
        return Decision(self._state, self._is_primary)

    def _verify(self, work: "_Work") -> None:
        """Until no count is too narrow, given all totals together; where one was, what hangs together with it is looked at again."""
        part_of = connected(self._totals, len(self._value))
        seen, few = Seen(len(self._value), self._value), False
        again = np.ones(len(self._value), dtype=bool)
        while True:
            wanted, known = np.where(again, self.wanted(), 0), self.known(again)
            narrow = certainly_narrow(known, wanted)
            if not narrow:
                narrow = too_narrow(known, wanted, seen, is_exact=few, n_programs=2)
                few = len(narrow) <= _FEW
            if not narrow or not work.protect(narrow):
                return
            again = np.isin(part_of, part_of[list(narrow)])

    def _share_ranges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lowest and highest count of each share's range, and whether it is at an end."""
        of = np.flatnonzero(self._relations.is_share)
        low, high = np.zeros(len(self._value)), np.zeros(len(self._value))
        is_end = np.zeros(len(self._value), dtype=bool)
        ranges = Ranges(self._value[of], self._value[self._relations.whole[of]], self._privacy)
        low[of], high[of] = ranges.counts
        is_end[of] = ranges.is_end
        return low, high, is_end

    def _hide_small(self) -> None:
        """Primary suppression."""
        relations, value, minimum = self._relations, self._value, self._privacy.min_group_size
        is_small = (value > 0) & (value < minimum) & ~relations.has_twin
        of_small = (relations.whole != NO_GROUP) & is_small[relations.whole]
        self._is_primary |= is_small | of_small
        self._state[self._is_primary] = HIDDEN
        shares = np.flatnonzero(relations.is_share & ~of_small & (value[relations.whole] > 0) & ~self._is_unknown)
        few = np.minimum(value[shares], value[relations.twin[shares]]) < minimum
        self._is_primary[shares[few]] = True
        self._is_primary[relations.twin[shares[few]]] = True
        self.coarsen(shares[few | self._ranges[2][shares]])

    def coarsen(self, shares: Ids) -> None:
        """Tells shares as ranges, or hides those whose range says too much."""
        low, high, _ = self._ranges
        wide = high[shares] - low[shares] >= self._privacy.min_uncertainty
        state = np.where(wide, COARSENED, HIDDEN)
        self._state[shares] = state
        self._state[self._relations.twin[shares]] = state

    def wanted(self) -> np.ndarray:
        """How far apart the bounds of each count must be; 0 where nothing is asked."""
        relations, value, minimum = self._relations, self._value, self._privacy.min_group_size
        low, high, _ = self._ranges
        has_whole = relations.whole != NO_GROUP
        whole = np.where(has_whole, value[relations.whole], 0)
        of_small = has_whole & self._is_primary[relations.whole]
        may_be_few = (low < minimum) | (whole - high < minimum) | (self._state == HIDDEN)
        is_range = relations.is_share & (self._state != SHOWN) & (self._state[relations.whole] == SHOWN) & may_be_few
        asked = np.where((self._is_primary & ~relations.has_twin) | is_range, self._privacy.min_uncertainty, 0)
        return np.where(of_small, 1, asked)

    def known(self, of: np.ndarray) -> Known:
        """What a reader is left with of these counts."""
        lower, upper = self.intervals()
        first = self._totals.count[np.searchsorted(self._totals.equation, np.arange(len(self._totals)))]
        return Known(self._groups, self._totals.where(of[first]), lower, upper)

    def can_hide(self) -> np.ndarray:
        """Whether there is anybody in it: an empty group is always told."""
        sizes = np.where(self._relations.has_twin, self._value[self._relations.whole], self._value)
        return sizes > 0

    def related_to(self, i: int) -> Ids:
        """The counts that totals can connect with a count: those of its kind, in its year."""
        groups, root = self._groups, self._relations.root
        same = (root == root[i]) & (groups.field("year") == groups.field_of("year", np.array([i])))
        return np.flatnonzero(same & (groups.field("other") == groups.field_of("other", np.array([i]))))

    def intervals(self) -> tuple[np.ndarray, np.ndarray]:
        """What the state of each count says of it by itself."""
        return intervals(self._relations, self._state, self._is_primary, self._value, self._ranges[:2], self._privacy)


def intervals(
    relations: Relations,
    state: np.ndarray,
    is_primary: np.ndarray,
    value: np.ndarray,
    ranges: tuple[np.ndarray, np.ndarray],
    privacy: Privacy,
) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest value of every count that its own display allows; `value` is read only where it is shown."""
    minimum = privacy.min_group_size
    has_whole = relations.whole != NO_GROUP
    hidden_whole = has_whole & (state[relations.whole] == HIDDEN)
    small_whole = hidden_whole & is_primary[relations.whole]
    hidden = state == HIDDEN
    lower, upper = value.astype(float).copy(), value.astype(float).copy()
    of_hidden = hidden & hidden_whole
    lower[of_hidden], upper[of_hidden] = 0, UNBOUNDED
    upper[of_hidden & small_whole] = minimum - 1
    own = hidden & ~of_hidden & ~relations.has_twin
    lower[own], upper[own] = np.where(is_primary[own], 1, minimum), np.where(is_primary[own], minimum - 1, UNBOUNDED)
    alone = np.flatnonzero(hidden & ~of_hidden & relations.has_twin)
    lower[alone], upper[alone] = 0, value[relations.whole[alone]]
    shares = np.flatnonzero((state == COARSENED) & relations.is_share)
    lower[shares], upper[shares] = ranges[0][shares], ranges[1][shares]
    rests, whole = relations.twin[shares], value[relations.whole[shares]]
    lower[rests], upper[rests] = whole - upper[shares], whole - lower[shares]
    return lower, upper


class _Work:
    """The search for the cells to hide, on plain lists: totals are short, and each is looked at many times."""

    def __init__(self, selection: Selection) -> None:
        self._s = selection
        totals = selection._totals
        n = len(selection._value)
        ends = np.searchsorted(totals.equation, np.arange(len(totals) + 1))
        counts, signs = totals.count.tolist(), totals.sign.tolist()
        self._members = [list(zip(counts[a:b], signs[a:b], strict=True)) for a, b in pairwise(ends)]
        self._adds, self._relation = totals.adds.tolist(), totals.relation.tolist()
        self._of: list[list[int]] = [[] for _ in range(n)]
        for equation, count in zip(totals.equation.tolist(), counts, strict=True):
            self._of[count].append(equation)
        self._children: dict[int, list[int]] = {}
        for part in np.flatnonzero(selection._relations.whole != NO_GROUP).tolist():
            self._children.setdefault(int(selection._relations.whole[part]), []).append(part)
        self._value = selection._value.tolist()
        self._cost = _costs(selection).tolist()
        self._whole = selection._relations.whole.tolist()
        self._twin = selection._relations.twin.tolist()
        self._is_share = selection._relations.is_share.tolist()
        self._refresh()

    def _refresh(self) -> None:
        """Takes over the state of the selection."""
        selection = self._s
        lower, upper = selection.intervals()
        self._lower, self._upper = lower.tolist(), upper.tolist()
        self._state = selection._state.tolist()
        self._wanted = selection.wanted().tolist()
        open_counts = selection._state[selection._totals.count] != SHOWN
        self._n_open = np.bincount(
            selection._totals.equation, weights=open_counts, minlength=len(self._members)
        ).tolist()

    def settle(self, equations: Iterable[int]) -> None:
        """Until no total gives a hidden count away by itself."""
        waiting = deque(sorted(equations, key=lambda e: (len(self._members[e]), e)))
        queued = set(waiting)
        while waiting:
            equation = waiting.popleft()
            queued.discard(equation)
            while self._gives_away(equation):
                chosen = self._cheapest([equation])
                if chosen is None:
                    break
                for touched in self._hide(chosen):
                    if touched not in queued and touched != equation:
                        queued.add(touched)
                        waiting.append(touched)

    def protect(self, narrow: Iterable[int]) -> bool:
        """Hides one more count beside each that is known too closely; whether there was any left to hide."""
        touched: set[int] = set()
        helped: set[int] = set()
        for i in sorted(narrow):
            if helped.isdisjoint(self._of[i]):
                chosen = self._cheapest(self._of[i])
                found = self._detour(i) if chosen is None else [chosen]
                helped.update(self._of[i])
                for j in found:
                    touched.update(self._hide(j))
        self.settle(touched)
        return bool(touched)

    def _detour(self, i: int) -> list[int]:
        """What to hide farther away, where all beside a count is hidden and it is known too closely all the same."""
        selection = self._s
        lower, upper = self._once_hidden()
        cost = np.where(np.array(self._state) == SHOWN, np.array(self._cost), 0.0)
        cost[~selection.can_hide()] = 1e6
        among = selection.related_to(i)
        bounds = lower, upper
        found = detour(i, float(self._wanted[i]), selection._totals, selection._value, bounds, cost, among)
        return [int(j) for j in found if self._can_hide(int(j)) and self._state[int(j)] == SHOWN]

    def _once_hidden(self) -> tuple[np.ndarray, np.ndarray]:
        lower, upper = np.array(self._lower), np.array(self._upper)
        shown = np.array(self._state) == SHOWN
        minimum = np.minimum(self._s._value, self._s._privacy.min_group_size)
        return np.where(shown, minimum, lower), np.where(shown, UNBOUNDED, upper)

    def _gives_away(self, equation: int) -> bool:
        if not self._n_open[equation] or (self._adds[equation] == PARTS and self._relation[equation] == EXACT):
            return False
        members = [(i, sign) for i, sign in self._members[equation] if self._state[i] != SHOWN]
        wanted = [self._wanted[i] for i, _ in members]
        is_floor = self._is_floor(equation)
        if not is_floor and len(members) == 1:
            return True
        if not is_floor and self._leaves_few(equation, members):
            return True
        if not any(wanted):
            return False
        return self._is_narrow(equation, members, wanted, is_floor)

    def _is_floor(self, equation: int) -> bool:
        """Whether a total only bounds its parts. How far schools are from adding up is taken as known here: a reader may guess it."""
        return self._relation[equation] == AT_LEAST and self._adds[equation] != SCHOOLS

    def _share_of(self, i: int) -> int:
        return i if self._is_share[i] or self._twin[i] == NO_GROUP else self._twin[i]

    def _leaves_few(self, equation: int, members: list[tuple[int, float]]) -> bool:
        """Whether the hidden parts of a shown total are together a small group, whose figures follow by subtraction."""
        if any(sign < 0 or self._twin[i] != NO_GROUP for i, sign in members):
            return False
        return 0 < sum(self._value[i] for i, _ in members) < self._s._privacy.min_group_size

    def _is_narrow(self, equation: int, members: list[tuple[int, float]], wanted: list[int], is_floor: bool) -> bool:
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
        """The count of these totals that is still told, or told in part, and whose loss is least."""
        best: tuple[float, int] | None = None
        for equation in equations:
            missing = self._missing_room(equation)
            for i, _ in self._members[equation]:
                if self._can_hide(i):
                    is_enough = self._state[i] != SHOWN or self._value[i] - self._s._privacy.min_group_size >= missing
                    price = (self._price(i, equation) + (0.0 if is_enough else _NOT_ENOUGH_COSTS), i)
                    best = price if best is None else min(best, price)
        return None if best is None else best[1]

    def _missing_room(self, equation: int) -> float:
        """By how much a count that is hidden now must be more than it could be, so that the others can be fewer."""
        members = [(i, sign) for i, sign in self._members[equation] if self._state[i] != SHOWN]
        wanted = max((self._wanted[i] for i, _ in members), default=0)
        room = sum(
            self._value[i] - self._lower[i] if sign > 0 else self._upper[i] - self._value[i] for i, sign in members
        )
        return wanted - room

    def _can_hide(self, i: int) -> bool:
        if self._twin[i] != NO_GROUP:
            return self._state[i] != HIDDEN and self._value[self._whole[i]] > 0
        return self._state[i] == SHOWN and self._value[i] > 0

    def _price(self, i: int, equation: int) -> float:
        alone = sum(1 for e in self._of[i] if e != equation and not self._n_open[e] and self._adds[e] != PARTS)
        return self._cost[i] + _ALONE_COSTS * alone + (1.0 if self._state[i] else 0.0)

    def _hide(self, i: int) -> list[int]:
        """Hides or coarsens a count with all that hangs on it; the totals that are touched."""
        changed = self._changed(i)
        selection = self._s
        for j in changed:
            if self._twin[j] != NO_GROUP and self._state[j] == SHOWN and j in (i, self._twin[i]):
                selection.coarsen(np.array([self._share_of(j)]))
            else:
                selection._state[j] = HIDDEN
        touched = sorted({equation for j in changed for equation in self._of[j]})
        for j in changed:
            was_open, self._state[j] = self._state[j] != SHOWN, int(selection._state[j])
            self._lower[j], self._upper[j] = self._interval(j)
            for equation in self._of[j]:
                self._n_open[equation] += not was_open
        return touched

    def _changed(self, i: int) -> list[int]:
        if self._twin[i] != NO_GROUP:
            return [i, self._twin[i]]
        return [i, *self._children.get(i, [])]

    def _interval(self, j: int) -> tuple[float, float]:
        """Of a count that is hidden for others' sake."""
        selection, whole = self._s, self._whole[j]
        if whole != NO_GROUP and self._s._state[whole] == HIDDEN:
            return 0.0, UNBOUNDED
        if self._twin[j] == NO_GROUP:
            return float(selection._privacy.min_group_size), UNBOUNDED
        share, size = self._share_of(j), self._value[whole]
        low, high = 0.0, size
        if selection._state[j] == COARSENED:
            low, high = float(selection._ranges[0][share]), float(selection._ranges[1][share])
        return (low, high) if share == j else (size - high, size - low)


def _costs(selection: Selection) -> np.ndarray:
    """What is lost with each count by itself: most with the district's and with all students', less with small groups."""
    groups = selection._groups
    place, subgroup, grade = (groups.field(name) for name in ("place", "subgroup", "grade"))
    is_level = np.isin(place, sorted(set(groups.level_of.values())))
    cost = 1 + 0.25 * np.log2(1 + selection._value)
    cost += 4.0 * ((place == WHOLE) | is_level)
    cost += np.where(subgroup == WHOLE, np.where(grade == WHOLE, 10.0, 2.0), 0.0)
    return np.where(selection._relations.has_twin, 0.7 * cost, cost)


def decide(groups: Groups, truth: Truth, privacy: Privacy) -> Decision:
    """What becomes of every count of a release."""
    return Selection(groups, truth, privacy).decide()
