"""How much is hidden beside the least that must be, worked out exactly (benchmarks.suppression_minimum)."""

import numpy as np
import pytest

from benchmarks.suppression_minimum import KINDS, Table, least_hidden, tables_of
from district_platform.disclosure.suppression import suppress
from district_platform.disclosure.tables import LinkedTables
from district_platform_tests.disclosure.small_tables import TOTAL


def grades(*sizes: int) -> LinkedTables:
    """One school with its grades."""
    names = tuple(f"grade {i}" for i in range(len(sizes)))
    counts = {("A", TOTAL): sum(sizes), **{("A", name): n for name, n in zip(names, sizes, strict=True)}}
    return tables_of(counts, (names,))


@pytest.mark.parametrize(
    ("sizes", "least"),
    [
        ((40, 30, 20, 25), 0),
        ((40, 30, 20, 5), 2),
        ((40, 30, 5, 7), 2),
        ((40, 30, 3, 4), 3),
        ((10, 30, 20, 9), 2),
    ],
    ids=["none", "one needs another", "two keep each other", "two are few together", "ten gives nine away"],
)
def test_no_more_is_hidden_among_grades_than_must_be(sizes, least):
    tables = grades(*sizes)
    assert int(least_hidden(Table.of(tables)).sum()) == least
    assert int(suppress(tables).is_hidden.sum()) == least


@pytest.mark.whole
@pytest.mark.parametrize(("kind", "n_tables"), [("two-way", 3), ("linked", 1)])
def test_little_more_is_hidden_in_larger_tables_than_must_be(kind, n_tables):
    random, least, chosen = np.random.default_rng(7), 0.0, 0.0
    for _ in range(n_tables):
        tables = KINDS[kind](random)
        table, hidden = Table.of(tables), suppress(tables).is_hidden
        exact = float(table.weight[least_hidden(table)].sum())
        assert float(table.weight[hidden].sum()) >= exact - 1e-9
        least, chosen = least + exact, chosen + float(table.weight[hidden].sum())
    assert chosen <= 1.25 * least
