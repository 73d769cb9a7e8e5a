"""The rules against the synthetic district, which knows its defects: found exactly, and nothing else; duplicates nearly so."""

import csv
import os
from collections import defaultdict

import pytest

from district_platform.home import Home
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.settings import Defects, Quality, Settings, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.quality.building import build_judged_tables
from district_platform_tests.quality.conftest import BY_PATH, load

LINKAGE = ("EDU-02", "ENR-09")
LEAST_PRECISION, LEAST_RECALL = 0.9, 0.8

DISTRICTS = [
    pytest.param(True, 1, id="with defects, seed 1"),
    pytest.param(True, 2, id="with defects, seed 2"),
    pytest.param(False, 20260213, id="without defects"),
]
JUDGED = int(os.environ.get("JUDGED_DISTRICTS", "1"))
"""How many of them are judged: the first alone by `make test-whole`, all by `make test-all`."""


@pytest.mark.parametrize(("enabled", "seed"), DISTRICTS[:JUDGED])
def test_rules_find_the_planted_defects_and_nothing_else(home: Home, enabled: bool, seed: int):
    synthetic = Synthetic(students=1_000, seed=seed, defects=Defects(enabled=enabled))
    settings = Settings(synthetic=synthetic, quality=Quality(max_findings=100_000))
    generate(home.raw, synthetic, settings.assessments, settings.effective_date)
    planted: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader((home.raw / "_planted_defects.csv").open()):
        planted[row["rule_id"]].add(row["key"])
    with load(home, {}, list(BY_PATH)).tables() as tables:
        build_judged_tables(tables, settings)
        results = [evaluate(tables, rule, settings) for rule in RULES.values()]
    found = {result.rule.id: {finding.key for finding in result.findings} for result in results}
    for rule_id in LINKAGE:
        _assert_found_well_enough(rule_id, found.pop(rule_id), planted.pop(rule_id, set()))
    assert found == {rule_id: planted[rule_id] for rule_id in RULES if rule_id not in LINKAGE}


def _assert_found_well_enough(rule_id: str, found: set[str], planted: set[str]) -> None:
    """Duplicates are probable, never certain (docs/record_linkage.md); without any planted, none may be found."""
    right = len(found & planted)
    precision, recall = right / max(1, len(found)), right / max(1, len(planted))
    print(f"{rule_id}: {len(planted)} planted, {len(found)} found, precision {precision:.3f}, recall {recall:.3f}")
    assert right >= LEAST_PRECISION * len(found)
    assert right >= LEAST_RECALL * len(planted)
