"""Employees and punches as a timekeeping system gives them: their columns, and what the store requires from such a system.

`sources.ukg` gives them over HTTP and from a backup file; tests give them from a list.
"""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Protocol, TypeVar

import pyarrow as pa

Record = dict[str, Any]

T = TypeVar("T")


PERSON = pa.schema(
    [
        ("person_number", pa.string()),
        ("ukg_person_id", pa.int64()),
        ("full_name", pa.string()),
        ("job_title", pa.string()),
        ("school_id", pa.string()),
        ("worker_type", pa.string()),
        ("hire_date", pa.date32()),
        ("termination_date", pa.date32()),
        ("hourly_rate", pa.decimal128(9, 2)),
        ("time_zone", pa.string()),
    ]
)
"""An employee as `PunchSource.persons` gives it."""

PUNCH = pa.schema(
    [
        ("person_number", pa.string()),
        ("punch_id", pa.int64()),
        ("punch_dtm", pa.timestamp("us")),
        ("rounded_punch_dtm", pa.timestamp("us")),
        ("time_zone", pa.string()),
        ("override_type", pa.string()),
        ("is_phantom", pa.bool_()),
        ("updated_on_dtm", pa.timestamp("us")),
    ]
)
"""A punch as `PunchSource.timecards` gives it."""


class PunchSource(Protocol):
    """Employees in pages of flat records, with the columns of `PERSON`; punches, which are many, in batches of `PUNCH`."""

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
    """The items in their order, in lists of this size."""
    for first in range(0, len(items), size):
        yield items[first : first + size]
