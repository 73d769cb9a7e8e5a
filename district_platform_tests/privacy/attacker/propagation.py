"""Narrowing what is known of many counts at once: interval propagation over all relations, to a fixpoint."""

from collections.abc import Iterator, Sequence

import numpy as np

from .cells import INF, Bounds, Cell, Mean, Release, Share
from .relations import Relation

TINY = 1e-6
PARTS_OF_SHARES = ("chronic", "proficient", "not_chronic", "not_proficient")
"""Counts of who has a trait, and who has it not."""
RELATIONS_SHOWN = 6
"""Relations of a program that a derivation names, the heaviest first."""
FIRST = -1
"""Reason of a bound that a release tells by itself."""
FIT = -2
"""Reason of a bound that follows from which whole numbers a told percentage fits."""
PROGRAM = -3
"""Reason of a bound that a linear program found."""


class ContradictionError(Exception):
    """No counts fit all that was read and inferred: relations that need not hold, a percentage or mean that no whole numbers fit, or a
    count that was read wrong."""

    def __init__(
        self, message: str, cell: Cell, relations: tuple[Relation, ...] = (), reading: Share | Mean | None = None
    ) -> None:
        super().__init__(message)
        self.cell = cell
        self.relations = relations
        self.reading = reading
        """The relations that gave the bounds that contradict each other; of none, the readings do so by themselves."""


class Knowledge:
    """What the attacker knows: lowest and highest value of each count, and which relation gave each."""

    def __init__(
        self, release: Release, relations: Sequence[Relation], left_out: frozenset[Relation] = frozenset()
    ) -> None:
        self.release = release
        self.left_out = left_out
        """Relations that this release contradicts: its figures are of different days."""
        cells = dict.fromkeys([*release.bounds, *(c for r in relations for c, _ in r.terms)])
        for told in (*release.shares, *release.means):
            cells.update(dict.fromkeys([told[0], told.whole]))
        self.cells: list[Cell] = list(cells)
        self.index = {cell: i for i, cell in enumerate(self.cells)}
        every = [*relations, *of_shares(release.shares), *of_means(release.means)]
        self.relations = [r for r in every if r not in left_out] if left_out else every
        self.is_whole = np.ones(len(self.cells), bool)
        bounds = [release.bounds.get(cell, Bounds(0, INF)) for cell in self.cells]
        self.low = np.array([b.low for b in bounds], float)
        self.high = np.array([b.high for b in bounds], float)
        self.low[self.is_whole] = np.ceil(self.low[self.is_whole] - TINY)
        self.high[self.is_whole] = np.floor(self.high[self.is_whole] + TINY)
        self.why_low = np.full(len(self.cells), FIRST)
        self.why_high = np.full(len(self.cells), FIRST)
        self.values: dict[int, np.ndarray] = {}
        """Values that are left of counts of which told percentages rule out some in between."""
        self.is_asked = np.array(
            [cell in release.columns or cell.count in PARTS_OF_SHARES for cell in self.cells], bool
        )
        """Counts that the release is about, not those that relations define."""
        self.solved: dict[bool, tuple[np.ndarray, np.ndarray]] = {}
        """Bounds with which programs, of either sort, were solved last."""
        self.programs: dict[int, tuple[int, ...]] = {}
        """Of counts that a program narrowed: the relations it rested on."""
        self.made_of = {
            r.terms[-1][0]: tuple(c for c, _ in r.terms[:-1])
            for r in relations
            if r.low == r.high == 0 and len(r.terms) > 2 and r.terms[-1][0] not in release.bounds
        }
        """Of a difference: the counts whose difference it is."""
        self._make_rows()

    def _make_rows(self) -> None:
        sizes = [len(r.terms) for r in self.relations]
        self.start = np.concatenate([[0], np.cumsum(sizes)]).astype(int)
        self.row = np.repeat(np.arange(len(sizes)), sizes)
        self.column = np.array([self.index[c] for r in self.relations for c, _ in r.terms], dtype=int)
        self.coefficient = np.array([x for r in self.relations for _, x in r.terms], dtype=float)
        self.least = np.array([r.low for r in self.relations], float)
        self.most = np.array([r.high for r in self.relations], float)

    def propagate(self, rounds: int = 400) -> int:
        """Narrow all bounds by all relations until nothing moves. Returns how many rounds it took."""
        for done in range(rounds):
            if not self._narrow():
                return done
        return rounds

    def _narrow(self) -> bool:
        if not self.relations:
            return False
        c, column, row = self.coefficient, self.column, self.row
        positive = c > 0
        low, high = self.low[column], self.high[column]
        with np.errstate(invalid="ignore"):
            least = np.where(positive, c * low, c * high)
            most = np.where(positive, c * high, c * low)
        rest_least, rest_most = self._without(least), self._without(most)
        with np.errstate(invalid="ignore"):  # inf − inf and 0 × inf are no bounds
            above = (self.most[row] - rest_least) / c
            below = (self.least[row] - rest_most) / c
        new_high = np.where(positive, above, below)
        new_low = np.where(positive, below, above)
        new_high = np.where(np.isnan(new_high), INF, new_high)
        new_low = np.where(np.isnan(new_low), -INF, new_low)
        whole = self.is_whole[column]
        new_high = np.where(whole, np.floor(new_high + TINY), new_high)
        new_low = np.where(whole, np.ceil(new_low - TINY), new_low)
        step = np.where(whole, 0.5, 0.01)
        return self._take(column, row, new_low, new_high, step)

    def _without(self, part: np.ndarray) -> np.ndarray:
        """Sum of each row without the term itself; infinite where another term is."""
        finite = np.isfinite(part)
        sums = np.add.reduceat(np.where(finite, part, 0.0), self.start[:-1])[self.row]
        infinite = np.add.reduceat((~finite).astype(int), self.start[:-1])[self.row]
        rest = np.where(finite, sums - np.where(finite, part, 0.0), sums)
        others = infinite - (~finite)
        return np.where(others > 0, np.nan, rest)

    def _take(
        self, column: np.ndarray, row: np.ndarray, new_low: np.ndarray, new_high: np.ndarray, step: np.ndarray
    ) -> bool:
        better_low = new_low > self.low[column] + step
        better_high = new_high < self.high[column] - step
        for better, new, bound, why, sign in (
            (better_low, new_low, self.low, self.why_low, -1),
            (better_high, new_high, self.high, self.why_high, 1),
        ):
            which = np.flatnonzero(better)
            order = which[np.argsort(sign * new[which], kind="stable")[::-1]]
            bound[column[order]] = new[order]
            why[column[order]] = row[order]
        self.check()
        return bool(better_low.any() or better_high.any())

    def check(self) -> None:
        wrong = np.flatnonzero(self.low > self.high + 0.01)
        if len(wrong):
            i = int(wrong[0])
            reasons = {int(self.why_low[i]), int(self.why_high[i])}
            message = f"{self.cells[i]} is at least {self.low[i]:g} and at most {self.high[i]:g}\n{self.why(i)}"
            raise ContradictionError(message, self.cells[i], tuple(self.relations[r] for r in reasons if r >= 0))

    def possible(self, i: int) -> np.ndarray:
        """Values that a count of bounded size may have."""
        low, high = self.low[i], self.high[i]
        if i in self.values:
            values = self.values[i]
            return values[(values >= low) & (values <= high)]
        return np.arange(low, high + 1)

    def why(self, i: int, depth: int = 4) -> str:
        """The derivation of the bounds of a count, as an indented tree."""
        lines: list[str] = []
        self._why(i, depth, 0, lines, set())
        return "\n".join(lines)

    def _why(self, i: int, depth: int, level: int, lines: list[str], seen: set[int]) -> None:
        cell, pad = self.cells[i], "  " * level
        is_told = self.low[i] == self.high[i] and self.why_low[i] == FIRST and self.why_high[i] == FIRST
        low, high = f"{self.low[i] + 0.0:g}", "∞" if self.high[i] == INF else f"{self.high[i] + 0.0:g}"
        value = f"= {low}" if low == high else f"in {low}..{high}"
        words = self.release.words.get(cell)
        lines.append(f"{pad}{cell} {value}" + (f" (told: {words})" if words else ""))
        if is_told or level >= depth or i in seen:
            return
        seen.add(i)
        for reason in dict.fromkeys([int(self.why_low[i]), int(self.why_high[i])]):
            if reason == FIT:
                lines.append(f"{pad}  fits the told percentage with whole numbers only")
            elif reason == PROGRAM:
                lines.append(f"{pad}  by a program over {len(self.programs[i])} relations:")
                for row in self.programs[i][:RELATIONS_SHOWN]:
                    lines.append(f"{pad}    {self.relations[row].reason}:")
                    for term, _ in self.relations[row].terms:
                        self._why(self.index[term], 0, level + 3, lines, seen)
            elif reason >= 0:
                relation = self.relations[reason]
                lines.append(f"{pad}  {relation.reason}:")
                for term, _ in relation.terms:
                    j = self.index[term]
                    if j != i and not (self.low[j] == self.high[j] == 0):
                        self._why(j, depth, level + 2, lines, seen)


def of_shares(shares: Sequence[Share]) -> list[Relation]:
    """A told percentage as two relations of its part and its whole."""
    return [relation for share in shares for relation in between(*share, "share")]


def of_means(means: Sequence[Mean]) -> list[Relation]:
    """A told mean as two relations of the sum of scores and their number."""
    return [relation for mean in means for relation in between(*mean, "mean")]


def between(part: Cell, whole: Cell, low: float, high: float, words: str, kind: str) -> Iterator[Relation]:
    """low ≤ part / whole ≤ high, without division."""
    if low > 0:
        yield Relation(((part, 1.0), (whole, -low)), 0, INF, f"{kind} {words}")
    yield Relation(((part, 1.0), (whole, -high)), -INF, 0, f"{kind} {words}")
