"""CI of a district calls Dagster's own command."""

import subprocess

import pytest

from district_platform_tests.processes import COMMAND, SIZE, environment
from district_platform_tests.publications import published, without_history


@pytest.mark.slow
def test_dagsters_own_command_publishes_the_same_bytes_in_another_home(district, tmp_path):
    command = [
        COMMAND[0],
        "-m",
        "dagster",
        "asset",
        "materialize",
        "--select",
        "*",
        "-m",
        "district_platform.definitions",
    ]
    run = subprocess.run(
        command, env=environment(tmp_path, **SIZE), capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert run.returncode == 0, run.stderr[-2000:]
    assert without_history(published(tmp_path)) == without_history(published(district))
