"""Which counts are told at all: one headcount a place and group, and of the others only what gives no difference away.

Two told populations of which one contains the other give their difference away as surely as printing it would: 675 enrolled and 674
attending is one child, with every attribute by which the table is split. So the release tells few populations (dictionary.Told):
the headcount of the count day everywhere, the others only of all students of the district, and there only where every difference
to a told population above and below it is the minimum or more. What is not told has a percentage, and no size.
"""

from collections.abc import Iterator

import numpy as np

from district_platform.dictionary import COUNTS, Told
from district_platform.dictionary.analysis import CENSUS
from district_platform.privacy.counts import rest_of
from district_platform.privacy.groups import WHOLE, Groups
from district_platform.privacy.truth import Truth
from district_platform.settings import Privacy

PUBLIC_DIMENSIONS = ("Race/ethnicity", "Sex")
"""Beside grades: the splits of membership that the Common Core of Data publishes of every school."""


def told_counts(groups: Groups, truth: Truth, privacy: Privacy, uncounted_years: frozenset[str]) -> np.ndarray:
    """Whether each count of a release may be told, small ones among them, which the suppression hides.

    `uncounted_years` are school years whose count day has not come.
    """
    rules = np.array([_rule(name) for name in groups.words["count"].values], dtype=object)[groups.field("count")]
    is_told: np.ndarray = rules == Told.EVERYWHERE
    is_early = (groups.names_of("count") == CENSUS) & np.isin(
        groups.names_of("year").astype(str), list(uncounted_years)
    )
    is_told[is_early & ~_is_of_all(groups)] = False
    of_district = np.flatnonzero((rules == Told.DISTRICT) & _is_of_all(groups) & ~truth.is_unknown)
    for i in sorted(of_district.tolist(), key=lambda i: (_rank(groups, i), i)):
        is_told[i] = all(_is_safe(d, privacy) for d in _differences(groups, truth, is_told, i))
    return is_told


def is_public(groups: Groups, privacy: Privacy) -> np.ndarray:
    """Whether each count is published elsewhere, so that every reader has it: hiding it would protect nobody.

    Source: Common Core of Data, Public Elementary/Secondary School Universe Survey: membership by grade, race/ethnicity and sex.
    """
    if privacy.public_figures == "none":
        return np.zeros(len(groups), dtype=bool)
    dimensions = np.array([_dimension(word) for word in groups.words["subgroup"].values])
    is_census = groups.field("count") == _code(groups, CENSUS)
    is_split = groups.field("subgroup") != WHOLE
    found: np.ndarray = is_census & (~is_split | np.isin(dimensions, PUBLIC_DIMENSIONS)[groups.field("subgroup")])
    return found


def is_headcount(groups: Groups) -> np.ndarray:
    """Counts of students that are told everywhere: small groups of them are said to be small."""
    of_word = [
        name in COUNTS and COUNTS[name].is_of_students and _rule(name) is Told.EVERYWHERE
        for name in groups.words["count"].values
    ]
    return np.array(of_word)[groups.field("count")]


def _rule(count: str) -> Told:
    """Counts of the dictionary by their entry; the rest of a share stands in no table; any other count is of no student."""
    if count.startswith(rest_of("")):
        return Told.NOWHERE
    return COUNTS[count].told if count in COUNTS else Told.EVERYWHERE


def _rank(groups: Groups, i: int) -> tuple[int, int]:
    """The order in which counts of all students are told: the widest population first, then as the dictionary has them."""
    name = groups.names_of_one("count", i)
    return len(containing(name)), list(COUNTS).index(name)


def _is_of_all(groups: Groups) -> np.ndarray:
    """Counts of all students of the district, of a year to its end or to as_of_date."""
    is_whole = [groups.field(name) == WHOLE for name in ("place", "subgroup", "grade")]
    return np.logical_and.reduce([*is_whole, ~groups.is_incomplete()])


def _differences(groups: Groups, truth: Truth, is_told: np.ndarray, i: int) -> Iterator[float]:
    """How a count differs from every told count of all students that contains it or is contained in it."""
    name = groups.names_of_one("count", i)
    value = float(truth.value[i])
    yield 0.0 if np.isnan(value) else value
    others = np.flatnonzero(
        is_told & _is_of_all(groups) & (groups.field("year") == groups.field_of("year", np.array([i])))
    )
    for j in others.tolist():
        other = groups.names_of_one("count", j)
        if _may_be_of_one_split(groups, i, j):
            if other in containing(name) or name in containing(other):
                yield abs(float(truth.value[j]) - value)
            apart = COUNTS[name].apart_from if name in COUNTS else None
            whole = COUNTS[name].part_of if apart == other else None
            yield from (
                abs(float(truth.value[w]) - float(truth.value[j]) - value)
                for w in others.tolist()
                if whole and groups.names_of_one("count", w) == whole
            )


def containing(count: str) -> frozenset[str]:
    """Every count that contains a count, by way of others too."""
    wholes = [within.count for within in COUNTS[count].wholes] if count in COUNTS else []
    return frozenset(wholes).union(*(containing(whole) for whole in wholes))


def _may_be_of_one_split(groups: Groups, i: int, j: int) -> bool:
    """Whether no column tells the two apart: of results in Math every count in Math and every count of no subject."""
    splits = [
        dict(part.split("=", 1) for part in groups.names_of_one("other", k).split(";") if "=" in part) for k in (i, j)
    ]
    return all(splits[1].get(column, value) == value for column, value in splits[0].items())


def _is_safe(difference: float, privacy: Privacy) -> bool:
    """A difference of nobody is none either: where all are in both populations, so is each group, whose headcount is told."""
    return difference >= privacy.min_group_size


def _dimension(subgroup: str) -> str:
    return subgroup.partition("-")[0]


def _code(groups: Groups, count: str) -> int:
    return groups.words["count"].code(count) if count in groups.words["count"] else -1
