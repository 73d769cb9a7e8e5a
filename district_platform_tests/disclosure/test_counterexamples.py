"""Tables that others published, as examples or because a program's suppression gave cells of them away: here no cell is revealed.

The attack knows what readers are told of a hidden cell (under the minimum, the minimum or more, or nothing of its size) and every sum,
and solves two integer programs of its own for every sensitive cell (`feasible`).
"""

import numpy as np
import pytest

from district_platform.disclosure import LinkedTables, Suppression, suppress
from district_platform.disclosure.attacker import Knowledge
from district_platform_tests.disclosure.feasible import feasible
from district_platform_tests.disclosure.published import EXAMPLES, Example
from district_platform_tests.disclosure.small_tables import linked_tables, names_of

MANY = 10_000


def tables_of(example: Example, protection_level: float) -> LinkedTables:
    return linked_tables(example.table, example.splits, example.minimum, protection_level)


def revealed(example: Example, tables: LinkedTables, found: Suppression) -> dict[tuple[str, ...], tuple[float, float]]:
    """The sensitive cells whose feasibility interval is narrower than the protection level, with the interval."""
    is_small = found.is_primary & ~found.is_unsized
    least = np.where(found.is_primary | found.is_unsized, 1, tables.minimum)
    least, most = np.where(found.is_withdrawn, 0, least), np.where(is_small, tables.minimum - 1, MANY)
    lower, upper = (np.where(found.is_hidden, side, tables.value) for side in (least, most))
    sensitive = np.flatnonzero(found.is_primary)
    low, high = feasible(sensitive, Knowledge(tables.equations, lower, upper))
    names = names_of(example.table)
    return {names[i]: (low[i], high[i]) for i in sensitive if high[i] - low[i] < tables.protection_level}


@pytest.mark.parametrize(
    ("name", "protection_level", "n_hidden"),
    [
        ("regions", 1, 8),
        ("regions", 2, 8),
        ("singletons", 1, 9),
        ("singletons", 2, 12),
        ("two_ones", 1, 3),
        ("few_together", 1, 3),
        ("few_together", 2, 3),
        ("linked_countries", 1, 27),
        ("hierarchy", 1, 11),
        ("hierarchy", 2, 13),
    ],
)
def test_published_example_reveals_no_cell(name, protection_level, n_hidden):
    example = EXAMPLES[name]
    tables = tables_of(example, protection_level)
    found = suppress(tables)
    assert revealed(example, tables, found) == {}
    assert found.is_hidden[(tables.value > 0) & (tables.value < tables.minimum)].all()
    assert found.is_hidden.sum() == n_hidden


@pytest.mark.parametrize("name", [*EXAMPLES])
def test_hidden_cells_of_a_told_total_are_not_few_together(name):
    tables = tables_of(EXAMPLES[name], 1)
    found, equations = suppress(tables), tables.equations
    for equation in range(len(equations)):
        held = equations.equation == equation
        parts, total = equations.cell[held & (equations.sign > 0)], equations.cell[held & (equations.sign < 0)]
        hidden = parts[found.is_hidden[parts] & ~found.is_unsized[parts]]
        if not found.is_hidden[total].any() and len(hidden) == found.is_hidden[parts].sum() > 0:
            assert tables.value[hidden].sum() >= tables.minimum


def test_attack_finds_what_follows_where_sensitive_cells_alone_are_hidden():
    """Three of BIG and three of county-2 less what is told of it."""
    tables = tables_of(EXAMPLES["regions"], 1)
    primary, nothing = tables.is_sensitive, np.zeros(len(tables.value), dtype=bool)
    found = revealed(EXAMPLES["regions"], tables, Suppression(primary, primary, nothing, nothing))
    assert found == {(name,): (3, 3) for name in "KLM"}
