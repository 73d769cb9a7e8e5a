"""The attack: read everything, relate it, narrow it, and say what follows."""

from .cells import Release
from .fits import narrow_by_fits
from .programs import narrow_by_programs
from .propagation import Knowledge
from .relations import relations


def attack(release: Release, programs: bool = True) -> Knowledge:
    knowledge = Knowledge(release, relations(cells_of(release), release))
    settle(knowledge)
    for in_whole_numbers in (False, True) if programs else ():
        while narrow_by_programs(knowledge, in_whole_numbers):
            settle(knowledge)
    return knowledge


def settle(knowledge: Knowledge) -> None:
    """Intervals and fits until neither moves anything."""
    knowledge.propagate()
    while narrow_by_fits(knowledge):
        knowledge.propagate()


def cells_of(release: Release) -> list:
    cells = dict.fromkeys(release.bounds)
    for told in (*release.shares, *release.means):
        cells.update(dict.fromkeys([told[0], told.whole]))
    return list(cells)
