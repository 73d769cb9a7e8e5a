"""Killed in the middle of a catchup, the store is whole, and the next run ends in what an undisturbed one ends in."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.sources.synthetic.folder import TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables
from district_platform_tests.processes import SIZE, environment

CATCHUP = """
from district_platform.settings import load_settings
from district_platform.timekeeping.assets import Extent, bring_up_to_date
bring_up_to_date(load_settings(), Extent(is_catchup=True), "run", lambda line: print(line, flush=True))
"""
"""What the job does, a line for every batch."""

Contents = dict[str, list[tuple]]


class Process:
    """A catchup of the punches at home, in batches of a few employees, as a process of its own."""

    def __init__(self, home: Path, url: str | None, **settings: object) -> None:
        named = {"timekeeping__database_url": url} if url else {}
        self.environment = environment(home, timekeeping__batch_employees=4, **named, **settings)

    def run(self) -> None:
        run = subprocess.run([sys.executable, "-c", CATCHUP], env=self.environment, capture_output=True, text=True)
        assert run.returncode == 0, run.stderr

    def kill_after(self, batches: int, seconds: float) -> bool:
        """Kills it so many seconds after so many batches; whether it was still running."""
        with subprocess.Popen(
            [sys.executable, "-c", CATCHUP], env=self.environment, stdout=subprocess.PIPE, text=True
        ) as run:
            assert run.stdout
            while batches and (line := run.stdout.readline()):
                batches -= line.startswith("Batch")
            time.sleep(seconds)
            run.send_signal(signal.SIGKILL)
        return run.returncode == -signal.SIGKILL


def contents(home: Path, url: str | None) -> Contents:
    """All that the store holds, but for when."""
    timekeeping = Timekeeping(database_url=SecretStr(url) if url else None)
    with duckdb.connect() as connection, store_tables(connection, Home(root=home), timekeeping, Engine()) as names:
        held = {table: connection.execute(f"from {name} order by all").fetchall() for table, name in names.items()}
    with open_store(Home(root=home), timekeeping, Engine()) as store:
        cursors = store.query("select * from employee_cursor order by person_number").to_pylist()
    return {**held, "cursors": [tuple(row.values()) for row in cursors]}


def kill_in_a_row(process: Process, kills: int, batches: int) -> list[int]:
    """Kills one catchup that many times, each time a few of its batches further, then lets it end; returns after which."""
    chance = random.Random(kills)
    moments = [chance.randint(1, max(1, batches // (kills + 1))) for _ in range(kills)]
    for moment in moments:
        assert process.kill_after(moment, chance.uniform(0, 0.1)), "killed too late to show anything"
    process.run()
    return moments


def give_punches(district: Path, home: Path) -> None:
    """The made-up timekeeping system of a district, and nothing else of it."""
    (home / "data" / "raw").mkdir(parents=True)
    for name in (TIMEKEEPING_PERSONS, TIMEKEEPING_PUNCHES):
        shutil.copy(district / "data" / "raw" / name, home / "data" / "raw" / name)


@pytest.mark.slow
@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_killed_catchup_ends_in_the_tables_of_an_undisturbed_run(
    request: pytest.FixtureRequest, tmp_path: Path, district: Path, database: str
):
    give_punches(district, tmp_path)
    url = request.getfixturevalue("empty_postgres") if database == "postgres" else None
    kill_in_a_row(Process(tmp_path, url, **SIZE), kills=1, batches=8)
    assert contents(tmp_path, url) == contents(district, None)
