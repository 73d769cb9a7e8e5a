"""The least that must be hidden in small tables, beside what the suppression hides.

    python -m benchmarks.suppression_minimum
        --tables 40        random tables of each kind
        --seed 1
        --published        instead, tables that others published (district_platform_tests/disclosure/published.py)

The least is exact: an integer program chooses cells, other integer programs look for a sensitive cell that can be worked out all the
same, and every one that is found becomes a condition of the first (a hitting set, grown until nothing is found). Least is what weighs
least, by the weights that the release itself goes by: totals are dear, small groups cheap. The conditions are those of the suppression:
feasibility intervals of sensitive cells at least the protection level wide, and no total whose hidden parts together are sensitive.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import product

import click
import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from district_platform.disclosure.suppression import suppress
from district_platform.disclosure.tables import LinkedTables
from district_platform_tests.disclosure.published import EXAMPLES, Example
from district_platform_tests.disclosure.small_tables import TOTAL, Split, linked_tables

SEXES, NEEDS = ("F", "M"), ("with need", "without need")
RACES = ("White", "Asian", "Hispanic")
MANY = 1e6

Counts = dict[tuple[str, ...], int]
"""Students, by school and group; TOTAL is the district, and all students."""


class NothingProtectsError(ValueError):
    """No cells protect a sensitive one, while words tell small cells from others."""


@dataclass(frozen=True)
class Table:
    """Cells of one count with the totals they are part of: rows of `matrix` add up to 0."""

    value: np.ndarray
    matrix: np.ndarray
    weight: np.ndarray
    minimum: int
    protection_level: float

    @classmethod
    def of(cls, tables: LinkedTables) -> "Table":
        equations = tables.equations
        matrix = np.zeros((len(equations), len(tables.value)))
        matrix[equations.equation, equations.cell] = equations.sign
        return cls(tables.value, matrix, tables.weight, tables.minimum, tables.protection_level)

    @property
    def is_small(self) -> np.ndarray:
        return (self.value > 0) & (self.value < self.minimum)


def one_way(random: np.random.Generator) -> LinkedTables:
    """A school with six groups of one dimension."""
    groups = tuple(f"grade {i}" for i in range(3, 9))
    counts = {("A", group): _size(random) for group in groups}
    return tables_of(counts | {("A", TOTAL): sum(counts.values())}, (groups,))


def two_way(random: np.random.Generator) -> LinkedTables:
    """Four schools and the district, by race."""
    finest = {(school, (race,)): _size(random) for school, race in product("ABCD", RACES)}
    return tables_of(_with_totals(finest), (RACES,))


def linked(random: np.random.Generator) -> LinkedTables:
    """Three schools and the district, by sex, need and race at once, which share their totals."""
    groups = list(product(SEXES, NEEDS, RACES))
    finest = {(school, group): _size(random) // 8 for school, group in product("ABC", groups)}
    return tables_of(_with_totals(finest), (SEXES, NEEDS, RACES))


def _size(random: np.random.Generator) -> int:
    """Half of the groups are small, a few are empty."""
    return int(random.integers(0, 12) if random.random() < 0.5 else random.integers(10, 80))


def _with_totals(finest: dict[tuple[str, tuple[str, ...]], int]) -> Counts:
    counts: Counts = {}
    for (school, groups), n in finest.items():
        for place, group in product((TOTAL, school), (TOTAL, *groups)):
            counts[place, group] = counts.get((place, group), 0) + n
    return counts


def tables_of(counts: Counts, dimensions: tuple[tuple[str, ...], ...]) -> LinkedTables:
    """Linked tables with the weights of a release (privacy.linked_tables)."""
    schools = tuple(sorted({school for school, _ in counts} - {TOTAL}))
    splits: list[Split] = [("0", TOTAL, schools), *(("1", TOTAL, groups) for groups in dimensions)]
    weight = {
        (school, group): 1 + 0.25 * float(np.log2(1 + n)) + 4 * (school == TOTAL) + 10 * (group == TOTAL)
        for (school, group), n in counts.items()
    }
    return linked_tables(counts, splits, weight=weight)


KINDS: dict[str, Callable[[np.random.Generator], LinkedTables]] = {
    "one-way": one_way,
    "two-way": two_way,
    "linked": linked,
}


def least_hidden(table: Table) -> np.ndarray:
    """Which cells to hide, so that as little as possible is lost: the small ones, and those that protect them."""
    conditions: list[np.ndarray] = []
    while True:
        hidden = table.is_small | _chosen(table, conditions)
        found = list(_violated(table, hidden))
        if not found:
            return hidden
        conditions.extend(found)


def _chosen(table: Table, conditions: list[np.ndarray]) -> np.ndarray:
    """The lightest cells of which each condition holds one."""
    if not conditions:
        return np.zeros(len(table.value), dtype=bool)
    found = milp(
        table.weight,
        constraints=LinearConstraint(np.array(conditions, dtype=float), 1, np.inf),
        bounds=Bounds(0, 1),
        integrality=np.ones(len(table.value)),
    )
    if found.x is None:
        raise NothingProtectsError
    return np.round(found.x).astype(bool)


def _violated(table: Table, hidden: np.ndarray) -> Iterator[np.ndarray]:
    """Sets of cells of which one at least must be hidden too."""
    can_hide = (table.value > 0) & ~hidden
    for row in table.matrix:
        left = row[hidden] @ table.value[hidden]
        if (row[hidden] >= 0).all() and 0 < left < table.minimum:
            yield can_hide & (row != 0)
    for cell in np.flatnonzero(table.is_small):
        if _is_known(table, hidden, cell):
            yield _needed(table, hidden, cell)


def _needed(table: Table, hidden: np.ndarray, cell: int) -> np.ndarray:
    """The cells without any of which a small one stays known, as few as are found: all others may as well be hidden."""
    with_more = hidden.copy()
    for other in np.flatnonzero((table.value > 0) & ~hidden):
        with_more[other] = True
        with_more[other] = _is_known(table, with_more, cell)
    return (table.value > 0) & ~with_more


def _is_known(table: Table, hidden: np.ndarray, cell: int) -> bool:
    """Whether a small cell's lowest and highest possible value are too near to each other."""
    low = np.where(hidden, np.where(table.is_small, 1, table.minimum), table.value)
    high = np.where(hidden, np.where(table.is_small, table.minimum - 1, MANY), table.value)
    ends = []
    for sign in (1, -1):
        direction = np.zeros(len(table.value))
        direction[cell] = sign
        found = milp(
            direction,
            constraints=LinearConstraint(table.matrix, 0, 0),
            bounds=Bounds(low, high),
            integrality=np.ones(len(table.value)),
        )
        ends.append(round(found.x[cell]))
    return ends[1] - ends[0] < table.protection_level


@dataclass(frozen=True)
class Compared:
    """Sums over tables of one kind; cells and weights are those beside the small ones."""

    n_cells: int
    n_small: int
    n_least: int
    n_hidden: int
    least: float
    hidden: float
    pct_same: float

    @classmethod
    def of(cls, draw: Callable[[np.random.Generator], LinkedTables], n_tables: int, seed: int) -> "Compared":
        random, rows = np.random.default_rng(seed), []
        for _ in range(n_tables):
            tables = draw(random)
            table, hidden = Table.of(tables), suppress(tables).is_hidden
            beside = [chosen & ~table.is_small for chosen in (least_hidden(table), hidden)]
            least, weight = (float(table.weight[chosen].sum()) for chosen in beside)
            counts = [len(table.value), table.is_small.sum(), *(chosen.sum() for chosen in beside)]
            rows.append([*counts, least, weight, 100 * (weight <= least + 1e-9) / n_tables])
        return cls(*np.sum(rows, axis=0))

    def __str__(self) -> str:
        counts = "".join(f"{n:8.0f}" for n in (self.n_cells, self.n_small, self.n_least, self.n_hidden))
        ratio = self.hidden / self.least if self.least else 1.0
        return f"{counts}{self.least:15.0f}{self.hidden:8.0f}{ratio:8.2f}{self.pct_same:7.0f}%"


def published(name: str, example: Example) -> str:
    """Cells of a published table: all, sensitive, hidden, told without a size, and the least that can be hidden, if anything protects it
    while sizes are told."""
    tables = linked_tables(example.table, example.splits, example.minimum, protection_level=1)
    found = suppress(tables)
    try:
        least = f"{least_hidden(Table.of(tables)).sum():8}"
    except NothingProtectsError:
        least = f"{'none':>8}"
    counts = (len(tables.value), found.is_primary.sum(), found.is_hidden.sum(), found.is_unsized.sum())
    return f"{name:20}" + "".join(f"{n:10}" for n in counts) + least


@click.command()
@click.option("--tables", default=40, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--published", "is_published", is_flag=True)
def main(tables: int, seed: int, is_published: bool) -> None:
    if is_published:
        print(f"{'':20}{'cells':>10}{'sensitive':>10}{'hidden':>10}{'no size':>10}{'least':>8}")
        print(*(published(name, example) for name, example in EXAMPLES.items()), sep="\n")
        return
    print(
        f"{'':10}{'cells':>8}{'small':>8}{'least':>8}{'hidden':>8}{'weight: least':>15}{'hidden':>8}{'ratio':>8}{'same':>8}"
    )
    for kind, draw in KINDS.items():
        compared = Compared.of(draw, tables, seed)
        print(f"{kind:10}{compared}")


if __name__ == "__main__":
    main()
