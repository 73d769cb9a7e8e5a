"""One measure of a released table: its values, what a reader sees beside them, and why a figure is not told."""

import numpy as np
import pandas as pd

from district_platform.dictionary import COUNTS, Counted, Measure, Table, Told
from district_platform.metrics.figures import (
    NOT_AVAILABLE,
    decimals_of,
    figure,
    figures,
    is_fraction,
    rounded,
    to_told_decimals,
)
from district_platform.privacy.across_releases import CORRECTED
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.counts import counts_of, is_count
from district_platform.privacy.open_counts import as_ranges, is_over_some, rounded_for_readers
from district_platform.privacy.percentages import TENTHS_FROM, half_up
from district_platform.privacy.ranges import Ranges
from district_platform.privacy.verdicts import Verdicts
from district_platform.privacy.words import COARSENED, NONE, NOT_TOLD, texts_of
from district_platform.settings import Privacy

_TENTHS_FROM, _WHOLE_FROM = 3_000, 300
"""From so many students on a tenth, and a whole percent, leaves three numbers of students open even where the size is told."""

_WEIGHTS = frozenset(
    name
    for name, count in COUNTS.items()
    if count.defined_by == "assessments" and count.groups_add_up and not count.part_of
)
"""Counts by which the means of groups add up to the mean of all: told to the tenth, those say how the sizes of small groups relate."""

_SHARES = frozenset(name for name, count in COUNTS.items() if count.part_of and count.told is not Told.EVERYWHERE)


def told_figure(
    frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, verdicts: Verdicts, privacy: Privacy
) -> tuple[pd.Series, pd.Series, np.ndarray]:
    """A measure's values, what readers see, and why it is not told."""
    ids = [cells.ids[table.name, counted] for counted in counts_of(table, measure)]
    reason = np.max([verdicts.reason[i] for i in ids], axis=0) if ids else np.zeros(len(frame), dtype=np.int64)
    values, display = _figures(frame, table, measure, cells, verdicts, privacy)
    hidden = texts_of(privacy)[reason]
    if measure.share and not measure.change_of:
        share = cells.ids[table.name, measure.share]
        hidden = np.where(reason == COARSENED, np.append(verdicts.percentages.display, "")[share], hidden)
    withdrawn = np.append(verdicts.is_withdrawn, False)
    hidden = np.where(np.any([withdrawn[i] for i in ids], axis=0) if ids else False, NOT_TOLD, hidden)
    absent = _is_known_to_be_absent(frame, table, measure, cells, verdicts.reason)
    display = np.where(reason == NONE, display, np.where(absent, NOT_AVAILABLE, hidden))
    values = values.mask(reason != NONE)
    if numbers := [cells.ids[table.name, c] for c in _numbers_of(table, measure)]:
        is_untold = ~np.all([verdicts.is_told[i] for i in numbers], axis=0)
        is_corrected = np.any([np.append(verdicts.before.is_corrected, False)[i] for i in numbers], axis=0)
        is_there = frame[measure.column].notna().to_numpy()
        words = np.where(is_corrected, CORRECTED, NOT_TOLD)
        display, values = np.where(is_untold & is_there, words, display), values.mask(is_untold)
        reason = np.where(is_untold, NONE, reason)
        if len(numbers) == 1:
            before = np.append(verdicts.before.told_as, "")[numbers[0]]
            is_again = np.append(verdicts.before.is_frozen, False)[numbers[0]] & is_there & (reason != NONE)
            display = np.where(is_again, before, display)
    return values, pd.Series(display, index=frame.index), reason


def _numbers_of(table: Table, measure: Measure) -> list[Counted]:
    """The counts whose numbers a measure tells: its own, or for the change of a count both."""
    if is_count(table.count_in(measure.column).count):
        return [table.count_in(measure.column)]
    changed = measure.column.removesuffix("_change")
    if changed != measure.column and is_count(changed):
        return [table.count_in(size) for size in measure.group_sizes]
    return []


def _figures(
    frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, verdicts: Verdicts, privacy: Privacy
) -> tuple[pd.Series, np.ndarray]:
    """A measure's values as they may be told, and as readers see them."""
    exact = _as_told_first(frame, table, measure, cells, verdicts)
    if measure.only_ranges:
        texts = as_ranges(exact, frame[measure.group_sizes[0]], measure.only_ranges)
        return pd.Series(np.nan, index=frame.index), texts
    values, display = _figures_of_all(frame, table, measure, cells, verdicts, privacy, exact)
    if measure.rounding:
        of_some = is_over_some(frame, measure.rounding)
        rounded, texts = rounded_for_readers(frame.assign(**{measure.column: exact}), measure, measure.rounding)
        return values.astype(float).where(~of_some, rounded), np.where(of_some, texts, display)
    return values, display


def _figures_of_all(
    frame: pd.DataFrame,
    table: Table,
    measure: Measure,
    cells: ReleaseCells,
    verdicts: Verdicts,
    privacy: Privacy,
    exact: pd.Series,
) -> tuple[pd.Series, np.ndarray]:
    """The same where a figure is over all of its students."""
    if measure.share is not None and not is_count(measure.column):
        numbers, decimals = _percentage(table, measure, measure.share, cells, verdicts)
        return _written(measure, pd.Series(numbers, index=frame.index).where(exact.notna()), decimals)
    if measure.rounded_by:
        own, all_ = (cells.ids[table.name, c] for c in (table.count_in(measure.group_sizes[-1]), measure.rounded_by))
        return _by_size(measure, exact, own, all_, verdicts, privacy)
    if of_shares := [cells.ids[table.name, c] for c in measure.rests_on if c.count in _SHARES]:
        decimals = np.append(verdicts.percentages.decimals, 1)
        return _written(measure, exact, np.min([decimals[i] for i in of_shares], axis=0))
    if measure.group_sizes and all(table.count_in(size).count in _WEIGHTS for size in measure.group_sizes):
        value = np.append(verdicts.value, np.nan)
        smallest = np.min([value[cells.ids[table.name, table.count_in(size)]] for size in measure.group_sizes], axis=0)
        if is_fraction(measure.column):
            return _written(measure, exact, np.where(smallest >= TENTHS_FROM, decimals_of(measure.column), 0))
    told = to_told_decimals(measure.column, exact)
    return told, figures(measure.column, told)


def _as_told_first(
    frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, verdicts: Verdicts
) -> pd.Series:
    """A measure's values, where headcounts are told as before: themselves, and ratios with them above the line."""
    exact, is_moved = frame[measure.column], np.append(verdicts.is_moved, False)
    ids = [cells.ids[table.name, counted] for counted in counts_of(table, measure)]
    moved = np.any([is_moved[i] for i in ids], axis=0) if ids else np.zeros(len(frame), dtype=bool)
    if not moved.any():
        return exact
    first = np.append(verdicts.value, np.nan)[ids[0]]
    if _numbers_of(table, measure) and len(ids) == 1:
        return exact.mask(moved & exact.notna(), pd.Series(first, index=frame.index).astype(exact.dtype))
    now = frame[measure.group_sizes[0]].to_numpy(dtype=float, na_value=np.nan)
    is_ratio = len(ids) == 1 and is_fraction(measure.column)
    return exact.where(~moved, exact * (first / now) if is_ratio else None)


def _percentage(
    table: Table, measure: Measure, share: Counted, cells: ReleaseCells, verdicts: Verdicts
) -> tuple[np.ndarray, np.ndarray]:
    """A percentage of students by its size; a change as the difference of two that are told, both rounded as the coarser one is, so that
    it tells no more than they do.
    """
    shares = verdicts.percentages
    told, exact, decimals = (
        np.append(shares.value, np.nan),
        np.append(shares.exact, np.nan),
        np.append(shares.decimals, 0),
    )
    own = cells.ids[table.name, share]
    if not measure.change_of:
        return told[own], decimals[own]
    [here] = [m.share for m in table.measures if m.column == measure.change_of and m.share]
    now = cells.ids[table.name, here]
    coarser = np.minimum(decimals[now], decimals[own])
    sides = [np.where(decimals[ids] == coarser, told[ids], half_up(exact[ids], coarser)) for ids in (now, own)]
    return sides[0] - sides[1], coarser


def _by_size(
    measure: Measure, exact: pd.Series, own: np.ndarray, whole: np.ndarray, verdicts: Verdicts, privacy: Privacy
) -> tuple[pd.Series, np.ndarray]:
    """A percentage whose share and whole are both counts.

    If both are told, it is computed from them. Otherwise it is a number if at least three numbers of students fit even for a reader who
    knows the whole, and else a range.
    """
    told, value = verdicts.is_told & (verdicts.reason == NONE), np.append(verdicts.value, np.nan)
    both = told[own] & told[whole] & (value[whole] > 0) & exact.notna().to_numpy()
    size = value[whole]
    of_told = np.divide(100 * value[own], size, out=np.full(len(exact), np.nan), where=both)
    values, display = _written(
        measure,
        exact.where(~both, pd.Series(of_told, index=exact.index)),
        np.where(both | (size >= _TENTHS_FROM), 1, 0),
    )
    narrow = (size < _WHOLE_FROM) & ~both & exact.notna().to_numpy()
    number = np.round(exact.to_numpy(dtype=float, na_value=np.nan)[narrow] * size[narrow] / 100)
    display[narrow] = Ranges(number, size[narrow], privacy).displays
    return values.mask(narrow), display


def _written(measure: Measure, values: pd.Series, decimals: np.ndarray) -> tuple[pd.Series, np.ndarray]:
    """Numbers rounded to their decimals, and the same as text."""
    pairs = list(zip(values.to_numpy(dtype=float, na_value=np.nan), decimals.tolist(), strict=True))
    told = [np.nan if np.isnan(v) else float(rounded(v, d)) for v, d in pairs]
    texts = [figure(measure.column, v, decimals=max(d, 0)) for v, (_, d) in zip(told, pairs, strict=True)]
    return pd.Series(told, index=values.index, name=values.name), np.array(texts, dtype=object)


def _is_known_to_be_absent(
    frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, reasons: np.ndarray
) -> np.ndarray:
    """Whether there is no figure and readers may know it: the measure says so, or one of its counts is told as 0.

    In all other cases the words for a hidden figure are shown even if there is none: a missing interval of a hidden group would reveal that
    it is one child.
    """
    absent = frame[measure.column].isna().to_numpy()
    if measure.absence_is_public:
        return absent
    nobody = np.zeros(len(frame), dtype=bool)
    for column in measure.group_sizes:
        is_told = reasons[cells.ids[table.name, table.count_in(column)]] == NONE
        nobody |= is_told & (frame[column].isna() | (frame[column] == 0)).to_numpy(dtype=bool, na_value=True)
    return absent & nobody
