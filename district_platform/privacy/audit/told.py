"""What gives a small group away without any equation: a small number that is told, or two told populations that differ by one."""

from collections.abc import Iterator

import numpy as np

from district_platform.privacy.audit.reading import Reading
from district_platform.privacy.audit.relations import Relation
from district_platform.privacy.cells import WHOLE, ReleaseCells
from district_platform.privacy.public_figures import is_public
from district_platform.settings import Privacy


def small_numbers(cells: ReleaseCells, reading: Reading, privacy: Privacy) -> Iterator[tuple[str, str]]:
    """Counts of 1 to minimum - 1 that are told and stand in no public table."""
    small = reading.is_told & (reading.lower > 0) & (reading.upper < privacy.min_group_size)
    for i in np.flatnonzero(small & ~is_public(cells, privacy)):
        yield cells.label(int(i)), f"{reading.lower[i]:.0f} is told"


def small_differences(
    cells: ReleaseCells, reading: Reading, relations: list[Relation], privacy: Privacy
) -> Iterator[tuple[str, str]]:
    """Told populations of which one contains the other, by way of others too, and differ by 1 to minimum - 1 students."""
    wholes = _closure(cells, relations)
    for part, whole in sorted(wholes):
        if reading.is_told[part] and reading.is_told[whole]:
            difference = reading.lower[whole] - reading.lower[part]
            if 0 < difference < privacy.min_group_size:
                yield (
                    cells.label(part),
                    f"is {difference:.0f} fewer than {cells.name('count', whole)}, which is told too",
                )
    for relation in relations:
        if relation.is_containment and relation.n_checked and len(relation.count) > 2 * relation.n_checked:
            left = relation.sums(np.where(reading.is_told, reading.lower, 0))
            told = np.bincount(relation.instance, ~reading.is_told[relation.count], relation.n_checked) == 0
            for e in np.flatnonzero(told & (left > 0) & (left < privacy.min_group_size)):
                first = int(relation.count[relation.instance == e][0])
                yield cells.label(first), f"less its told parts leaves {left[e]:.0f} students"


def _closure(cells: ReleaseCells, relations: list[Relation]) -> set[tuple[int, int]]:
    """Pairs (part, whole) of counts: for all students of the district also indirect pairs, for every other group direct ones only.

    Only for all students of the district are several populations told.
    """
    direct = {
        (int(p), int(w))
        for relation in relations
        if relation.is_containment and len(relation.count) == 2 * relation.n_checked
        for w, p in relation.count.reshape(2, -1).T
    }
    is_of_all = np.logical_and.reduce([cells.codes(name) == WHOLE for name in ("place", "subgroup", "grade")])
    above: dict[int, set[int]] = {}
    for part, whole in direct:
        if is_of_all[part]:
            above.setdefault(part, set()).add(whole)
    found = set(direct)
    for part in above:
        waiting, seen = list(above[part]), set()
        while waiting:
            whole = waiting.pop()
            if whole not in seen:
                seen.add(whole)
                waiting.extend(above.get(whole, ()))
        found |= {(part, whole) for whole in seen}
    return found
