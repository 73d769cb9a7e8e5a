"""What the analysis tables say of every count, before anything is hidden."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Measure, Table
from district_platform.disclosure.equations import NO_CELL, Ids
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.counts import is_count, shares_of
from district_platform.privacy.gathering import Frames


@dataclass(frozen=True)
class Truth:
    """Values of all counts; nan where a count is not known or the group does not exist."""

    value: np.ndarray
    is_unknown: np.ndarray
    """Its figure is null, so nothing can be concluded from the totals it is part of."""

    @property
    def filled(self) -> np.ndarray:
        """The values as a table; groups that do not exist count 0."""
        return np.nan_to_num(self.value)

    def excerpt(self, of: Ids) -> "Truth":
        """The same of some counts."""
        return Truth(self.value[of], self.is_unknown[of])


def truth_of(frames: Frames, cells: ReleaseCells) -> Truth:
    """Counts as they stand in their columns; shares from their percentages, the earlier ones from changes."""
    truth = Truth(np.full(len(cells), np.nan), np.zeros(len(cells), dtype=bool))
    for read in (_read_counts, _read_shares, _read_changes):
        for name, frame in frames.items():
            for measure in TABLES[name].measures:
                read(frame, TABLES[name], measure, cells, truth)
    return truth


def _read_counts(frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, truth: Truth) -> None:
    for column in dict.fromkeys([*measure.group_sizes, *([measure.column] if is_count(measure.column) else [])]):
        counted = table.count_in(column)
        ids, values = cells.ids[table.name, counted], frame[column].to_numpy(dtype=float, na_value=np.nan)
        _keep(truth, ids, values)
        if not counted.years_back:
            null = ids[np.isnan(values) & (ids != NO_CELL)]
            truth.is_unknown[null] = np.isnan(truth.value[null])


def _read_shares(frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, truth: Truth) -> None:
    if measure.share and not measure.change_of:
        rate = frame[measure.column].to_numpy(dtype=float, na_value=np.nan)
        _keep_share(truth, cells.ids[table.name, measure.share], rate, _size(frame, measure, 0))


def _read_changes(frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, truth: Truth) -> None:
    if measure.share and measure.change_of:
        rate = frame[measure.change_of].to_numpy(dtype=float, na_value=np.nan)
        before = rate - frame[measure.column].to_numpy(dtype=float, na_value=np.nan)
        ids = cells.ids[table.name, shares_of(table, measure)[-1]]
        _keep_share(truth, ids, before, _size(frame, measure, -1))


def _size(frame: pd.DataFrame, measure: Measure, place: int) -> np.ndarray:
    return frame[measure.group_sizes[place]].to_numpy(dtype=float, na_value=np.nan)


def _keep_share(truth: Truth, ids: Ids, rate: np.ndarray, size: np.ndarray) -> None:
    share = np.round(rate * size / 100)
    _keep(truth, ids, share)
    null = ids[np.isnan(share) & (size > 0) & (ids != NO_CELL)]
    truth.is_unknown[null] = np.isnan(truth.value[null])


def _keep(truth: Truth, ids: Ids, values: np.ndarray) -> None:
    """The first value that is known; the same count in two tables has one value."""
    first = (ids != NO_CELL) & ~np.isnan(values)
    first[first] = np.isnan(truth.value[ids[first]])
    truth.value[ids[first]] = values[first]
    truth.is_unknown[ids[first]] = False
