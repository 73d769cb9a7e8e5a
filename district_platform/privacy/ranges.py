"""Percentages of groups of children as they may be told: exactly, at an end, or as a range, by the size of the group.

In a group of n students, a percentage tells how many have the trait. The lowest range holds its upper end, the highest its lower end,
and every other its upper end; so each percentage is in one range.
"""

import re

import numpy as np

from district_platform.settings import Privacy

_AT_MOST, _AT_LEAST = re.compile(r"≤ (\d+) %"), re.compile(r"≥ (\d+) %")
_NUMBER = re.compile(r"(\d+(?:\.(\d+))?) %")
_BETWEEN = re.compile(r"(\d+)–(\d+) %")


class Ranges:
    """For groups of n students, k of whom have the trait: the range that the percentage is in, as counts and as text."""

    def __init__(self, k: np.ndarray, n: np.ndarray, privacy: Privacy) -> None:
        self._n = n.astype(np.int64)
        self._end, self._step = _band_of(self._n, privacy)
        self._number = self._number_of(k.astype(np.int64))

    @property
    def is_end(self) -> np.ndarray:
        """Whether the percentage is at one of the ends, where it is always coded."""
        return (self._number == 0) | (self._number == self._last)

    @property
    def counts(self) -> tuple[np.ndarray, np.ndarray]:
        """The lowest and highest k in the range."""
        low, high = self._ends
        lowest = np.where(self._number == 0, 0, low * self._n // 100 + 1)
        highest = np.where(self._number == self._last, self._n, high * self._n // 100)
        top = np.maximum(_ceiling((100 - self._end) * self._n), self._end * self._n // 100 + 1)
        lowest = np.where(self._number == self._last, top, lowest)
        return lowest, np.where((self._number > 0) & (self._number < self._last), np.minimum(highest, top - 1), highest)

    @property
    def displays(self) -> np.ndarray:
        """What a reader sees."""
        low, high = self._ends
        shown = [
            f"≤ {e} %" if i == 0 else f"≥ {100 - e} %" if i == last else f"{a}–{b} %"
            for e, i, last, a, b in zip(self._end, self._number, self._last, low, high, strict=True)
        ]
        return np.array(shown, dtype=object)

    @property
    def _last(self) -> np.ndarray:
        return (100 - 2 * self._end) // self._step + 1

    @property
    def _ends(self) -> tuple[np.ndarray, np.ndarray]:
        return self._end + (self._number - 1) * self._step, self._end + self._number * self._step

    def _number_of(self, k: np.ndarray) -> np.ndarray:
        above_end = 100 * k - self._end * self._n
        number = np.clip(_ceiling(above_end, self._step * self._n), 0, self._last)
        is_top = (100 * k >= (100 - self._end) * self._n) & (above_end > 0)
        return np.where(is_top, self._last, np.minimum(number, np.where(above_end > 0, self._last - 1, 0)))


def _ceiling(value: np.ndarray, by: np.ndarray | int = 100) -> np.ndarray:
    return -(-value // np.maximum(by, 1))


def _band_of(n: np.ndarray, privacy: Privacy) -> tuple[np.ndarray, np.ndarray]:
    sizes = sorted(privacy.rate_bands)
    bands = [privacy.rate_bands[size] for size in sizes]
    found = np.searchsorted(sizes, n, side="right") - 1
    return np.array([b.end_pct for b in bands])[found], np.array([b.step_pct for b in bands])[found]


def percentages_in_display(displays: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Between which percentages a displayed number or range lies; nan where the text is neither."""
    found = [_ends_of(str(text)) for text in displays]
    low, high = (np.array([ends[i] for ends in found], dtype=float) for i in (0, 1))
    return low, high


def _ends_of(text: str) -> tuple[float, float]:
    if number := _NUMBER.fullmatch(text):
        half = 0.5 * 10.0 ** -len(number[2] or "")
        return float(number[1]) - half, float(number[1]) + half
    if between := _BETWEEN.fullmatch(text):
        return float(between[1]), float(between[2])
    if at_most := _AT_MOST.fullmatch(text):
        return 0.0, float(at_most[1])
    if at_least := _AT_LEAST.fullmatch(text):
        return float(at_least[1]), 100.0
    return np.nan, np.nan
