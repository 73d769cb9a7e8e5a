import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.disclosure.moves import Moves
from district_platform.disclosure.programs import FeasibleRange
from district_platform_tests.disclosure.feasible import feasible
from district_platform_tests.disclosure.random_tables import A_FEW, KINDS, finest, known_of
from district_platform_tests.disclosure.small_tables import Table, cells_of, linked_tables, with_totals


def shown_open(unknown: set[str]) -> set[str]:
    """Of 15 people, 5 in region A and 10 in B: the regions whose number, unknown between 1 and 14, moves show two values of."""
    table, splits = with_totals({("A",): 5, ("B",): 10})
    tables, coordinates = linked_tables(table, splits), cells_of(table)[0]
    place = {name: i for i, (name,) in enumerate(coordinates)}
    is_unknown = np.array([name in unknown for (name,) in coordinates])
    bounds = np.where(is_unknown, 1, tables.value), np.where(is_unknown, 14, tables.value)
    found = FeasibleRange(tables.value)
    Moves(tables.cells, tables.equations, bounds, tables.value).widen(is_unknown, np.full(len(place), 2.0), found)
    return {name for name in unknown if found.width()[place[name]] > 0}


def test_two_unknown_cells_of_a_known_total_may_exchange():
    assert shown_open({"A", "B"}) == {"A", "B"}


def test_cell_that_could_exchange_with_nobody_but_itself_is_not_shown_to_be_open():
    assert shown_open({"A"}) == set()


@pytest.mark.parametrize("kind", KINDS)
@A_FEW
@given(table=finest(5, 3, 2), dice=st.randoms(use_true_random=False))
def test_what_moves_show_is_possible(kind: str, table: Table, dice: random.Random) -> None:
    """However loose the bounds they are given: against two programs for each cell that they move."""
    tables = KINDS[kind](table)
    known, found = known_of(tables, dice), FeasibleRange(tables.value)
    moves = Moves(known.cells, known.equations, (known.lower, known.upper), tables.value)
    moves.widen(known.lower < known.upper, np.full(len(tables.value), 2.0), found)
    moved = np.flatnonzero(found.width() > 0).tolist()
    lowest, highest = feasible(moved, known)
    for i in moved:
        assert lowest[i] <= found.low[i] <= tables.value[i] <= found.high[i] <= highest[i]
