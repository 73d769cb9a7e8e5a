"""What the attacker does where a release contradicts itself, as releases of thirty days of corrections do."""

import importlib

import pytest

from district_platform_tests.privacy.attacker.attack import MisreadError, attack
from district_platform_tests.privacy.attacker.cells import Bounds, Cell, Release, Share
from district_platform_tests.privacy.attacker.propagation import ContradictionError, Knowledge

attack_module = importlib.import_module("district_platform_tests.privacy.attacker.attack")


def of_two_days(low: float, high: float, size: Bounds, least: int) -> Release:
    """A release in which a percentage of a group, told earlier, stands beside its size as it is now, and a count that hangs on neither."""
    group, part, other = (Cell(count, 2025, "district") for count in ("judged", "chronic", "attending"))
    release = Release(bounds={group: size, part: Bounds(0, 30), other: Bounds(least, 30)}, columns={group, part, other})
    release.shares.append(Share(part, group, low, high, "33.3 %"))
    return release


def test_a_percentage_that_no_size_fits_is_left_out_and_the_rest_is_read():
    release = of_two_days(0.33, 0.334, Bounds(7, 8), 12)
    known = attack(release, programs=False)
    assert known.release.shares == []
    assert [(known.low[i], known.high[i]) for i in map(known.index.get, release.bounds)][2] == (12, 30)


def test_what_still_contradicts_itself_with_nothing_left_to_leave_out_is_misread(monkeypatch):
    """And is said at once: seed 9 over thirty days made the attacker leave out the same count a hundred times."""
    release = of_two_days(0.33, 0.334, Bounds(7, 8), 12)
    tries = []

    def contradicts(knowledge: Knowledge, programs: bool) -> Knowledge:
        tries.append(programs)
        raise ContradictionError("at least 9 and at most 8", Cell("tested", 2025, "district"))

    monkeypatch.setattr(attack_module, "narrowed", contradicts)
    with pytest.raises(MisreadError, match="nothing is left"):
        attack(release)
    assert len(tries) == 1
