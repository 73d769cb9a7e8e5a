"""How counts are bounded: what must not depend on the machine."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks.privacy import drawn
from district_platform.privacy import bounds
from district_platform.privacy.bounds import Seen, too_narrow
from district_platform.privacy.choice import Choice
from district_platform.privacy.gathering import gather, in_order
from district_platform.privacy.search import Search
from district_platform.privacy.truth import truth_of
from district_platform_tests.privacy.rows import PRIVACY


class LastFirst(ThreadPoolExecutor):
    """One thread that begins with the last task."""

    def map(self, function: Callable[..., Any], *of: Iterable[Any]) -> list[Any]:
        return [function(*task) for task in reversed(list(zip(*of, strict=False)))]


def test_order_in_which_blocks_are_solved_changes_nothing(monkeypatch):
    frames = in_order(drawn(n_schools=1))
    groups = gather(frames)
    choice = Choice(groups, truth_of(frames, groups), PRIVACY)
    Search(choice).settle(range(len(choice.totals)))
    _, known = choice.excerpt(np.ones(len(groups), dtype=bool))
    monkeypatch.setattr(bounds, "_TOGETHER", 1)
    found = []
    for pool in (ThreadPoolExecutor, LastFirst):
        monkeypatch.setattr(bounds, "ThreadPoolExecutor", pool)
        seen = Seen(len(groups))
        narrow = too_narrow(known, choice.wanted(), seen, is_exact=False)
        found.append((narrow, seen.low.tolist(), seen.high.tolist()))
    assert found[0] == found[1]
