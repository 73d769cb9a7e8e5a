"""The attacker on what a run publishes, held against the run's own warehouse; on a district never seen before: whole/test_release.py."""

from pathlib import Path

import pytest

from district_platform_tests.privacy.attack_truth import Judged, attacked
from district_platform_tests.privacy.attacker.findings import HIDDEN, PART, TOLD


@pytest.fixture(scope="module")
def attack_of_district(district: Path) -> tuple[Judged, list[str]]:
    """What the attacker finds in the small district's first release, and whatever it read or took for granted that is not true."""
    return attacked(district, programs=False)


def test_the_attacker_relates_only_what_the_truth_obeys(attack_of_district: tuple[Judged, list[str]]) -> None:
    _, untrue = attack_of_district
    assert untrue == []


def test_the_attacker_claims_nothing_false(attack_of_district: tuple[Judged, list[str]]) -> None:
    found, _ = attack_of_district
    assert found.n_hidden_small > 100
    assert [str(finding) for finding in found.wrong] == []


def test_nothing_that_is_hidden_can_be_worked_out(attack_of_district: tuple[Judged, list[str]]) -> None:
    """No hidden count under the minimum has fewer than three values left, and no told counts differ by a small group."""
    found, _ = attack_of_district
    assert [str(finding) for finding in found.right if finding.kind in (HIDDEN, PART, TOLD)] == []
