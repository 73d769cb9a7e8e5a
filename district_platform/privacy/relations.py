"""How the counts about one group hang together: shares, the rests of their wholes, and other parts."""

import numpy as np

from district_platform.privacy.counts import part_of, rest_of
from district_platform.privacy.groups import NO_GROUP, Groups


class Relations:
    """For every count of a release, the counts that hang together with it."""

    def __init__(self, groups: Groups) -> None:
        names = groups.words["count"].values
        self.whole = np.full(len(groups), NO_GROUP)
        self.twin = np.full(len(groups), NO_GROUP)
        """Of a share its rest, and of the rest its share."""
        self.is_share = np.zeros(len(groups), dtype=bool)
        for name in names:
            of = np.flatnonzero(groups.field("count") == groups.words["count"].code(name))
            if whole := part_of(name):
                self.whole[of] = groups.related(whole, of)
            if rest_of(name) in names:
                self.is_share[of] = True
                self.twin[of] = groups.related(rest_of(name), of)
                self.twin[self.twin[of]] = of
        self.has_twin = self.twin != NO_GROUP
        roots = np.array([groups.words["count"].code(part_of(name) or name) for name in names])
        self.root = roots[groups.field("count")]
        """The name of the whole that it is part of, or its own, as a code."""
