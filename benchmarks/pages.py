"""Server time of the dashboard's pages in a large district, with many people at once.

    python benchmarks/pages.py --home HOME --times 20 --clients 30 --seconds 60

Takes what is published at HOME and multiplies it: each school, with its students, sections and staff, stands `times` times under ids of
its own, so that 5,000 students become 100,000. Released tables get the schools, too. First the pages are opened that the dashboard opens in
advance (web/warming.py). Then `clients` people, each in a role and at a school or in sections of their own, ask for pages as they would in
the morning: a list, students from it, the next filter, with --pause seconds of reading between two pages on average. Server time is that
of the page's function and of its HTML, waiting for other people's pages included.

Prints the 50th and 95th percentile and the maximum in milliseconds by page, of first visits (nothing kept of an earlier answer) and of all,
the CPU time a page, which a busy machine does not change, and the process's peak memory.
Exits 1 where a 95th percentile of all is over --most.
"""

import argparse
import os
import random
import resource
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb

from district_platform.dictionary import Layer, Owner, Table
from district_platform.dictionary.ddl import published_tables
from district_platform.home import Home
from district_platform.outputs.uploads.files import EVIDENCE
from district_platform.quality.files import REPORT_FILE, WORKLISTS
from district_platform.settings import Settings
from district_platform.web.access.viewer import EVERYBODY, Role, Scope, Viewer
from district_platform.web.pages.registry import Page, pages
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library, Reader
from district_platform.web.rendering import Chrome
from district_platform.web.rendering import page as html_of
from district_platform.web.warming import warm

PLACES = (
    *("k_school", "school_id", "school_name", "k_session", "k_calendar_date"),
    *("k_section", "section_id", "enrollment_id", "assignment_id", "k_store", "store_id", "sale_id"),
)
PEOPLE = (
    *("k_student", "k_student_xyear", "k_educator", "certification_id", "k_employee"),
    *("k_customer", "customer_id", "k_sales_person", "sales_person_id"),
)
"""Columns whose ids are made anew for each copy."""


def multiplied(source: Home, target: Home, times: int) -> None:
    """Writes a publication at `target` with everything of `source`'s so many times."""
    current = source.current.resolve()
    folder = target.publications / current.name
    (folder / "reports" / "analysis_tables").mkdir(parents=True)
    (folder / "out").mkdir()
    shutil.copy2(current / "reports" / REPORT_FILE, folder / "reports" / REPORT_FILE)
    shutil.copytree(current / "reports" / WORKLISTS, folder / "reports" / WORKLISTS)
    shutil.copy2(current / "reports" / EVIDENCE, folder / "reports" / EVIDENCE)
    with duckdb.connect(config={"memory_limit": "2GB", "temp_directory": str(target.root / "spilled")}) as connection:
        connection.execute(f"create table copies as select printf('%02d', unnest(range({times}))) as copy")
        for name, table in published_tables():
            if table.layer is Layer.RELEASE:
                path = folder / "reports" / "analysis_tables" / f"{name}.csv"
                rows = f"read_csv('{current}/reports/analysis_tables/{name}.csv', all_varchar = true)"
                _write_released(connection, rows, path)
            else:
                _write_table(connection, current / "out", folder / "out", table)
    os.symlink(os.path.relpath(folder, target.warehouse), target.current)


def _write_released(connection: duckdb.DuckDBPyConnection, rows: str, path: Path) -> None:
    columns = [name for name, *_ in connection.execute(f"describe from {rows}").fetchall()]
    if "k_school" not in columns:
        connection.execute(f"copy (from {rows}) to '{path}' (header)")
        return
    shown = ", ".join(_renamed(column) if column in PLACES else f'"{column}"' for column in columns)
    schools = f"select {shown} from (from {rows} where k_school is not null) as source, copies"
    connection.execute(f"copy (from {rows} where k_school is null union all {schools}) to '{path}' (header)")


def _write_table(connection: duckdb.DuckDBPyConnection, source: Path, target: Path, table: Table) -> None:
    parts = (
        sorted((source / table.name).rglob("*.parquet"))
        if table.is_split_by_year
        else [source / f"{table.name}.parquet"]
    )
    for part in parts:
        path = target / part.relative_to(source)
        path.parent.mkdir(parents=True, exist_ok=True)
        columns = [column for column, *_ in connection.execute(f"describe from '{part}'").fetchall()]
        own = [column for column in columns if column in (*PLACES, *PEOPLE)]
        if not own:
            shutil.copy2(part, path)
            continue
        shown = ", ".join(_renamed(column) if column in own else f'"{column}"' for column in columns)
        rows = f"select {shown} from '{part}' as source, copies order by {', '.join(table.stored_order)}"
        connection.execute(f"copy ({rows}) to '{path}' (format parquet, compression zstd)")


def _renamed(column: str) -> str:
    """A copy's id. Places get the copy in front, after the school year where they begin with it. People get it at the end, so that those
    of a school are scattered among all ids, as they are in a district.
    """
    if column in PEOPLE:
        return f'"{column}" || copies.copy as "{column}"'
    if column in ("k_session", "k_section"):
        return f'left("{column}", 5) || copies.copy || substr("{column}", 6) as "{column}"'
    if column == "school_name":
        return f'"{column}" || \' \' || copies.copy as "{column}"'
    return f'copies.copy || "{column}" as "{column}"'


def people(reader: Reader, clients: int, seed: int) -> list[Viewer]:
    """Principals, counselors and teachers, each of another school or sections; a leader and two of the other roles in ten."""
    schools = [k for (k,) in reader.ask("select k_school from dim_school order by hash(k_school)", {})]
    taught = reader.ask(
        "select k_educator, list(distinct k_section) from fct_staff_section_association where school_year = $year "
        "and k_educator is not null group by k_educator order by hash(k_educator) limit $n",
        {"year": reader.publication.school_year, "n": clients},
    )
    others = _others(reader, schools, clients)
    found = []
    for number in range(clients):
        k_educator, sections = taught[number % len(taught)]
        kind = number % 10
        if kind == 0:
            found.append(Viewer(f"leader{number}", Role.DISTRICT, Scope(schools=tuple(sorted(schools)))))
        elif kind > 7:
            found.append(next(others))
        elif kind < 5:
            role = Role.PRINCIPAL if kind < 3 else Role.COUNSELOR
            found.append(Viewer(f"school{number}", role, Scope(schools=(schools[number % len(schools)],))))
        else:
            found.append(
                Viewer(
                    f"teacher{number}", Role.TEACHER, Scope(sections=tuple(sorted(sections)), educator=(k_educator,))
                )
            )
    random.Random(seed).shuffle(found)
    return found


def _others(reader: Reader, schools: list[str], clients: int) -> Iterator[Viewer]:
    """A clerk, a steward, somebody of human resources, an employee and a manager in turn, each time at another place."""
    employees, stores = (
        [k for (k,) in reader.ask(f"select {key} from {table} order by hash({key})", {})]
        for key, table in (("k_employee", "dim_employee"), ("k_store", "dim_store"))
    )
    owners = (Owner.SIS, Owner.ATTENDANCE, Owner.HR)
    for number in range(clients):
        yield Viewer(f"clerk{number}", Role.CLERK, Scope(schools=(schools[number % len(schools)],)))
        yield Viewer(f"steward{number}", Role.STEWARD, Scope(owners=(owners[number % len(owners)],)))
        yield Viewer(f"hr{number}", Role.HR, Scope(staff=(EVERYBODY,)))
        yield Viewer(f"employee{number}", Role.EMPLOYEE, Scope(employee=(employees[number % len(employees)],)))
        yield Viewer(f"manager{number}", Role.STORE, Scope(stores=(stores[number % len(stores)],)))


BEGINS = {
    Role.CLERK: "desk",
    Role.STEWARD: "quality",
    Role.HR: "staff",
    Role.EMPLOYEE: "hours",
    Role.STORE: "store",
}


class Asking:
    """Everybody's pages and how long each took."""

    def __init__(self, library: Library, every: dict[str, Page], pause: float, until: float) -> None:
        self._library, self._pages, self._pause, self._until = library, every, pause, until
        self.took: dict[tuple[str, bool], list[float]] = defaultdict(list)
        self._lock = threading.Lock()

    def visit(self, viewer: Viewer, seed: int) -> None:
        """One person until the time is over; their first visit of each address is marked."""
        chance, seen = random.Random(seed), set()
        time.sleep(chance.random() * self._pause)
        while time.monotonic() < self._until:
            for page, filters in self._walk(viewer, chance):
                key = (page, tuple(sorted(filters.items())))
                began = time.monotonic()
                with self._library.reader() as reader:
                    html_of(self._pages[page].build(viewer, filters, reader), Chrome("Benchmark"))
                with self._lock:
                    self.took[page, key not in seen].append(1000 * (time.monotonic() - began))
                seen.add(key)
                time.sleep(chance.random() * 2 * self._pause)

    def _walk(self, viewer: Viewer, chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
        if viewer.role in BEGINS:
            yield from self._of_others(viewer, chance)
            return
        if viewer.role is Role.TEACHER:
            yield "classes", {}
            students = self._students("classes.students", viewer, {})
        else:
            if viewer.role is Role.DISTRICT:
                yield "district", {}
            school = chance.choice(viewer.scope.schools)
            yield "school", {"school": school}
            yield "school", {"school": school, "grade": chance.choice(["02", "07", "10"])}
            students = self._students("school.members", viewer, {"school": school})
        for student in chance.sample(students, min(3, len(students))):
            yield "student", {"student": student}

    def _of_others(self, viewer: Viewer, chance: random.Random) -> Iterator[tuple[str, dict[str, str]]]:
        """The first page of the role, and of human resources three employees from it."""
        yield BEGINS[viewer.role], {}
        if viewer.role is Role.HR:
            with self._library.reader() as reader:
                people = reader.ask("select k_employee from dim_employee", {})
            yield from (("employee", {"employee": k}) for (k,) in chance.sample(people, min(3, len(people))))

    def _students(self, query: str, viewer: Viewer, filters: dict[str, str]) -> list[str]:
        with self._library.reader() as reader:
            return list(reader.rows(registry().queries[query], viewer, **filters).student_ids)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--times", type=int, default=20)
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=5, help="mean seconds between two pages of one person")
    parser.add_argument("--most", type=float, default=300, help="milliseconds of the 95th percentile")
    parser.add_argument(
        "--keep", type=Path, help="where to keep the multiplied publication, and take it from next time"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Home(root=given.keep or Path(folder))
        if not home.current.exists():
            multiplied(Home(root=given.home), home, given.times)
        sys.exit(measure(home, given))


def measure(home: Home, given: argparse.Namespace) -> int:
    library = Library(home, registry())
    with library.reader() as reader:
        [(n,)] = reader.ask(
            "select count(distinct k_student_xyear) from fct_student_school_association where school_year = $year",
            {"year": reader.publication.school_year},
        )
        viewers = people(reader, given.clients, seed=7)
    print(f"{n:,} students this year, {given.clients} people, a page each {given.pause:g} s, {os.cpu_count()} cores")
    every = dict(pages(Settings()))
    before = time.process_time()
    with library.reader() as reader:
        n_warmed = warm(reader, every, lambda seconds: False)
    print(f"{n_warmed} pages opened in advance, {time.process_time() - before:.0f} s of CPU")
    asking = Asking(library, every, given.pause, time.monotonic() + given.seconds)
    threads = [threading.Thread(target=asking.visit, args=(viewer, seed)) for seed, viewer in enumerate(viewers)]
    before = time.process_time()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    spent = time.process_time() - before
    library.close()
    n_pages = sum(map(len, asking.took.values()))
    print(f"{n_pages} pages, {1000 * spent / max(1, n_pages):.0f} ms of CPU each")
    return report(asking.took, given.most)


def report(took: dict[tuple[str, bool], list[float]], most: float) -> int:
    print(f"{'page':<10}{'':<14}{'pages':>6}{'p50':>8}{'p95':>8}{'max':>8}  ms")
    slow = 0
    for page in sorted({page for page, _ in took}):
        first, every = took[page, True], took[page, True] + took[page, False]
        for what, times in (("first visits", first), ("all", every)):
            p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
            print(f"{page:<10}{what:<14}{len(times):>6}{statistics.median(times):>8.0f}{p95:>8.0f}{max(times):>8.0f}")
            slow += what == "all" and p95 > most
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
    return int(slow > 0)


if __name__ == "__main__":
    main()
