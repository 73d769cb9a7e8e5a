"""What an attacker might know of random linked tables: some cells exactly, the others between two numbers."""

import random
from collections.abc import Callable
from itertools import product

from hypothesis import Phase, settings
from hypothesis import strategies as st

from district_platform.disclosure.attacker import Knowledge
from district_platform.disclosure.equations import AT_LEAST
from district_platform.disclosure.tables import LinkedTables
from district_platform_tests.disclosure.small_tables import TOTAL, Table, linked_tables, with_totals

A_FEW = settings(max_examples=5, phases=[Phase.generate])
"""Examples: each asks hundreds of integer programs, so that one which fails is not made smaller."""

ROOM = (0, 0, 1, 5)
"""How far a cell may be from the true one, to each side: often not at all to one of them."""

counts = st.one_of(st.integers(0, 4), st.integers(0, 12), st.integers(0, 60))


@st.composite
def finest(draw: st.DrawFn, *sizes: int) -> Table:
    """A table of so many categories on each axis; most cells are small or empty."""
    names = [[f"{axis}{i}" for i in range(n)] for axis, n in zip("ABC", sizes, strict=False)]
    return {at: draw(counts) for at in product(*names)}


def two_dimensions(table: Table) -> LinkedTables:
    """With all totals."""
    return linked_tables(*with_totals(table))


def at_most(table: Table) -> LinkedTables:
    """Where parts are at most their totals, since some are in no part."""
    with_sums, splits = with_totals(table)
    more = {at: n + 7 ** at.count(TOTAL) - 1 for at, n in with_sums.items()}
    return linked_tables(more, splits, relation=AT_LEAST)


def two_hierarchies(table: Table) -> LinkedTables:
    """The categories of the first axis also in two overlapping groups, so that two tables are linked by their cells."""
    with_sums, splits = with_totals(table)
    names = splits[0][2]
    for group, of in (("left", names[: len(names) // 2]), ("right", names[len(names) // 2 :])):
        for at in {at[1:] for at in with_sums}:
            with_sums[group, *at] = sum(with_sums[name, *at] for name in of)
        splits.append(("0", group, of))
    return linked_tables(with_sums, [*splits, ("0", TOTAL, ("left", "right"))])


KINDS: dict[str, Callable[[Table], LinkedTables]] = {
    "all totals": two_dimensions,
    "parts at most their totals": at_most,
    "two hierarchies": two_hierarchies,
}


def known_of(tables: LinkedTables, dice: random.Random) -> Knowledge:
    """What is left when half of the cells are known between two numbers only."""
    value = tables.value
    lower, upper = value.copy(), value.copy()
    for i in dice.sample(range(len(value)), len(value) // 2):
        lower[i] = max(0, value[i] - dice.choice(ROOM))
        upper[i] = value[i] + dice.choice(ROOM)
    return Knowledge(tables.equations, lower, upper)
