"""What may be told of each count, and what a reader has of it: shown, as a range, or hidden.

Primary: a count of 0 < n < min_group_size is hidden, and a percentage is coarsened where so few have the trait, or have it not. What else
is hidden for others' sake is chosen in `search`.
"""

import numpy as np

from district_platform.privacy.bounds import UNBOUNDED, Known
from district_platform.privacy.groups import NO_GROUP, WHOLE, Groups, Ids
from district_platform.privacy.rates import Ranges
from district_platform.privacy.relations import Relations
from district_platform.privacy.telling import is_public
from district_platform.privacy.totals import ROUGH, totals_of
from district_platform.privacy.truth import Truth, usable
from district_platform.settings import Privacy

SHOWN, COARSENED, HIDDEN = 0, 1, 2


class Choice:
    """The state of every count of a release: SHOWN, COARSENED (shares only) or HIDDEN."""

    def __init__(self, groups: Groups, truth: Truth, privacy: Privacy) -> None:
        self.groups, self.privacy, self.relations = groups, privacy, Relations(groups)
        self.value = truth.filled
        self.totals = usable(totals_of(groups), self.relations, truth)
        self.state = np.full(len(groups), SHOWN)
        self.is_primary = np.zeros(len(groups), dtype=bool)
        """Hidden or coarsened because it is small itself, or its whole is."""
        self.is_unsized = np.zeros(len(groups), dtype=bool)
        """Where hidden, it is not told whether it is small."""
        self.is_public = is_public(groups, privacy)
        """Told in any case, since every reader has it from elsewhere."""
        self.is_withdrawn = np.zeros(len(groups), dtype=bool)
        """Nothing is told of it, not even that anybody is in it."""
        self.ranges = self._share_ranges()
        self._hide_small(truth.is_unknown)

    def _share_ranges(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Lowest and highest count of each share's range, and whether it is at an end."""
        of = np.flatnonzero(self.relations.is_share)
        low, high = np.zeros(len(self.value)), np.zeros(len(self.value))
        is_end = np.zeros(len(self.value), dtype=bool)
        ranges = Ranges(self.value[of], self.value[self.relations.whole[of]], self.privacy)
        low[of], high[of] = ranges.counts
        is_end[of] = ranges.is_end
        return low, high, is_end

    def _hide_small(self, is_unknown: np.ndarray) -> None:
        """Primary suppression."""
        relations, value, minimum = self.relations, self.value, self.privacy.min_group_size
        is_small = (value > 0) & (value < minimum) & ~relations.has_twin & ~self.is_public
        of_small = (relations.whole != NO_GROUP) & is_small[relations.whole]
        self.is_primary |= is_small | of_small
        self.state[self.is_primary] = HIDDEN
        shares = np.flatnonzero(relations.is_share & ~of_small & (value[relations.whole] > 0) & ~is_unknown)
        few = np.minimum(value[shares], value[relations.twin[shares]]) < minimum
        self.is_primary[shares[few]] = True
        self.is_primary[relations.twin[shares[few]]] = True
        self.coarsen(shares[few | self.ranges[2][shares]])

    def coarsen(self, shares: Ids) -> None:
        """Tells shares as ranges, or hides those whose range says too much."""
        low, high, _ = self.ranges
        wide = high[shares] - low[shares] >= self.privacy.min_uncertainty
        state = np.where(wide, COARSENED, HIDDEN)
        self.state[shares] = state
        self.state[self.relations.twin[shares]] = state

    def wanted(self, of: Ids | slice = slice(None)) -> np.ndarray:
        """How far apart the bounds of each count must be; 0 where nothing is asked."""
        relations, minimum = self.relations, self.privacy.min_group_size
        low, high = self.ranges[0][of], self.ranges[1][of]
        whole, is_hidden = relations.whole[of], self.state[of] == HIDDEN
        has_whole = whole != NO_GROUP
        size = np.where(has_whole, self.value[whole], 0)
        may_be_small = self.is_primary[of] | (self.is_unsized[of] & is_hidden)
        of_small = has_whole & (self.is_primary[whole] | (self.is_unsized[whole] & (self.state[whole] == HIDDEN)))
        may_be_few = (low < minimum) | (size - high < minimum) | is_hidden
        is_range = relations.is_share[of] & (self.state[of] != SHOWN) & (self.state[whole] == SHOWN) & may_be_few
        asked = np.where((may_be_small & ~relations.has_twin[of]) | is_range, self.privacy.min_uncertainty, 0)
        return np.where(self.is_withdrawn[of], 0, np.where(of_small, 1, asked))

    def excerpt(self, of: np.ndarray) -> tuple[Ids, Known]:
        """Some counts, and what a reader is left with of them, as if there were no others: they hold whole parts of the release."""
        ids = np.flatnonzero(of)
        totals = self.totals
        equations = np.flatnonzero(of[totals.count[totals.bounds[:-1]]] & (totals.relation != ROUGH))
        return ids, Known(self.groups.excerpt(ids), totals.excerpt(equations, ids), *self.intervals(ids))

    def can_hide(self, of: Ids) -> np.ndarray:
        """Whether there is anybody in each, and the number is not public: an empty group is always told."""
        size = np.where(self.relations.has_twin[of], self.value[self.relations.whole[of]], self.value[of])
        return ~self.is_public[of] & (size > 0)

    def related_to(self, i: int) -> Ids:
        """The counts that totals can connect with a count: those of its kind, in its year."""
        groups, root = self.groups, self.relations.root
        same = (root == root[i]) & (groups.field("year") == groups.field_of("year", np.array([i])))
        return np.flatnonzero(same & (groups.field("other") == groups.field_of("other", np.array([i]))))

    def intervals(self, of: Ids | slice = slice(None)) -> tuple[np.ndarray, np.ndarray]:
        """Lowest and highest value of every count that its own state allows."""
        state, value, whole = self.state[of], self.value[of].astype(float), self.relations.whole[of]
        is_primary, is_unsized, has_twin = self.is_primary[of], self.is_unsized[of], self.relations.has_twin[of]
        minimum, hidden = self.privacy.min_group_size, state == HIDDEN
        of_hidden = hidden & (whole != NO_GROUP) & (self.state[whole] == HIDDEN)
        of_small = of_hidden & self.is_primary[whole] & ~self.is_unsized[whole]
        lower, upper = value.copy(), value.copy()
        lower[of_hidden], upper[of_hidden] = 0, UNBOUNDED
        upper[of_small] = minimum - 1
        own = hidden & ~of_hidden & ~has_twin
        lower[own] = np.where((is_primary | is_unsized)[own], 1, minimum)
        upper[own] = np.where((is_primary & ~is_unsized)[own], minimum - 1, UNBOUNDED)
        alone = hidden & ~of_hidden & has_twin
        lower[alone], upper[alone] = 0, self.value[whole[alone]]
        low, high = self._ranges_of(of)
        in_range = (state == COARSENED) & has_twin
        lower[in_range], upper[in_range] = low[in_range], high[in_range]
        lower[self.is_withdrawn[of]], upper[self.is_withdrawn[of]] = 0, UNBOUNDED
        return lower, upper

    def _ranges_of(self, of: Ids | slice) -> tuple[np.ndarray, np.ndarray]:
        """Of shares their range, of their rests what it leaves."""
        relations, (low, high, _) = self.relations, self.ranges
        is_share, twin, size = relations.is_share[of], relations.twin[of], self.value[relations.whole[of]]
        return np.where(is_share, low[of], size - high[twin]), np.where(is_share, high[of], size - low[twin])

    def costs(self) -> np.ndarray:
        """What is lost with each count by itself: most with the district's and with all students', less with small groups."""
        groups = self.groups
        place, subgroup, grade = (groups.field(name) for name in ("place", "subgroup", "grade"))
        is_level = np.isin(place, sorted(set(groups.level_of.values())))
        cost = 1 + 0.25 * np.log2(1 + self.value)
        cost += 4.0 * ((place == WHOLE) | is_level)
        cost += np.where(subgroup == WHOLE, np.where(grade == WHOLE, 10.0, 2.0), 0.0)
        return np.where(self.relations.has_twin, 0.7 * cost, cost)
