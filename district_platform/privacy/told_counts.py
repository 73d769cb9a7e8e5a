"""Decides which counts are told at all: one headcount for each place and group, and other counts only if no small difference follows.

If two told populations contain one another, anybody can subtract them: 675 enrolled and 674 attending reveal one child, with every
attribute by which the table is split. So the release tells few populations (dictionary.Told). The headcount of the count day is told
everywhere. The others are told only for all students of the district, and only if they differ by the minimum or more from every told
population that contains them or lies within them. Where the size is not told, readers see a percentage only.
"""

from collections.abc import Iterator

import numpy as np

from district_platform.dictionary import COUNTS, Told
from district_platform.dictionary.analysis import CENSUS
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy


def told_counts(cells: ReleaseCells, truth: Truth, privacy: Privacy, uncounted_years: frozenset[str]) -> np.ndarray:
    """Whether each count of a release may be told; the suppression then hides the small ones among them.

    `uncounted_years` are school years whose count day has not come.
    """
    rules = np.array([_rule(name) for name in cells.words["count"].values], dtype=object)[cells.codes("count")]
    is_told: np.ndarray = rules == Told.EVERYWHERE
    is_early = (cells.names("count") == CENSUS) & np.isin(cells.names("year").astype(str), list(uncounted_years))
    is_told[is_early & ~_is_of_all(cells)] = False
    of_district = np.flatnonzero((rules == Told.DISTRICT) & _is_of_all(cells) & ~truth.is_unknown)
    for i in sorted(of_district.tolist(), key=lambda i: (_rank(cells, i), i)):
        is_told[i] = all(_is_safe(d, privacy) for d in _differences(cells, truth, is_told, i))
    return is_told


def is_headcount(cells: ReleaseCells) -> np.ndarray:
    """Counts of students that are told everywhere: small groups of them are said to be small."""
    of_word = [
        name in COUNTS and COUNTS[name].is_of_students and _rule(name) is Told.EVERYWHERE
        for name in cells.words["count"].values
    ]
    return np.array(of_word)[cells.codes("count")]


def _rule(count: str) -> Told:
    """Counts of the dictionary by their entry; any other count is of no student."""
    return COUNTS[count].told if count in COUNTS else Told.EVERYWHERE


def _rank(cells: ReleaseCells, i: int) -> tuple[int, int]:
    """The order in which counts of all students are told: the widest population first, then as the dictionary has them."""
    name = cells.name("count", i)
    return len(containing(name)), list(COUNTS).index(name)


def _is_of_all(cells: ReleaseCells) -> np.ndarray:
    """Counts of all students of the district, of a year to its end or to as_of_date."""
    is_whole = [cells.codes(name) == WHOLE for name in ("place", "subgroup", "grade")]
    return np.logical_and.reduce([*is_whole, ~cells.is_incomplete()])


def _differences(cells: ReleaseCells, truth: Truth, is_told: np.ndarray, i: int) -> Iterator[float]:
    """How a count differs from every told count of all students that contains it or is contained in it."""
    name = cells.name("count", i)
    value = float(truth.value[i])
    yield 0.0 if np.isnan(value) else value
    others = np.flatnonzero(is_told & _is_of_all(cells) & (cells.codes("year") == cells.codes("year", np.array([i]))))
    for j in others.tolist():
        other = cells.name("count", j)
        if _may_be_of_one_split(cells, i, j):
            if other in containing(name) or name in containing(other):
                yield abs(float(truth.value[j]) - value)
            apart = COUNTS[name].apart_from if name in COUNTS else None
            whole = COUNTS[name].part_of if apart == other else None
            yield from (
                abs(float(truth.value[w]) - float(truth.value[j]) - value)
                for w in others.tolist()
                if whole and cells.name("count", w) == whole
            )


def containing(count: str) -> frozenset[str]:
    """Every count that contains a count, by way of others too."""
    wholes = [within.count for within in COUNTS[count].wholes] if count in COUNTS else []
    return frozenset(wholes).union(*(containing(whole) for whole in wholes))


def _may_be_of_one_split(cells: ReleaseCells, i: int, j: int) -> bool:
    """Whether no column tells the two apart: of results in Math every count in Math and every count of no subject."""
    splits = [dict(part.split("=", 1) for part in cells.name("other", k).split(";") if "=" in part) for k in (i, j)]
    return all(splits[1].get(column, value) == value for column, value in splits[0].items())


def _is_safe(difference: float, privacy: Privacy) -> bool:
    """Whether a difference may be told. 0 may not: then both populations are equal in every group, and the headcount of groups is told."""
    return difference >= privacy.min_group_size
