"""What the store asks of a timekeeping system. `sources.ukg` gives it over HTTP and from a backup file; tests give it from a list."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import pyarrow as pa

Record = dict[str, Any]

T = TypeVar("T")


class PunchSource(Protocol):
    """Employees in pages of flat records, with the columns of `schema.PERSON`; punches, which are many, in batches of `schema.PUNCH`."""

    @property
    def unanswered(self) -> Collection[str]:
        """Person numbers that the last `timecards`, read to its end, did not fully answer (partial success, 207)."""
        ...

    def persons(self) -> Iterator[list[Record]]:
        """Every employee that the system knows."""
        ...

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[pa.RecordBatch]:
        """The employees' punches from `start` to `end`, both included. A batch may repeat what another one held."""
        ...


def in_chunks(items: list[T], size: int) -> Iterator[list[T]]:
    """The items in their order, so many at a time."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
