"""What becomes of every count of a release, and the words that say so.

Which numbers may be told at all is for `telling`, how finely percentages are for `percentages`, and which of the told counts are hidden
for `selection` to say; here they come together, beside what earlier publications told (`history`).
"""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.suppression import suppress
from district_platform.privacy import percentages
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.equations import known_equations
from district_platform.privacy.history import Held
from district_platform.privacy.linked_tables import linked_tables
from district_platform.privacy.percentages import Percentages
from district_platform.privacy.telling import is_headcount
from district_platform.privacy.truth import Truth
from district_platform.privacy.wording import unsized
from district_platform.settings import Privacy

PROTECTS = "hidden (protects another group)"
OF_ANY_SIZE = "hidden (size not told)"
"""Where the other words would give a group away: fewer than five in all, of three grades, are one or two in each."""
RESTS_ON_RANGE = "hidden (rests on a range)"
NOT_TOLD = "not told"
"""Of a count whose size nobody is told, small or large: the release carries one headcount a group (`telling`)."""

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


@dataclass(frozen=True)
class Verdicts:
    """What becomes of every count of a release."""

    reason: np.ndarray
    """Why what rests on a count is not told, as codes; the last is no count's."""
    is_told: np.ndarray
    """Whether the number itself may be told."""
    percentages: Percentages
    value: np.ndarray
    """What is told where it is told: the number of students, of the count day as it was told first."""
    before: Held
    """What earlier publications told."""
    is_moved: np.ndarray
    """Told as before, though the data say otherwise now."""
    is_withdrawn: np.ndarray
    """Nothing is told, not even that anybody is in it."""

    @classmethod
    def of(cls, cells: ReleaseCells, truth: Truth, is_told: np.ndarray, before: Held, privacy: Privacy) -> "Verdicts":
        value, equations = truth.filled.copy(), known_equations(cells, truth)
        reason = np.where((value > 0) & (value < privacy.min_group_size), PRIMARY, NONE)
        told = np.flatnonzero(is_told & ~cells.is_share)
        decision = suppress(linked_tables(cells.excerpt(told), truth.excerpt(told), privacy))
        hidden = np.where(decision.is_primary, PRIMARY, COMPLEMENTARY)
        hidden[decision.is_unsized | decision.is_withdrawn] = UNDISCLOSED
        reason[told] = np.where(decision.is_hidden, hidden, NONE)
        is_withdrawn = before.is_frozen & (before.told_as == NOT_TOLD)
        is_withdrawn[told[decision.is_withdrawn]] = True
        is_told = is_told & ~is_withdrawn
        _repeat(before, reason, value, privacy)
        shares = percentages.decide(cells, truth, equations, is_told & (reason == NONE), before, privacy)
        of_share = np.where(shares.is_primary, PRIMARY, COMPLEMENTARY)
        of_share = np.where(shares.state == percentages.HIDDEN, of_share, COARSENED)
        small = (reason == PRIMARY) & ~cells.is_share & ~is_told
        of_any_size, too_much = unsized(cells, truth, equations, small, is_told & (reason == NONE), privacy)
        reason[of_any_size] = UNDISCLOSED
        is_told = is_told & ~(too_much & ~is_headcount(cells))
        of_share = np.where(shares.is_primary & (reason[cells.whole] == UNDISCLOSED), UNDISCLOSED, of_share)
        reason = np.where(cells.is_share, np.where(shares.state == percentages.NUMBER, NONE, of_share), reason)
        nobody = cells.is_share & (value[cells.whole] == 0)
        reason[nobody] = NONE
        is_told = is_told & (~cells.is_share | (is_told[cells.whole] & (shares.state == percentages.NUMBER)))
        is_moved = before.is_frozen & (value != truth.filled)
        return cls(np.append(reason, NONE), np.append(is_told, True), shares, value, before, is_moved, is_withdrawn)


def _repeat(before: Held, reason: np.ndarray, value: np.ndarray, privacy: Privacy) -> None:
    """Counts that are told as before, with the reason that was given then."""
    frozen = np.flatnonzero(before.is_frozen)
    reason[frozen] = [_reason_of(text, privacy) for text in before.told_as[frozen]]
    told = frozen[~np.isnan(before.value[frozen])]
    value[told] = before.value[told]


def _reason_of(words: str, privacy: Privacy) -> int:
    """The reason behind what a reader saw of a count."""
    texts = {OF_ANY_SIZE: UNDISCLOSED, NOT_TOLD: UNDISCLOSED, PROTECTS: COMPLEMENTARY}
    return texts.get(words, PRIMARY if words.startswith(_HIDDEN) else NONE)
