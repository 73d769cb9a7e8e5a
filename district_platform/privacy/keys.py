"""Cells by their codes: each has a code on every axis, and its codes make one number, its key.

An axis is whatever tells cells apart: a school, a grade, what is counted. The cell that differs from another on one axis alone is
found by arithmetic on its key.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from district_platform.disclosure.equations import NO_CELL, Ids

_BITS = 62


class Axes:
    """The axes of tables, the first one most significant, and how many bits of a key the codes of each take."""

    def __init__(self, bits: Mapping[str, int]) -> None:
        if sum(bits.values()) > _BITS:
            raise ValueError(f"keys of cells have {_BITS} bits, and the axes take {sum(bits.values())}")
        self.bits = dict(bits)
        starts = np.cumsum([0, *reversed(self.bits.values())])[-2::-1]
        self._start = dict(zip(self.bits, starts.tolist(), strict=True))

    def keys(self, codes: Mapping[str, Any], n: int) -> np.ndarray:
        """Keys of n cells with these codes."""
        keys = np.zeros(n, dtype=np.int64)
        for axis, code in codes.items():
            keys |= code << self._start[axis]
        return keys

    def codes(self, keys: np.ndarray, axis: str) -> np.ndarray:
        """The code of each key on an axis."""
        codes: np.ndarray = (keys >> self._start[axis]) & self._mask(axis)
        return codes

    def replaced(self, keys: np.ndarray, axis: str, codes: np.ndarray | int) -> np.ndarray:
        """Keys of the cells that differ from these on one axis alone."""
        start = self._start[axis]
        return (keys & ~(self._mask(axis) << start)) | (np.asarray(codes, dtype=np.int64) << start)

    def _mask(self, axis: str) -> int:
        return (1 << self.bits[axis]) - 1


@dataclass(frozen=True)
class Cells:
    """Cells, each once, in the order of their keys."""

    axes: Axes
    keys: np.ndarray

    def __len__(self) -> int:
        return len(self.keys)

    def codes(self, axis: str, of: Ids | slice = slice(None)) -> np.ndarray:
        """The codes of these cells on an axis."""
        return self.axes.codes(self.keys[of], axis)

    def with_code(self, axis: str, codes: np.ndarray | int, of: Ids) -> np.ndarray:
        """Keys of the cells that differ from these on one axis alone."""
        return self.axes.replaced(self.keys[of], axis, codes)

    def find(self, keys: np.ndarray) -> Ids:
        """Where the cells of these keys stand, NO_CELL where nowhere."""
        if not len(self.keys):
            return np.full(len(keys), NO_CELL)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[found] == keys, found, NO_CELL)
