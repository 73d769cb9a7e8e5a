"""What it cost DuckDB that table functions mean the same on Spark: CPU seconds of each after and before.

    python -m benchmarks.portability --before <checkout> --database <home>/warehouse/district.duckdb [table ...]

<checkout> is a worktree of the project as it was: `git worktree add <checkout> 6b9dc0eb~1` is the state before the functions were made
portable. Both make each table from the same warehouse, in turns, on one thread: expression, SQL, and rows into a temporary table. The least
of eight is told. Whether the rows are the same is told, too; where they are not, how many of them.
"""

import inspect
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import click
import duckdb

CHANGED = (
    "attendance_trend",
    "msr_program_stratum",
    "fct_staff_shift",
    "student_performance",
    "assessment_participation",
    "equity_gaps",
    "staffing_ratios",
    "reconciliation_summary",
)
"""Tables whose functions were changed, or use what was."""


class Side:
    """One checkout's functions in a process of their own, asked for one table after another."""

    def __init__(self, checkout: Path, database: Path) -> None:
        command = [sys.executable, str(Path(__file__).resolve()), "--answer", "--database", str(database.resolve())]
        self._process = subprocess.Popen(
            command,
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout.resolve())},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def seconds(self, table: str) -> tuple[float, str]:
        """CPU seconds of making it once, and a checksum of its rows. Raises ValueError where the process has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(f"{table}\n")
        self._process.stdin.flush()
        took, rows = json.loads(self._process.stdout.readline())
        return took, rows


def answer(database: Path) -> None:
    """Makes each table that a line of stdin names, and prints what that took. The package is the one of PYTHONPATH."""
    from district_platform.definitions import defs
    from district_platform.engine import duckdb_tables

    functions = {key.path[-1]: asset for asset in defs.resolve_asset_graph().assets_defs for key in asset.keys}
    caches = [each for each in vars(duckdb_tables).values() if hasattr(each, "cache_clear")]
    with duckdb.connect(str(database), read_only=True, config={"threads": 1}) as connection:
        tables = duckdb_tables.DuckDBTables(connection)
        for line in sys.stdin:
            asset = functions[line.strip()]
            for cache in caches:  # SQL that was made before, of which a run has none
                cache.cache_clear()
            started = time.process_time()
            tables.temporary("made", _expression(asset))
            took = time.process_time() - started
            rows = "select count(*), sum(hash(made)) from made"
            print(json.dumps([took, str(connection.execute(rows).fetchall())]), flush=True)


def _expression(asset: Any) -> Any:
    """What a table function returns for tables by name and the settings' defaults."""
    import ibis

    from district_platform.engine.tables import unbound
    from district_platform.settings import Settings

    settings, function = Settings(), asset.op.compute_fn.decorated_fn
    given = {}
    for parameter, key in asset.keys_by_input_name.items():
        kind = inspect.signature(function).parameters[parameter].annotation
        name = key.path[-1]
        is_date = parameter == "as_of_date"
        given[parameter] = (
            unbound(name) if kind is ibis.Table else settings.effective_date if is_date else getattr(settings, name)
        )
    return function(**given)


@click.command()
@click.option("--before", type=click.Path(exists=True, path_type=Path))
@click.option("--database", type=click.Path(exists=True, path_type=Path), required=True)
@click.option("--times", default=8, show_default=True)
@click.option("--answer", "is_side", is_flag=True, hidden=True)
@click.argument("names", nargs=-1)
def main(before: Path | None, database: Path, times: int, is_side: bool, names: tuple[str, ...]) -> None:
    if is_side:
        answer(database)
        return
    if before is None:
        raise click.UsageError("--before names the checkout to compare with")
    here = Path(__file__).resolve().parent.parent
    sides = {"before": Side(before, database), "after": Side(here, database)}
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; CPU seconds, the least of {times}")
    print("| table | before | after | after ÷ before | rows |\n|---|--:|--:|--:|---|")
    for name in names or CHANGED:
        found = {side: [] for side in sides}
        for turn in range(times):
            for side in list(sides)[:: -1 if turn % 2 else 1]:
                found[side].append(sides[side].seconds(name))
        least = {side: min(took for took, _ in each) for side, each in found.items()}
        same = "the same" if found["before"][0][1] == found["after"][0][1] else "differ"
        ratio = least["after"] / least["before"]
        print(f"| {name} | {least['before']:.3f} | {least['after']:.3f} | {ratio:.2f} | {same} |", flush=True)
    print(f"load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
