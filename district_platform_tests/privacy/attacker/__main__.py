"""`python -m district_platform_tests.privacy.attacker <home>`: attack what a home publishes, and print what was found and why."""

import argparse
import time
from pathlib import Path

from .attack import attack
from .files import of_home
from .findings import KINDS, findings
from .reading import read


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path, help="the district's folder")
    parser.add_argument("--findings", type=int, default=30, help="how many findings to print (default 30)")
    parser.add_argument("--kind", choices=KINDS, help="print only those of one kind")
    parser.add_argument("--no-programs", action="store_true", help="intervals only, in a second or two")
    arguments = parser.parse_args()
    started = time.monotonic()
    found = findings(attack(read(of_home(arguments.home)), programs=not arguments.no_programs))
    print(found)
    shown = [f for f in found.found if arguments.kind in (None, f.kind)][: arguments.findings]
    for number, finding in enumerate(shown, start=1):
        print(f"\n{number}. {finding}")
    print(f"\n{time.monotonic() - started:.0f} s")


if __name__ == "__main__":
    main()
