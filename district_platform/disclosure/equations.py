"""What an attacker knows about linked tables before seeing a number: what adds up to what, and what contains what.

Each equation is parts minus total. The caller supplies the equations with the tables; `obeyed` keeps those that the data support.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

Ids = np.ndarray
"""Positions of cells; NO_CELL where there is none."""

NO_CELL = -1

EXACT, AT_LEAST, ROUGH = 0, 1, 2
"""Relations of a sum: equal to 0; 0 or more; near 0, which no attacker can rely on."""

ADDS_UP, CONTAINS, LINKS = range(3)
"""Kinds of equations: categories add up to their total; a cell contains others; tables are linked otherwise (stocks and flows)."""


@dataclass(frozen=True)
class Equations:
    """Equations as a list of entries (equation, cell, sign), ordered by equation; the total is the last entry of each.

    The sign of a part is 1 and that of its total -1; the other way round where parts are at most their total.
    """

    equation: np.ndarray
    cell: Ids
    sign: np.ndarray
    relation: np.ndarray
    """Of each equation: EXACT, AT_LEAST or ROUGH, for what the signs sum up to."""
    kind: np.ndarray
    """Of each equation: ADDS_UP, CONTAINS or LINKS."""
    is_gap_known: np.ndarray
    """For each equation: whether the attacker is assumed to know how far the sum is from 0, because it can be guessed."""

    def __len__(self) -> int:
        return len(self.relation)

    @cached_property
    def bounds(self) -> np.ndarray:
        """Where the entries of each equation begin; then where the last ones end."""
        return np.searchsorted(self.equation, np.arange(len(self) + 1))

    @cached_property
    def is_floor(self) -> np.ndarray:
        """Whether each is only an inequality whose slack is unknown."""
        return (self.relation == AT_LEAST) & ~self.is_gap_known

    def sums(self, values: np.ndarray) -> np.ndarray:
        """Parts minus total of every equation, for these values of the cells."""
        return np.bincount(self.equation, weights=self.sign * values[self.cell], minlength=len(self))

    def hold(self, values: np.ndarray) -> np.ndarray:
        """Whether each equation holds for these values; a rough one always does."""
        sums = self.sums(values)
        return (self.relation == ROUGH) | (sums == 0) | ((self.relation == AT_LEAST) & (sums > 0))

    def may_lack_parts(self) -> np.ndarray:
        """Whether each has parts that are at most their total, so that some of what is counted may be in none of them."""
        is_total_less_parts = self.sign[self.bounds[1:] - 1] > 0
        return self.is_floor & (self.kind == ADDS_UP) & is_total_less_parts

    def touching(self, cells: Ids) -> np.ndarray:
        """Whether each equation holds one of these cells."""
        is_hit = np.zeros(len(self), dtype=bool)
        is_hit[self.equation[np.isin(self.cell, cells)]] = True
        return is_hit

    def where(self, keep: np.ndarray) -> "Equations":
        """Some of the equations."""
        entries = keep[self.equation]
        return Equations(
            (np.cumsum(keep) - 1)[self.equation[entries]],
            self.cell[entries],
            self.sign[entries],
            self.relation[keep],
            self.kind[keep],
            self.is_gap_known[keep],
        )

    def excerpt(self, equations: np.ndarray, of: Ids) -> "Equations":
        """Some equations, renumbered to the cells `of` (sorted): each cell becomes its place in `of`, any other cell NO_CELL."""
        start, size = self.bounds[equations], np.diff(self.bounds)[equations]
        before = np.cumsum(size) - size
        entries = np.repeat(start - before, size) + np.arange(size.sum())
        place = np.minimum(np.searchsorted(of, self.cell[entries]), len(of) - 1)
        return Equations(
            np.repeat(np.arange(len(equations)), size),
            np.where(of[place] == self.cell[entries], place, NO_CELL),
            self.sign[entries],
            self.relation[equations],
            self.kind[equations],
            self.is_gap_known[equations],
        )

    def obeyed(self, values: np.ndarray, is_unknown: np.ndarray, sizes: np.ndarray | None = None) -> "Equations":
        """The equations that are usable: every cell is known, and the data do not contradict them.

        Where some parts may be missing and none is, the attacker can see it in the tables, so that the equation is exact; for shares
        of a whole the wholes (`sizes`) tell. Where parts that should add up do not, they are at most, or at least, their total.
        """
        sums, sizes = self.sums(values), values if sizes is None else sizes
        is_complete = (self.kind == ADDS_UP) & ~self.is_gap_known & (self.sums(sizes) == 0) & (sums == 0)
        is_known = np.bincount(self.equation, weights=is_unknown[self.cell], minlength=len(self)) == 0
        is_off = (self.relation == EXACT) & (sums != 0) & (self.kind == ADDS_UP)
        relation = np.where(is_complete, EXACT, np.where(is_off, AT_LEAST, self.relation))
        sign = np.where((is_off & (sums < 0))[self.equation], -self.sign, self.sign)
        return replace(self, relation=relation, sign=sign).where(is_known & (self.hold(values) | is_off))


def joined(families: Sequence[Equations]) -> Equations:
    """All equations of several families."""
    offsets = np.cumsum([0, *(len(family) for family in families)])
    shifted = [family.equation + offset for family, offset in zip(families, offsets[:-1], strict=True)]
    names = ("cell", "sign", "relation", "kind", "is_gap_known")
    together = [np.concatenate([getattr(family, name) for family in families]) for name in names]
    return Equations(np.concatenate(shifted), *together)


def adding_up(
    parts: Ids,
    totals: Ids,
    apart: np.ndarray,
    relation: np.ndarray,
    kind: int = ADDS_UP,
    is_gap_known: bool = False,
) -> Equations:
    """One equation for each total and, where `apart` differs, for each of its ways to be split; parts without a total have none.

    `relation` is that of each part's equation.
    """
    has_total = totals != NO_CELL
    parts, totals, apart, relation = parts[has_total], totals[has_total], apart[has_total], relation[has_total]
    ways = totals * (apart.max(initial=0) + 1) + apart
    _, first, equation = np.unique(ways, return_index=True, return_inverse=True)
    entries = np.concatenate([equation, np.arange(len(first))])
    order = np.argsort(entries, kind="stable")
    return Equations(
        entries[order],
        np.concatenate([parts, totals[first]])[order],
        np.concatenate([np.ones(len(parts)), -np.ones(len(first))])[order],
        relation[first],
        np.full(len(first), kind),
        np.full(len(first), is_gap_known),
    )


def at_most(equations: Equations) -> Equations:
    """The same equations, with every inequality turned so that parts are at most their total: total minus parts is 0 or more."""
    sign = np.where(equations.relation[equations.equation] == AT_LEAST, -equations.sign, equations.sign)
    return replace(equations, sign=sign)
