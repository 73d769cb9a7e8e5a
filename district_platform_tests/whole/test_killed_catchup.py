"""Killed in the middle of a catchup, the store is whole, and the next run ends in what an undisturbed one ends in."""

import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr

from district_platform.home import Home
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables
from district_platform_tests.memory import in_memory
from district_platform_tests.processes import environment
from district_platform_tests.timekeeping.conftest import empty_postgres, postgres

__all__ = ["empty_postgres", "postgres"]

CATCHUP = """
from district_platform.home import district_home
from district_platform.settings import Engine, load_settings
from district_platform.timekeeping.database import open_store
from district_platform_tests.timekeeping.made import many, load
with open_store(district_home(), load_settings().timekeeping, Engine()) as store:
    load(store, many(), log=lambda line: print(line, flush=True)).catchup()
"""

BATCHES = 15
"""An employee each."""


@dataclass(frozen=True)
class Process:
    """A catchup as a process of its own, which says a line beginning with 'Batch' after every batch."""

    code: str
    environment: dict[str, str]

    def run(self) -> int:
        """Runs it to its end; returns the number of batches."""
        command = [sys.executable, "-c", self.code]
        run = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        return run.stdout.count("Batch")

    def kill_after(self, batches: int, seconds: float) -> None:
        """Kills it so many seconds after so many batches; it must not have ended by itself."""
        command = [sys.executable, "-c", self.code]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout
            while batches and (line := run.stdout.readline()):
                batches -= line.startswith("Batch")
            time.sleep(seconds)
            run.send_signal(signal.SIGKILL)
        assert run.returncode == -signal.SIGKILL, "it had ended"


def kill_in_a_row(process: Process, kills: int, batches: int) -> list[int]:
    """Kills one catchup that many times, each a few of its batches further, then lets it end; returns after which batches."""
    chance = random.Random(kills)
    moments = [chance.randint(1, max(1, batches // (kills + 1))) for _ in range(kills)]
    for moment in moments:
        process.kill_after(moment, chance.uniform(0, 0.03))
    left = process.run()
    assert left <= batches - sum(moments), "what was done was done again"
    return moments


def contents(home: Path, url: str | None) -> dict[str, list[tuple]]:
    """All that the store holds, but for when."""
    timekeeping = Timekeeping(database_url=SecretStr(url) if url else None)
    with in_memory() as tables, store_tables(tables, Home(root=home), timekeeping, Engine()) as stored:
        held = {name: tables.fetch(table.order_by(*table.columns)) for name, table in stored.items()}
    with open_store(Home(root=home), timekeeping, Engine()) as store:
        cursors = store.query("select * from employee_cursor order by person_number").to_pylist()
    return {**held, "cursors": [tuple(row.values()) for row in cursors]}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple]]:
    home = tmp_path_factory.mktemp("undisturbed")
    assert Process(CATCHUP, environment(home)).run() == BATCHES
    return contents(home, None)


@pytest.mark.parametrize("database", ["embedded", "postgres"])
def test_killed_catchup_ends_in_the_tables_of_an_undisturbed_run(
    request: pytest.FixtureRequest, tmp_path: Path, undisturbed: dict[str, list[tuple]], database: str
):
    url = request.getfixturevalue("empty_postgres") if database == "postgres" else None
    named = {"timekeeping__database_url": url} if url else {}
    kill_in_a_row(Process(CATCHUP, environment(tmp_path, **named)), kills=2, batches=BATCHES)
    assert contents(tmp_path, url) == undisturbed
    assert len(undisturbed["punch"]) == 3_000
