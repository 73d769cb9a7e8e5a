"""How the rows of tables become cells: the key of every count that a row tells, and all counts of a release together.

The subgroup dimension 'Grade' and a column grade_level say the same thing, so both become the grade. Values are read only to tell whether
the latest year is in progress (`periods`).
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from district_platform.analysis.grouping import LEVEL
from district_platform.dictionary import TABLES, Counted, Table
from district_platform.dictionary.schools import GRADE_LEVELS
from district_platform.dimensions.students import ALL_STUDENTS, GRADE
from district_platform.disclosure.equations import NO_CELL
from district_platform.privacy.cells import (
    AXES,
    SUBGROUP_OF,
    TO_DATE,
    WHOLE,
    ReleaseCells,
    Vocabulary,
)
from district_platform.privacy.counts import counts_of, split_by
from district_platform.privacy.periods import carried_over, compares_to_date

Frames = Mapping[str, pd.DataFrame]
"""Analysis or released tables, by the name of the analysis table."""

_PLACE_COLUMNS = ("school_year", "aggregation", "k_school", "school_level", "k_subgroup", "grade_level")
_LEVEL = "level "


class PrivacyError(ValueError):
    """The tables cannot be released as they are declared; the message names the table and what to do."""


def in_order(frames: Frames) -> dict[str, pd.DataFrame]:
    """The tables by name with their rows in the order of the key.

    So a row has the same place in the analysis and the released table, and what is hidden does not depend on the order of the input.
    """
    return {
        name: frame.sort_values(list(TABLES[name].key), ignore_index=True, kind="stable")
        for name, frame in sorted(frames.items())
    }


def gather(frames: Frames, analysis: Frames | None = None) -> ReleaseCells:
    """The counts of all tables of a release together.

    Readers know whether a year is still running, and so what its figures about the year before count. Where too little is released to show
    it, `analysis` (the tables behind the released ones) does.
    """
    words = {name: Vocabulary("") for name in AXES.bits}
    words |= {"place": Vocabulary("district"), "subgroup": Vocabulary(ALL_STUDENTS)}
    keys: dict[tuple[str, Counted], np.ndarray] = {}
    for name, frame in frames.items():
        table = TABLES[name]
        is_running = compares_to_date((analysis or frames)[name], table)
        for counted in dict.fromkeys(c for measure in table.measures for c in counts_of(table, measure)):
            keys[name, counted] = _keys(frame, table, counted, words, is_running & counted.to_date)
    _check_size(words)
    unique = np.unique(np.concatenate(list(keys.values()))) if keys else np.zeros(0, dtype=np.int64)
    unique = unique[unique >= 0]
    cells = ReleaseCells(AXES, unique, {}, words, _levels(frames, words["place"]), _shares(frames))
    for place, of_rows in keys.items():
        cells.ids[place] = cells.find(of_rows)
    for name, frame in frames.items():
        cells.periods.extend(carried_over(frame, TABLES[name], cells))
    return cells


def _shares(frames: Frames) -> frozenset[str]:
    """The counts that some table tells as percentages."""
    return frozenset(m.share.count for name in frames for m in TABLES[name].measures if m.share)


def _check_size(words: dict[str, Vocabulary]) -> None:
    for name, vocabulary in words.items():
        if len(vocabulary.values) >= 1 << AXES.bits[name]:
            raise PrivacyError(f"more than {1 << AXES.bits[name]} different values of {name} in the analysis tables")


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
    return np.where(exists, AXES.keys(codes, len(frame)), NO_CELL)


def _places(frame: pd.DataFrame, table: Table, words: Vocabulary) -> np.ndarray:
    """Codes of school, level or district; schools of unknown level are a level of their own."""
    place = frame["k_school"] if "k_school" in frame else pd.Series(None, index=frame.index, dtype=object)
    if "school_level" in table.key:
        is_level = frame["aggregation"] == LEVEL
        place = place.where(place.notna() | ~is_level, _LEVEL + frame["school_level"].fillna("").astype(str))
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
    positions, found = pd.factorize(_subgroup(frame, table, counted))
    of_word = [(word, *SUBGROUP_OF.get(word, (word, ""))) for word in found]
    plain = [ALL_STUDENTS if dimension in (ALL_STUDENTS, GRADE) else word for word, dimension, _ in of_word]
    grades = [value if dimension == GRADE else None for _, dimension, value in of_word]
    grade = pd.Series(np.array([*grades, None], dtype=object)[positions], index=frame.index)
    if "grade_level" in table.key:
        grade = grade.where(grade.notna(), frame["grade_level"])
    subgroups = np.array([*(words["subgroup"].code(word) for word in plain), WHOLE])
    return subgroups[positions], words["grade"].codes(grade)


def _subgroup(frame: pd.DataFrame, table: Table, counted: Counted) -> pd.Series:
    """The subgroup that a figure counts, as k_subgroup."""
    about = dict(counted.about)
    if counted.named_in:
        named = frame["subgroup_dimension"] + "-" + frame[counted.named_in].astype(object)
        otherwise = frame["subgroup_dimension"] + f"-{counted.otherwise}"
        return named.where(named.isin(list(SUBGROUP_OF)), otherwise)
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
    """Codes of the other columns that groups are split by; null means not split by the column."""
    columns = sorted({*split_by(table, counted.count), *counted.by} - set(_PLACE_COLUMNS) - set(about))
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
