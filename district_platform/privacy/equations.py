"""What readers know of the counts of a release before they see a number: which of them add up to which.

Which equations there are follows from the groups alone: the values of a dimension and the grades add up to all students, schools to
their level and the district, and a part is no more than its whole (dictionary.COUNTS).
"""

import numpy as np

from district_platform.dictionary import COUNTS, Adding, Within
from district_platform.disclosure.equations import (
    AT_LEAST,
    CONTAINS,
    EXACT,
    LINKS,
    NO_CELL,
    ROUGH,
    Equations,
    Ids,
    adding_up,
    at_most,
    joined,
)
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.privacy.truth import Truth

_NONE = np.zeros(0, dtype=np.int64)
_NO_EQUATIONS = adding_up(_NONE, _NONE, _NONE, _NONE)

_OF_SCHOOLS = {
    Adding.EXACTLY: EXACT,
    Adding.AT_LEAST: AT_LEAST,
    Adding.AT_MOST: AT_LEAST,
    Adding.EACH: ROUGH,
    Adding.ROUGHLY: ROUGH,
}


def known_equations(cells: ReleaseCells, truth: Truth) -> Equations:
    """The equations of a release from which something true follows; where no group is missing, shares add up as their wholes do."""
    values = truth.filled
    return equations_of(cells).obeyed(values, truth.is_unknown, np.where(cells.is_share, values[cells.whole], values))


def containments(cells: ReleaseCells, truth: Truth) -> Equations:
    """That the students of one count are among those of another, told or not (dictionary.Within), where the data obey it."""
    families = [
        _within(cells, name, within)
        for name in cells.words["count"].values
        if name in COUNTS
        for within in COUNTS[name].within
    ]
    return joined([*families, _NO_EQUATIONS]).obeyed(truth.filled, truth.is_unknown)


def equations_of(cells: ReleaseCells) -> Equations:
    """Every equation of a release."""
    return joined(
        [
            _subgroups(cells),
            _grades(cells),
            *_schools(cells),
            *(_contained(cells, name) for name in cells.words["count"].values if name in COUNTS),
            *(_period(ids, signs) for ids, signs in cells.periods),
        ]
    )


def _subgroups(cells: ReleaseCells) -> Equations:
    parts = np.flatnonzero(cells.codes("subgroup") != WHOLE)
    totals = cells.find(cells.with_code("subgroup", WHOLE, parts))
    return _of_all(cells, parts, totals, cells.dimension()[parts])


def _grades(cells: ReleaseCells) -> Equations:
    parts = np.flatnonzero(cells.codes("grade") != WHOLE)
    totals = cells.find(cells.with_code("grade", WHOLE, parts))
    return _of_all(cells, parts, totals, np.zeros_like(parts))


def _of_all(cells: ReleaseCells, parts: Ids, totals: Ids, apart: np.ndarray) -> Equations:
    """Parts that are all of their total; where some are missing, at most their total."""
    relation = np.where(cells.is_incomplete()[parts], AT_LEAST, EXACT)
    return at_most(adding_up(parts, totals, apart, relation))


def _schools(cells: ReleaseCells) -> list[Equations]:
    """Schools to the district, schools to their level, levels to the district. How many students count at two schools is taken as known."""
    place, relation = cells.codes("place"), _relations(cells)
    is_level = np.isin(place, sorted(set(cells.level_of.values())))
    level_of = np.zeros(len(cells.words["place"].values), dtype=np.int64)
    for school, level in cells.level_of.items():
        level_of[school] = level
    is_school = (place != WHOLE) & ~is_level & ~cells.is_incomplete()
    is_ceiling = np.array([_declared(word) is Adding.AT_MOST for word in cells.words["count"].values])
    found = []
    for is_turned in (False, True):
        of = is_ceiling[cells.codes("count")] == is_turned
        schools, levels = np.flatnonzero(is_school & of), np.flatnonzero(is_level & of)
        of_level = schools[level_of[place[schools]] != WHOLE]
        families = [
            (schools, cells.with_code("place", WHOLE, schools)),
            (of_level, cells.with_code("place", level_of[place[of_level]], of_level)),
            (levels, cells.with_code("place", WHOLE, levels)),
        ]
        for kind, (parts, keys) in enumerate(families):
            apart = np.full(len(parts), kind)
            family = adding_up(parts, cells.find(keys), apart, relation[parts], is_gap_known=True)
            found.append(at_most(family) if is_turned else family)
    return found


def _relations(cells: ReleaseCells) -> np.ndarray:
    """How each count adds up over schools."""
    of_word = [_OF_SCHOOLS[_declared(word)] for word in cells.words["count"].values]
    return np.array(of_word)[cells.codes("count")]


def _declared(count: str) -> Adding:
    return COUNTS[count].schools if count in COUNTS else Adding.ROUGHLY


def _contained(cells: ReleaseCells, name: str) -> Equations:
    """A part, and another that nobody is in at once, are at most their whole."""
    declared = COUNTS[name]
    parts = np.flatnonzero(cells.is_of(name)) if declared.part_of else np.zeros(0, dtype=np.int64)
    wholes = cells.related(str(declared.part_of), parts)
    members = [parts, *([cells.related(declared.apart_from, parts)] if declared.apart_from else [])]
    all_parts = np.concatenate(members)
    all_wholes = np.concatenate([np.where(m != NO_CELL, wholes, NO_CELL) for m in members])
    relation = np.full(len(all_parts), AT_LEAST)
    return at_most(adding_up(all_parts, all_wholes, np.zeros_like(all_parts), relation, CONTAINS))


def _within(cells: ReleaseCells, name: str, within: Within) -> Equations:
    """Each count of this name is at most the wider one of its group and year; a score of a subject is one of the year's students."""
    of_year = cells.is_of(name) & ~cells.is_incomplete()
    parts = np.flatnonzero(of_year & ((cells.codes("place") == WHOLE) | (not within.at_district_only)))
    if within.count not in cells.words["count"]:
        return _NO_EQUATIONS
    keys = cells.with_code("count", cells.words["count"].code(within.count), parts)
    others, is_split_so = _others_of(cells, within.count)
    code = cells.codes("other", parts)
    wholes = np.where(is_split_so[code], cells.find(cells.axes.replaced(keys, "other", others[code])), NO_CELL)
    relation = np.full(len(parts), AT_LEAST)
    return at_most(adding_up(parts, wholes, np.arange(len(parts)), relation, CONTAINS))


def _others_of(cells: ReleaseCells, count: str) -> tuple[np.ndarray, np.ndarray]:
    """For each split by other columns, the one by those columns alone by which this count is split; and whether there is one."""
    words = cells.words["other"]
    splits = [
        _columns(words.values[code]) for code in np.unique(cells.codes("other", np.flatnonzero(cells.is_of(count))))
    ]
    columns = set().union(*splits)
    texts = [";".join(item for item in word.split(";") if item.partition("=")[0] in columns) for word in words.values]
    is_there = np.array([text in words for text in texts])
    return np.array([words.code(text) if text in words else WHOLE for text in texts]), is_there


def _columns(other: str) -> set[str]:
    return {item.partition("=")[0] for item in other.split(";") if item}


def _period(ids: Ids, signs: np.ndarray) -> Equations:
    exact, links = np.array([EXACT]), np.array([LINKS])
    return Equations(np.zeros(len(ids), dtype=np.int64), ids, signs, exact, links, np.array([False]))
