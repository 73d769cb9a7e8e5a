"""What readers know of the counts of a release before they see a number: which of them add up to which.

Every total is an equation, parts less total. Which totals there are follows from the groups alone: the values of a dimension and the
grades add up to all students, schools to their level and the district, a share and its rest to their whole (dictionary.COUNTS).
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from district_platform.dictionary import COUNTS, Adding
from district_platform.privacy.counts import part_of, rest_of
from district_platform.privacy.groups import NO_GROUP, WHOLE, Groups, Ids

EXACT, AT_LEAST, ROUGH = 0, 1, 2
"""The sum is 0; 0 or more; near 0, which no reader can rely on."""

_OF_SCHOOLS = {
    Adding.EXACTLY: EXACT,
    Adding.AT_LEAST: AT_LEAST,
    Adding.AT_MOST: AT_LEAST,
    Adding.EACH: ROUGH,
    Adding.ROUGHLY: ROUGH,
}

SUBGROUPS, GRADES, SCHOOLS, PARTS, PERIODS = range(5)
"""What an equation adds up."""


@dataclass(frozen=True)
class Totals:
    """Equations as a list of entries (equation, count, sign), ordered by equation.

    The sign of a part is 1 and that of its total -1; the other way round where parts are at most their total.
    """

    equation: np.ndarray
    count: Ids
    sign: np.ndarray
    relation: np.ndarray
    """Of each equation: EXACT, AT_LEAST or ROUGH, for what the signs sum up to."""
    adds: np.ndarray
    """Of each equation: SUBGROUPS, GRADES, SCHOOLS, PARTS or PERIODS."""

    def __len__(self) -> int:
        return len(self.relation)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Where the entries of each equation begin; then where the last ones end."""
        return np.searchsorted(self.equation, np.arange(len(self) + 1))

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Parts less total of every equation, for these values of the counts."""
        return np.bincount(self.equation, weights=self.sign * values[self.count], minlength=len(self))

    def may_lack_parts(self) -> np.ndarray:
        """Whether each is of subgroups or grades that are at most their total, so that some of its children may be in none of them."""
        is_total_less_parts = self.sign[self.bounds[1:] - 1] > 0
        return (self.relation == AT_LEAST) & np.isin(self.adds, (SUBGROUPS, GRADES)) & is_total_less_parts

    def hold(self, values: np.ndarray) -> np.ndarray:
        """Whether each equation holds for these values; a rough one always does."""
        sums = self.sums(values)
        return (self.relation == ROUGH) | (sums == 0) | ((self.relation == AT_LEAST) & (sums > 0))

    def where(self, keep: np.ndarray) -> "Totals":
        """Some of the equations."""
        number = np.cumsum(keep) - 1
        entries = keep[self.equation]
        return Totals(
            number[self.equation[entries]],
            self.count[entries],
            self.sign[entries],
            self.relation[keep],
            self.adds[keep],
        )

    def excerpt(self, equations: np.ndarray, of: Ids) -> "Totals":
        """Some equations, over the counts `of` alone, which are in order: a count stands for its place among them, NO_GROUP elsewhere."""
        start, size = self.bounds[equations], np.diff(self.bounds)[equations]
        before = np.cumsum(size) - size
        entries = np.repeat(start - before, size) + np.arange(size.sum())
        place = np.minimum(np.searchsorted(of, self.count[entries]), len(of) - 1)
        return Totals(
            np.repeat(np.arange(len(equations)), size),
            np.where(of[place] == self.count[entries], place, NO_GROUP),
            self.sign[entries],
            self.relation[equations],
            self.adds[equations],
        )


def totals_of(groups: Groups) -> Totals:
    """Every total of a release."""
    return _joined(
        [
            _subgroups(groups),
            _grades(groups),
            *_schools(groups),
            *(_parts(groups, name) for name in _part_names(groups)),
            *(_period(counts, signs) for counts, signs in groups.periods),
        ]
    )


def _joined(families: list[Totals]) -> Totals:
    offsets = np.cumsum([0, *(len(family) for family in families)])
    shifted = [family.equation + offset for family, offset in zip(families, offsets[:-1], strict=True)]
    together = [np.concatenate([getattr(f, name) for f in families]) for name in ("count", "sign", "relation", "adds")]
    return Totals(np.concatenate(shifted), *together)


def _family(parts: Ids, totals: Ids, apart: np.ndarray, relation: np.ndarray, adds: int) -> Totals:
    """One equation for each total and, where `apart` differs, for each of its ways to be split; parts without a total have none."""
    has_total = totals != NO_GROUP
    parts, totals, apart, relation = parts[has_total], totals[has_total], apart[has_total], relation[has_total]
    ways = totals * (apart.max(initial=0) + 1) + apart
    _, first, equation = np.unique(ways, return_index=True, return_inverse=True)
    entries = np.concatenate([equation, np.arange(len(first))])
    order = np.argsort(entries, kind="stable")
    return Totals(
        entries[order],
        np.concatenate([parts, totals[first]])[order],
        np.concatenate([np.ones(len(parts)), -np.ones(len(first))])[order],
        relation[first],
        np.full(len(first), adds),
    )


def _subgroups(groups: Groups) -> Totals:
    parts = np.flatnonzero(groups.field("subgroup") != WHOLE)
    totals = groups.find(groups.with_field("subgroup", WHOLE, parts))
    return _of_all(groups, parts, totals, groups.dimension()[parts], SUBGROUPS)


def _grades(groups: Groups) -> Totals:
    parts = np.flatnonzero(groups.field("grade") != WHOLE)
    totals = groups.find(groups.with_field("grade", WHOLE, parts))
    return _of_all(groups, parts, totals, np.zeros_like(parts), GRADES)


def _of_all(groups: Groups, parts: Ids, totals: Ids, apart: np.ndarray, adds: int) -> Totals:
    """Parts that are all of their total; where some are missing, at most their total."""
    relation = np.where(groups.is_incomplete()[parts], AT_LEAST, EXACT)
    return _turned(_family(parts, totals, apart, relation, adds))


def _turned(totals: Totals) -> Totals:
    """At most: total less parts is 0 or more."""
    sign = np.where(totals.relation[totals.equation] == AT_LEAST, -totals.sign, totals.sign)
    return Totals(totals.equation, totals.count, sign, totals.relation, totals.adds)


def _schools(groups: Groups) -> list[Totals]:
    """Schools to the district, schools to their level, levels to the district."""
    place, relation = groups.field("place"), _relations(groups)
    is_level = np.isin(place, sorted(set(groups.level_of.values())))
    level_of = np.zeros(len(groups.words["place"].values), dtype=np.int64)
    for school, level in groups.level_of.items():
        level_of[school] = level
    is_school = (place != WHOLE) & ~is_level & ~groups.is_incomplete()
    is_ceiling = np.array([_declared(word) is Adding.AT_MOST for word in groups.words["count"].values])
    found = []
    for is_turned in (False, True):
        of = is_ceiling[groups.field("count")] == is_turned
        schools, levels = np.flatnonzero(is_school & of), np.flatnonzero(is_level & of)
        of_level = schools[level_of[place[schools]] != WHOLE]
        families = [
            (schools, groups.with_field("place", WHOLE, schools)),
            (of_level, groups.with_field("place", level_of[place[of_level]], of_level)),
            (levels, groups.with_field("place", WHOLE, levels)),
        ]
        for kind, (parts, keys) in enumerate(families):
            family = _family(parts, groups.find(keys), np.full(len(parts), kind), relation[parts], SCHOOLS)
            found.append(_turned(family) if is_turned else family)
    return found


def _relations(groups: Groups) -> np.ndarray:
    """How the count adds up over schools, for every count."""
    of_word = [_OF_SCHOOLS[_declared(word)] for word in groups.words["count"].values]
    return np.array(of_word)[groups.field("count")]


def _declared(count: str) -> Adding:
    """Of the rest of a share: as its whole, which the share adds up like, or roughly."""
    of_rest = count.removeprefix(rest_of(""))
    adding = COUNTS[of_rest].schools if of_rest in COUNTS else Adding.ROUGHLY
    is_certain = adding in (Adding.EXACTLY, Adding.AT_MOST)
    return Adding.ROUGHLY if of_rest != count and not is_certain else adding


def _part_names(groups: Groups) -> list[str]:
    return [word for word in groups.words["count"].values if word in COUNTS and COUNTS[word].part_of]


def _parts(groups: Groups, name: str) -> Totals:
    """A share, or another part, and the rest of its whole; without a count of the rest, at most the whole."""
    declared = COUNTS[name]
    parts = np.flatnonzero(groups.field("count") == groups.words["count"].code(name))
    wholes = groups.related(str(part_of(name)), parts)
    others = [groups.related(other, parts) for other in (rest_of(name), declared.apart_from) if other]
    members = [parts, *(found for found in others)]
    has_rest = others[0] != NO_GROUP
    relation = np.where(has_rest, EXACT, AT_LEAST)
    all_parts = np.concatenate(members)
    all_wholes = np.concatenate([np.where(m != NO_GROUP, wholes, NO_GROUP) for m in members])
    return _turned(_family(all_parts, all_wholes, np.zeros_like(all_parts), np.tile(relation, len(members)), PARTS))


def _period(counts: Ids, signs: np.ndarray) -> Totals:
    return Totals(np.zeros(len(counts), dtype=np.int64), counts, signs, np.array([EXACT]), np.array([PERIODS]))
