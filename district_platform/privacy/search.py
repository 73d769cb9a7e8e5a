"""The search for counts to hide for others' sake: as few as keep the small ones from being worked out.

Complementary: a total from which a hidden count follows needs another count hidden; it is taken where the least is lost, and where the
totals that cross it need one too. Done total by total, on plain lists: totals are short, and each is looked at many times.
"""

from collections import deque
from collections.abc import Iterable
from itertools import pairwise

import numpy as np

from district_platform.privacy.bounds import UNBOUNDED
from district_platform.privacy.choice import COARSENED, HIDDEN, SHOWN, Choice
from district_platform.privacy.detours import detour
from district_platform.privacy.groups import NO_GROUP
from district_platform.privacy.totals import AT_LEAST, EXACT, PARTS, ROUGH, SCHOOLS

_ALONE_COSTS = 2.0
"""What hiding costs more for each total in which nothing is hidden yet: it will need a second one."""

_NOT_ENOUGH_COSTS = 8.0
"""What hiding costs more where a count is so near to the minimum that the total gives the others away all the same."""

_CANNOT = 1e6
"""What it costs to change a count that cannot be hidden."""


class Search:
    """Looks for counts to hide, and hides them in the choice."""

    def __init__(self, choice: Choice) -> None:
        self._choice = choice
        totals, relations = choice.totals, choice.relations
        members = list(zip(totals.count.tolist(), totals.sign.tolist(), strict=True))
        self._members = [members[a:b] for a, b in pairwise(totals.bounds.tolist())]
        self._adds, self._relation = totals.adds.tolist(), totals.relation.tolist()
        self._of: list[list[int]] = [[] for _ in choice.value]
        for equation, count in zip(totals.equation.tolist(), totals.count.tolist(), strict=True):
            self._of[count].append(equation)
        self._children: dict[int, list[int]] = {}
        for part in np.flatnonzero(relations.whole != NO_GROUP).tolist():
            self._children.setdefault(int(relations.whole[part]), []).append(part)
        self._costs = choice.costs()
        self._value, self._cost = choice.value.tolist(), self._costs.tolist()
        self._whole, self._twin = relations.whole.tolist(), relations.twin.tolist()
        self._is_share = relations.is_share.tolist()
        self._is_public = choice.is_public.tolist()
        is_of_shares = np.bincount(totals.equation, relations.has_twin[totals.count], len(totals)) > 0
        lacks_parts = totals.may_lack_parts() & ~is_of_shares
        self._sums = totals.sums(choice.value)
        self._in_no_part = np.where(lacks_parts, self._sums, 0).tolist()
        """Of each total, the children in none of its parts."""
        self._minimum = choice.privacy.min_group_size
        lower, upper = choice.intervals()
        self._lower, self._upper = lower.tolist(), upper.tolist()
        self._state, self._wanted = choice.state.tolist(), choice.wanted().tolist()
        self._n_open = np.bincount(
            totals.equation, weights=choice.state[totals.count] != SHOWN, minlength=len(totals)
        ).tolist()
        self._first = list(self._state), list(self._lower), list(self._upper)
        """State, lowest and highest value before anything was hidden for others' sake."""

    def settle(self, equations: Iterable[int]) -> None:
        """Until no total gives a hidden count away by itself."""
        waiting = deque(sorted(equations, key=lambda e: (len(self._members[e]), e)))
        queued = set(waiting)
        while waiting:
            equation = waiting.popleft()
            queued.discard(equation)
            while self._gives_away(equation):
                chosen = self._cheapest([equation])
                changed = self._conceal([equation]) if chosen is None else self._hide(chosen)
                if not changed:
                    break
                for touched in changed:
                    if touched not in queued and touched != equation:
                        queued.add(touched)
                        waiting.append(touched)

    def protect(self, narrow: Iterable[int], is_certain: bool, is_surely: bool = False) -> bool:
        """Hides one more count beside each that is known too closely; whether anything was hidden.

        What is hidden for one may help all that share a total with it, which is waited for. `is_surely` does not wait, but looks by a
        detour, which takes longer, for what is enough.
        Where that helps no more and they are known for certain, it hides what lies around them, ever farther away, and no longer tells
        which of it is small. That comes to an end: where nobody tells more of a part than that its groups are not empty, all of them
        may as well be twice or three times as large.
        """
        touched: set[int] = set()
        helped: set[int] = set()
        for i in sorted(narrow):
            if helped.isdisjoint(self._of[i]):
                chosen = None if is_surely else self._cheapest(self._of[i])
                found = self._detour(i) if chosen is None else [chosen]
                helped.update(equation for j in (found if is_surely else [i]) for equation in self._of[j])
                for j in found:
                    touched.update(self._hide(j))
                if not found and is_certain:
                    touched.update(self._hide_around(i))
        self.settle(touched)
        return bool(touched)

    def _hide_around(self, i: int) -> list[int]:
        """Hides all of the nearest totals around a count of which anything is still told; the totals that are touched."""
        near, reached = self._of[i], set(self._of[i])
        while near:
            members = sorted({j for equation in near for j, _ in self._members[equation]})
            hidden = [e for j in members if self._can_hide(j) for e in self._hide(j)]
            if touched := [*hidden, *self._conceal(near)]:
                return touched
            near = [e for e in self._totals_of(members) if e not in reached and self._relation[e] != ROUGH]
            reached.update(near)
        return []

    def withdraw(self, counts: Iterable[int]) -> None:
        """Tells nothing at all of these counts and of what adds up with them to a public number: of two students of whom one has a trait
        and one has not, any word about both groups would tell of each."""
        equations = {equation for i in counts for equation in self._of[i]}
        members = sorted({j for equation in equations for j, _ in self._members[equation] if not self._is_public[j]})
        self._choice.is_withdrawn[members] = True
        self._choice.state[members] = HIDDEN
        for j in members:
            self._note(j, HIDDEN)
            self._lower[j], self._upper[j], self._wanted[j] = 0.0, UNBOUNDED, 0
        self.settle(self._totals_of(members))

    def _conceal(self, equations: Iterable[int]) -> list[int]:
        """Tells no longer of the hidden counts of these totals whether they are small; the totals that are touched."""
        sized = {
            self._sized(j) for equation in equations for j, _ in self._members[equation] if self._state[j] == HIDDEN
        }
        unsized = [j for j in sorted(sized) if self._twin[j] == NO_GROUP and not self._choice.is_unsized[j]]
        self._choice.is_unsized[unsized] = True
        changed = [j for i in unsized for j in self._changed(i)]
        for j in changed:
            self._lower[j], self._upper[j] = self._interval(j)
            self._wanted[j] = self._choice.privacy.min_uncertainty if self._sized(j) == j else 1
        return self._totals_of(changed)

    def _sized(self, i: int) -> int:
        """The count whose words tell how large a hidden count may be: its whole, where that is hidden."""
        whole = self._whole[i]
        return whole if whole != NO_GROUP and self._state[whole] == HIDDEN else i

    def _detour(self, i: int) -> list[int]:
        """What to hide farther away, where all beside a count is hidden and it is known too closely all the same."""
        choice = self._choice
        among = choice.related_to(i)
        value, is_shown = choice.value[among], choice.state[among] == SHOWN
        cost = np.where(is_shown, self._costs[among], 0.0)
        cost[~choice.can_hide(among)] = _CANNOT
        lower, upper = (np.array([of[j] for j in among.tolist()]) for of in (self._lower, self._upper))
        lower, upper = np.where(is_shown, np.minimum(value, self._minimum), lower), np.where(is_shown, UNBOUNDED, upper)
        equations, at = np.array(self._totals_of(among.tolist())), int(np.searchsorted(among, i))
        totals, sums = choice.totals.excerpt(equations, among), self._sums[equations]
        found = detour(at, float(self._wanted[i]), totals, sums, value, (lower, upper), cost)
        return [j for j in among[found].tolist() if self._can_hide(j) and self._state[j] == SHOWN]

    def _gives_away(self, equation: int) -> bool:
        is_whole_with_rest = self._adds[equation] == PARTS and self._relation[equation] == EXACT
        if is_whole_with_rest or not (self._n_open[equation] or self._in_no_part[equation]):
            return False
        members = [(i, sign) for i, sign in self._members[equation] if self._state[i] != SHOWN]
        wanted = [self._wanted[i] for i, _ in members]
        is_floor = self._is_floor(equation)
        if not is_floor and len(members) == 1:
            return True
        if self._leaves_few(equation, members, is_floor):
            return True
        if not any(wanted):
            return False
        return self._is_narrow(equation, members, wanted, is_floor)

    def _is_floor(self, equation: int) -> bool:
        """Whether a total only bounds its parts. How far schools are from adding up is taken as known here: a reader may guess it."""
        return self._relation[equation] == AT_LEAST and self._adds[equation] != SCHOOLS

    def _share_of(self, i: int) -> int:
        return i if self._is_share[i] or self._twin[i] == NO_GROUP else self._twin[i]

    def _leaves_few(self, equation: int, members: list[tuple[int, float]], is_floor: bool) -> bool:
        """Whether the parts of a shown total that are hidden, or that it lacks, are together a small group, whose figures follow by
        subtraction."""
        beside = self._in_no_part[equation]
        if is_floor and not beside:
            return False
        of_total = 1 if is_floor else -1
        if any(sign == of_total or self._twin[i] != NO_GROUP for i, sign in members):
            return False
        return 0 < sum(self._value[i] for i, _ in members) + beside < self._minimum

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
                    is_enough = self._state[i] != SHOWN or self._value[i] - self._minimum >= missing
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
        if self._is_public[i]:
            return False
        if self._twin[i] != NO_GROUP:
            return self._state[i] != HIDDEN and self._value[self._whole[i]] > 0
        return self._state[i] == SHOWN and self._value[i] > 0

    def _price(self, i: int, equation: int) -> float:
        alone = sum(1 for e in self._of[i] if e != equation and not self._n_open[e] and self._adds[e] != PARTS)
        return self._cost[i] + _ALONE_COSTS * alone + (1.0 if self._state[i] else 0.0)

    def _hide(self, i: int) -> list[int]:
        """Hides or coarsens a count with all that hangs on it; the totals that are touched."""
        changed = self._changed(i)
        for j in changed:
            if self._twin[j] != NO_GROUP and self._state[j] == SHOWN and j in (i, self._twin[i]):
                self._choice.coarsen(np.array([self._share_of(j)]))
            else:
                self._choice.state[j] = HIDDEN
        for j in changed:
            self._note(j, int(self._choice.state[j]))
            self._lower[j], self._upper[j] = self._interval(j)
        return self._totals_of(changed)

    def tidy(self, among: np.ndarray) -> list[int]:
        """Tells again what no total by itself needs hidden, the costliest first; what was told."""
        self._wanted = self._choice.wanted().tolist()
        first = self._first[0]
        among = among & ~self._choice.is_withdrawn
        hidden = [i for i in np.flatnonzero(among).tolist() if self._state[i] != first[i] and self._share_of(i) == i]
        return [i for i in sorted(hidden, key=lambda i: (-self._cost[i], i)) if self._is_told(i)]

    def _is_told(self, i: int) -> bool:
        """Tells a count with all that hangs on it, if nothing is given away so; whether it did."""
        whole = self._whole[i]
        if whole != NO_GROUP and self._state[whole] == HIDDEN:
            return False
        changed = self._changed(i)
        before = [(self._state[j], self._lower[j], self._upper[j]) for j in changed]
        first = [tuple(of[j] for of in self._first) for j in changed]
        self._restore(changed, first)
        if any(self._gives_away(equation) for equation in self._totals_of(changed)):
            self._restore(changed, before)
            return False
        return True

    def _restore(self, counts: list[int], states: list[tuple[int, float, float]]) -> None:
        for j, (state, lower, upper) in zip(counts, states, strict=True):
            self._choice.state[j] = state
            self._note(j, state)
            self._lower[j], self._upper[j] = lower, upper

    def _note(self, j: int, state: int) -> None:
        change = (state != SHOWN) - (self._state[j] != SHOWN)
        self._state[j] = state
        if change:
            for equation in self._of[j]:
                self._n_open[equation] += change

    def _totals_of(self, counts: list[int]) -> list[int]:
        return sorted({equation for j in counts for equation in self._of[j]})

    def _changed(self, i: int) -> list[int]:
        if self._twin[i] != NO_GROUP:
            return [i, self._twin[i]]
        return [i, *self._children.get(i, [])]

    def _interval(self, j: int) -> tuple[float, float]:
        """Of a count that is hidden for others' sake, or whose size is not told."""
        choice, whole = self._choice, self._whole[j]
        if choice.is_withdrawn[j]:
            return 0.0, UNBOUNDED
        if whole != NO_GROUP and choice.state[whole] == HIDDEN:
            return 0.0, UNBOUNDED
        if self._twin[j] == NO_GROUP:
            return 1.0 if choice.is_unsized[j] else float(self._minimum), UNBOUNDED
        share, size = self._share_of(j), self._value[whole]
        low, high = 0.0, size
        if choice.state[j] == COARSENED:
            low, high = float(choice.ranges[0][share]), float(choice.ranges[1][share])
        return (low, high) if share == j else (size - high, size - low)
