"""The attack: read everything, relate it, narrow it, and say what follows."""

from dataclasses import replace

from .cells import UNKNOWN, Cell, Release
from .fits import narrow_by_fits
from .programs import narrow_by_programs
from .propagation import ContradictionError, Knowledge
from .relations import Relation, relations

ROUNDS = 3
"""How often programs are solved anew with what they found; more find little more."""
MOST_LEFT_OUT = 100
"""Contradictions beyond which the readings must be wrong."""


class MisreadError(ValueError):
    """So much contradicts itself that what is read cannot be about the same students."""


def attack(release: Release, programs: bool = True, most_left_out: int = MOST_LEFT_OUT) -> Knowledge:
    """Everything that follows from a release.

    Figures of one release can be of different days: a count told as it was first known, a row that is repeated. Where such figures
    contradict each other, the attacker leaves out the relation between them, or the reading itself, and goes on with the rest.
    Raises MisreadError after `most_left_out` contradictions, or where there is nothing left to leave out.
    """
    related = relations(cells_of(release), release)
    left_out: frozenset[Relation] = frozenset()
    for _ in range(most_left_out):
        try:
            return narrowed(Knowledge(release, related, left_out), programs)
        except ContradictionError as error:
            left_out |= set(error.relations)
            if not error.relations:
                release = _without(release, error)
    raise MisreadError(f"{most_left_out} contradictions or more: the release is not read as it is meant.")


def _without(release: Release, error: ContradictionError) -> Release:
    """The release without the percentage, mean or count that contradicts the others."""
    if error.reading is not None:
        shares, means = ([one for one in told if one is not error.reading] for told in (release.shares, release.means))
        return replace(release, shares=shares, means=means)
    if release.bounds.get(error.cell, UNKNOWN) == UNKNOWN:
        raise MisreadError(f"nothing is left that could be read wrong: {error}")
    return replace(release, bounds={**release.bounds, error.cell: UNKNOWN})


def narrowed(knowledge: Knowledge, programs: bool) -> Knowledge:
    """Intervals and fits first, then linear programs, then integer ones."""
    settle(knowledge)
    for in_whole_numbers in (False, True) if programs else ():
        for _ in range(ROUNDS):
            if not narrow_by_programs(knowledge, in_whole_numbers):
                break
            settle(knowledge)
    return knowledge


def settle(knowledge: Knowledge) -> None:
    """Intervals and fits until neither moves anything."""
    knowledge.propagate()
    while narrow_by_fits(knowledge):
        knowledge.propagate()


def cells_of(release: Release) -> list[Cell]:
    """Every cell that a release says something of."""
    cells = dict.fromkeys(release.bounds)
    for told in (*release.shares, *release.means):
        cells.update(dict.fromkeys([told[0], told.whole]))
    return list(cells)
