import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.privacy.bounds import Seen, too_narrow
from district_platform_tests.privacy.random_knowledge import A_FEW, RELEASES, bounds_of, known_of
from district_platform_tests.privacy.random_releases import Children, children

WANTED = 2


@pytest.mark.parametrize("kind", RELEASES)
@A_FEW
@given(counted=children(years=2, schools=3, grades=2), dice=st.randoms(use_true_random=False))
def test_what_is_shown_to_be_possible_is_and_what_is_too_narrow_is_found(
    kind: str, counted: Children, dice: random.Random
) -> None:
    """The quick ways (exchanges, programs that move many counts at once) and the exact one, against two programs for each count."""
    known, value = known_of(RELEASES[kind](counted), dice)
    unknown = np.flatnonzero(known.lower < known.upper).tolist()
    asked = np.zeros(len(value))
    asked[dice.sample(unknown, min(8, len(unknown)))] = WANTED
    quickly, exactly = (Seen(len(value), value) for _ in range(2))
    doubtful = too_narrow(known, asked, quickly, is_exact=False)
    narrow = too_narrow(known, asked, exactly)
    counts = np.flatnonzero(asked).tolist()
    low, high = bounds_of(counts, known)
    for i in counts:
        for seen in (quickly, exactly):
            assert low[i] <= seen.low[i] <= value[i] <= seen.high[i] <= high[i]
        assert (i in narrow) == (high[i] - low[i] < WANTED)
        assert i in doubtful or i not in narrow
