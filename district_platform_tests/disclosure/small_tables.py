"""Linked tables from a few numbers: cells by their categories on every axis, and which categories add up to which."""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np

from district_platform.disclosure.cells import NO_CELL, Axes, Cells
from district_platform.disclosure.equations import CONTAINS, EXACT, Equations, adding_up, at_most, joined
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
    """Tables in the order of their coordinates; the axes are named "0", "1" …, and totals weigh most."""
    coordinates, cells = cells_of(table)
    value = np.array([table[at] for at in coordinates], dtype=float)
    no_parts = np.zeros(0, dtype=np.int64)
    families = [_split(coordinates, cells, split, number, relation) for number, split in enumerate(splits)]
    families.append(adding_up(tuple(cells.axes.bits), no_parts, no_parts, no_parts, no_parts, CONTAINS))
    equations = joined(families).obeyed(value, np.zeros(len(value), dtype=bool))
    weights = [weight[at] if weight else 1.0 + 3.0 * at.count(TOTAL) for at in coordinates]
    is_public = np.array([at in public for at in coordinates])
    whole = np.full(len(value), NO_CELL)
    return LinkedTables(cells, equations, value, np.array(weights), whole, is_public, minimum, protection_level)


def cells_of(table: Table) -> tuple[list[tuple[str, ...]], Cells]:
    """The coordinates of a table in the order of its cells, and the cells."""
    n_axes = len(next(iter(table)))
    categories = [sorted({at[axis] for at in table}) for axis in range(n_axes)]
    axes = Axes({str(axis): 62 // n_axes for axis in range(n_axes)})
    codes = {str(i): np.array([categories[i].index(at[i]) for at in table], dtype=np.int64) for i in range(n_axes)}
    keys = axes.keys(codes, len(table))
    order = np.argsort(keys)
    return [list(table)[i] for i in order], Cells(axes, keys[order])


def _split(coordinates: list[tuple[str, ...]], cells: Cells, split: Split, number: int, relation: int) -> Equations:
    axis, total, parts = int(split[0]), split[1], split[2]
    place = {at: i for i, at in enumerate(coordinates)}
    pairs = [
        (i, place.get((*at[:axis], total, *at[axis + 1 :]), NO_CELL)) for at, i in place.items() if at[axis] in parts
    ]
    of, totals = (np.array(side, dtype=np.int64) for side in zip(*pairs, strict=True))
    numbers, relations = np.full(len(of), number), np.full(len(of), relation)
    return at_most(adding_up(tuple(cells.axes.bits), of, totals, numbers, relations, axis))


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
