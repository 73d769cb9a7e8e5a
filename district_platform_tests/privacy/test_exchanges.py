import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from district_platform.privacy.exchanges import Exchanges
from district_platform.privacy.gathering import gather, in_order
from district_platform.privacy.totals import totals_of
from district_platform.privacy.truth import truth_of
from district_platform_tests.privacy.random_knowledge import A_FEW, RELEASES, bounds_of, known_of
from district_platform_tests.privacy.random_releases import Children, children
from district_platform_tests.privacy.rows import ALL, enrolled


def shown_apart(unknown: set[str]) -> set[str]:
    """Of 15 children, 5 at school A and 10 at B: the schools whose count, unknown between 1 and 14, exchanges show two values of."""
    counted = enrolled({(None, ALL): 15, ("A", ALL): 5, ("B", ALL): 10}).assign(n_students_census=None)
    frames = in_order({"enrollment_summary": counted})
    groups = gather(frames)
    table = truth_of(frames, groups).filled
    count_of = {
        school: i for i in range(len(groups)) for school in "AB" if f"n_students|2026|{school}|" in groups.label(i)
    }
    is_unknown = np.zeros(len(groups), dtype=bool)
    is_unknown[[count_of[school] for school in unknown]] = True
    bounds = np.where(is_unknown, 1, table), np.where(is_unknown, 14, table)
    low, high = table.copy(), table.copy()
    Exchanges(groups, totals_of(groups), bounds, table).widen(is_unknown, np.full(len(groups), 2.0), low, high)
    return {school for school in unknown if high[count_of[school]] > low[count_of[school]]}


def test_two_unknown_schools_of_a_known_district_may_exchange_children():
    assert shown_apart({"A", "B"}) == {"A", "B"}


def test_school_that_could_exchange_with_nobody_but_itself_is_not_shown_to_be_uncertain():
    assert shown_apart({"A"}) == set()


@pytest.mark.parametrize("kind", RELEASES)
@A_FEW
@given(counted=children(years=2, schools=3, grades=2), dice=st.randoms(use_true_random=False))
def test_what_exchanges_show_is_possible(kind: str, counted: Children, dice: random.Random) -> None:
    """However loose the bounds they are given: against two programs for each count that they move."""
    known, value = known_of(RELEASES[kind](counted), dice)
    low, high = value.copy(), value.copy()
    exchanges = Exchanges(known.groups, known.totals, (known.lower, known.upper), value)
    exchanges.widen(known.lower < known.upper, np.full(len(value), 2.0), low, high)
    moved = np.flatnonzero(low < high).tolist()
    lowest, highest = bounds_of(moved, known)
    for i in moved:
        assert lowest[i] <= low[i] <= value[i] <= high[i] <= highest[i]
