"""What goes wrong, and when: set by a test before or while it asks. Without faults the stand-in answers as an Ed-Fi API does."""

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Failure(NamedTuple):
    """An answer instead of the data."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any] | str


@dataclass
class Faults:
    """The faults still to come; each is used up by the request that meets it, unless it says otherwise."""

    next: deque[Failure | None] = field(default_factory=deque)
    """Answers to the next requests for records, whatever these ask; None lets a request through."""
    forbidden: set[str] = field(default_factory=set)
    """Resources that the claim set does not hold: 403, always."""
    missing: set[str] = field(default_factory=set)
    """Resources that the model does not have: 404, always."""
    shifts: Counter[str] = field(default_factory=Counter)
    """How often a record of a resource is updated, and so moves to the end, while somebody walks over the pages."""
    grows: Counter[str] = field(default_factory=Counter)
    """How many records of a resource come into being, one at each count: the totals before and after differ."""
    expire_after: int | None = None
    """After so many requests for records, all tokens end, once."""
    delays: deque[float] = field(default_factory=deque)
    """Seconds by which the next requests for records are delayed."""

    def throttle(self, times: int = 1, retry_after: int | None = 0) -> None:
        """429, with Retry-After in seconds where it is given."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        self.next.extend([Failure(429, headers, problem("too-many-requests", 429))] * times)

    def break_down(self, times: int = 1, status: int = 503) -> None:
        """5xx."""
        self.next.extend([Failure(status, {}, problem("system", status))] * times)

    def answer_html(self, times: int = 1) -> None:
        """A page to sign in, with 200, as a proxy in front of the API sends it."""
        page = "<!DOCTYPE html><html><body>Please sign in.</body></html>"
        self.next.extend([Failure(200, {"Content-Type": "text/html"}, page)] * times)

    def let_through(self, times: int) -> None:
        """So many requests before the next fault."""
        self.next.extend([None] * times)


def problem(kind: str, status: int) -> dict[str, Any]:
    """An error as versions from 7.2 on write it; `detail` may name a record."""
    return {
        "type": f"urn:ed-fi:api:{kind}",
        "title": kind.replace("-", " ").capitalize(),
        "detail": "Student 12345678, Doe.",
        "status": status,
        "correlationId": "0f8b1c2d",
        "errors": [],
    }
