"""What a stranger reads in the released tables about each count by itself: numbers, words, percentages and ranges.

The only thing used here from the suppression is the words, which docs/privacy.md explains to readers.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pandas as pd

from district_platform.dictionary import TABLES, Measure, Table, display_column
from district_platform.disclosure.equations import NO_CELL, Ids
from district_platform.privacy.cells import ReleaseCells
from district_platform.privacy.counts import counts_of, is_count
from district_platform.privacy.gathering import Frames
from district_platform.settings import Privacy

MOST = 1e6
"""More children than a district has: the bound of what is open."""

_SMALL, _PROTECTS, _ANY_SIZE = "hidden (fewer than", "hidden (protects", "hidden (size"
_NUMBER = re.compile(r"(-?\d+(?:\.(\d+))?)( %)?")
_BETWEEN, _AT_MOST, _AT_LEAST = re.compile(r"(\d+)–(\d+) %"), re.compile(r"≤ (\d+) %"), re.compile(r"≥ (\d+) %")


@dataclass(frozen=True)
class Reading:
    """What the figures of each count say about it; for a share also the lowest and highest part of its whole."""

    lower: np.ndarray
    upper: np.ndarray
    is_told: np.ndarray
    """Some table gives its number."""
    is_small: np.ndarray
    """Words say that it is a small group, or may be one."""
    is_hidden: np.ndarray
    """Some table hides it, or what rests on it alone."""
    least: np.ndarray
    """Lowest share of its whole; 0 where nothing is said."""
    most: np.ndarray
    is_sized: np.ndarray
    """A percentage is told of it, which by its form says roughly how large it is; no number and no words say more."""

    @classmethod
    def of_nothing(cls, n: int) -> "Reading":
        """What is known of n counts before anything is read."""
        told, small, hidden, sized = (np.zeros(n, dtype=bool) for _ in range(4))
        return cls(np.zeros(n), np.full(n, MOST), told, small, hidden, np.zeros(n), np.ones(n), sized)

    def forget(self, which: np.ndarray) -> None:
        """Says nothing of some counts any longer."""
        self.lower[which], self.upper[which] = 0, MOST
        for said in (self.is_told, self.is_small, self.is_hidden):
            said[which] = False

    def know(self, ids: Ids, low: np.ndarray, high: np.ndarray) -> None:
        """Narrows counts."""
        np.maximum.at(self.lower, ids, low)
        np.minimum.at(self.upper, ids, high)


def read(released: Frames, cells: ReleaseCells, privacy: Privacy) -> Reading:
    """What the released tables say of each count by itself."""
    reading = Reading.of_nothing(len(cells))
    for name, frame in released.items():
        for measure in TABLES[name].measures:
            if not measure.change_of:
                _read(frame, TABLES[name], measure, cells, reading, privacy)
    reading.is_sized[reading.is_told | reading.is_small | reading.is_hidden] = False
    return reading


def _read(
    frame: pd.DataFrame, table: Table, measure: Measure, cells: ReleaseCells, reading: Reading, privacy: Privacy
) -> None:
    words = frame[display_column(measure.column)].astype(str)
    if is_count(table.count_in(measure.column).count):
        _read_count(frame, words, cells.ids[table.name, table.count_in(measure.column)], measure, reading, privacy)
    elif measure.share:
        whole = cells.ids[table.name, table.count_in(measure.group_sizes[0])]
        is_own = len(measure.group_sizes) == 1
        _read_percentages(words, cells.ids[table.name, measure.share], whole, is_own, reading, privacy)
    if not measure.share and len(measure.group_sizes) == 1 and not measure.rests_on:
        _read_words(words, cells.ids[table.name, table.count_in(measure.group_sizes[0])], reading, privacy)


def _read_count(
    frame: pd.DataFrame, words: pd.Series, ids: Ids, measure: Measure, reading: Reading, privacy: Privacy
) -> None:
    in_words = pd.to_numeric(words, errors="coerce")
    values = frame[measure.column].astype(float).fillna(in_words).to_numpy()
    told = (ids != NO_CELL) & ~np.isnan(values)
    reading.know(ids[told], values[told], values[told])
    reading.is_told[ids[told]] = True
    if measure.group_sizes == (measure.column,):
        _read_words(words, ids, reading, privacy)


def _read_words(words: pd.Series, ids: Ids, reading: Reading, privacy: Privacy) -> None:
    """A small group has 1 student to one fewer than its words say, one that protects another has the minimum or more, one whose size is
    not told has some.
    """
    small, protects, some = (
        words.str.startswith(start).to_numpy() & (ids != NO_CELL) for start in (_SMALL, _PROTECTS, _ANY_SIZE)
    )
    _read_small(words, ids, small, reading)
    minimum = privacy.min_group_size
    reading.know(ids[protects], np.full(protects.sum(), float(minimum)), np.full(protects.sum(), MOST))
    reading.know(ids[some], np.ones(some.sum()), np.full(some.sum(), MOST))
    reading.is_hidden[ids[protects | some]] = True
    reading.is_small[ids[some]] = True


def _read_small(words: pd.Series, ids: Ids, small: np.ndarray, reading: Reading) -> None:
    most = pd.to_numeric(words[small].str.extract(r"(\d+)", expand=False)).to_numpy(dtype=float) - 1
    reading.know(ids[small], np.ones(small.sum()), most)
    reading.is_small[ids[small]] = True
    reading.is_hidden[ids[small]] = True


def _read_percentages(words: pd.Series, ids: Ids, whole: Ids, is_own: bool, reading: Reading, privacy: Privacy) -> None:
    """A number lies within half of its last digit, a range between its ends; both say how large their group is at least. Words are about
    the group where the percentage rests on no other.
    """
    codes, found = pd.factorize(words)
    meaning = np.array([*(_meaning(text, privacy) for text in found), (0, 1, 0, MOST)], dtype=float)[codes]
    least, most, smallest, largest = meaning.T
    said = (ids != NO_CELL) & ((least > 0) | (most < 1))
    np.maximum.at(reading.least, ids[said], least[said])
    np.minimum.at(reading.most, ids[said], most[said])
    reading.know(whole[said], smallest[said], largest[said])
    reading.is_sized[whole[said]] = True
    hidden = (ids != NO_CELL) & words.str.startswith(("hidden", "≤", "≥")).to_numpy() | words.str.contains(
        "–"
    ).to_numpy()
    reading.is_hidden[ids[hidden & (ids != NO_CELL)]] = True
    small = words.str.startswith(_SMALL).to_numpy() & (whole != NO_CELL) & is_own
    _read_small(words, whole, small, reading)
    some = words.str.startswith(_ANY_SIZE).to_numpy() & (whole != NO_CELL) & is_own
    reading.know(whole[some], np.ones(some.sum()), np.full(some.sum(), MOST))
    reading.is_small[whole[some]] = True
    reading.is_hidden[whole[some]] = True


def _meaning(text: str, privacy: Privacy) -> tuple[float, float, float, float]:
    """Lowest and highest share, and smallest and largest size of the group, that a percentage in words allows (docs/privacy.md)."""
    if number := _NUMBER.fullmatch(text):
        decimals = len(number[2] or "")
        half = 0.5 * 10.0**-decimals
        sizes = (1000.0, MOST) if decimals else (40.0, 999.0)
        return (float(number[1]) - half) / 100, (float(number[1]) + half) / 100, *sizes
    if between := _BETWEEN.fullmatch(text):
        low, high = float(between[1]), float(between[2])
        return low / 100, high / 100, *_sizes(privacy, step=high - low, low=low)
    if at_most := _AT_MOST.fullmatch(text):
        return 0.0, float(at_most[1]) / 100, *_sizes(privacy, end=float(at_most[1]))
    if at_least := _AT_LEAST.fullmatch(text):
        return float(at_least[1]) / 100, 1.0, *_sizes(privacy, end=100 - float(at_least[1]))
    return 0.0, 1.0, 0.0, MOST


def _sizes(privacy: Privacy, end: float | None = None, step: float = 0.0, low: float = 0.0) -> tuple[float, float]:
    """The group sizes whose bands have such an end, or such a step from their end."""
    sizes = [*sorted(privacy.rate_bands), MOST]
    fits = [
        (float(a), float(b) - 1)
        for a, b in pairwise(sizes)
        if (band := privacy.rate_bands[int(a)]).end_pct == end
        or (end is None and band.step_pct >= step and (low - band.end_pct) % band.step_pct == 0)
    ]
    return (min(a for a, _ in fits), max(b for _, b in fits)) if fits else (0.0, MOST)


def told_in_spite(released: Frames, cells: ReleaseCells, is_small: np.ndarray) -> list[tuple[str, int, str]]:
    """Figures that are told although words elsewhere say that their group is small: (table, row, column)."""
    small = np.append(is_small, False)
    found = []
    for name, frame in released.items():
        table = TABLES[name]
        for measure in table.measures:
            rests = [small[cells.ids[name, counted]] for counted in counts_of(table, measure)]
            told = frame[measure.column].notna().to_numpy() & np.any(rests, axis=0)
            found += [(name, int(row), measure.column) for row in np.flatnonzero(told)]
    return found
