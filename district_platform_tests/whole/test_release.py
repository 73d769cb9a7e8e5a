"""What a release gives away: of a district that nobody has seen, in a run that was selected around report and audit, and in one that gives
a hidden cell away, which publishes nothing and says which cell."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from district_platform_tests.conftest import ATTACK_SEED
from district_platform_tests.privacy.attack_truth import attacked
from district_platform_tests.privacy.attacker.findings import HIDDEN, PART, TOLD
from district_platform_tests.processes import SIZE, environment, platform
from district_platform_tests.publications import published

OF_THE_DELIVERY = "who is tested is enrolled"
"""What extracts that contradict each other can break: a planted result of a student whom the enrollments lack."""

FROM_THE_RELEASE_ON = 'group:"g8_release" or group:"g6_quality" or group:"g9_outputs"'

LEAKY = """
import functools, sys
from district_platform import cli
from district_platform.dictionary import TABLES
from district_platform.privacy import release
from district_platform.privacy.words import PROTECTS

honest = release.released
CENSUS = "n_students_census"

@functools.wraps(honest)
def leaky(frames, *arguments):
    found = honest(frames, *arguments)
    name = "enrollment_summary"
    key = list(TABLES[name].key)
    told = found.tables[name]
    values = told[key].merge(frames[name][[*key, CENSUS]], on=key, how="left")[CENSUS]
    hidden = (told[f"{CENSUS}_display"] == PROTECTS).to_numpy()
    assert hidden.any()
    told[CENSUS] = told[CENSUS].mask(hidden, values.set_axis(told.index))
    return found

release.released = leaky
cli.main(sys.argv[1:])
"""
"""The platform, without complementary suppression of counts: what is hidden to protect another group stands in its column."""


@pytest.mark.slow
def test_nothing_can_be_worked_out_of_a_district_that_nobody_has_seen(tmp_path: Path) -> None:
    """Another district in each run of the tests; its seed stands at the end of their output."""
    seed = int(os.environ[ATTACK_SEED])
    run = platform(tmp_path, "run", **SIZE, synthetic__seed=seed)
    assert run.returncode == 0, run.stdout + run.stderr
    found, untrue = attacked(tmp_path)
    assert [relation for relation in untrue if not relation.startswith(OF_THE_DELIVERY)] == [], seed
    assert [str(finding) for finding in found.right if finding.kind in (HIDDEN, PART, TOLD)] == [], seed


@pytest.mark.slow
def test_selection_without_report_or_audit_publishes_no_leaking_release(copy):
    files = published(copy)
    environ = environment(copy, **SIZE, quality__max_findings=100_000)
    leaky = [sys.executable, "-c", LEAKY, "run", "--select"]
    honest = [sys.executable, "-m", "district_platform.cli", "run", "--select"]

    def refused(*command: str) -> str:
        run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        assert run.returncode == 1, run.stdout + run.stderr
        assert {name: digest for name, digest in published(copy).items() if "failed" not in name} == files
        return run.stdout + run.stderr

    said = refused(*leaky, 'group:"g8_release" or key:"publication"')
    assert "Not audited as they are now: release_enrollment_summary." in " ".join(said.split())
    leaks = refused(*honest, 'key:"privacy_a*" or key:"privacy_relations" or key:"publication"')
    assert "PRV-01 Hidden cell that can be worked out" in leaks
    assert "PRV-01 Hidden cell that can be worked out" in refused(*honest, "publication")


@pytest.mark.slow
def test_release_without_complementary_suppression_is_refused_and_the_cell_is_named(copy):
    files = published(copy)
    command = [sys.executable, "-c", LEAKY, "run", "--select", FROM_THE_RELEASE_ON]
    environ = environment(copy, **SIZE, quality__max_findings=100_000)
    run = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Not published: what was published before stays." in run.stdout
    assert "PRV-01: " in run.stdout
    [refused] = (copy / "reports" / "failed").glob("*/data_quality_report.json")
    [rule] = [rule for rule in json.loads(refused.read_text())["rules"] if rule["rule_id"] == "PRV-01"]
    assert (rule["status"], rule["severity"]) == ("failed", "error")
    assert rule["n_findings"] > 0
    with (refused.parent / "worklists" / "data-team.csv").open() as file:
        told = {row["finding_key"]: row["evidence"] for row in csv.DictReader(file) if row["rule_id"] == "PRV-01"}
    annex = json.loads((refused.parent / "restricted" / "findings.json").read_text())
    [entry] = [entry for entry in annex["rules"] if entry["rule_id"] == "PRV-01"]
    assert set(entry["finding_keys"]) <= told.keys()
    assert any(message.startswith("can be worked out from what is published") for message in told.values())
    assert {name: digest for name, digest in published(copy).items() if "failed" not in name} == files
