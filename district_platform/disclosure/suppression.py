"""Decides which cells are hidden: the sensitive ones, and few others, so that nobody can work the sensitive ones out.

The heuristic hides cells equation by equation. The attacker then finds what still follows from all equations together. Both repeat until
nothing does.
"""

from dataclasses import dataclass

import numpy as np

from district_platform.disclosure.attacker import certainly_narrow, connected, too_narrow
from district_platform.disclosure.equations import Ids
from district_platform.disclosure.heuristic import Heuristic
from district_platform.disclosure.programs import FeasibleRange
from district_platform.disclosure.state import State
from district_platform.disclosure.tables import LinkedTables

_FEW = 150
"""Up to this number, undecided cells are decided exactly before more cells are hidden for them."""

_SLOW = 0.9
"""Where so many of the open cells are left after a round, the next one looks longer for what is enough."""


@dataclass(frozen=True)
class Suppression:
    """The verdict on every cell; arrays with one entry per cell."""

    is_hidden: np.ndarray
    is_primary: np.ndarray
    """Hidden because it is under the minimum itself, or its whole is; what is hidden otherwise protects another cell."""
    is_unsized: np.ndarray
    """Where hidden, it is not told whether it is small."""
    is_withdrawn: np.ndarray
    """Nothing is told of it, not even that anybody is counted."""


def suppress(tables: LinkedTables) -> Suppression:
    """Decides about every cell of linked tables."""
    state = State(tables)
    component = connected(tables.equations, len(tables.value))
    heuristic = Heuristic(state, component)
    heuristic.settle(range(len(tables.equations)))
    _protect(state, heuristic, component)
    return Suppression(state.is_hidden, state.is_primary, state.is_unsized, state.is_withdrawn | tables.is_withheld)


def _protect(state: State, heuristic: Heuristic, component: np.ndarray) -> None:
    """Hides cells until no interval is too narrow, given all equations together.

    A component with a cell that was too narrow is attacked again: first one equation at a time, which is quick, then by all together. This
    ends (Heuristic.protect). Where public cells prevent enough protection, nothing is said about the cells that they would give away
    (Heuristic.withdraw).
    """
    again = fresh = np.ones(len(component), dtype=bool)
    found, n_before = FeasibleRange(state.tables.value), len(component)
    decided: int | None = _FEW
    while again.any():
        ids, known = state.knowledge(fresh)
        close = ids[certainly_narrow(known, state.wanted(ids))]
        if len(close):
            if not heuristic.protect(close.tolist(), is_certain=True):
                heuristic.withdraw(close.tolist())
            fresh = _in_components(component, close)
        else:
            if fresh is not again:
                ids, known = state.knowledge(again)
            of_these = found.excerpt(ids)
            narrow, is_exact = too_narrow(known, state.wanted(ids), of_these, decided)
            found.add(ids, of_these)
            close = ids[narrow]
            is_helped = heuristic.protect(close.tolist(), is_exact, is_surely=len(close) > _SLOW * n_before)
            if is_exact and not is_helped:
                heuristic.withdraw(close.tolist())
            decided, n_before = _FEW if is_helped else None, len(close)
            fresh = again = _in_components(component, close)


def _in_components(component: np.ndarray, of: Ids) -> np.ndarray:
    """Whether each cell is in the component of one of these."""
    is_in = np.zeros(component.max(initial=0) + 1, dtype=bool)
    is_in[component[of]] = True
    return is_in[component]
