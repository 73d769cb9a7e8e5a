"""What is left of declared equations on given data."""

import numpy as np

from district_platform.disclosure.equations import AT_LEAST, EXACT, Equations, adding_up, at_most


def parts_of_a_total(relation: int) -> Equations:
    """Cells 0 and 1 make up cell 2, or are at most it."""
    parts, totals = np.array([0, 1]), np.array([2, 2])
    return at_most(adding_up(parts, totals, np.zeros(2, dtype=np.int64), np.full(2, relation)))


def obeyed(relation: int, values: list[float], unknown: int | None = None) -> tuple[list[int], list[float]]:
    """The relation of each equation that is left, and its signs."""
    is_unknown = np.arange(3) == (-1 if unknown is None else unknown)
    left = parts_of_a_total(relation).obeyed(np.array(values), is_unknown)
    return left.relation.tolist(), left.sign.tolist()


def test_equation_with_an_unknown_cell_says_nothing():
    assert obeyed(EXACT, [3, 4, 7], unknown=1) == ([], [])


def test_parts_that_should_add_up_and_do_not_only_bound_their_total():
    assert obeyed(EXACT, [3, 4, 7]) == ([EXACT], [1, 1, -1])
    assert obeyed(EXACT, [3, 4, 9]) == ([AT_LEAST], [-1, -1, 1])
    assert obeyed(EXACT, [3, 4, 5]) == ([AT_LEAST], [1, 1, -1])


def test_parts_that_may_be_missing_and_are_not_add_up():
    assert obeyed(AT_LEAST, [3, 4, 7]) == ([EXACT], [-1, -1, 1])
    assert obeyed(AT_LEAST, [3, 4, 9]) == ([AT_LEAST], [-1, -1, 1])


def test_bound_that_the_data_contradict_says_nothing():
    assert obeyed(AT_LEAST, [3, 4, 5]) == ([], [])
