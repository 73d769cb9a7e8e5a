"""What several releases of one district tell together.

Of a year in which nothing that two releases both tell has changed, a reader takes both to be about the same children: what one hides
and the other tells is known. Where a count has moved by few between two releases, the few are a group that nobody protected.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from typing import NamedTuple

from .attack import MisreadError, attack
from .cells import Cell, Release
from .findings import HIDDEN, Finding, findings
from .propagation import Knowledge

CHANGED = "change between releases"
TOGETHER = "hidden count, of several releases"
MOST_CONTRADICTIONS = 5
"""Contradictions beyond which releases are taken to be about different children."""


class Moved(NamedTuple):
    """A count that two releases give away, and that moved between them by fewer than the minimum."""

    cell: Cell
    earlier: int
    later: int
    values: tuple[int, int]
    is_told: bool

    def __str__(self) -> str:
        how = "told" if self.is_told else "worked out"
        return f"{CHANGED}: {self.cell}, {how} as {self.values[0]} in release {self.earlier} and {self.values[1]} in {self.later}"


def running_total(cell: Cell, latest: int) -> bool:
    """The district's all-students row of the running year, which may move from day to day."""
    return cell.year >= latest and cell.place == "district" and not cell.dimension and not cell.grade


def moved(known: Sequence[Knowledge]) -> list[Moved]:
    """Counts that two releases give away with values closer to each other than the minimum, each once."""
    found: dict[Cell, Moved] = {}
    values: dict[Cell, list[tuple[int, int, bool]]] = {}
    for number, knowledge in enumerate(known):
        latest = max(cell.year for cell in knowledge.release.columns)
        exact = (knowledge.low == knowledge.high).nonzero()[0]
        for i in map(int, exact):
            cell = knowledge.cells[i]
            if cell not in knowledge.release.columns or running_total(cell, latest):
                continue
            value, is_told = int(knowledge.low[i]), knowledge.release.told(cell)
            for earlier, before, was_told in values.setdefault(cell, []):
                if 0 < abs(value - before) < knowledge.release.minimum:
                    found.setdefault(cell, Moved(cell, earlier, number, (before, value), is_told and was_told))
            if value not in {before for _, before, _ in values[cell]}:
                values[cell].append((number, value, is_told))
    return list(found.values())


def same_years(one: Release, other: Release) -> set[int]:
    """Years of which both releases tell nothing that differs."""
    years = {c.year for c in one.columns} & {c.year for c in other.columns}
    differ = {
        c.year
        for c in one.columns & other.columns
        if one.told(c) and other.told(c) and one.bounds[c] != other.bounds[c]
    }
    shares = {(s.part, s.whole): s for s in one.shares}
    for share in other.shares:
        before = shares.get((share.part, share.whole))
        if before and (before.low > share.high or share.low > before.high):
            differ.add(share.whole.year)
    return years - differ


def join(release: Release, others: Iterable[tuple[Release, set[int]]]) -> Release:
    """The release with what others say of some years, of whose counts all are. What they repeat is there once."""
    joined = deepcopy(release)
    shares, means = dict.fromkeys(release.shares), dict.fromkeys(release.means)
    for other, years in others:
        for cell, bounds in other.bounds.items():
            if cell.year in years and joined.bounds.get(cell) != bounds:
                joined.say(cell, bounds, other.words.get(cell, ""))
        joined.columns |= {c for c in other.columns if c.year in years}
        shares.update(dict.fromkeys(s for s in other.shares if s.whole.year in years))
        means.update(dict.fromkeys(m for m in other.means if m.whole.year in years))
        for key, shapes in other.listed.items():
            if key[1] in years:
                joined.listed.setdefault(key, set()).update(shapes)
    joined.shares, joined.means = list(shares), list(means)
    return joined


Earlier = list[tuple[Release, set[int]]]


def chains(releases: Sequence[Release]) -> Iterator[Earlier]:
    """Of each release all earlier ones, other than it, that seem to be about the same children in some year."""
    different: list[Release] = []
    for release in releases:
        yield [(other, years) for other in different if other != release and (years := same_years(release, other))]
        if release not in different:
            different.append(release)


def attack_joined(release: Release, earlier: Earlier, programs: bool = False) -> Knowledge | None:
    """What follows from a release and the earlier ones together. Children move: where all contradict each other too often, the older half
    is left out, again and again. None where the release is left alone."""
    while earlier:
        try:
            return attack(join(release, earlier), programs, MOST_CONTRADICTIONS)
        except MisreadError:
            earlier = earlier[(len(earlier) + 1) // 2 :]
    return None


class Series(NamedTuple):
    """What a series of releases gives away: in each by itself, in changes, and only taken together."""

    single: list[list[Finding]]
    changes: list[Moved]
    joined: list[list[Finding]]


def attack_series(releases: Sequence[Release], programs: bool = False) -> Series:
    """Attack each release, then what they tell together. A release that repeats the one before is not attacked again."""
    known: list[Knowledge] = []
    single: list[list[Finding]] = []
    joined: list[list[Finding]] = []
    for number, (release, chain) in enumerate(zip(releases, chains(releases), strict=True)):
        if number and release == releases[number - 1]:
            known.append(known[-1])
            single.append(single[-1])
            joined.append(joined[-1])
            continue
        known.append(attack(release, programs))
        single.append(findings(known[-1]).found)
        seen = {f.cell for f in single[-1]}
        both = attack_joined(release, chain, programs)
        more = findings(both).found if both else []
        joined.append([f._replace(kind=TOGETHER) if f.kind == HIDDEN else f for f in more if f.cell not in seen])
    return Series(single, moved(known), joined)
