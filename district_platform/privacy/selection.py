"""Which counts are hidden: those that are too small, and as few others as keep them from being worked out.

The search hides total by total; `bounds` then says what still follows from all totals together, and it goes on until nothing does.
What proves to be hidden without need is told again.
"""

from dataclasses import dataclass

import numpy as np

from district_platform.privacy.bounds import Seen, certainly_narrow, connected, too_narrow
from district_platform.privacy.choice import HIDDEN, SHOWN, Choice
from district_platform.privacy.groups import Groups, Ids
from district_platform.privacy.search import Search
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy

_FEW = 150
"""So few open counts are worth deciding exactly before anything more is hidden for them."""

_SLOW = 0.9
"""Where so many of the open counts are left after a round, the next one looks longer for what is enough."""

_TIDY = 100
"""So many counts that hang together are tidied: in larger parts it doubles the time and saves a fortieth of what is hidden."""


@dataclass(frozen=True)
class Decision:
    """What becomes of every count."""

    state: np.ndarray
    """SHOWN, COARSENED (shares only) or HIDDEN."""
    is_primary: np.ndarray
    """Hidden or coarsened because it is small itself, or its whole is."""
    is_unsized: np.ndarray
    """Where hidden, it is not told whether it is small."""
    is_withdrawn: np.ndarray
    """Nothing is told of it, not even that anybody is in it."""


def decide(groups: Groups, truth: Truth, privacy: Privacy) -> Decision:
    """What becomes of every count of a release."""
    choice = Choice(groups, truth, privacy)
    search = Search(choice)
    parts = connected(choice.totals, len(choice.value))
    search.settle(range(len(choice.totals)))
    _protect(choice, search, parts, np.ones(len(parts), dtype=bool))
    before = choice.state.copy(), choice.is_unsized.copy()
    told = search.tidy(np.bincount(parts)[parts] <= _TIDY)
    _protect(choice, search, parts, np.isin(parts, parts[told]))
    _keep_better(choice, before, parts)
    return Decision(choice.state, choice.is_primary, choice.is_unsized, choice.is_withdrawn)


def _protect(choice: Choice, search: Search, parts: np.ndarray, again: np.ndarray) -> None:
    """Hides until no count is known too closely, given all totals together; where one was, what hangs together with it is
    looked at again: first by one total at a time, which is quick, then by all. It comes to an end (Search.protect): where public counts
    stand in the way of that, nothing at all is told of what they would give away (Search.withdraw)."""
    seen, is_exact, n_before = Seen(len(parts), choice.value), False, len(parts)
    fresh = again
    while again.any():
        ids, known = choice.excerpt(fresh)
        if narrow := certainly_narrow(known, choice.wanted(ids)):
            found = ids[list(narrow)]
            if not search.protect(found.tolist(), is_certain=True):
                search.withdraw(found.tolist())
            fresh = _in_parts(parts, found)
        else:
            if fresh is not again:
                ids, known = choice.excerpt(again)
            of_these = seen.excerpt(ids)
            narrow = too_narrow(known, choice.wanted(ids), of_these, is_exact, n_programs=2)
            seen.add(ids, of_these)
            found = ids[list(narrow)]
            is_slow = len(narrow) > _SLOW * n_before
            is_helped = search.protect(found.tolist(), is_exact, is_slow)
            if is_exact and not is_helped:
                search.withdraw(found.tolist())
            is_exact = not is_helped or len(narrow) <= _FEW
            n_before = len(narrow)
            fresh = again = _in_parts(parts, found)


def _in_parts(parts: np.ndarray, of: Ids) -> np.ndarray:
    """Whether each count hangs together with one of these."""
    is_part = np.zeros(parts.max(initial=0) + 1, dtype=bool)
    is_part[parts[of]] = True
    return is_part[parts]


def _keep_better(choice: Choice, before: tuple[np.ndarray, np.ndarray], parts: np.ndarray) -> None:
    """Of what was chosen before and now, in each part that of which less is lost."""
    loss = [np.bincount(parts, weights=_loss(choice, state)) for state in (before[0], choice.state)]
    was_better = (loss[0] < loss[1])[parts]
    choice.state[was_better], choice.is_unsized[was_better] = (kept[was_better] for kept in before)


def _loss(choice: Choice, state: np.ndarray) -> np.ndarray:
    """A range is worth half of its number."""
    return choice.costs() * np.where(state == SHOWN, 0, np.where(state == HIDDEN, 1, 0.5))
