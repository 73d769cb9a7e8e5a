"""What goes wrong, and when: set by a test before or while it asks. Without faults the stand-in answers as the vendor's API does."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Failure(NamedTuple):
    """An answer instead of the data."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Faults:
    """The faults still to come; each is used up by the request that meets it."""

    next: deque[Failure] = field(default_factory=deque)
    """Answers to the next requests for data, whatever these ask."""
    missing: Counter[str] = field(default_factory=Counter)
    """Persons whose timecards are left out of so many answers, which are then 207."""
    delay_seconds: float = 0
    """Every answer is delayed by this."""
    repeats_pages: bool = False
    """Every page of persons begins with the end of the one before it."""
    repeats_punches: bool = False
    """Every punch of a timecard comes twice."""

    def throttle(self, times: int = 1, retry_after: int | None = 0) -> None:
        """429, with Retry-After in seconds where it is given."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self._fail(times, 429, "WFP-00429", "Too many requests", headers)

    def break_down(self, times: int = 1, status: int = 503) -> None:
        """5xx."""
        self._fail(times, status, f"WFP-00{status}", "Service unavailable", {})

    def _fail(self, times: int, status: int, code: str, message: str, headers: dict[str, str]) -> None:
        self.next.extend([Failure(status, headers, {"errorCode": code, "message": message})] * times)
