"""A timekeeping system of a few employees, in a list, and what a store of it holds."""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from district_platform.settings import Timekeeping
from district_platform.sources.punches import PUNCH, PunchSource, Record
from district_platform.timekeeping.database import Database
from district_platform.timekeeping.updating import Load

FIRST_DATE = dt.date(2025, 9, 1)
LAST_DATE = dt.date(2026, 2, 13)


def person(number: str, **other: Any) -> Record:
    return {
        "person_number": number,
        "ukg_person_id": 1_000 + int(number),
        "full_name": f"Person {number}",
        "job_title": "Aide",
        "school_id": "101",
        "worker_type": "hourly",
        "hire_date": dt.date(2020, 8, 1),
        "termination_date": None,
        "hourly_rate": None,
        "time_zone": "America/New_York",
        **other,
    }


def punch(punch_id: int, number: str, at: str, updated: str = "2026-02-01T00:00:00", **other: Any) -> Record:
    return {
        "person_number": number,
        "punch_id": punch_id,
        "punch_dtm": dt.datetime.fromisoformat(at),
        "rounded_punch_dtm": None,
        "time_zone": "America/New_York",
        "override_type": None,
        "is_phantom": False,
        "updated_on_dtm": dt.datetime.fromisoformat(updated),
        **other,
    }


def batch(punches: list[Record]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(punches, PUNCH)


@dataclass
class MadeSource:
    """A `PunchSource`; `asked` is what timecards were asked for. `partial` are employees of whom only the first punch comes."""

    people: list[Record]
    punches: list[Record]
    partial: set[str] = field(default_factory=set)
    asked: list[tuple[tuple[str, ...], dt.date, dt.date]] = field(default_factory=list)
    fails_after: int | None = None
    unanswered: tuple[str, ...] = ()

    def persons(self) -> Iterator[list[Record]]:
        yield self.people[:1]
        yield self.people[1:]

    def timecards(self, person_numbers: Sequence[str], start: dt.date, end: dt.date) -> Iterator[pa.RecordBatch]:
        if self.fails_after == len(self.asked):
            raise ConnectionError("The line is dead.")
        self.asked.append((tuple(person_numbers), start, end))
        for number in person_numbers:
            rows = [p for p in self.punches if p["person_number"] == number and start <= p["punch_dtm"].date() <= end]
            yield batch(rows[:1] if number in self.partial else rows)
        self.unanswered = tuple(sorted(self.partial & set(person_numbers)))


def many() -> MadeSource:
    """Fifteen employees who come and go on a hundred days."""
    people = [person(f"{number}") for number in range(1, 16)]
    days = [FIRST_DATE + dt.timedelta(days=number) for number in range(100)]
    shifts = [(of["person_number"], day, hour) for of in people for day in days for hour in ("07:58", "15:31")]
    return MadeSource(people, [punch(n, who, f"{day} {hour}") for n, (who, day, hour) in enumerate(shifts, start=1)])


def load(
    store: Database,
    source: PunchSource,
    last_date: dt.date = LAST_DATE,
    log: Callable[[str], None] = lambda _: None,
    **settings: Any,
) -> Load:
    """A run on the store, with a first date and batches of one employee."""
    timekeeping = Timekeeping(**{"first_date": FIRST_DATE, "batch_employees": 1} | settings)
    return Load(store, source, timekeeping, last_date, f"run {dt.datetime.now()}", log)
