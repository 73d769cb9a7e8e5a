"""A reader of released tables who tries to work out what is hidden, with arithmetic of its own.

It knows what the rules of a release tell everybody: groups of a dimension, grades and schools add up, a hidden group has 1 to
min_group_size - 1 students, protects another, or has at least somebody, and how percentages are rounded. It shares no code with the
suppression or its audit.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from scipy.optimize import Bounds, LinearConstraint, milp

from district_platform.dimensions.students import ALL_STUDENTS, GRADE
from district_platform.settings import Privacy

MANY = 100_000

Cell = tuple[str, int, str | None, str | None, str]
"""What is counted ('n' students, or 'k' of them), year, school (None is the district), grade (None is all), subgroup."""


@dataclass
class Intruder:
    """What is known of every cell, and what adds up."""

    privacy: Privacy
    known: dict[Cell, tuple[int, int]] = field(default_factory=dict)
    sums: list[tuple[list[Cell], Cell, float]] = field(default_factory=list)
    """Parts, their total, and by how much the parts may be more."""

    def learn(self, cell: Cell, low: float, high: float) -> None:
        before = self.known.get(cell, (0, MANY))
        self.known[cell] = (max(before[0], math.ceil(low)), min(before[1], math.floor(high)))

    def learn_count(self, cell: Cell, value: float, display: str) -> None:
        """From a number of students and the words beside it."""
        self.learn(cell, 0, MANY)
        if not pd.isna(value):
            self.learn(cell, value, value)
        elif display.startswith("hidden (fewer than"):
            self.learn(cell, 1, self.privacy.min_group_size - 1)
        elif display.startswith("hidden (protects"):
            self.learn(cell, self.privacy.min_group_size, MANY)
        elif display.startswith("hidden (size"):
            self.learn(cell, 1, MANY)

    def learn_share(self, cell: Cell, rate: float | None, display: str) -> None:
        """From a percentage and the words beside it; how many students it is of must be learned before."""
        low, high = self.known[_of(cell)]
        self.learn(cell, 0, high)
        if low == high:
            within = _percentages(rate, display)
            fits = [k for k in range(low + 1) if within[0] <= 100 * k / max(low, 1) <= within[1]] or [0, low]
            self.learn(cell, min(fits), max(fits))

    def known_closely(self, asked: dict[Cell, int]) -> dict[Cell, int]:
        """The cells whose lowest and highest possible value are less apart than is asked, with how far apart they are.

        Every table that fits tells something of every cell, so that few have to be bounded one by one.
        """
        if not asked:
            return {}
        cells = sorted(self.known, key=str)
        known = np.array([self.known[c] for c in cells], dtype=float)
        tables = Tables(known, *self._equations({c: i for i, c in enumerate(cells)}))
        wanted = np.array([asked.get(cell, 0) for cell in cells])
        for of_all in (1, -1, 1, -1):
            tables.find(of_all * (tables.widths() < wanted))
        for i in np.flatnonzero(tables.widths() < wanted):
            tables.bound(i)
        return {cells[i]: int(tables.widths()[i]) for i in np.flatnonzero(tables.widths() < wanted)}

    def _equations(self, place: dict[Cell, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        pairs = [(_of(cell), cell) for cell in place if cell[0] == "k"]
        matrix = np.zeros((len(self.sums) + len(pairs) + 1, len(place)))
        most = np.zeros(len(matrix))
        for i, (parts, total, more) in enumerate(self.sums):
            matrix[i, [place[part] for part in parts]] = 1
            matrix[i, place[total]] = -1
            most[i] = more
        for i, (whole, part) in enumerate(pairs, start=len(self.sums)):
            matrix[i, place[whole]], matrix[i, place[part]], most[i] = 1, -1, np.inf
        return matrix, np.zeros(len(matrix)), most


class Tables:
    """Tables that fit what is known, and the lowest and highest value of each cell in any of them.

    Known are the lowest and the highest value, a row a cell; of what a (dense or sparse) matrix makes of the cells, the least and most.
    """

    def __init__(self, known: np.ndarray, matrix: Any, least: np.ndarray, most: np.ndarray) -> None:
        self._bounds = Bounds(*known.T)
        self._equations = LinearConstraint(matrix, least, most)
        self.low, self.high = np.full(len(known), np.inf), np.full(len(known), -np.inf)

    def widths(self) -> np.ndarray:
        return np.maximum(self.high - self.low, -1)

    def bound(self, i: int) -> None:
        """Adds the tables with least and with most of a cell."""
        for sign in (1, -1):
            self.find(sign * (np.arange(len(self.low)) == i))

    def find(self, direction: np.ndarray) -> None:
        """Adds the table with least of `direction`."""
        found = milp(direction, constraints=self._equations, bounds=self._bounds, integrality=np.ones(len(direction)))
        assert found.x is not None, f"what is published contradicts itself: {found.message}"
        table = np.round(found.x)
        self.low, self.high = np.minimum(self.low, table), np.maximum(self.high, table)


def _of(cell: Cell) -> Cell:
    return ("n", *cell[1:])


def _percentages(rate: float | None, display: str) -> tuple[float, float]:
    if not pd.isna(rate):
        return rate - 0.005, rate + 0.005
    if found := re.fullmatch(r"≤ (\d+) %", display):
        return 0, int(found[1])
    if found := re.fullmatch(r"≥ (\d+) %", display):
        return int(found[1]), 100
    if found := re.fullmatch(r"(\d+)–(\d+) %", display):
        return int(found[1]), int(found[2])
    return 0, 100


def read(
    released: pd.DataFrame, size: str, rate: str | None, privacy: Privacy, schools_exceed: float | None
) -> Intruder:
    """A table of one released number of students, with the percentage of them that stands beside it.

    By `schools_exceed`, schools may be more than the district; None where they need not add up at all.
    """
    intruder = Intruder(privacy)
    rows = list(_rows(released))
    for back in (0, 1):
        suffix = "_before" if back else ""
        for (year, *group), row in rows:
            if f"{size}{suffix}" in row and not _is_missing(row, f"{size}{suffix}"):
                cell = ("n", year - back, *group)
                intruder.learn_count(cell, row[f"{size}{suffix}"], row[f"{size}{suffix}_display"])
    for (year, *group), row in rows:
        if rate:
            intruder.learn_share(("k", year, *group), row[rate], row[f"{rate}_display"])
    for (year, *group), row in rows:
        if rate and ("n", year - 1, *group) in intruder.known:
            told = row[rate] is not None and row[f"{rate}_change"] is not None
            before = round(row[rate] - row[f"{rate}_change"], 2) if told else None
            intruder.learn_share(("k", year - 1, *group), before, "")
    intruder.sums = list(_sums(intruder.known, schools_exceed))
    return intruder


def _is_missing(row: dict, column: str) -> bool:
    return row[f"{column}_display"] == "not available"


def _rows(released: pd.DataFrame) -> Iterator[tuple[tuple, dict]]:
    for row in released.astype(object).where(released.notna(), None).to_dict("records"):
        dimension, value = row["k_subgroup"].split("-", 1)
        grade = value if dimension == GRADE else row.get("grade_level")
        subgroup = f"{ALL_STUDENTS}-{ALL_STUDENTS}" if dimension == GRADE else row["k_subgroup"]
        yield (row["school_year"], row["k_school"], grade, subgroup), row


def _sums(cells: dict[Cell, tuple[int, int]], more: float | None) -> Iterator[tuple[list[Cell], Cell, float]]:
    """Every total with its parts: groups of each dimension, grades, schools."""
    everyone = f"{ALL_STUDENTS}-{ALL_STUDENTS}"
    parts: dict[tuple, list[Cell]] = {}
    for cell in sorted(cells, key=str):
        what, year, school, grade, subgroup = cell
        if subgroup != everyone:
            parts.setdefault(((what, year, school, grade, everyone), subgroup.split("-")[0]), []).append(cell)
        if grade is not None:
            parts.setdefault(((what, year, school, None, subgroup), "grade"), []).append(cell)
        if school is not None:
            parts.setdefault(((what, year, None, grade, subgroup), "school"), []).append(cell)
    for (total, kind), of in parts.items():
        exceed = more if kind == "school" else 0
        if total in cells and exceed is not None:
            yield of, total, exceed
