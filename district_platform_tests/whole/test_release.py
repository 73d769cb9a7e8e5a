"""What a release gives away: of a district that nobody has seen, and in a run that was selected around report and audit."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from district_platform_tests.conftest import ATTACK_SEED
from district_platform_tests.privacy.attack_truth import attacked
from district_platform_tests.privacy.attacker.findings import HIDDEN, PART, TOLD
from district_platform_tests.privacy.test_refusal import LEAKY
from district_platform_tests.processes import SIZE, environment, platform
from district_platform_tests.publications import published

OF_THE_DELIVERY = "who is tested is enrolled"
"""What extracts that contradict each other can break: a planted result of a student whom the enrollments lack."""


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
