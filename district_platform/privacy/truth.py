"""What the analysis tables say of every count, before anything is hidden."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Measure, Table
from district_platform.privacy.counts import is_count, rest_of, shares_of
from district_platform.privacy.gathering import Frames
from district_platform.privacy.groups import NO_GROUP, Groups, Ids
from district_platform.privacy.relations import Relations
from district_platform.privacy.totals import AT_LEAST, EXACT, GRADES, SCHOOLS, SUBGROUPS, Totals


@dataclass(frozen=True)
class Truth:
    """Values of all counts; nan where a count is not known or there is no such group."""

    value: np.ndarray
    is_unknown: np.ndarray
    """A figure stands for it, and is null: nothing can be concluded from the totals it is part of."""

    @property
    def filled(self) -> np.ndarray:
        """The values as a table; groups that there are none of have nobody in them."""
        return np.nan_to_num(self.value)

    def excerpt(self, of: Ids) -> "Truth":
        """The same of some counts."""
        return Truth(self.value[of], self.is_unknown[of])


def truth_of(frames: Frames, groups: Groups) -> Truth:
    """Counts as they stand in their columns; shares from their percentages, the earlier ones from changes."""
    truth = Truth(np.full(len(groups), np.nan), np.zeros(len(groups), dtype=bool))
    for read in (_read_counts, _read_shares, _read_changes):
        for name, frame in frames.items():
            for measure in TABLES[name].measures:
                read(frame, TABLES[name], measure, groups, truth)
    return truth


def _read_counts(frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, truth: Truth) -> None:
    for column in dict.fromkeys([*measure.group_sizes, *([measure.column] if is_count(measure.column) else [])]):
        counted = table.count_in(column)
        ids, values = groups.ids[table.name, counted], frame[column].to_numpy(dtype=float, na_value=np.nan)
        _keep(truth, ids, values)
        if not counted.years_back:
            null = ids[np.isnan(values) & (ids != NO_GROUP)]
            truth.is_unknown[null] = np.isnan(truth.value[null])


def _read_shares(frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, truth: Truth) -> None:
    if measure.share and not measure.change_of:
        rate = frame[measure.column].to_numpy(dtype=float, na_value=np.nan)
        _keep_share(truth, groups, groups.ids[table.name, measure.share], rate, _size(frame, measure, 0))


def _read_changes(frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, truth: Truth) -> None:
    if measure.share and measure.change_of:
        rate = frame[measure.change_of].to_numpy(dtype=float, na_value=np.nan)
        before = rate - frame[measure.column].to_numpy(dtype=float, na_value=np.nan)
        ids = groups.ids[table.name, shares_of(table, measure)[-1]]
        _keep_share(truth, groups, ids, before, _size(frame, measure, -1))


def _size(frame: pd.DataFrame, measure: Measure, place: int) -> np.ndarray:
    return frame[measure.group_sizes[place]].to_numpy(dtype=float, na_value=np.nan)


def _keep_share(truth: Truth, groups: Groups, ids: Ids, rate: np.ndarray, size: np.ndarray) -> None:
    share = np.round(rate * size / 100)
    exists = ids != NO_GROUP
    name = groups.words["count"].values[int(groups.field("count")[ids[exists][0]])] if exists.any() else ""
    rest = np.full(len(ids), NO_GROUP)
    rest[exists] = groups.related(rest_of(name), ids[exists])
    for of, values in ((ids, share), (rest, size - share)):
        _keep(truth, of, values)
        null = of[np.isnan(values) & (size > 0) & (of != NO_GROUP)]
        truth.is_unknown[null] = np.isnan(truth.value[null])


def _keep(truth: Truth, ids: Ids, values: np.ndarray) -> None:
    """The first value that is known; the same count in two tables has one value."""
    first = (ids != NO_GROUP) & ~np.isnan(values)
    first[first] = np.isnan(truth.value[ids[first]])
    truth.value[ids[first]] = values[first]
    truth.is_unknown[ids[first]] = False


def usable(totals: Totals, relations: Relations, truth: Truth, beyond: np.ndarray | None = None) -> Totals:
    """The totals from which something true follows: all parts known, and not contradicted by the data.

    Where some groups may be missing and none is, readers can see it in the totals around it, so that the total is exact; for shares
    their wholes tell. Where parts that should add up do not, they are at most, or at least, their total. Totals with counts
    `beyond` the data are taken as they are declared.
    """
    values = truth.filled
    sizes = np.where(relations.has_twin, values[relations.whole], values)
    sums = totals.sums(values)
    is_complete = np.isin(totals.adds, (SUBGROUPS, GRADES)) & (totals.sums(sizes) == 0) & (sums == 0)
    n_unknown = np.bincount(totals.equation, weights=truth.is_unknown[totals.count], minlength=len(totals))
    is_beyond = np.zeros(len(totals), dtype=bool)
    if beyond is not None:
        is_beyond = np.bincount(totals.equation, weights=beyond[totals.count], minlength=len(totals)) > 0
    is_off = (totals.relation == EXACT) & (sums != 0) & np.isin(totals.adds, (SUBGROUPS, GRADES, SCHOOLS)) & ~is_beyond
    relation = np.where(is_complete, EXACT, np.where(is_off, AT_LEAST, totals.relation))
    sign = np.where((is_off & (sums < 0))[totals.equation], -totals.sign, totals.sign)
    is_usable = (n_unknown == 0) & totals.hold(values)
    return replace(totals, relation=relation, sign=sign).where(is_usable | (is_off & (n_unknown == 0)) | is_beyond)
