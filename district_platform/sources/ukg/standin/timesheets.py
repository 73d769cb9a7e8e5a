"""Persons and punches as the stand-in holds them: columns of what was made, and whatever a manager changed since.

A punch has the fields of `timekeeping.source.PunchSource`, and the timecard in which it stands; how it looks in an answer is decided in
`app`.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.folder import TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES

_DAY = dt.timedelta(days=1)
_NO_ROWS = slice(0, 0)


class Punch(NamedTuple):
    """A punch; times are local."""

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


@dataclass
class Timesheets:
    """What the timekeeping system knows. `punches` has the fields of a Punch, in the order of `timecard_of`, then of time."""

    persons: pd.DataFrame
    punches: pd.DataFrame
    _changed: dict[str, dict[int, Punch]] = field(default_factory=dict)
    """All punches of those persons of whom one was changed."""

    @classmethod
    def read(cls, raw: Path) -> "Timesheets":
        """Those of the synthetic district at data/raw."""
        return cls(pd.read_parquet(raw / TIMEKEEPING_PERSONS), pd.read_parquet(raw / TIMEKEEPING_PUNCHES))

    def of(self, person_number: str, start: dt.date, end: dt.date) -> Iterable[tuple[Any, ...]]:
        """A person's punches of these days, by their own dates, in the order of time: the fields of a Punch, as `zip` makes tuples.

        Millions are asked for, and an object of its own for each would be most of what the stand-in costs.
        """
        if person_number in self._changed:
            punches = self._changed[person_number].values()
            inside = [punch for punch in punches if start <= punch.punch_dtm.date() <= end]
            return sorted(inside, key=lambda punch: (punch.punch_dtm, punch.punch_id))
        rows = self._rows.get(person_number, _NO_ROWS)
        days = np.array([start, end + _DAY], "datetime64[us]")
        first, after = rows.start + self._columns["punch_dtm"][rows].searchsorted(days)
        return self._made(slice(first, after))

    def edit(self, timecard_of: str, punch_id: int, **fields: Any) -> None:
        """A punch is corrected; `updated_on_dtm` says when."""
        own = self._own(timecard_of)
        own[punch_id] = own[punch_id]._replace(**fields)

    def delete(self, timecard_of: str, punch_id: int) -> None:
        """A punch is taken back."""
        del self._own(timecard_of)[punch_id]

    def add(self, punch: Punch) -> None:
        """A punch comes late, or a manager enters it."""
        self._own(punch.timecard_of)[punch.punch_id] = punch

    def _own(self, person_number: str) -> dict[int, Punch]:
        if person_number not in self._changed:
            rows = self._rows.get(person_number, _NO_ROWS)
            self._changed[person_number] = {punch.punch_id: punch for punch in map(Punch._make, self._made(rows))}
        return self._changed[person_number]

    def _made(self, rows: slice) -> Iterable[tuple[Any, ...]]:
        return zip(*(column[rows].tolist() for column in self._columns.values()), strict=True)

    @cached_property
    def _columns(self) -> dict[str, np.ndarray]:
        """Of the made punches, by the fields of a Punch; taken from here, since a slice of a frame costs a hundred times as much."""
        columns = {name: self.punches[name].to_numpy() for name in Punch._fields}
        return {
            name: column.astype("datetime64[us]") if column.dtype.kind == "M" else column
            for name, column in columns.items()
        }

    @cached_property
    def _rows(self) -> dict[str, slice]:
        """Where the made punches of a timecard are."""
        number = self._columns["timecard_of"]
        begins = np.flatnonzero(np.r_[True, number[1:] != number[:-1]])[: len(number)]
        ends = np.r_[begins[1:], len(number)]
        return {number[begin]: slice(begin, end) for begin, end in zip(begins, ends, strict=False)}
