"""Ten runs killed with SIGKILL at random moments, and one that must succeed; what is published is compared after each.

    python -m benchmarks.kills [kills]

Runs in a fresh home of 60 students; from the project's folder.
"""

import sys
import tempfile
from pathlib import Path

from district_platform_tests.whole.test_killed import kill_in_a_row, succeed

SMALL = {"synthetic__students": 60, "synthetic__years": 1}

if __name__ == "__main__":
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    with tempfile.TemporaryDirectory() as folder:
        seconds = succeed(Path(folder), **SMALL)
        moments = kill_in_a_row(Path(folder), kills, seconds, **SMALL)
    shown = ", ".join(f"{100 * moment:.0f} %" for moment in moments)
    print(f"{kills} runs killed at {shown} of a run's time: the publication stayed whole, and the next run succeeded")
