"""Which children a figure counts: every count of every group of a release once, by its key.

A group is a school year, a place (the district, a level, a school), a subgroup, a grade, and whatever else a table tells apart
(subject, administration …). Each value has a code, and the codes of a group and of what is counted are its key. Which tables and
columns a count stands in, `gathering` says; what is true or published of it stands in `truth` and `reader`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from district_platform.dictionary import KEY_SEPARATOR, Counted
from district_platform.dimensions.students import SUBGROUPS

Ids = np.ndarray
"""Positions in the arrays of `Groups`; NO_GROUP where a row has none."""

NO_GROUP = -1
WHOLE = 0
"""Code of the district, of all students, of all grades."""

FIELDS = {"count": 8, "year": 8, "place": 14, "subgroup": 10, "grade": 6, "other": 16}
"""Parts of a group's key, and the bits that each takes of its 62."""

_SHIFTS = dict(zip(FIELDS, np.cumsum([0, *reversed(FIELDS.values())])[-2::-1].tolist(), strict=True))

SUBGROUP_OF = {f"{d}-{value}": (d, value) for d, values in SUBGROUPS.items() for value in values}
"""Dimension and value of a subgroup, by k_subgroup."""

TO_DATE = "to the same day"
"""What tells a count apart that stands only beside a running year's: of the year before, up to the same day."""


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
class Groups:
    """Every count of a release, in the order of its key; the fields are arrays of equal length."""

    keys: np.ndarray
    ids: dict[tuple[str, Counted], Ids]
    """The count of each row of a table."""
    words: dict[str, Vocabulary]
    level_of: dict[int, int]
    """Code of a school's level, by the code of the school."""
    periods: list[tuple[Ids, np.ndarray]] = field(default_factory=list)
    """The counts of two neighbouring periods that carry over, with signs by which they add up to 0."""

    def __len__(self) -> int:
        return len(self.keys)

    def field(self, name: str) -> np.ndarray:
        """The codes of a field for every count."""
        return self.field_of(name, slice(None))

    def field_of(self, name: str, of: Ids | slice) -> np.ndarray:
        """The codes of a field for these counts."""
        codes: np.ndarray = (self.keys[of] >> _SHIFTS[name]) & ((1 << FIELDS[name]) - 1)
        return codes

    def with_field(self, name: str, codes: np.ndarray | int, of: Ids) -> np.ndarray:
        """Keys of the groups that differ from these in one field only."""
        return replaced(self.keys[of], name, codes)

    def is_incomplete(self) -> np.ndarray:
        """Whether a count stands only beside another year's, so that groups which that year lacks are missing from it."""
        return self.field("other") == self.words["other"].code(TO_DATE)

    def excerpt(self, of: Ids) -> "Groups":
        """Some of the counts, in the order of the key; of no table's rows any longer, and with the periods that are whole in it."""
        excerpt = Groups(self.keys[of], {}, self.words, self.level_of)
        for counts, signs in self.periods:
            at = excerpt.find(self.keys[counts])
            if (at != NO_GROUP).all():
                excerpt.periods.append((at, signs))
        return excerpt

    def find(self, keys: np.ndarray) -> Ids:
        """Where the groups of these keys stand, NO_GROUP where nowhere."""
        if not len(self.keys):
            return np.full(len(keys), NO_GROUP)
        found = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        return np.where(self.keys[found] == keys, found, NO_GROUP)

    def related(self, count: str, of: Ids) -> Ids:
        """The count of another name about the same groups, NO_GROUP where there is none."""
        if count not in self.words["count"]:
            return np.full(len(of), NO_GROUP)
        return self.find(self.with_field("count", self.words["count"].code(count), of))

    def dimension(self) -> np.ndarray:
        """A code for the dimension of each count's subgroup, 0 for all students."""
        dimensions = Vocabulary("")
        of_word = [dimensions.code(SUBGROUP_OF.get(word, (word, ""))[0]) for word in self.words["subgroup"].values]
        return np.array([WHOLE, *of_word[1:]], dtype=np.int64)[self.field("subgroup")]

    def names_of(self, name: str) -> np.ndarray:
        """The values of a field for every count, as text."""
        return np.array(self.words[name].values, dtype=object)[self.field(name)]

    def label(self, i: int) -> str:
        """A count as a finding names it: its name, then its group."""
        parts = [str(self.names_of_one(name, i)) for name in FIELDS]
        return KEY_SEPARATOR.join(part for part in parts if part)

    def names_of_one(self, name: str, i: int) -> str:
        return self.words[name].values[int((self.keys[i] >> _SHIFTS[name]) & ((1 << FIELDS[name]) - 1))]


def replaced(keys: np.ndarray, name: str, codes: np.ndarray | int) -> np.ndarray:
    """Keys of groups with another code in one field."""
    mask = ((1 << FIELDS[name]) - 1) << _SHIFTS[name]
    return (keys & ~mask) | (np.asarray(codes, dtype=np.int64) << _SHIFTS[name])


def keys_of(codes: Mapping[str, Any], n: int) -> np.ndarray:
    """Keys of n groups with these codes."""
    keys = np.zeros(n, dtype=np.int64)
    for name, code in codes.items():
        keys |= code << _SHIFTS[name]
    return keys
