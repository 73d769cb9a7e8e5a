"""Which children a figure counts: every count of every group once, in whichever tables and columns it stands.

A group is a school year, a place (the district, a level, a school), a subgroup, a grade, and whatever else a table tells apart
(subject, administration …). The subgroup dimension 'Grade' and a column grade_level say the same thing, so both become the grade.
Here nothing is known of values: what is true or published of a count stands in `truth` and `reader`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from district_platform.dictionary import COUNTS, KEY_SEPARATOR, TABLES, Counted, Layer, Measure, Table, tables_in
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dimensions.students import ALL_STUDENTS, GRADE, SUBGROUPS

Frames = Mapping[str, pd.DataFrame]
"""Analysis or released tables, by the name of the analysis table."""

Ids = np.ndarray
"""Positions in the arrays of `Groups`; NO_GROUP where a row has none."""

NO_GROUP = -1
WHOLE = 0
"""Code of the district, of all students, of all grades."""

FIELDS = {"count": 8, "year": 8, "place": 14, "subgroup": 10, "grade": 6, "other": 16}
"""Parts of a group's key, and the bits that each takes of its 62."""

_SHIFTS = dict(zip(FIELDS, np.cumsum([0, *reversed(FIELDS.values())])[-2::-1].tolist(), strict=True))

_SUBGROUP_OF = {f"{d}-{value}": (d, value) for d, values in SUBGROUPS.items() for value in values}
_PLACE_COLUMNS = ("school_year", "aggregation", "k_school", "school_level", "k_subgroup", "grade_level")
_LEVEL = "level "
TO_DATE = "to the same day"

_ROUNDING = 0.011
"""How far a percentage less its change may be from the percentage before, when all three are told with two decimals."""


class PrivacyError(ValueError):
    """The tables cannot be released as they are declared; the message names the table and what to do."""


def rest_of(count: str) -> str:
    """Name of the count of those in a share's whole who are not in the share."""
    return f"rest of {count}"


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
        of_word = [dimensions.code(_SUBGROUP_OF.get(word, (word, ""))[0]) for word in self.words["subgroup"].values]
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


def counts_of(table: Table, measure: Measure) -> list[Counted]:
    """Every count that a measure gives away: the sizes of its groups, itself, shares, and what stands elsewhere."""
    columns = dict.fromkeys([*measure.group_sizes, *([measure.column] if is_count(measure.column) else [])])
    return [*(table.count_in(column) for column in columns), *shares_of(table, measure), *measure.rests_on]


def is_count(column: str) -> bool:
    """Whether a measure is itself a count whose relations readers know."""
    return column in COUNTS


def shares_of(table: Table, measure: Measure) -> list[Counted]:
    """The shares that a measure gives away: of a percentage one, of its change also that of the year before."""
    now = [m.share for m in table.measures if m.column == measure.change_of]
    return [share for share in (*now, measure.share) if share is not None]


def in_order(frames: Frames) -> dict[str, pd.DataFrame]:
    """The tables with their rows in the order of the key, so that rows of analysis and released tables are at the same place."""
    return {
        name: frame.sort_values(list(TABLES[name].key), ignore_index=True, kind="stable")
        for name, frame in frames.items()
    }


def gather(frames: Frames, analysis: Frames | None = None) -> Groups:
    """The counts of all tables of a release together.

    Readers know whether a year is still running, and so what its figures of the year before count; `analysis`, the tables behind
    released ones, show it where too little is released to.
    """
    words = {name: Vocabulary("") for name in FIELDS}
    words |= {"place": Vocabulary("district"), "subgroup": Vocabulary(ALL_STUDENTS)}
    keys: dict[tuple[str, Counted], np.ndarray] = {}
    for name, frame in frames.items():
        table = TABLES[name]
        is_running = _compares_to_date((analysis or frames)[name], table)
        for counted in dict.fromkeys(c for measure in table.measures for c in counts_of(table, measure)):
            keys[name, counted] = _keys(frame, table, counted, words, is_running & counted.to_date)
    _check_size(words)
    rests = [_renamed(keys[place], rest_of(share.count), words) for place, share in _shares(frames)]
    unique = np.unique(np.concatenate([*keys.values(), *rests])) if keys else np.zeros(0, dtype=np.int64)
    unique = unique[unique >= 0]
    groups = Groups(unique, {}, words, _levels(frames, words["place"]))
    for place, of_rows in keys.items():
        groups.ids[place] = groups.find(of_rows)
    for name, frame in frames.items():
        groups.periods.extend(_periods(frame, TABLES[name], groups))
    return groups


def _periods(frame: pd.DataFrame, table: Table, groups: Groups) -> Iterator[tuple[Ids, np.ndarray]]:
    """Of each period but the first: those of the period before and the new ones, less those there are."""
    if table.carried is None:
        return
    stock, inflow = (groups.ids[table.name, table.count_in(c)] for c in (table.carried.stock, table.carried.inflow))
    rows = frame.groupby(table.carried.period, sort=True).indices
    for before, now in pairwise(rows.values()):
        counts = np.concatenate([stock[before], inflow[now], stock[now]])
        yield counts, np.repeat([1.0, 1.0, -1.0], [len(before), len(now), len(now)])


def _shares(frames: Frames) -> Iterator[tuple[tuple[str, Counted], Counted]]:
    for name in frames:
        for measure in TABLES[name].measures:
            if measure.share:
                yield (name, measure.share), measure.share


def _renamed(keys: np.ndarray, count: str, words: dict[str, Vocabulary]) -> np.ndarray:
    return np.where(keys >= 0, replaced(keys, "count", words["count"].code(count)), NO_GROUP)


def _compares_to_date(frame: pd.DataFrame, table: Table) -> np.ndarray:
    """Rows of the latest year, if what they repeat of the year before is not what that year's rows say of it."""
    years = frame["school_year"]
    is_latest = (years == years.max()).to_numpy()
    group = [name for name in table.key if name != "school_year"]
    for repeated, column, years_back in _repeated_to_date(frame, table):
        now = frame.loc[is_latest, group].assign(repeated=repeated[is_latest]).dropna(subset="repeated")
        before = frame.loc[years == years.max() - years_back, [*group, column]].dropna(subset=column)
        compared = now.merge(before, on=group)
        if (np.abs((compared["repeated"] - compared[column]).to_numpy(dtype=float)) > _ROUNDING).any():
            return is_latest
    return np.zeros(len(frame), dtype=bool)


def _repeated_to_date(frame: pd.DataFrame, table: Table) -> Iterator[tuple[pd.Series, str, int]]:
    """Figures of an earlier year that a running year repeats to the same day: as repeated, the column they repeat, years back."""
    for column, counted in table.counted:
        if counted.to_date:
            yield frame[column], counted.count, counted.years_back
    for measure in table.measures:
        if measure.change_of and measure.share and measure.share.to_date:
            yield frame[measure.change_of] - frame[measure.column], measure.change_of, measure.share.years_back


def _keys(
    frame: pd.DataFrame, table: Table, counted: Counted, words: dict[str, Vocabulary], is_to_date: np.ndarray
) -> np.ndarray:
    about = dict(counted.about)
    year = frame["school_year"].to_numpy(dtype=np.int64) - counted.years_back
    subgroups, grades = _subgroups_and_grades(frame, table, counted, words)
    exists = np.ones(len(frame), dtype=bool)
    if counted.grades_back:
        grades, exists = _grades_below(grades, counted.grades_back, words["grade"])
    others = _others(frame, table, counted, about, words["other"])
    codes = {
        "count": np.int64(words["count"].code(counted.count)),
        "year": words["year"].codes(pd.Series(year)),
        "place": _places(frame, table, words["place"]),
        "subgroup": subgroups,
        "grade": grades,
        "other": np.where(is_to_date, words["other"].code(TO_DATE), others),
    }
    return np.where(exists, keys_of(codes, len(frame)), NO_GROUP)


def _places(frame: pd.DataFrame, table: Table, words: Vocabulary) -> np.ndarray:
    place = frame["k_school"] if "k_school" in frame else pd.Series(None, index=frame.index, dtype=object)
    if "school_level" in table.key:
        place = place.where(place.notna(), _LEVEL + frame["school_level"])
    return words.codes(place)


def _levels(frames: Frames, places: Vocabulary) -> dict[int, int]:
    levels: dict[int, int] = {}
    for name, frame in frames.items():
        if {"k_school", "school_level"} <= set(TABLES[name].columns):
            schools = frame[["k_school", "school_level"]].dropna().drop_duplicates()
            pairs = zip(schools["k_school"], schools["school_level"], strict=True)
            levels |= {places.code(str(school)): places.code(f"{_LEVEL}{level}") for school, level in pairs}
    return levels


def _subgroups_and_grades(
    frame: pd.DataFrame, table: Table, counted: Counted, words: dict[str, Vocabulary]
) -> tuple[np.ndarray, np.ndarray]:
    """Codes of subgroup and grade; the Grade dimension's groups are all students of a grade."""
    subgroup = _subgroup(frame, table, counted)
    of = {word: _SUBGROUP_OF.get(word, (word, "")) for word in pd.unique(subgroup)}
    is_whole = {word: dimension in (ALL_STUDENTS, GRADE) for word, (dimension, _) in of.items()}
    grade_of = {word: value if dimension == GRADE else None for word, (dimension, value) in of.items()}
    grade = subgroup.map(grade_of).astype(object)
    if "grade_level" in table.key:
        grade = grade.where(grade.notna(), frame["grade_level"])
    plain = subgroup.map({word: ALL_STUDENTS if whole else word for word, whole in is_whole.items()})
    return words["subgroup"].codes(plain), words["grade"].codes(grade)


def _subgroup(frame: pd.DataFrame, table: Table, counted: Counted) -> pd.Series:
    """The subgroup that a figure counts, as k_subgroup."""
    about = dict(counted.about)
    if counted.named_in:
        named = frame["subgroup_dimension"] + "-" + frame[counted.named_in].astype(object)
        otherwise = frame["subgroup_dimension"] + f"-{counted.otherwise}"
        return named.where(named.isin(list(_SUBGROUP_OF)), otherwise)
    if "k_subgroup" in table.key and "k_subgroup" not in about:
        return frame["k_subgroup"]
    return pd.Series(about.get("k_subgroup", ALL_STUDENTS), index=frame.index, dtype=object)


def _grades_below(codes: np.ndarray, steps: int, words: Vocabulary) -> tuple[np.ndarray, np.ndarray]:
    """Codes of the grades `steps` below, and whether there is one."""
    below = {grade: GRADE_LEVELS[i - steps] for i, grade in enumerate(GRADE_LEVELS) if i >= steps}
    table = [(words.code(below[word]), True) if word in below else (WHOLE, False) for word in list(words.values)]
    of_word, exists = (np.array(column) for column in zip(*table, strict=True))
    return of_word[codes], exists[codes]


def _others(
    frame: pd.DataFrame, table: Table, counted: Counted, about: dict[str, str], words: Vocabulary
) -> np.ndarray:
    """Codes of what else tells groups apart; a null says 'not split by it', and so says nothing."""
    columns = sorted({*_split_by(table, counted.count), *counted.by} - set(_PLACE_COLUMNS) - set(about))
    fixed = [f"{name}={value}" for name, value in sorted(about.items()) if name not in _PLACE_COLUMNS]
    together = np.zeros(len(frame), dtype=np.int64)
    for name in columns:
        codes, values = pd.factorize(frame[name])
        together = together * (len(values) + 1) + codes + 1
    _, first, which = np.unique(together, return_index=True, return_inverse=True)
    texts = [
        [*fixed, *(f"{name}={value}" for name, value in zip(columns, row, strict=True) if not pd.isna(value))]
        for row in zip(*(frame[name].iloc[first] for name in columns), strict=True)
    ] or [fixed]
    return np.array([words.code(";".join(sorted(text))) for text in texts], dtype=np.int64)[which]


def _split_by(table: Table, count: str) -> tuple[str, ...]:
    """The columns of a table that tell groups of a count apart: its key, or as much of it as the count's own table splits by."""
    if count in table.columns:
        return table.key
    home = _home_of(part_of(count) or count)
    return tuple(name for name in table.key if home is None or name in home.key)


@cache
def _home_of(count: str) -> Table | None:
    """The table in which a count is split most."""
    homes = [table for table in tables_in(Layer.ANALYSIS) if count in table.columns]
    return max(homes, key=lambda table: len(table.key), default=None)


def _check_size(words: dict[str, Vocabulary]) -> None:
    for name, vocabulary in words.items():
        if len(vocabulary.values) >= 1 << FIELDS[name]:
            raise PrivacyError(f"more than {1 << FIELDS[name]} different values of {name} in the analysis tables")


def is_share(groups: Groups, frames: Frames) -> np.ndarray:
    """Whether a count is a share whose percentage is released."""
    names = {share.count for _, share in _shares(frames)}
    return np.isin(groups.names_of("count"), sorted(names))


def part_of(count: str) -> str | None:
    """The whole of a count, also of the rest of a share."""
    declared = COUNTS.get(count.removeprefix(rest_of("")))
    return declared.part_of if declared else None
