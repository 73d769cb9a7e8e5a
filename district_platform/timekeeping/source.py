"""What the store asks of a timekeeping system. `sources.ukg` gives it over HTTP and from a backup file; tests give it from a list."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol

Record = dict[str, Any]


class PunchSource(Protocol):
    """Employees and punches in pages of flat records, with the columns of `schema.PERSON` and `schema.PUNCH`."""

    @property
    def unanswered(self) -> Collection[str]:
        """Person numbers that the last `timecards`, read to its end, did not fully answer (partial success, 207)."""
        ...

    def persons(self) -> Iterator[list[Record]]:
        """Every employee that the system knows."""
        ...

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[list[Record]]:
        """The employees' punches from `start` to `end`, both included. A page may repeat what another one held."""
        ...
