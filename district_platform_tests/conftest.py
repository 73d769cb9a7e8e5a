"""Fixtures that many rooms use."""

import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest
from filelock import FileLock

from district_platform.engine import database
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.home import Home
from district_platform.settings import Engine
from district_platform_tests import databases, kept
from district_platform_tests.processes import SIZE, Together, platform

MUTATION_SEED = "MUTATION_SEED"
"""The seed of the mutated deliveries (whole/test_mutated.py): fresh in each run, the same for all its workers."""


ATTACK_SEED = "ATTACK_SEED"
"""The seed of the district that is attacked (whole/test_release.py), fresh in each run too."""

WHOLE = "district_platform_tests/whole"
LEFT_OUT = {
    "district_platform_tests/browser": "the pages in a browser (make test-browser)",
    "district_platform_tests/web/interactive": "the pages in Streamlit (make test-browser)",
    "district_platform_tests/deploy": "image, compose.yaml, units, proxies and AWS (make test-deploy)",
    "district_platform_tests/spark": "the second engine (make test-spark)",
    WHOLE: "whole runs of others' exports, of killed runs and of other versions, and every case of some tests (make test-whole)",
}
"""Folders that `make test` does not run, and what the person at the terminal is told."""


kept.keep()


def pytest_configure() -> None:
    os.environ.setdefault(MUTATION_SEED, str(secrets.randbelow(2**32)))
    os.environ.setdefault(ATTACK_SEED, str(secrets.randbelow(10_000)))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    ignored = terminalreporter.config.getoption("ignore") or ()
    for folder, what in LEFT_OUT.items():
        if folder in ignored:
            terminalreporter.write_line(f"Left out: {what}.")
    if not databases.are_wanted():
        terminalreporter.write_line(f"Left out: {databases.LEFT_OUT}.")
    if WHOLE not in ignored:
        terminalreporter.write_line(
            f"Mutated deliveries: {MUTATION_SEED}={os.environ[MUTATION_SEED]} makes them again."
        )
        terminalreporter.write_line(f"Attacked district: {ATTACK_SEED}={os.environ[ATTACK_SEED]} makes it again.")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """An empty district."""
    monkeypatch.setenv("DISTRICT_HOME", str(tmp_path))
    return Home(root=tmp_path)


@pytest.fixture
def connection(home: Home) -> Iterator[duckdb.DuckDBPyConnection]:
    """The district's own database."""
    with database.connect(home.database, Engine()) as connection:
        yield connection


@pytest.fixture
def tables(connection: duckdb.DuckDBPyConnection) -> DuckDBTables:
    """The tables of the district's own database."""
    return DuckDBTables(connection)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Slow tests first: a worker that is done early then takes over small ones, and none waits for a long one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


@pytest.fixture(scope="session")
def together(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Together:
    """Makes a folder once for all test workers; what was made by half is made anew.

    Beside it lies `<name>.finished`, with the seconds it took.
    """
    own = tmp_path_factory.getbasetemp()
    shared = own if worker_id == "master" else own.parent

    def made(name: str, make: Callable[[Path], object]) -> Path:
        folder, finished = shared / name, shared / f"{name}.finished"
        with FileLock(f"{folder}.lock"):
            if not finished.exists():
                shutil.rmtree(folder, ignore_errors=True)
                started = time.monotonic()
                make(folder)
                finished.write_text(str(time.monotonic() - started))
        return folder

    return made


@pytest.fixture(scope="session")
def district(together: Together) -> Path:
    """A small synthetic district after its first run, to look at and to copy."""

    def make(home: Path) -> None:
        run = platform(home, "run", **SIZE)
        assert run.returncode == 0, run.stdout + run.stderr
        assert f"Open {home}/reports/policy_brief.pdf first." in run.stdout

    return together("district", make)


@pytest.fixture(scope="session")
def seconds_of_a_run(district: Path) -> float:
    """How long the district's first run took."""
    return float(district.with_name("district.finished").read_text())


@pytest.fixture
def copy(district: Path, tmp_path: Path) -> Path:
    """The same district, to change."""
    home = tmp_path / "district"
    shutil.copytree(district, home, symlinks=True)
    return home


EXAMPLES = int(os.environ.get("PROPERTY_EXAMPLES", "25"))
"""How many examples a property is tried on, where it does not say so itself."""
hypothesis.settings.register_profile("district", deadline=None, max_examples=EXAMPLES, derandomize=True)
hypothesis.settings.load_profile("district")
