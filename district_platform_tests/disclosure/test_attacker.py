import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.disclosure.attacker import too_narrow
from district_platform.disclosure.programs import FeasibleRange
from district_platform_tests.disclosure.feasible import feasible
from district_platform_tests.disclosure.random_tables import A_FEW, KINDS, finest, known_of
from district_platform_tests.disclosure.small_tables import Table

WANTED = 2


@pytest.mark.parametrize("kind", KINDS)
@A_FEW
@given(table=finest(5, 3, 2), dice=st.randoms(use_true_random=False))
def test_what_is_shown_to_be_possible_is_and_what_is_too_narrow_is_found(
    kind: str, table: Table, dice: random.Random
) -> None:
    """The quick ways (programs that move many cells at once) and the exact one, against two programs for each cell."""
    tables = KINDS[kind](table)
    value, known = tables.value, known_of(tables, dice)
    unknown = np.flatnonzero(known.lower < known.upper).tolist()
    asked = np.zeros(len(value))
    asked[dice.sample(unknown, min(8, len(unknown)))] = WANTED
    quickly, exactly = FeasibleRange(value), FeasibleRange(value)
    doubtful, _ = too_narrow(known, asked, quickly, decided=0)
    narrow, is_exact = too_narrow(known, asked, exactly)
    cells = np.flatnonzero(asked).tolist()
    low, high = feasible(cells, known)
    assert is_exact
    for i in cells:
        for found in (quickly, exactly):
            assert low[i] <= found.low[i] <= value[i] <= found.high[i] <= high[i]
        assert (i in narrow) == (high[i] - low[i] < WANTED)
        assert i in doubtful or i not in narrow
