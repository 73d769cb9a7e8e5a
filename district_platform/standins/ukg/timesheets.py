"""Persons and punches as the stand-in holds them: what was made, and whatever a manager changed since.

A punch has the fields of `sources.punches.PunchSource`, and the timecard in which it stands; how it looks in an answer is decided in
`answers`.
"""

import datetime as dt
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from district_platform.sources.synthetic.folder import TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES

_DAY = dt.timedelta(days=1)
_NO_ROWS = slice(0, 0)


class Punch(NamedTuple):
    """A punch; times are local, in whole seconds."""

    timecard_of: str
    """The person in whose timecard it stands; the punch itself can name another one, whom nobody knows."""
    person_number: str
    punch_id: int
    punch_dtm: dt.datetime
    rounded_punch_dtm: dt.datetime | None
    time_zone: str
    override_type: str | None
    is_phantom: bool
    updated_on_dtm: dt.datetime


class Timesheets:
    """What the timekeeping system knows. `punches` has the fields of a Punch, a timecard's together and in the order of time."""

    def __init__(self, persons: pd.DataFrame, punches: pa.Table) -> None:
        self.persons = persons
        self._hold(punches)

    @classmethod
    def read(cls, raw: Path) -> "Timesheets":
        """Those of the synthetic district at data/raw."""
        return cls(pd.read_parquet(raw / TIMEKEEPING_PERSONS), pq.read_table(raw / TIMEKEEPING_PUNCHES))

    def of(self, person_number: str, start: dt.date, end: dt.date) -> pa.Table:
        """A person's punches of these days, by their own dates, in the order of time."""
        rows = self._rows.get(person_number, _NO_ROWS)
        days = np.array([start, end + _DAY], self._times.dtype)
        first, after = rows.start + self._times[rows].searchsorted(days)
        return self._punches.slice(first, after - first)

    def edit(self, timecard_of: str, punch_id: int, **fields: Any) -> None:
        """A punch is corrected; `updated_on_dtm` says when."""
        rows = self._punches.to_pylist()
        self._hold_rows(row | fields if _is(row, timecard_of, punch_id) else row for row in rows)

    def delete(self, timecard_of: str, punch_id: int) -> None:
        """A punch is taken back."""
        self._hold_rows(row for row in self._punches.to_pylist() if not _is(row, timecard_of, punch_id))

    def add(self, punch: Punch) -> None:
        """A punch comes late, or a manager enters it."""
        self._hold_rows([*self._punches.to_pylist(), punch._asdict()])

    def _hold_rows(self, rows: Iterable[dict[str, Any]]) -> None:
        in_order = sorted(rows, key=itemgetter("timecard_of", "punch_dtm", "punch_id"))
        self._hold(pa.Table.from_pylist(in_order, self._punches.schema))

    def _hold(self, punches: pa.Table) -> None:
        self._punches = punches
        self._times: np.ndarray = punches["punch_dtm"].to_numpy()
        timecards = pc.run_end_encode(punches["timecard_of"].combine_chunks().cast(pa.string()))
        ends = timecards.run_ends.to_pylist()
        begins = [0, *ends][: len(ends)]
        self._rows = {
            number: slice(begin, end)
            for number, begin, end in zip(timecards.values.to_pylist(), begins, ends, strict=True)
        }


def _is(row: dict[str, Any], timecard_of: str, punch_id: int) -> bool:
    return (row["timecard_of"], row["punch_id"]) == (timecard_of, punch_id)
