"""How many requests a caller may send in a minute, counted by this process."""

import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from district_platform.web.api.problems import ProblemError

A_MINUTE = 60.0
REQUESTS_A_MINUTE = 60
_CALLERS = 10_000
"""Callers that are remembered; the one that has been silent longest is forgotten first."""


class Limits:
    """Counts requests by caller. `clock` gives seconds that only rise."""

    def __init__(self, a_minute: int = REQUESTS_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = a_minute, clock
        self._times: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def count(self, caller: str) -> None:
        """Counts a request. Raises ProblemError 429 with the seconds to wait where it is one too many, and does not count it."""
        now = self._clock()
        with self._lock:
            times = self._times.setdefault(caller, deque())
            self._times.move_to_end(caller)
            while len(self._times) > _CALLERS:
                self._times.popitem(last=False)
            while times and times[0] <= now - A_MINUTE:
                times.popleft()
            if len(times) >= self._most:
                wait = int(times[0] + A_MINUTE - now) + 1
                detail = f"More than {self._most} requests in a minute: wait {wait} seconds."
                raise ProblemError(429, detail, {"retry-after": str(wait)})
            times.append(now)
