import gc

import numpy as np
import pytest
from highspy import Highs
from scipy.sparse import csc_array

from district_platform.disclosure.solver import ContradictionError, cheapest

ONE_TOTAL = csc_array([[2.0, 2.0]])


def table_of(total: float, is_whole: bool) -> np.ndarray:
    """The two counts from 0 to 9 of which twice the sum is the total, and as much as possible of it in the first."""
    sums = np.array([total]), np.array([total])
    return cheapest(np.array([-1.0, 0.0]), ONE_TOTAL, sums, (np.zeros(2), np.full(2, 9.0)), is_whole)


def test_cheapest_table_that_makes_the_total():
    assert table_of(24, is_whole=True).tolist() == [9, 3]


def test_children_are_split_only_where_they_may_be():
    assert table_of(25, is_whole=False).tolist() == [9, 3.5]
    with pytest.raises(ContradictionError):
        table_of(25, is_whole=True)


def test_memory_of_a_program_goes_with_it():
    """A large release solves so many that what waits for the garbage collector would fill the machine."""
    gc.collect()
    gc.disable()
    try:
        table_of(24, is_whole=True)
        assert not [kept for kept in gc.get_objects() if isinstance(kept, Highs)]
    finally:
        gc.enable()
