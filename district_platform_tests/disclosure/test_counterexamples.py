"""Tables that others published, as examples or because a program's suppression gave cells of them away.

Each is rebuilt from its numbers. The attack knows what readers are told of a hidden cell (under the minimum, the minimum or more, or
nothing of its size) and every sum, and solves two integer programs of its own for every sensitive cell (`feasible`).
"""

from itertools import product

import numpy as np
import pytest

from district_platform.disclosure.attacker import Knowledge
from district_platform.disclosure.suppression import Suppression, suppress
from district_platform.disclosure.tables import LinkedTables
from district_platform_tests.disclosure.feasible import feasible
from district_platform_tests.disclosure.small_tables import TOTAL, Split, Table, cells_of, linked_tables, with_totals

MANY = 10_000


def revealed(table: Table, tables: LinkedTables, found: Suppression) -> dict[tuple[str, ...], tuple[float, float]]:
    """The sensitive cells whose feasibility interval is narrower than the protection level, with the interval."""
    is_small = found.is_primary & ~found.is_unsized
    least = np.where(found.is_primary | found.is_unsized, 1, tables.minimum)
    least, most = np.where(found.is_withdrawn, 0, least), np.where(is_small, tables.minimum - 1, MANY)
    lower, upper = (np.where(found.is_hidden, side, tables.value) for side in (least, most))
    sensitive = np.flatnonzero(found.is_primary)
    low, high = feasible(sensitive, Knowledge(tables.cells, tables.equations, lower, upper))
    coordinates = cells_of(table)[0]
    return {coordinates[i]: (low[i], high[i]) for i in sensitive if high[i] - low[i] < tables.protection_level}


def n_hidden(table: Table, splits: list[Split], minimum: int, protection_level: float = 1) -> int:
    """How many cells are hidden, after it is checked that none of them is revealed."""
    tables = linked_tables(table, splits, minimum, protection_level)
    found = suppress(tables)
    assert revealed(table, tables, found) == {}
    assert found.is_hidden[(tables.value > 0) & (tables.value < minimum)].all()
    return int(found.is_hidden.sum())


def regions() -> tuple[Table, list[Split]]:
    """Eight regions in two counties, and in two groups that cross them: two hierarchies over the same cells."""
    table = {"A": 2, "B": 2, "I": 8, "J": 8, "K": 3, "L": 3, "M": 3, "N": 7}
    splits = {"county-1": "ABIJ", "county-2": "KLMN", "BIG": "LM", "small": "ABIJKN"}
    sums = {name: sum(table[region] for region in of) for name, of in splits.items()}
    total = {TOTAL: sum(table.values())}
    ways = [("county-1", "county-2"), ("BIG", "small")]
    return {(name,): n for name, n in (table | sums | total).items()}, [
        *(("0", name, tuple(of)) for name, of in splits.items()),
        *(("0", TOTAL, way) for way in ways),
    ]


@pytest.mark.parametrize("protection_level", [1, 2])
def test_linked_tables_of_regions_that_iteration_over_tables_left_unsafe(protection_level):
    """sdcTools/UserSupport, issue 136: protected one table after the other, cells follow from both together."""
    assert n_hidden(*regions(), 4, protection_level) == 8


@pytest.mark.parametrize(("protection_level", "hidden"), [(1, 9), (2, 12)])
def test_three_singletons_of_which_each_could_subtract_its_own(protection_level, hidden):
    """sdcTools/UserSupport, issue 135: the sum of cells that are hidden tells of each where every hidden cell is known to be at least 1."""
    numbers = (1, 1, 7, 1, 0, 1, 0, 0, 2, 8)
    finest = dict(zip(product("12", "ABHMW"), numbers, strict=True))
    assert n_hidden(*with_totals(finest), 3, protection_level) == hidden


def test_two_ones_of_a_known_sum_are_not_the_only_hidden_cells():
    """sdcTools/UserSupport, issue 194, third example: 15 = 10 + 3 + x + x, where each x is at least 1."""
    assert n_hidden(*with_totals({("a",): 10, ("b",): 3, ("c",): 1, ("d",): 1}), 3) == 3


def test_hidden_cells_that_are_few_together_need_another_one():
    """sdcTools/UserSupport, issue 307: of 23 in all, 5 and 3 are hidden under a minimum of 11, and are together still under it."""
    assert n_hidden(*with_totals({("A",): 15, ("B",): 5, ("C",): 3}), 11) == 3


def countries(numbers: dict[tuple[str, str, str], int]) -> tuple[Table, list[Split]]:
    """Age by year by country, in the EU or not: only (age, EU, year) and (country, year) are published, linked by their totals."""
    table: dict[tuple[str, ...], int] = {}
    for (age, country, year), n in numbers.items():
        union = "nonEU" if country == "Iceland" else "EU"
        cells = {
            *product((age, TOTAL), (union, TOTAL), (year, TOTAL)),
            *product((TOTAL,), (country, TOTAL), (year, TOTAL)),
        }
        for at in cells:
            table[at] = table.get(at, 0) + n
    return table, [
        ("0", TOTAL, ("young", "old")),
        ("1", TOTAL, ("EU", "nonEU")),
        ("1", TOTAL, ("Spain", "Portugal", "Iceland")),
        ("1", "EU", ("Spain", "Portugal")),
        ("1", "nonEU", ("Iceland",)),
        ("2", TOTAL, ("2014", "2015", "2016")),
    ]


def test_cell_that_follows_from_another_table_of_the_release_is_hidden():
    """GaussSuppression 1.1, vignette 'Linked table suppression': tables protected each by itself tell Spain-2015 by EU-2015 less
    Portugal-2015."""
    numbers = {
        ("young", "Spain", "2014"): 6,
        ("young", "Iceland", "2014"): 8,
        ("old", "Spain", "2014"): 9,
        ("old", "Portugal", "2014"): 1,
        ("young", "Iceland", "2015"): 2,
        ("old", "Spain", "2015"): 4,
        ("old", "Portugal", "2015"): 3,
        ("young", "Spain", "2016"): 7,
        ("young", "Iceland", "2016"): 2,
        ("young", "Portugal", "2016"): 2,
    }
    assert n_hidden(*countries(numbers), 3) == 27


def test_hierarchical_table_without_protected_zeros():
    """GaussSuppression, vignette 'Small count frequency table suppression', table 4: minimum 5, age by country in the EU or not."""
    numbers = dict(zip(product(("young", "old"), ("Spain", "Iceland", "Portugal")), (5, 2, 0, 6, 3, 4), strict=True))
    table, splits = with_totals(numbers)
    for age in ("young", "old", TOTAL):
        table[age, "EU"] = table[age, "Spain"] + table[age, "Portugal"]
        table[age, "nonEU"] = table[age, "Iceland"]
    more: list[Split] = [
        ("1", "EU", ("Spain", "Portugal")),
        ("1", "nonEU", ("Iceland",)),
        ("1", TOTAL, ("EU", "nonEU")),
    ]
    assert n_hidden(table, [*splits, *more], 5) == 11


def test_hiding_sensitive_cells_alone_reveals_some_in_each_table_with_a_single_way_out():
    """That the attack of these tests finds what is there to be found."""
    table, splits = regions()
    tables = linked_tables(table, splits, 4, 1)
    primary = tables.is_sensitive
    nothing = np.zeros(len(primary), dtype=bool)
    assert revealed(table, tables, Suppression(primary, primary, nothing, nothing)) == {
        ("K",): (3, 3),
        ("L",): (3, 3),
        ("M",): (3, 3),
    }
