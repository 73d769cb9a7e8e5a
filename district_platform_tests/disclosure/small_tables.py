"""Linked tables from a few numbers: cells by their categories on every axis, and which categories add up to which."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from district_platform.disclosure.equations import EXACT, NO_CELL, Equations, adding_up, at_most, joined
from district_platform.disclosure.tables import LinkedTables

Table = Mapping[tuple[str, ...], int]
"""How many are counted, by the categories of each axis."""

Split = tuple[str, str, tuple[str, ...]]
"""An axis, a category of it, and the categories that add up to it. A category may be split in several ways."""

TOTAL = "Total"


def linked_tables(
    table: Table,
    splits: Sequence[Split],
    minimum: int = 10,
    protection_level: float = 2,
    public: Sequence[tuple[str, ...]] = (),
    weight: Mapping[tuple[str, ...], float] | None = None,
    relation: int = EXACT,
) -> LinkedTables:
    """Tables whose cells are in the order of their categories (`names_of`); totals weigh most."""
    names = names_of(table)
    value = np.array([table[name] for name in names], dtype=float)
    families = [_split(names, split, number, relation) for number, split in enumerate(splits)]
    equations = joined([*families, adding_up(*[np.zeros(0, dtype=np.int64)] * 4)])
    return LinkedTables(
        equations.obeyed(value, np.zeros(len(value), dtype=bool)),
        value,
        np.array([weight[name] if weight else 1.0 + 3.0 * name.count(TOTAL) for name in names]),
        np.full(len(value), NO_CELL),
        np.array([name in public for name in names]),
        np.zeros(len(value), dtype=bool),
        minimum,
        protection_level,
    )


def names_of(table: Table) -> list[tuple[str, ...]]:
    """The categories of each cell, in order."""
    return sorted(table)


def _split(names: list[tuple[str, ...]], split: Split, number: int, relation: int) -> Equations:
    axis, total, parts = int(split[0]), split[1], split[2]
    place = {name: i for i, name in enumerate(names)}
    pairs = [
        (i, place.get((*name[:axis], total, *name[axis + 1 :]), NO_CELL))
        for name, i in place.items()
        if name[axis] in parts
    ]
    of, totals = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    return at_most(adding_up(of, totals, np.full(len(of), number), np.full(len(of), relation)))


def with_totals(finest: Table) -> tuple[dict[tuple[str, ...], int], list[Split]]:
    """A table with a total on every axis, and its splits."""
    table: dict[tuple[str, ...], int] = {}
    n_axes = len(next(iter(finest)))
    for at, n in finest.items():
        for kept in product((True, False), repeat=n_axes):
            here = tuple(name if keep else TOTAL for name, keep in zip(at, kept, strict=True))
            table[here] = table.get(here, 0) + n
    splits = [(str(axis), TOTAL, tuple(sorted({at[axis] for at in finest}))) for axis in range(n_axes)]
    return table, splits
