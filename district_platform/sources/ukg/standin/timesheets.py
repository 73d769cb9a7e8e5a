"""Persons and punches as the stand-in holds them: columns of what was made, and whatever a manager changed since.

A punch has the fields of `timekeeping.source.PunchSource`, with times as ISO text; how it looks in an answer is decided in `app`.
"""

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from district_platform.sources.synthetic.folder import TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES

Punch = dict[str, Any]


@dataclass
class Timesheets:
    """What the timekeeping system knows. `punches` is in the order of `timecard_of`, the person in whose timecard they stand, then of
    time; a punch itself can name another person, whom nobody knows."""

    persons: pd.DataFrame
    punches: pd.DataFrame
    _changed: dict[str, dict[int, Punch]] = field(default_factory=dict)
    """All punches of those persons of whom one was changed."""

    @classmethod
    def read(cls, raw: Path) -> "Timesheets":
        """Those of the synthetic district at data/raw."""
        return cls(pd.read_parquet(raw / TIMEKEEPING_PERSONS), pd.read_parquet(raw / TIMEKEEPING_PUNCHES))

    def of(self, person_number: str, start: dt.date, end: dt.date) -> list[Punch]:
        """A person's punches of these days, by their own dates, in the order of time."""
        after = end + dt.timedelta(days=1)
        if person_number in self._changed:
            punches = self._changed[person_number].values()
            inside = [punch for punch in punches if start.isoformat() <= punch["punch_dtm"] < after.isoformat()]
            return sorted(inside, key=lambda punch: (punch["punch_dtm"], punch["punch_id"]))
        rows = self.punches.iloc[self._slices.get(person_number, slice(0))]
        begin, stop = rows["punch_dtm"].searchsorted([pd.Timestamp(start), pd.Timestamp(after)])
        return _records(rows.iloc[begin:stop])

    def edit(self, timecard_of: str, punch_id: int, **fields: Any) -> None:
        """A punch is corrected; `updated_on_dtm` says when."""
        self._own(timecard_of)[punch_id] |= fields

    def delete(self, timecard_of: str, punch_id: int) -> None:
        """A punch is taken back."""
        del self._own(timecard_of)[punch_id]

    def add(self, punch: Punch) -> None:
        """A punch comes late, or a manager enters it."""
        self._own(punch["timecard_of"])[punch["punch_id"]] = punch

    def _own(self, person_number: str) -> dict[int, Punch]:
        if person_number not in self._changed:
            rows = _records(self.punches.iloc[self._slices.get(person_number, slice(0))])
            self._changed[person_number] = {row["punch_id"]: row for row in rows}
        return self._changed[person_number]

    @cached_property
    def _slices(self) -> dict[str, slice]:
        number = self.punches["timecard_of"].to_numpy()
        begins = np.flatnonzero(np.r_[True, number[1:] != number[:-1]])[: len(number)]
        ends = np.r_[begins[1:], len(number)]
        return {number[begin]: slice(begin, end) for begin, end in zip(begins, ends, strict=False)}


def _records(rows: pd.DataFrame) -> list[Punch]:
    columns = [_values(rows[name]) for name in rows.columns]
    return [dict(zip(rows.columns, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: pd.Series) -> list[Any]:
    if column.dtype.kind == "M":
        return list(np.datetime_as_string(column.to_numpy(), unit="s").tolist())
    return list(column.tolist())
