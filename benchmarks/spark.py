"""The daily fact and chronic absence on Spark and on DuckDB with the same memory, as a district grows.

    python -m benchmarks.spark [--students 25000 50000 100000 200000] [--memory 2g]

Makes the district of `daily_attendance.py`, one school year of it, and builds both tables on each engine in a process of its own: Spark
with that much memory for its one Java, driver and executor (`local[*]`), DuckDB with that much (`memory_limit`). Prints wall and CPU
seconds, growth of CPU from one size to the next, peak memory (Java's own high-water mark; for DuckDB the process's), and whether the
rows are the same. First comes what Spark costs where nothing is to do: the seconds until it answers, and those of a table of 40 rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import ibis

from benchmarks.daily_attendance import AS_OF_DATE, MAKE_DISTRICT, SEED, STUDENTS_PER_SCHOOL
from benchmarks.memory import peak
from district_platform.analysis.chronic_absence import chronic_absence
from district_platform.dictionary import TABLES
from district_platform.dimensions.students import dim_subgroup
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.spark.run import spark_of_run
from district_platform.engine.tables import unbound
from district_platform.facts.daily_attendance import fct_student_daily_attendance
from district_platform.settings import Attendance, SparkEngine
from district_platform.sources.reference.absentee_bands import absentee_categories

ENGINES = ("duckdb", "spark")
MEASURED = ("fct_student_daily_attendance", "chronic_absence")


def make_district(connection: duckdb.DuckDBPyConnection, students: int) -> None:
    """One school year, and the few tables that chronic absence reads beside the fact."""
    connection.execute("set threads = 1")  # random() repeats only in one thread
    connection.execute(f"select setseed({SEED})")
    schools = str(max(1, students // STUDENTS_PER_SCHOOL))
    sql = MAKE_DISTRICT.replace("[2024, 2025, 2026]", "[2026]")
    connection.execute(sql.replace("$schools", schools).replace("$students", str(students)))
    tables = DuckDBTables(connection)
    for function in (absentee_categories, dim_subgroup):
        tables.replace(TABLES[function.__name__], function())
    of_school = ", ".join(
        f"{'k_school' if name in ('k_school', 'school_id', 'school_name') else 'null'} as {name}"
        for name in TABLES["dim_school"].columns
    )
    connection.execute(
        f"create table dim_school as select {of_school} from (select distinct k_school from dim_session)"
    )
    groups = "(values ('All students-All students'), ('Sex-Female')) g(k_subgroup)"
    students_of = "(select distinct k_student, school_year from fct_student_school_association)"
    connection.execute(
        f"create table fct_student_subgroup as select k_student, k_subgroup, school_year from {students_of}, {groups}"
    )


def expressions() -> dict[str, Callable]:
    """The two tables, by name."""
    names = (
        "fct_student_school_association",
        "dim_calendar_date",
        "dim_session",
        "fct_student_school_attendance_event",
        "stg_attendance_submissions",
        "absentee_categories",
        "fct_student_school_attendance_event",
    )
    of_absence = (
        "fct_student_daily_attendance",
        "dim_calendar_date",
        "dim_session",
        "absentee_categories",
        "fct_student_subgroup",
        "dim_school",
        "dim_subgroup",
    )
    return {
        "fct_student_daily_attendance": lambda: fct_student_daily_attendance(
            *map(unbound, names), Attendance(), AS_OF_DATE
        ),
        "chronic_absence": lambda: chronic_absence(*map(unbound, of_absence), Attendance(), AS_OF_DATE),
    }


def build(tables: DuckDBTables, before: Callable[[], object]) -> dict[str, tuple[float, float]]:
    """Wall and CPU seconds of each table; `before` is what the engine needs until it answers."""
    steps: dict[str, Callable[[], object]] = {
        "start": before,
        "a small table": lambda: tables.replace(TABLES["dim_subgroup"], dim_subgroup()),
        **{name: partial(_replace, tables, name, made) for name, made in expressions().items()},
    }
    took: dict[str, tuple[float, float]] = {}
    for name, step in steps.items():
        wall, cpu = time.perf_counter(), cpu_seconds()
        step()
        took[name] = time.perf_counter() - wall, cpu_seconds() - cpu
    return took


def _replace(tables: DuckDBTables, name: str, made: Callable[[], ibis.Table]) -> None:
    tables.replace(TABLES[name], made())


def child(engine: str, folder: Path, memory: str) -> None:
    """One engine, in this process: builds both tables and prints what that took."""
    limit = memory.upper() + ("B" if memory[-1].isalpha() else "")
    connection = duckdb.connect(str(folder / f"{engine}.duckdb"), config={"memory_limit": limit})
    if engine == "duckdb":
        took = build(DuckDBTables(connection), lambda: None)
        most = peak()
    else:
        conf = {"spark.driver.memory": memory, "spark.executor.memory": memory}
        with spark_of_run(SparkEngine(conf=conf), folder, "benchmark", connection) as spark:
            took = build(spark.tables(connection), lambda: spark.session.range(1).count())
            most = max((peak(process.name) for process in java_processes()), default=0.0)
    sums = {name: checksum(connection, name) for name in MEASURED}
    print(json.dumps({"took": took, "peak": most / 1024, "sums": sums}))


def cpu_seconds() -> float:
    """Of this process and of its Java."""
    ticks = os.sysconf("SC_CLK_TCK")
    of_java = (stat(process) for process in java_processes())
    return time.process_time() + sum((int(fields[11]) + int(fields[12])) / ticks for fields in of_java)


def java_processes() -> list[Path]:
    """Java below this process, as folders of /proc."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "comm").read_text().strip() == "java" and _is_ours(process):
                found.append(process)
        except OSError:
            continue
    return found


def _is_ours(process: Path) -> bool:
    while process.name not in ("0", "1"):
        if process.name == str(os.getpid()):
            return True
        process = Path("/proc", stat(process)[1])
    return False


def stat(process: Path) -> list[str]:
    """The fields of /proc/<process>/stat from the third on: state, parent …"""
    return (process / "stat").read_text().rsplit(")", 1)[1].split()


def checksum(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    """Rows, and a sum over the hashes of whole rows: equal for equal rows in any order."""
    columns = ", ".join(TABLES[name].columns)
    query = f"select count(*), sum(hash({columns})) from {name}"
    return str(connection.execute(query).fetchall()[0])


def measured(engine: str, folder: Path, memory: str) -> dict:
    command = [sys.executable, "-m", "benchmarks.spark", "--child", engine, "--folder", str(folder), "--memory", memory]
    output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(output.splitlines()[-1])


def compare(sizes: list[int], memory: str) -> bool:
    """Prints the figures; returns whether all rows were the same."""
    print(
        f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores, {memory} of memory; wall and CPU seconds, growth of CPU\n"
    )
    print(
        "| students × one year | engine | start | a table of 40 rows | daily fact | chronic absence | growth | peak |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|--:|", flush=True)
    before: dict[str, float] = {}
    same = True
    for students in sizes:
        sums = []
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            with duckdb.connect(str(folder / "made.duckdb")) as connection:
                make_district(connection, students)
            for engine in ENGINES:
                (folder / f"{engine}.duckdb").write_bytes((folder / "made.duckdb").read_bytes())
                found = measured(engine, folder, memory)
                sums.append(found["sums"])
                print(row(students, engine, found, before), flush=True)
        same = same and sums[0] == sums[1]
        print(f"\n{students:,}: {'the same rows' if sums[0] == sums[1] else f'ROWS DIFFER {sums}'}\n", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    return same


def row(students: int, engine: str, found: dict, before: dict[str, float]) -> str:
    took = found["took"]
    total = sum(took[name][1] for name in MEASURED)
    growth = f"× {total / before[engine]:.2f}" if engine in before else ""
    before[engine] = total
    shown = " | ".join(
        f"{took[name][0]:.0f} s, {took[name][1]:.0f} s" for name in ("start", "a small table", *MEASURED)
    )
    return f"| {students:,} | {engine} | {shown} | {growth} | {found['peak']:.2f} GiB |"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, nargs="+", default=[25_000, 50_000, 100_000, 200_000])
    parser.add_argument("--memory", default="2g", help="for Spark's Java, and for DuckDB")
    parser.add_argument("--child", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.child, options.folder, options.memory)
    elif not compare(options.students, options.memory):
        sys.exit(1)
