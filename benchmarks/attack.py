"""What the attacker of the tests finds in released tables (district_platform_tests/privacy/attacker), held against the truth.

`python -m benchmarks.attack --home <folder>` attacks one home and prints findings with their derivation; without --home it makes
districts of the sizes, seeds and profiles asked for and prints a line for each.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from district_platform_tests.privacy.attack_truth import Judged, attacked, by_count
from district_platform_tests.privacy.attacker.findings import DIFFERENCE, HIDDEN, PART, TOLD


def run(home: Path, students: int, seed: int, profile: str) -> None:
    """One run of a synthetic district."""
    environment = dict(os.environ, DISTRICT_PRIVACY__PROFILE=profile)
    command = [str(Path(sys.executable).with_name("district-platform")), "run", "--home", str(home)]
    options = ["--students", str(students), "--seed", str(seed)]
    finished = subprocess.run([*command, *options], env=environment, capture_output=True, text=True)
    if finished.returncode:
        raise SystemExit(finished.stdout + finished.stderr)


def line(name: str, found: Judged, seconds: float) -> str:
    cells = [f"{found.n_hidden_small:,}"]
    for kind in (HIDDEN, PART, TOLD, DIFFERENCE):
        cells.append(f"{found.count(kind, True)} / {found.count(kind, False)}")
    return f"| {name} | {' | '.join(cells)} | {len(found.wrong)} | {seconds:.0f} s |"


HEADER = """| district | hidden counts under the minimum | hidden: exactly / within one | parts of percentages | told differences \
| deduced differences | false | attack |
|---|--:|--:|--:|--:|--:|--:|--:|"""


def show(found: Judged, untrue: list[str], how_many: int) -> None:
    """Findings of one home, each with why."""
    print(found)
    print(f"readings and relations that are not true: {len(untrue)}")
    for wrong in found.wrong[:how_many]:
        print(f"FALSE {wrong}\ntrue: {found.truth[wrong.cell]:g}")
    for problem in untrue[:how_many]:
        print("UNTRUE", problem)
    print("exactly:", by_count([f for f in found.right if f.is_exact]))
    for number, finding in enumerate(found.right[:how_many], start=1):
        print(f"\n{number}. {finding}\ntrue: {found.truth[finding.cell]:g}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="attack this home, and make none")
    parser.add_argument("--findings", type=int, default=30, help="how many findings of --home to print (default 30)")
    parser.add_argument("--students", type=int, nargs="+", default=[400])
    parser.add_argument("--seeds", type=int, nargs="+", default=[7])
    parser.add_argument("--profiles", nargs="+", default=["nces"])
    parser.add_argument("--without-public", action="store_true", help="the attacker does not know the public figures")
    parser.add_argument("--no-programs", action="store_true", help="intervals only, which takes seconds")
    arguments = parser.parse_args()
    options = {"with_public": not arguments.without_public, "programs": not arguments.no_programs}
    if arguments.home:
        show(*attacked(arguments.home, **options), arguments.findings)
        return
    print(HEADER)
    for students in arguments.students:
        for profile in arguments.profiles:
            for seed in arguments.seeds:
                with tempfile.TemporaryDirectory() as folder:
                    run(Path(folder), students, seed, profile)
                    started = time.monotonic()
                    found, untrue = attacked(Path(folder), **options)
                    name = f"{students:,} students, seed {seed}, {profile}"
                    print(line(name, found, time.monotonic() - started), *untrue[:3], sep="\n", flush=True)


if __name__ == "__main__":
    main()
