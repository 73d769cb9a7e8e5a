"""200 deliveries made wrong at random, from a fresh seed in each run of the tests; 2,000 with `make test-all`.

The seed stands at the end of the tests' output. MUTATION_SEED=<seed> makes the same deliveries again.
"""

import os
import subprocess
import sys

import pytest

from district_platform_tests.conftest import MUTATION_SEED

PARTS = 2
"""Processes that the deliveries are shared among, so that they run beside each other."""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_delivery_is_read_or_refused_in_a_sentence_and_no_row_is_lost(part: int):
    """No trace, nothing over 20 s or 2 GB, and as many rows read as a counter finds that shares nothing with the readers."""
    n = int(os.environ.get("MUTATED_DELIVERIES", "200")) // PARTS
    command = [
        sys.executable,
        "-m",
        "district_platform_tests.mutated.trial",
        os.environ[MUTATION_SEED],
        str(part * n),
        str(n),
    ]
    trial = subprocess.run(command, capture_output=True, text=True, check=False)
    assert trial.returncode == 0, trial.stdout + trial.stderr
    assert f"{n} deliveries, 0 wrong" in trial.stdout
