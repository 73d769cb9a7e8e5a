"""How much is hidden beside the least that must be, worked out exactly (benchmarks.suppression_minimum)."""

import numpy as np
import pytest

from benchmarks.suppression_minimum import ALL, KINDS, Cells, hidden_by_selection, least_hidden
from district_platform_tests.privacy.rows import PRIVACY, subgroup

GRADES = [subgroup("Grade", grade) for grade in ("03", "04", "05", "06")]


def grades(*sizes: int) -> Cells:
    """One school with its grades."""
    return {("A", ALL): sum(sizes), **{("A", grade): n for grade, n in zip(GRADES, sizes, strict=True)}}


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
    table, hidden = hidden_by_selection(grades(*sizes), PRIVACY)
    assert int(least_hidden(table).sum()) == least
    assert int(hidden.sum()) == least


@pytest.mark.parametrize(("kind", "n_tables"), [("two-way", 3), ("linked", 1)])
def test_little_more_is_hidden_in_larger_tables_than_must_be(kind, n_tables):
    random, least, chosen = np.random.default_rng(7), 0.0, 0.0
    for _ in range(n_tables):
        table, hidden = hidden_by_selection(KINDS[kind](random), PRIVACY)
        exact = float(table.weight[least_hidden(table)].sum())
        assert float(table.weight[hidden].sum()) >= exact - 1e-9
        least, chosen = least + exact, chosen + float(table.weight[hidden].sum())
    assert chosen <= 1.25 * least
