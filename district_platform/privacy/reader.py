"""What a reader of the released tables knows of every count, from what they show and say.

Nothing of the suppression is used here but the words it writes (docs/privacy.md explains them to readers), so that the audit does not
inherit its mistakes. A figure that only the words give away is read as if it stood in its column.
"""

import re
from dataclasses import dataclass, fields

import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Measure, Table, display_column
from district_platform.privacy.bounds import UNBOUNDED
from district_platform.privacy.counts import counts_of, is_count, shares_of
from district_platform.privacy.gathering import Frames
from district_platform.privacy.groups import NO_GROUP, Groups, Ids
from district_platform.privacy.rates import Ranges, counts_in_display
from district_platform.privacy.relations import Relations
from district_platform.settings import Privacy

_SMALL, _PROTECTS, _UNSIZED, _HIDDEN = "hidden (fewer than", "hidden (protects", "hidden (size", "hidden ("
_NOT_AVAILABLE = "not available"
_FIGURE = re.compile(r"(-?\d+(?:\.\d+)?)(?: %)?")

_HALF_OF_LAST_DIGIT = 0.005
"""Percentages are published with two decimals."""


@dataclass
class Reading:
    """Lowest and highest value of every count as the tables tell it, and how the tables tell it."""

    lower: np.ndarray
    upper: np.ndarray
    is_shown: np.ndarray
    """Some table gives its number."""
    is_small: np.ndarray
    """Hidden as a small group's."""
    is_unsized: np.ndarray
    """Hidden as one that may be small, or may not."""
    protects_another: np.ndarray
    """Hidden for another's sake."""
    is_hidden: np.ndarray
    is_withheld: np.ndarray
    """Hidden or told as a range, so that no figure that rests on it may be told."""

    @classmethod
    def of_nothing(cls, n: int) -> "Reading":
        """What is known of n counts before anything is read."""
        flags = [np.zeros(n, dtype=bool) for _ in range(len(fields(cls)) - 2)]
        return cls(np.zeros(n), np.full(n, UNBOUNDED), *flags)


def read(frames: Frames, groups: Groups, privacy: Privacy) -> Reading:
    """What the released tables say of each count by itself."""
    reading = Reading.of_nothing(len(groups))
    relations = Relations(groups)
    for read_part in (_read_numbers, _read_words):
        for name, frame in frames.items():
            for measure in TABLES[name].measures:
                if measure.column in measure.group_sizes or is_count(measure.column):
                    read_part(frame, TABLES[name], measure, groups, reading)
    _conclude(reading, relations, privacy)
    for name, frame in frames.items():
        for measure in TABLES[name].measures:
            if measure.share:
                _read_share(frame, TABLES[name], measure, groups, relations, reading, privacy)
    return reading


def _read_numbers(frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, reading: Reading) -> None:
    values = _figures(frame, measure.column)
    _know(reading, groups.ids[table.name, table.count_in(measure.column)], values, values)


def _read_words(frame: pd.DataFrame, table: Table, measure: Measure, groups: Groups, reading: Reading) -> None:
    """Which counts are hidden, and for whose sake, where the words are about this count and not about another beside it."""
    ids = groups.ids[table.name, table.count_in(measure.column)]
    words = frame[display_column(measure.column)].astype(str).to_numpy(dtype=str)
    small, protects, unsized = (np.char.startswith(words, start) for start in (_SMALL, _PROTECTS, _UNSIZED))
    others = [groups.ids[table.name, table.count_in(size)] for size in measure.group_sizes if size != measure.column]
    is_own = np.all([reading.is_shown[other] for other in others], axis=0) if others else np.ones(len(ids), dtype=bool)
    reading.is_hidden[ids[(small | protects | unsized) & (ids != NO_GROUP)]] = True
    reading.is_withheld[ids[_is_withheld(frame, measure) & (ids != NO_GROUP)]] = True
    reading.is_small[ids[small & is_own & (ids != NO_GROUP)]] = True
    reading.is_unsized[ids[unsized & is_own & (ids != NO_GROUP)]] = True
    reading.protects_another[ids[protects & is_own & (ids != NO_GROUP)]] = True


def _conclude(reading: Reading, relations: Relations, privacy: Privacy) -> None:
    """A small group has 1 to minimum - 1 children; one that protects another has more; one whose size is not told has some.
    Of a part of a hidden whole less is said."""
    hidden = reading.is_hidden & ~reading.is_shown
    has_whole = relations.whole != NO_GROUP
    whole_hidden = has_whole & hidden[relations.whole]
    small = hidden & reading.is_small & ~relations.has_twin & ~whole_hidden
    reading.lower[small], reading.upper[small] = 1, privacy.min_group_size - 1
    protects = hidden & reading.protects_another & ~relations.has_twin & ~whole_hidden
    reading.lower[protects] = privacy.min_group_size
    unsized = hidden & reading.is_unsized & ~relations.has_twin & ~whole_hidden
    reading.lower[unsized] = 1
    of_small = whole_hidden & reading.is_small[relations.whole] & ~reading.is_shown
    reading.upper[of_small] = privacy.min_group_size - 1


def _read_share(
    frame: pd.DataFrame,
    table: Table,
    measure: Measure,
    groups: Groups,
    relations: Relations,
    reading: Reading,
    privacy: Privacy,
) -> None:
    """A percentage of a known number of children tells how many; a range, between which numbers."""
    ids = groups.ids[table.name, shares_of(table, measure)[-1]]
    rate = _figures(frame, measure.column)
    displays = frame[display_column(measure.column)].astype(str).to_numpy()
    if measure.change_of:
        rate = _figures(frame, measure.change_of) - rate
        displays = np.full(len(frame), "")
    else:
        reading.is_withheld[ids[_is_withheld(frame, measure) & (ids != NO_GROUP)]] = True
    size = np.where(ids != NO_GROUP, reading.lower[relations.whole[ids]], np.nan)
    size[(ids == NO_GROUP) | ~reading.is_shown[relations.whole[ids]]] = np.nan
    slack = _HALF_OF_LAST_DIGIT * (2 if measure.change_of else 1)
    low, high = np.ceil((rate - slack) * size / 100 - 1e-9), np.floor((rate + slack) * size / 100 + 1e-9)
    nearest = np.round(rate * size / 100)
    low, high = np.where(low > high, nearest, low), np.where(low > high, nearest, high)
    _know(reading, ids, low, high)
    ranges = [(i, counts_in_display(displays[i], int(size[i]))) for i in np.flatnonzero(np.isnan(rate) & (size > 0))]
    told = [(i, *found) for i, found in ranges if found]
    if told:
        rows, lowest, highest = (np.array(column, dtype=np.int64) for column in zip(*told, strict=True))
        lowest, highest = _trimmed(lowest, highest, size[rows], displays[rows], privacy)
        _narrow(reading, ids[rows], lowest, highest)
    everyone = (ids != NO_GROUP) & (size >= 0)
    twin = relations.twin[ids[everyone]]
    reading.upper[ids[everyone]] = np.minimum(reading.upper[ids[everyone]], size[everyone])
    reading.upper[twin] = size[everyone] - reading.lower[ids[everyone]]
    reading.lower[twin] = size[everyone] - reading.upper[ids[everyone]]
    reading.is_shown[twin] = reading.is_shown[ids[everyone]]


def _trimmed(
    lowest: np.ndarray, highest: np.ndarray, size: np.ndarray, displays: np.ndarray, privacy: Privacy
) -> tuple[np.ndarray, np.ndarray]:
    """Without an end that belongs to the range beside it."""
    low_fits = Ranges(lowest, size, privacy).displays == displays
    high_fits = Ranges(highest, size, privacy).displays == displays
    return np.where(low_fits, lowest, lowest + 1), np.where(high_fits, highest, highest - 1)


def _know(reading: Reading, ids: Ids, lowest: np.ndarray, highest: np.ndarray) -> None:
    told = (ids != NO_GROUP) & ~np.isnan(lowest)
    _narrow(reading, ids[told], lowest[told], highest[told])
    reading.is_shown[ids[told]] = True


def _narrow(reading: Reading, ids: Ids, lowest: np.ndarray, highest: np.ndarray) -> None:
    np.maximum.at(reading.lower, ids, lowest)
    np.minimum.at(reading.upper, ids, highest)


def _figures(frame: pd.DataFrame, column: str) -> np.ndarray:
    """The numbers of a column, also those that stand only in the words beside it; nan where there is none."""
    values = frame[column].to_numpy(dtype=float, na_value=np.nan)
    positions, words = pd.factorize(frame[display_column(column)].where(np.isnan(values)))
    found = [_FIGURE.fullmatch(str(word)) for word in words]
    told = np.array([float(match[1]) if match else np.nan for match in found] + [np.nan])
    return np.where(np.isnan(values), told[positions], values)


def _is_withheld(frame: pd.DataFrame, measure: Measure) -> np.ndarray:
    """Where a figure has no value, and words that hide it or tell only a range."""
    withheld: np.ndarray = frame[measure.column].isna().to_numpy() & _says(frame, measure, not_available=False)
    return withheld


def _is_told(frame: pd.DataFrame, measure: Measure) -> np.ndarray:
    """Where a figure has a value, or words that say more than that there is none."""
    told: np.ndarray = frame[measure.column].notna().to_numpy() | ~_says(frame, measure, not_available=True)
    return told


def _says(frame: pd.DataFrame, measure: Measure, *, not_available: bool) -> np.ndarray:
    """Whether the words hide the figure, or tell a range where it is a share; where asked, also whether there is none."""
    positions, words = pd.factorize(frame[display_column(measure.column)])
    is_share = measure.share is not None and not measure.change_of
    says = [
        str(word).startswith(_HIDDEN)
        or (is_share and counts_in_display(str(word), 1) is not None)
        or (not_available and word == _NOT_AVAILABLE)
        for word in words
    ]
    return np.array([*says, False])[positions]


def shown_in_spite(frames: Frames, groups: Groups, reading: Reading) -> list[tuple[str, int, str]]:
    """Figures that are told although a count that they rest on is not: (table, row, column)."""
    unknown = np.append(reading.is_withheld & ~reading.is_shown, False)
    found = []
    for name, frame in frames.items():
        table = TABLES[name]
        for measure in table.measures:
            rests = [unknown[groups.ids[name, counted]] for counted in counts_of(table, measure)]
            told = _is_told(frame, measure) & np.any(rests, axis=0)
            found += [(name, int(row), measure.column) for row in np.flatnonzero(told)]
    return found
