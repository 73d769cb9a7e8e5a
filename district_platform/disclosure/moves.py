"""Small moves between the cells of a table that leave every known total as it is.

One more in a cell and one less in a cell beside it keeps the total of both; done along each axis along which the cell adds up, two, four or
eight cells change and no total does. Where a table and what a move makes of it both fit what is known, an attacker cannot tell them
apart. Every move is checked against the equations before it counts.
"""

import numpy as np

from district_platform.disclosure.cells import NO_CELL, Cells, Ids
from district_platform.disclosure.equations import AT_LEAST, ROUGH, Equations
from district_platform.disclosure.programs import FeasibleRange

_TRIES = 16
_FARTHEST = 8.0
"""How much is moved at most; more than any protection level that is asked for."""

Entries = tuple[np.ndarray, Ids, np.ndarray]
"""(move, cell, sign) of every cell that a move changes."""


class Moves:
    """Moves between the unknown cells of linked tables, starting from a table that fits what is known."""

    def __init__(
        self, cells: Cells, equations: Equations, bounds: tuple[np.ndarray, np.ndarray], table: np.ndarray
    ) -> None:
        from scipy.sparse import csr_array

        self._cells, self._equations = cells, equations.where(equations.relation != ROUGH)
        self._up, self._down = bounds[1] - table, table - bounds[0]
        self._is_at_least = self._equations.relation == AT_LEAST
        self._left = self._equations.sums(table)
        entries = (self._equations.sign, (self._equations.equation, self._equations.cell))
        self._matrix = csr_array(entries, shape=(len(self._equations), len(cells)))
        self._proposals = [MoveProposal(cells, self._equations, self._up, self._down, is_up) for is_up in (True, False)]

    def widen(self, asked: np.ndarray, wanted: np.ndarray, found: FeasibleRange) -> None:
        """Adds to `found` what moves show to be possible, for cells that are asked for."""
        random = np.random.default_rng(0)
        for attempt in range(_TRIES):
            waiting = np.flatnonzero(asked & (self._up + self._down > 0) & (found.width() < wanted))
            if not len(waiting):
                return
            drawn = self._proposals[attempt % 2].draw(waiting, random)
            (move, cell, sign), fewer, more = self._possible(drawn, len(waiting))
            np.minimum.at(found.low, cell, found.table[cell] - np.where(sign > 0, fewer[move], more[move]))
            np.maximum.at(found.high, cell, found.table[cell] + np.where(sign > 0, more[move], fewer[move]))

    def _possible(self, drawn: Entries, n: int) -> tuple[Entries, np.ndarray, np.ndarray]:
        """The entries of the moves that touch no known cell and break no equation, and how often each can be done backward and forward."""
        from scipy.sparse import csr_array

        move, cell, sign = drawn
        is_broken = np.zeros(n, dtype=bool)
        is_broken[move[(cell == NO_CELL) | (self._up[cell] + self._down[cell] <= 0)]] = True
        kept = ~is_broken[move]
        moves = csr_array((sign[kept], (cell[kept], move[kept])), shape=(len(self._up), n))
        moves.eliminate_zeros()  # a cell whose partner is itself gives and takes the same: it does not change
        changed, net = (self._matrix @ moves).tocoo(), moves.tocoo()
        (cell, move), sign = net.coords, net.data
        is_broken[move[np.abs(sign) > 1]] = True
        equation, of_move = changed.coords
        is_broken[of_move[(changed.data != 0) & ~self._is_at_least[equation]]] = True
        up, down = self._up[cell], self._down[cell]
        forward, backward = np.full(n, _FARTHEST), np.full(n, _FARTHEST)
        np.minimum.at(forward, move, np.where(sign > 0, up, down))
        np.minimum.at(backward, move, np.where(sign > 0, down, up))
        left, by = self._left[equation], np.maximum(np.abs(changed.data), 1)
        np.minimum.at(forward, of_move, np.where(changed.data < 0, left // by, _FARTHEST))
        np.minimum.at(backward, of_move, np.where(changed.data > 0, left // by, _FARTHEST))
        kept = ~is_broken[move]
        return (move[kept], cell[kept], sign[kept]), np.maximum(backward, 0), np.maximum(forward, 0)


class MoveProposal:
    """Draws moves in which the first cell gets more, or fewer."""

    def __init__(self, cells: Cells, equations: Equations, up: np.ndarray, down: np.ndarray, is_up: bool) -> None:
        self._cells = cells
        self._partners = {
            axis: _Partners(equations, along, up, down, is_up) for along, axis in enumerate(equations.axes)
        }

    def draw(self, cells: Ids, random: np.random.Generator) -> Entries:
        """One move for each cell."""
        columns = np.arange(len(cells))
        keys, signs, alive = [self._cells.keys[cells]], [np.ones(len(cells))], [np.ones(len(cells), dtype=bool)]
        for axis, partners in self._partners.items():
            partner, sign = partners.draw(cells, random)
            has_axis = partner != NO_CELL
            codes = self._cells.codes(axis, np.maximum(partner, 0))
            for i in range(len(keys)):
                keys.append(self._cells.axes.replaced(keys[i], axis, codes))
                signs.append(-signs[i] * sign)
                alive.append(alive[i] & has_axis)
        moves = np.concatenate([columns[a] for a in alive])
        found = self._cells.find(np.concatenate([k[a] for k, a in zip(keys, alive, strict=True)]))
        return moves, found, np.concatenate([s[a] for s, a in zip(signs, alive, strict=True)])


class _Partners:
    """For every cell, the cells of its equation along one axis that can change to make up for its change."""

    def __init__(self, equations: Equations, along: int, up: np.ndarray, down: np.ndarray, is_up: bool) -> None:
        is_free = up + down > 0
        entries = (equations.along[equations.equation] == along) & is_free[equations.cell]
        equation, cell, sign = (x[entries] for x in (equations.equation, equations.cell, equations.sign))
        self._equation_of = np.full(len(is_free), NO_CELL)
        self._equation_of[cell] = equation
        self._sign_of = np.ones(len(is_free))
        self._sign_of[cell] = sign
        self._starts, self._cells, self._signs = {}, {}, {}
        for own in (1.0, -1.0):
            can = np.where((sign == own) == is_up, down[cell], up[cell]) > 0
            self._starts[own] = np.searchsorted(equation[can], np.arange(len(equations) + 1))
            self._cells[own], self._signs[own] = cell[can], sign[can]

    def draw(self, cells: Ids, random: np.random.Generator) -> tuple[Ids, np.ndarray]:
        """A partner of each cell at random, the cell itself among them, and the product of their signs; NO_CELL where there is none."""
        equation, own = self._equation_of[cells], self._sign_of[cells]
        partner, sign = np.full(len(cells), NO_CELL), np.ones(len(cells))
        chance = random.random(len(cells))
        for of, starts in self._starts.items():
            chosen = np.flatnonzero((equation != NO_CELL) & (own == of))
            start, end = starts[equation[chosen]], starts[equation[chosen] + 1]
            drawn = start + (chance[chosen] * (end - start)).astype(np.int64)
            has = end > start
            partner[chosen[has]] = self._cells[of][drawn[has]]
            sign[chosen[has]] = of * self._signs[of][drawn[has]]
        return partner, sign
