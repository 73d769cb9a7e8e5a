"""How the benchmarks of tables and rules measure whether the seconds grow as the rows do: `store` and `staff_time`.

Seconds are wall time, of each table as a run builds it, with its key checked, and of each rule as a run judges it; drawing rows is
outside the clock. Growth is the seconds of the most rows against those of half as many: 2 is linear. Memory is the process's highest
so far.
"""

import datetime as dt
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import ibis

from district_platform.dictionary import TABLES
from district_platform.engine import database
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.quality.catalogue import RULES
from district_platform.quality.evaluation import evaluate
from district_platform.quality.model import Rule, arguments
from district_platform.settings import Engine, Settings


@dataclass(frozen=True)
class Subject:
    """What is measured: tables in the order in which they are built, and the rules whose ids begin with `rules`."""

    draw: Callable[[duckdb.DuckDBPyConnection, int], None]
    """Makes what the tables are built from, of so many rows."""
    as_of_date: dt.date
    tables: tuple[Callable[..., ibis.Table], ...]
    rules: str
    delivered: frozenset[str]
    """Extracts without which the rules are not judged."""
    counted: str
    """The table whose rows are told."""


def show(subject: Subject, most: int, steps: int) -> None:
    """Measures `most` rows, and before them half as many, `steps` sizes in all; prints a line for each table and rule."""
    sizes = [most >> step for step in reversed(range(steps))]
    measured = [_measure(subject, size) for size in sizes]
    print(f"{'seconds':28}" + "".join(f"{size:>12,}" for size in sizes) + f"{'growth':>8}")
    for name in measured[0][0]:
        times = [seconds[name] for seconds, *_ in measured]
        growth = f"{times[-1] / times[-2]:8.2f}" if steps > 1 else ""
        print(f"{name:28}" + "".join(f"{seconds:12.2f}" for seconds in times) + growth)
    print(f"{f'rows {subject.counted}':28}" + "".join(f"{rows:12,}" for _, rows, _ in measured))
    print(f"{'memory, MB':28}" + "".join(f"{memory:12,}" for *_, memory in measured))


def _measure(subject: Subject, n_rows: int) -> tuple[dict[str, float], int, int]:
    """Seconds by table and rule, rows of the counted table, and megabytes at the highest."""
    settings = Settings(as_of_date=subject.as_of_date)
    with tempfile.TemporaryDirectory() as folder, database.connect(Path(folder) / "g.duckdb", Engine()) as connection:
        subject.draw(connection, n_rows)
        tables = DuckDBTables(connection)
        seconds = dict(_stages(tables, subject, settings))
        rows = tables.count(subject.counted)
    return seconds, rows, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _stages(tables: DuckDBTables, subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    """Every table and rule with its seconds."""
    for function in subject.tables:
        yield function.__name__, _seconds(partial(_build, tables, function, settings))
    for rule in (rule for rule in RULES.values() if rule.id.startswith(subject.rules)):
        yield rule.id, _seconds(partial(_judge, tables, rule, settings, subject.delivered))


def _seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _build(tables: DuckDBTables, function: Callable[..., ibis.Table], settings: Settings) -> None:
    tables.replace(TABLES[function.__name__], function(**arguments(function, settings)))


def _judge(tables: DuckDBTables, rule: Rule, settings: Settings, delivered: frozenset[str]) -> None:
    evaluate(tables, rule, settings, delivered=delivered, waived=frozenset())
