"""How long the API takes for a student's year, asked by many programs at once.

    python -m benchmarks.api --home HOME
        --times 1          multiplies the publication of HOME (benchmarks/pages.py): 20 makes 100,000 students of 5,000
        --rate 20          requests a second, whatever the answers take
        --keys 50          keys that send them, in turn
        --seconds 60

Starts the server as `district-platform api` does, in a process of its own, with a key for each program that opens all schools, and asks for
the last school year of students by chance. Time is from sending a request to its last byte. Prints the 50th and 95th percentile and the
maximum in milliseconds, and the server's CPU time a request, which a busy machine changes less. Exits 1 where an answer is no 200, or where
the 95th percentile is over --most.
"""

import argparse
import datetime as dt
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import requests

from benchmarks.pages import multiplied
from district_platform.home import Home
from district_platform.web.access.viewer import Role, Scope, Viewer
from district_platform.web.reading.queries import api as queries
from district_platform.web.reading.queries import people, registry
from district_platform.web.reading.reader import Library
from district_platform.web.signin import keys
from district_platform.web.signin.keys import ALL_SCHOOLS, KeyScope
from district_platform.web.signin.store import AccessStore

PORT = 8599
_TICKS = os.sysconf("SC_CLK_TCK")


def students_of(home: Home) -> tuple[list[str], int]:
    """Students enrolled now, and the school year."""
    library = Library(home, registry())
    with library.reader() as reader:
        schools = tuple(k for (k,) in reader.ask(people.PLACES["schools"], {}))
        found = reader.rows(queries.STUDENTS, Viewer("benchmark", Role.KEY, Scope(schools=schools))).student_ids
        year = reader.publication.school_year
    library.close()
    return list(found), year


def made_keys(home: Home, n_keys: int) -> list[str]:
    store, until = AccessStore.of(home), dt.date.today() + dt.timedelta(days=1)
    return [keys.add(store, "benchmark", [KeyScope.STUDENTS], [ALL_SCHOOLS], until)[1] for _ in range(n_keys)]


class Asking:
    """Sends requests at a rate, and keeps how long each took."""

    def __init__(self, students: list[str], year: int, texts: list[str]) -> None:
        self._students, self._span, self._keys = students, f"?from={year - 1}-07-01&to={year}-06-30&_size=1000", texts
        self.took: list[float] = []
        self.refused: list[int] = []
        self._local, self._chance = threading.local(), random.Random(7)

    def send(self, number: int) -> None:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        student = self._chance.choice(self._students)
        address = f"http://127.0.0.1:{PORT}/v1/students/{student}/attendance{self._span}"
        began = time.perf_counter()
        answer = self._local.session.get(
            address, headers={"Authorization": f"Bearer {self._keys[number % len(self._keys)]}"}, timeout=60
        )
        self.took.append(1000 * (time.perf_counter() - began))
        if answer.status_code != 200:
            self.refused.append(answer.status_code)

    def go(self, rate: float, seconds: float) -> None:
        began = time.perf_counter()
        with ThreadPoolExecutor(50) as pool:
            for number in range(int(rate * seconds)):
                time.sleep(max(0.0, began + number / rate - time.perf_counter()))
                pool.submit(self.send, number)


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def measure(home: Home, given: argparse.Namespace) -> int:
    students, year = students_of(home)
    asking = Asking(students, year, made_keys(home, given.keys))
    command = [sys.executable, "-m", "district_platform.cli", "api", "--home", str(home.root), "--port", str(PORT)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            for _ in range(600):
                try:
                    requests.get(f"http://127.0.0.1:{PORT}/healthz", timeout=1)
                    break
                except requests.ConnectionError:
                    time.sleep(0.1)
            for number in range(5):  # opens the publication
                asking.send(number)
            asking.took.clear()
            before = cpu_seconds(server.pid)
            asking.go(given.rate, given.seconds)
            spent = cpu_seconds(server.pid) - before
        finally:
            server.terminate()
    return _show(asking, students, spent, given)


def _show(asking: Asking, students: list[str], spent: float, given: argparse.Namespace) -> int:
    cuts = statistics.quantiles(asking.took, n=100)
    print(
        f"{len(students):,} students enrolled; {len(asking.took):,} requests for a student's year, {given.rate:g} a second, "
        f"{given.keys} keys; load of the machine {os.getloadavg()[0]:.1f}"
    )
    print(
        f"50th percentile {cuts[49]:.0f} ms, 95th {cuts[94]:.0f} ms, most {max(asking.took):.0f} ms; "
        f"{1000 * spent / len(asking.took):.0f} ms CPU a request"
    )
    if asking.refused:
        print(f"{len(asking.refused)} were not answered: {sorted(set(asking.refused))}")
    return int(bool(asking.refused) or cuts[94] > given.most)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--rate", type=float, default=20)
    parser.add_argument("--keys", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--most", type=float, default=250, help="milliseconds of the 95th percentile")
    parser.add_argument(
        "--keep", type=Path, help="where to keep the copy of the publication, and take it from next time"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(root=(given.keep or Path(folder)).absolute())
        if not home.current.exists():
            home.publications.mkdir(parents=True, exist_ok=True)
            multiplied(Home(root=given.home.absolute()), home, given.times)
        sys.exit(measure(home, given))


if __name__ == "__main__":
    main()
