"""Small exchanges of children between the cells of a table that leave every known total as it is.

One child more in a cell and one less in a cell beside it keeps the total of both; done along each direction in which the cell adds up
(groups of a dimension, grades, schools), four or eight cells change and no total does. Where a table and what an exchange makes of it
both fit what is known, a reader cannot tell them apart. Every exchange is checked against the totals before it counts.
"""

import numpy as np

from district_platform.privacy.counts import part_of, rest_of
from district_platform.privacy.groups import NO_GROUP, Groups, Ids, replaced
from district_platform.privacy.totals import AT_LEAST, GRADES, PARTS, ROUGH, SCHOOLS, SUBGROUPS, Totals

_TRIES = 16
_FARTHEST = 8.0
"""Children exchanged at most; more than any uncertainty that is asked for."""

_FIELD_OF = {SUBGROUPS: "subgroup", GRADES: "grade", SCHOOLS: "place"}


class Exchanges:
    """Exchanges between the unknown counts of a release, starting from a table that fits what is known."""

    def __init__(
        self,
        groups: Groups,
        totals: Totals,
        bounds: tuple[np.ndarray, np.ndarray],
        table: np.ndarray,
    ) -> None:
        from scipy.sparse import csr_array

        kept = totals.relation != ROUGH
        self._groups, self._totals, self._table = groups, totals.where(kept), table
        self._up, self._down = bounds[1] - table, table - bounds[0]
        self._is_at_least = self._totals.relation == AT_LEAST
        self._left = self._totals.sums(table)
        entries = (self._totals.sign, (self._totals.equation, self._totals.count))
        self._matrix = csr_array(entries, shape=(len(self._totals), len(groups)))
        followers = _followers(groups, self._totals)
        self._turns = [_Turn(self, *follower, is_up) for follower in followers for is_up in (True, False)]

    def widen(self, asked: np.ndarray, wanted: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
        """Lowers `low` and raises `high` by what exchanges show to be possible, for counts that are asked for."""
        random = np.random.default_rng(0)
        for attempt in range(_TRIES):
            waiting = np.flatnonzero(asked & (self._up + self._down > 0) & (high - low < wanted))
            if not len(waiting):
                return
            column, count, sign = self._drawn(waiting, self._turns[attempt % len(self._turns)], random)
            (column, count, sign), fewer, more = self._possible(column, count, sign, len(waiting))
            np.minimum.at(low, count, self._table[count] - np.where(sign > 0, fewer[column], more[column]))
            np.maximum.at(high, count, self._table[count] + np.where(sign > 0, more[column], fewer[column]))

    def _drawn(
        self, cells: Ids, turn: "_Turn", random: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """One exchange for each cell: (exchange, count, sign) of every cell that it changes."""
        columns = np.arange(len(cells))
        keys, signs, alive = [self._groups.keys[cells]], [np.ones(len(cells))], [np.ones(len(cells), dtype=bool)]
        for adds, name in _FIELD_OF.items():
            partner, sign = turn.partners[adds].draw(cells, random)
            has_axis = partner != NO_GROUP
            codes = self._groups.field_of(name, np.maximum(partner, 0))
            for i in range(len(keys)):
                keys.append(replaced(keys[i], name, codes))
                signs.append(-signs[i] * sign)
                alive.append(alive[i] & has_axis)
        column = np.concatenate([columns[a] for a in alive])
        count = self._groups.find(np.concatenate([k[a] for k, a in zip(keys, alive, strict=True)]))
        sign = np.concatenate([s[a] for s, a in zip(signs, alive, strict=True)])
        follows = (count != NO_GROUP) & (turn.follower[count] != NO_GROUP)
        return (
            np.concatenate([column, column[follows]]),
            np.concatenate([count, turn.follower[count[follows]]]),
            np.concatenate([sign, sign[follows] * turn.direction[count[follows]]]),
        )

    def _possible(
        self, column: np.ndarray, count: Ids, sign: np.ndarray, n: int
    ) -> tuple[tuple[np.ndarray, Ids, np.ndarray], np.ndarray, np.ndarray]:
        """The entries of the exchanges that touch no known count and break no total, and how often each can be done
        backward and forward."""
        from scipy.sparse import csr_array

        is_broken = np.zeros(n, dtype=bool)
        is_broken[column[(count == NO_GROUP) | (self._up[count] + self._down[count] <= 0)]] = True
        kept = ~is_broken[column]
        moves = csr_array((sign[kept], (count[kept], column[kept])), shape=(len(self._table), n))
        moves.eliminate_zeros()  # a cell whose partner is itself gives and takes the same child: it does not change
        changed, net = (self._matrix @ moves).tocoo(), moves.tocoo()
        (count, column), sign = net.coords, net.data
        is_broken[column[np.abs(sign) > 1]] = True
        total, of_column = changed.coords
        is_broken[of_column[(changed.data != 0) & ~self._is_at_least[total]]] = True
        up, down = self._up[count], self._down[count]
        forward, backward = np.full(n, _FARTHEST), np.full(n, _FARTHEST)
        np.minimum.at(forward, column, np.where(sign > 0, up, down))
        np.minimum.at(backward, column, np.where(sign > 0, down, up))
        left, by = self._left[total], np.maximum(np.abs(changed.data), 1)
        np.minimum.at(forward, of_column, np.where(changed.data < 0, left // by, _FARTHEST))
        np.minimum.at(backward, of_column, np.where(changed.data > 0, left // by, _FARTHEST))
        kept = ~is_broken[column]
        return (column[kept], count[kept], sign[kept]), np.maximum(backward, 0), np.maximum(forward, 0)


class _Turn:
    """One way to draw exchanges: what follows a change, and whether the first cell shall have more children or fewer."""

    def __init__(self, exchanges: Exchanges, follower: Ids, direction: np.ndarray, is_up: bool) -> None:
        self.follower, self.direction = follower, direction
        has = follower[:-1] != NO_GROUP
        other, same = follower[:-1], direction[:-1] > 0
        up, down = exchanges._up, exchanges._down
        room_up = np.where(has, np.minimum(up, np.where(same, up[other], down[other])), up)
        room_down = np.where(has, np.minimum(down, np.where(same, down[other], up[other])), down)
        self.partners = {
            adds: _Partners(exchanges._totals, adds, room_up, room_down, is_up, up + down > 0) for adds in _FIELD_OF
        }


class _Partners:
    """For every count, the counts of its total in one direction that can change to make up for its change."""

    def __init__(
        self,
        totals: Totals,
        adds: int,
        room_up: np.ndarray,
        room_down: np.ndarray,
        is_up: bool,
        is_free: np.ndarray,
    ) -> None:
        of_direction = (totals.adds[totals.equation] == adds) & is_free[totals.count]
        equation, count, sign = (x[of_direction] for x in (totals.equation, totals.count, totals.sign))
        self._equation_of = np.full(len(is_free), NO_GROUP)
        self._equation_of[count] = equation
        self._sign_of = np.ones(len(is_free))
        self._sign_of[count] = sign
        self._starts, self._counts, self._signs = {}, {}, {}
        for own in (1.0, -1.0):
            can = np.where((sign == own) == is_up, room_down[count], room_up[count]) > 0
            self._starts[own] = np.searchsorted(equation[can], np.arange(len(totals) + 1))
            self._counts[own], self._signs[own] = count[can], sign[can]

    def draw(self, cells: Ids, random: np.random.Generator) -> tuple[Ids, np.ndarray]:
        """A partner of each cell at random, the cell itself among them, and the product of their signs; NO_GROUP where there is none."""
        equation, own = self._equation_of[cells], self._sign_of[cells]
        partner, sign = np.full(len(cells), NO_GROUP), np.ones(len(cells))
        chance = random.random(len(cells))
        for of, starts in self._starts.items():
            chosen = np.flatnonzero((equation != NO_GROUP) & (own == of))
            start, end = starts[equation[chosen]], starts[equation[chosen] + 1]
            drawn = start + (chance[chosen] * (end - start)).astype(np.int64)
            has = end > start
            partner[chosen[has]] = self._counts[of][drawn[has]]
            sign[chosen[has]] = of * self._signs[of][drawn[has]]
        return partner, sign


def _followers(groups: Groups, totals: Totals) -> list[tuple[Ids, np.ndarray]]:
    """For turns: which count changes with each count so that shares and rests add up, and in which direction."""
    names = groups.words["count"].values
    turns = [(np.full(len(groups) + 1, NO_GROUP), np.ones(len(groups) + 1)) for _ in range(2)]
    must_add_up = np.zeros(len(groups), dtype=bool)
    must_add_up[totals.count[totals.adds[totals.equation] == PARTS]] = True
    for share in [name for name in names if rest_of(name) in names]:
        whole = str(part_of(share))
        for turn, (follower, direction) in enumerate(turns):
            moved = (share, rest_of(share))[turn]
            for name, other, way in ((whole, moved, 1), (share, rest_of(share), -1), (rest_of(share), share, -1)):
                of = np.flatnonzero(must_add_up & (groups.field("count") == groups.words["count"].code(name)))
                follower[of] = groups.related(other, of)
                direction[of] = way
    return turns
