"""Cells: every count of every group of a release, each once.

A group is a school year, a place (the district, a level, a school), a subgroup, a grade, and any other column that a table is split by
(subject, administration …). Each value has a code; a cell is named by the codes of its group and of what is counted. `gathering` finds the
tables and columns of a count, `truth` its values.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, Counted
from district_platform.dimensions.students import SUBGROUPS
from district_platform.disclosure.equations import NO_CELL, Ids
from district_platform.privacy.counts import part_of
from district_platform.privacy.keys import Axes, Cells

WHOLE = 0
"""Code of the district, of all students, of all grades."""

AXES = Axes({"count": 8, "year": 8, "place": 14, "subgroup": 10, "grade": 6, "other": 16})
"""The axes that distinguish the cells of a district, with the bits that each takes in a cell's key."""

SUBGROUP_OF = {f"{d}-{value}": (d, value) for d, values in SUBGROUPS.items() for value in values}
"""Dimension and value of a subgroup, by k_subgroup."""

TO_DATE = "to the same day"
"""Marks a count that appears only next to a running year's count: of the year before, up to the same day."""


class Vocabulary:
    """Codes of values by first appearance; the value given first is the whole, code 0."""

    def __init__(self, whole: str) -> None:
        self.values: list[str] = [whole]
        self._codes = {whole: WHOLE}

    @classmethod
    def of(cls, values: list[str]) -> "Vocabulary":
        """One that knows these values already."""
        vocabulary = cls(values[WHOLE])
        for value in values:
            vocabulary.code(value)
        return vocabulary

    def __contains__(self, value: str) -> bool:
        return value in self._codes

    def code(self, value: str) -> int:
        """The code of a value, a new one where it is new."""
        if value not in self._codes:
            self._codes[value] = len(self.values)
            self.values.append(value)
        return self._codes[value]

    def codes(self, column: pd.Series) -> np.ndarray:
        """Codes of a column; nulls are the whole."""
        positions, found = pd.factorize(column)
        known = np.array([self.code(str(value)) for value in found] + [WHOLE], dtype=np.int64)
        return known[positions]


@dataclass(frozen=True)
class ReleaseCells(Cells):
    """Every count of a release, in the order of its key; the fields are arrays of equal length."""

    ids: dict[tuple[str, Counted], Ids]
    """The cell of each row of a table."""
    words: dict[str, Vocabulary]
    level_of: dict[int, int]
    """Code of a school's level, by the code of the school."""
    shares: frozenset[str]
    """Counts that some table tells as a percentage of their whole."""
    periods: list[tuple[Ids, np.ndarray]] = field(default_factory=list)
    """The cells of two neighbouring periods that carry over, with signs by which they add up to 0."""

    @cached_property
    def whole(self) -> Ids:
        """For each cell the cell of the same group that contains its students; NO_CELL where there is none."""
        found = np.full(len(self), NO_CELL)
        for name in self.words["count"].values:
            if whole := part_of(name):
                of = np.flatnonzero(self.is_of(name))
                found[of] = self.related(whole, of)
        return found

    @cached_property
    def is_share(self) -> np.ndarray:
        """Whether each is told as a percentage of its whole, which also gives away the rest of the whole."""
        of_word = [name in self.shares for name in self.words["count"].values]
        return np.array(of_word)[self.codes("count")]

    def is_of(self, count: str) -> np.ndarray:
        """Whether each is a count of this name."""
        found: np.ndarray = self.codes("count") == self.words["count"].code(count)
        return found

    def is_incomplete(self) -> np.ndarray:
        """Whether a count appears only next to another year's count, so that groups which that year lacks are missing."""
        return self.codes("other") == self.words["other"].code(TO_DATE)

    def excerpt(self, of: Ids) -> "ReleaseCells":
        """Some of the cells, in the order of the key; of no table's rows any longer, and with the periods that are whole in it."""
        excerpt = ReleaseCells(self.axes, self.keys[of], {}, self.words, self.level_of, self.shares)
        for cells, signs in self.periods:
            at = excerpt.find(self.keys[cells])
            if (at != NO_CELL).all():
                excerpt.periods.append((at, signs))
        return excerpt

    def related(self, count: str, of: Ids) -> Ids:
        """The count of another name about the same groups, NO_CELL where there is none."""
        if count not in self.words["count"]:
            return np.full(len(of), NO_CELL)
        return self.find(self.with_code("count", self.words["count"].code(count), of))

    def dimension(self) -> np.ndarray:
        """A code for the dimension of each cell's subgroup, 0 for all students."""
        dimensions = Vocabulary("")
        of_word = [dimensions.code(SUBGROUP_OF.get(word, (word, ""))[0]) for word in self.words["subgroup"].values]
        return np.array([WHOLE, *of_word[1:]], dtype=np.int64)[self.codes("subgroup")]

    def names(self, axis: str) -> np.ndarray:
        """The values of every cell on an axis, as text."""
        return np.array(self.words[axis].values, dtype=object)[self.codes(axis)]

    def name(self, axis: str, i: int) -> str:
        """The value of one cell on an axis."""
        return self.words[axis].values[int(self.codes(axis, np.array([i]))[0])]

    def label(self, i: int) -> str:
        """A cell as a finding names it: its count, then its group."""
        return KEY_SEPARATOR.join(name for axis in AXES.bits if (name := self.name(axis, i)))
