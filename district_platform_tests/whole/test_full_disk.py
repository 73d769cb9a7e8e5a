"""A run on a disk that fills up."""

import resource
import signal
import subprocess
import sys
from pathlib import Path

from district_platform.cli.faults import FULL


def test_a_run_on_a_disk_that_is_full_ends_in_a_sentence(home):
    """No file may grow beyond 1 MB, which is where Dagster's own database ends."""

    def no_space() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    home.config_file.write_text('[sources]\nkind = "files"\n')
    command = [str(Path(sys.executable).with_name("district-platform")), "run", "--home", str(home.root)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_space)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    assert FULL in run.stderr
