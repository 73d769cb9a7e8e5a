"""Whole runs on Spark killed with SIGKILL at random moments, and one that must succeed and leave no version of theirs.

    python -m benchmarks.spark_kills [--kills 10] [--connect]

A district of 300 students in a fresh home, by Spark in the platform's own process, whose Java every second kill spares, or by a Spark
Connect server, which lives on. After each kill the catalog's tables and the publication are compared with those of before; at the end
the lake with its catalog. A server may write on for a run that was killed: what it wrote after the next run had cleaned up must be gone
after one more. Runs from the project's folder.
"""

import argparse
import os
import random
import tempfile
from pathlib import Path

from district_platform_tests.publications import published, without_history
from district_platform_tests.spark.conftest import ON_SPARK, QUICK
from district_platform_tests.spark.connect import connect_server
from district_platform_tests.spark.test_killed import Runs, kill_in_a_row

EARLIEST = 0.15
"""Share of a run's time before which it has not begun."""


def main(runs: Runs, kills: int) -> None:
    seconds = runs.succeed()
    rows, publication = runs.catalog(), without_history(published(runs.home))
    print(f"load {os.getloadavg()[0]:.1f}; a whole run took {seconds:.0f} s and made {len(rows)} tables", flush=True)
    shares = [random.Random(kills * 1000 + n).uniform(EARLIEST, 1.0) for n in range(kills)]
    for share, left in zip(shares, kill_in_a_row(runs, [share * seconds for share in shares]), strict=True):
        print(f"killed at {100 * share:.0f} % of a run's time, which left {left}", flush=True)
    for _ in range(2):
        runs.succeed()
        assert runs.catalog() == rows
        assert without_history(published(runs.home)) == publication
        left = runs.lake.unnamed()
        print(f"a run succeeded with the same rows; {len(left)} versions are left that no catalog names", flush=True)
        if not left:
            break
    assert left == []


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--connect", action="store_true", help="by a Spark Connect server")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name) / "home"
        home.mkdir()
        if options.connect:
            with connect_server(Path(name), **QUICK) as address:
                main(Runs(home, settings={"engine__kind": "spark", "engine__spark__remote": address}), options.kills)
        else:
            main(Runs(home, settings=ON_SPARK), options.kills)
