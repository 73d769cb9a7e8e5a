"""What the attacker of the tests finds in released tables (district_platform_tests/privacy/attacker), held against the truth.

`python -m benchmarks.attack --home <folder>` attacks one home and prints findings with their derivation; without --home it makes
districts of the sizes, seeds and profiles asked for and prints a line for each. With --days the districts go on for so many days
(district_platform_tests/privacy/days.py), with a run a day, and the attacker gets all their releases.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from district_platform_tests.privacy.attack_truth import (
    Judged,
    attacked,
    by_count,
    public_figures,
    truth_of,
    unreleased,
)
from district_platform_tests.privacy.attacker.cells import Cell, Release
from district_platform_tests.privacy.attacker.files import of_home
from district_platform_tests.privacy.attacker.findings import DIFFERENCE, HIDDEN, PART, TOLD
from district_platform_tests.privacy.attacker.public import add_public
from district_platform_tests.privacy.attacker.reading import read
from district_platform_tests.privacy.attacker.releases import TOGETHER, attack_series
from district_platform_tests.privacy.days import Days

RELEASE = (
    '+key:"release_chronic_absence" or key:"release_*" or key:"msr_student_*" or key:"privacy_*" or key:"publication"'
)
"""What a daily run builds here: all up to the release and its publication, without the quality rules and the brief."""


def platform(home: Path, profile: str, *options: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """`district-platform run` in a home."""
    environment = dict(os.environ, DISTRICT_PRIVACY__PROFILE=profile, **settings)
    command = [str(Path(sys.executable).with_name("district-platform")), "run", "--home", str(home)]
    return subprocess.run([*command, *options], env=environment, capture_output=True, text=True)


def run(home: Path, students: int, seed: int, profile: str) -> None:
    """The first run of a synthetic district."""
    finished = platform(home, profile, "--students", str(students), "--seed", str(seed))
    if finished.returncode:
        raise SystemExit(finished.stdout + finished.stderr)


def daily(home: Path, seed: int, profile: str, n_days: int) -> tuple[list[Release], list[dict[Cell, float]], int]:
    """What a home publishes and what is true, day by day, and how many runs were refused. The first day is the home's own."""
    days = Days(home, seed)
    releases, truths, figures, n_refused = [], [], [], 0
    for number in range(n_days + 1):
        day, happened = (days.day, ["first run"]) if number == 0 else days.next_day()
        settings = {"DISTRICT_SOURCES__KIND": "files", "DISTRICT_AS_OF_DATE": f"{day}"}
        finished = platform(home, profile, "--select", RELEASE, **settings)
        if finished.returncode:
            n_refused += 1
            print(*finished.stdout.splitlines()[-12:], file=sys.stderr, sep="\n")
        print(
            f"{day}: {', '.join(happened) or 'nothing'}{' (refused)' if finished.returncode else ''}",
            file=sys.stderr,
            flush=True,
        )
        figures = figures or public_figures(home)  # as first told
        releases.append(read(of_home(home)))
        add_public(releases[-1], figures)
        truths.append(truth_of(unreleased(home)))
    return releases, truths, n_refused


def show_series(
    name: str, releases: list[Release], truths: list[dict[Cell, float]], n_refused: int, how_many: int
) -> None:
    """What a series of releases gives away; a claim is right where it was true on some day."""
    series = attack_series(releases)
    known: dict[Cell, set[float]] = {}
    for truth in truths:
        for cell, value in truth.items():
            known.setdefault(cell, set()).add(value)
    claims = {f.cell: f for day in series.single for f in day if f.kind in (HIDDEN, TOLD)}
    together = {f.cell: f for day in series.joined for f in day if f.kind in (TOGETHER, TOLD)}
    wrong = [f for f in (*claims.values(), *together.values()) if f.cell in known and not known[f.cell] & set(f.values)]
    print(
        f"{name}: {len(releases)} releases, {n_refused} runs refused; in single releases {len(claims)} findings, in several"
    )
    print(f"together {len(together)} more; {len(series.changes)} counts moved by few; {len(wrong)} claims never true")
    for shown in (series.changes, list(claims.values()), list(together.values()), wrong):
        print(*(f"  {one}" for one in shown[:how_many]), sep="\n")


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
    parser.add_argument("--days", type=int, default=0, help="daily runs after the first, attacked together")
    arguments = parser.parse_args()
    options = {"with_public": not arguments.without_public, "programs": not arguments.no_programs}
    if arguments.home:
        show(*attacked(arguments.home, **options), arguments.findings)
        return
    districts = [(n, p, s) for n in arguments.students for p in arguments.profiles for s in arguments.seeds]
    if not arguments.days:
        print(HEADER)
    for students, profile, seed in districts:
        name = f"{students:,} students, seed {seed}, {profile}"
        with tempfile.TemporaryDirectory() as folder:
            home = Path(folder)
            run(home, students, seed, profile)
            if arguments.days:
                show_series(name, *daily(home, seed, profile, arguments.days), arguments.findings)
                continue
            started = time.monotonic()
            found, untrue = attacked(home, **options)
            print(line(name, found, time.monotonic() - started), *untrue[:3], sep="\n", flush=True)


if __name__ == "__main__":
    main()
