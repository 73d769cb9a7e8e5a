"""Decides about every count of a release, and which words say so.

`told_counts` decides which numbers may be told at all, `percentages` how finely percentages are told, and `disclosure` which of the told
counts are hidden. This module combines them with what earlier publications told (`across_releases`).
"""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.equations import joined
from district_platform.disclosure.suppression import suppress
from district_platform.privacy import percentages
from district_platform.privacy.across_releases import Held
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.equations import containments, known_equations
from district_platform.privacy.linked_tables import linked_tables
from district_platform.privacy.percentages import Percentages
from district_platform.privacy.truth import Truth
from district_platform.privacy.words import (
    COARSENED,
    COMPLEMENTARY,
    NONE,
    NOT_TOLD,
    PRIMARY,
    UNDISCLOSED,
    reason_of,
    unsized,
)
from district_platform.settings import Privacy


@dataclass(frozen=True)
class Verdicts:
    """The verdict on every count of a release."""

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
    def of(
        cls,
        cells: ReleaseCells,
        truth: Truth,
        is_told: np.ndarray,
        is_withheld: np.ndarray,
        before: Held,
        privacy: Privacy,
    ) -> "Verdicts":
        value, equations = truth.filled.copy(), known_equations(cells, truth)
        reason = np.where((value > 0) & (value < privacy.min_group_size), PRIMARY, NONE)
        told = np.flatnonzero(is_told & ~cells.is_share)
        decision = suppress(linked_tables(cells.excerpt(told), truth.excerpt(told), is_withheld[told], privacy))
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
        sizes = percentages.sizes_shown(shares, cells, truth, privacy)
        related = joined([equations, containments(cells, truth)])
        of_any_size, too_much = unsized(cells, truth, related, small, is_told & (reason == NONE), sizes, privacy)
        reason[of_any_size] = UNDISCLOSED
        is_told = is_told & ~too_much
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
    reason[frozen] = [reason_of(text, privacy) for text in before.told_as[frozen]]
    told = frozen[~np.isnan(before.value[frozen])]
    value[told] = before.value[told]
