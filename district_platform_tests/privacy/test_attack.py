"""The attacker on what a whole run publishes, held against the run's own warehouse."""

import os
from pathlib import Path

import pytest

from district_platform_tests.conftest import ATTACK_SEED
from district_platform_tests.privacy.attack_truth import Judged, attacked
from district_platform_tests.privacy.attacker.findings import HIDDEN, PART, TOLD
from district_platform_tests.processes import SIZE, platform

OF_THE_DELIVERY = "who is tested is enrolled"
"""What extracts that contradict each other can break: a planted result of a student whom the enrollments lack."""


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


@pytest.mark.slow
def test_nothing_can_be_worked_out_of_a_district_that_nobody_has_seen(tmp_path: Path) -> None:
    """Another district in each run of the tests; its seed stands at the end of their output."""
    seed = int(os.environ[ATTACK_SEED])
    run = platform(tmp_path, "run", **SIZE, synthetic__seed=seed)
    assert run.returncode == 0, run.stdout + run.stderr
    found, untrue = attacked(tmp_path)
    assert [relation for relation in untrue if not relation.startswith(OF_THE_DELIVERY)] == [], seed
    assert [str(finding) for finding in found.right if finding.kind in (HIDDEN, PART, TOLD)] == [], seed
