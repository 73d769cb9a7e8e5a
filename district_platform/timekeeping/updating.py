"""Loads punches from a source into the store: each employee from where the last load ended, one window per transaction."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

import pyarrow as pa

from district_platform.settings import Timekeeping
from district_platform.sources.punches import PUNCH, PunchSource, in_chunks
from district_platform.timekeeping import cursors, runs
from district_platform.timekeeping.database import Database, StoreError
from district_platform.timekeeping.employees import load_employees
from district_platform.timekeeping.punches import Counts, Window, load_punches, load_window

UPDATE, CATCHUP, BACKUP = "update_punches", "catchup", "backup"

ONE_DAY = dt.timedelta(days=1)

MARGIN = ONE_DAY
"""Days also asked for on both sides of a window. The timekeeping system decides to which day a punch after midnight belongs, and a punch
that it counts to the day before the window must not be marked as deleted."""


def utc_now() -> dt.datetime:
    """The current time as loads record it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


@dataclass
class Load:
    """One run of a job: from where to where. Its rows carry the time of its start."""

    store: Database
    source: PunchSource
    timekeeping: Timekeeping
    last_date: dt.date
    """The last day whose punches are asked for."""
    run_id: str
    log: Callable[[str], None]
    """Told about progress: counts and ids, no names."""
    started_at: dt.datetime = field(default_factory=utc_now)

    def update(self) -> Counts:
        """Loads everyone from the cursor less the look-back, and new employees from the first date."""
        return self._run(UPDATE, self._employees())

    def catchup(self, person_number: str | None = None) -> Counts:
        """Loads everything that the source has of one employee, or of all; a killed catchup goes on where it was.

        Raises StoreError for an employee whom the source does not know.
        """
        people = self._employees()
        if person_number is not None and person_number not in people:
            raise StoreError(f"The timekeeping system knows no employee {person_number}.")
        asked = people if person_number is None else [person_number]
        left = cursors.begin_catchup(self.store, asked, "all" if person_number is None else "one")
        self.log(f"{len(left):,} of {len(asked):,} employees are to be caught up.")
        return self._run(CATCHUP, left)

    def backup(self, digest: str) -> Counts:
        """Loads punches from before the first date out of a backup file, which the source reads; `digest` identifies the file.

        It adds employees whom the store does not know and changes none; no punch is marked deleted, and no cursor moves.
        """
        total = Counts()
        runs.begin(self.store, self.run_id, BACKUP, self.started_at)
        people = load_employees(self.store, self.source.persons(), self.started_at, is_backup=True)
        for batch in in_chunks(people, self.timekeeping.batch_employees):
            rows = self._punches(batch, dt.date.min, self.timekeeping.first_date - ONE_DAY)
            with self.store.transaction():
                counts = load_punches(self.store, rows, self.started_at)
                runs.add(self.store, self.run_id, BACKUP, counts)
            total += counts
        runs.add_backup(self.store, digest, self.started_at)
        runs.end(self.store, self.run_id, BACKUP, utc_now())
        self.log(f"From the backup file: {total}.")
        return total

    def _employees(self) -> list[str]:
        people = load_employees(self.store, self.source.persons(), self.started_at)
        self.log(f"The timekeeping system has {len(people):,} employees.")
        return people

    def _run(self, job: str, people: list[str]) -> Counts:
        runs.begin(self.store, self.run_id, job, self.started_at)
        total, incomplete = Counts(), set[str]()
        batches = self._batches(people)
        for number, (batch, start) in enumerate(batches, start=1):
            for window in self._windows(batch, start):
                total += self._load(job, window, incomplete)
            self.log(f"Batch {number} of {len(batches)}, {len(batch):,} employees from {start}: so far {total}.")
        if incomplete:
            self.log(f"Not fully answered, and asked again by the next update: {', '.join(sorted(incomplete))}.")
        runs.end(self.store, self.run_id, job, utc_now())
        return total

    def _batches(self, people: list[str]) -> list[tuple[list[str], dt.date]]:
        """Batches of employees who start on the same day, as many as one request takes."""
        starts = cursors.starts(self.store, people, self.timekeeping)
        in_order = sorted(people, key=lambda person: (starts[person], person))
        return [
            (batch, start)
            for start, group in groupby(in_order, key=starts.__getitem__)
            for batch in in_chunks(list(group), self.timekeeping.batch_employees)
        ]

    def _windows(self, people: list[str], start: dt.date) -> Iterator[Window]:
        """From start to the last date, in as few requests as it takes."""
        step = max(ONE_DAY, self.timekeeping.batch_days * ONE_DAY - 2 * MARGIN)
        while start <= self.last_date:
            end = min(start + step - ONE_DAY, self.last_date)
            yield Window(people, start, end)
            start = end + ONE_DAY

    def _load(self, job: str, window: Window, incomplete: set[str]) -> Counts:
        """Requests a window and stores it. Employees with an incomplete answer join `incomplete` and are left out from then on."""
        people = [person for person in window.people if person not in incomplete]
        if not people:
            return Counts()
        rows = self._punches(people, window.start - MARGIN, window.end + MARGIN)
        incomplete.update(self.source.unanswered)
        answered = [person for person in people if person not in incomplete]
        with self.store.transaction():
            counts = load_window(self.store, window, rows, answered, self.started_at)
            cursors.advance(self.store, answered, window.end, self.last_date)
            runs.add(self.store, self.run_id, job, counts)
        return counts

    def _punches(self, people: list[str], start: dt.date, end: dt.date) -> pa.Table:
        return pa.Table.from_batches(self.source.timecards(people, start, end), PUNCH)
