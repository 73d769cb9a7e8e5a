"""Which sizes of a group a told percentage, or a mean of whole scores, leaves: 33.3 % of fewer than ten is a third of 3, 6 or 9."""

from collections.abc import Iterable

import numpy as np

from .cells import Mean, Share
from .propagation import FIT, TINY, ContradictionError, Knowledge

WIDEST = 3000
"""Ranges of sizes that are wider are not looked through."""


def narrow_by_fits(knowledge: Knowledge) -> bool:
    """Narrow parts and wholes to what told percentages and means fit with whole numbers. Whether anything moved."""
    moved = False
    told: Iterable[Share | Mean] = (*knowledge.release.shares, *knowledge.release.means)
    for one in told:
        part, whole = knowledge.index[one[0]], knowledge.index[one.whole]
        moved |= _narrow(knowledge, part, whole, one)
    knowledge.check()
    return moved


def _narrow(knowledge: Knowledge, part: int, whole: int, one: Share | Mean) -> bool:
    """Raises ContradictionError where no size that the whole may have fits what is told."""
    least, most = knowledge.low[whole], knowledge.high[whole]
    if not np.isfinite(most) or most - least > WIDEST:
        return False
    if least == most and knowledge.low[part] == knowledge.high[part]:
        return False
    sizes = knowledge.possible(whole)
    lowest = np.maximum(np.ceil(one.low * sizes - TINY), knowledge.low[part])
    highest = np.minimum(np.floor(one.high * sizes + TINY), knowledge.high[part])
    fits = lowest <= highest
    if not fits.any():
        raise ContradictionError(f"no size of {one.whole} fits {one}", one.whole, reading=one)
    knowledge.values[whole] = sizes[fits]
    moved = _tighten(knowledge, whole, sizes[fits].min(), sizes[fits].max())
    return _tighten(knowledge, part, lowest[fits].min(), highest[fits].max()) or moved


def _tighten(knowledge: Knowledge, i: int, low: float, high: float) -> bool:
    moved = False
    if low > knowledge.low[i] + 0.5:
        knowledge.low[i], knowledge.why_low[i], moved = low, FIT, True
    if high < knowledge.high[i] - 0.5:
        knowledge.high[i], knowledge.why_high[i], moved = high, FIT, True
    return moved
