"""What a reader sees in place of a figure, and where the words would give small groups away themselves.

Fewer than five in all, at three schools, are one or two at each: of such groups it is not told either that they are small.
"""

import numpy as np

from district_platform.disclosure.attacker import UNBOUNDED, Knowledge, certainly_narrow
from district_platform.disclosure.equations import Equations
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.told_counts import is_headcount
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy

PROTECTS = "hidden (protects another group)"
OF_ANY_SIZE = "hidden (size not told)"
"""Where the other words would give a group away: fewer than five in all, of three grades, are one or two in each."""
RESTS_ON_RANGE = "hidden (rests on a range)"
NOT_TOLD = "not told"
"""Of a count whose size nobody is told, small or large: the release carries one headcount a group (`told_counts`)."""

_HIDDEN = "hidden ("

SUPPRESSION = ("none", "coarsened", "complementary", "primary", "undisclosed")
"""Reasons, the strongest last; their places are the codes used here."""

NONE, COARSENED, COMPLEMENTARY, PRIMARY, UNDISCLOSED = range(len(SUPPRESSION))


def texts_of(privacy: Privacy) -> np.ndarray:
    """What a reader sees, by reason."""
    return np.array(["", RESTS_ON_RANGE, PROTECTS, fewer_than(privacy.min_group_size), OF_ANY_SIZE], dtype=object)


def fewer_than(minimum: int) -> str:
    """What a reader sees of a small group."""
    return f"hidden (fewer than {minimum})"


def reason_of(words: str, privacy: Privacy) -> int:
    """The reason behind what a reader saw of a count."""
    texts = {OF_ANY_SIZE: UNDISCLOSED, NOT_TOLD: UNDISCLOSED, PROTECTS: COMPLEMENTARY}
    return texts.get(words, PRIMARY if words.startswith(_HIDDEN) else NONE)


def unsized(
    cells: ReleaseCells,
    truth: Truth,
    equations: Equations,
    small: np.ndarray,
    is_told: np.ndarray,
    sizes: tuple[np.ndarray, np.ndarray],
    privacy: Privacy,
) -> tuple[np.ndarray, np.ndarray]:
    """The hidden counts about which even "small" may not be said, and the totals of all students that may not be told beside them.

    Groups with a told figure have the minimum or more, and `sizes` says between which sizes each group must be for the form of its
    percentages; so such a total would leave too few for the rest. Headcounts are told in any case.
    """
    of_shares = np.bincount(equations.equation, cells.is_share[equations.cell], len(equations)) > 0
    equations = equations.where(~of_shares)
    value, minimum = truth.filled, privacy.min_group_size
    may_be_dropped = is_told & ~is_headcount(cells) & (value > 0)
    found, dropped = np.zeros(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
    while True:
        said, told = small & ~found, is_told & ~dropped
        lower = np.maximum(sizes[0], np.where(small, 1, np.where(value >= minimum, minimum, 0)))
        upper = np.minimum(sizes[1], np.where(said, minimum - 1, np.where(value > 0, UNBOUNDED, 0)))
        known = Knowledge(equations, np.where(told, value, lower), np.where(told, value, upper))
        narrow = certainly_narrow(known, np.where(small, privacy.min_uncertainty, 0))
        near = np.unique(equations.cell[equations.touching(narrow)[equations.equation]])
        if said[near].any():
            found[near] |= said[near]
        elif (may_be_dropped & ~dropped)[near].any():
            dropped[near] |= may_be_dropped[near]
            found[:] = False  # without these totals, more words may be said
        else:
            return found, dropped
