"""Fixtures that many rooms use."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest
from filelock import FileLock

from district_platform.engine import database
from district_platform.home import Home
from district_platform.settings import Engine
from district_platform_tests.processes import SIZE, platform


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


@pytest.fixture(scope="session")
def district(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A small synthetic district after its first run, to look at and to copy; the test workers make one together."""
    shared = tmp_path_factory.getbasetemp()
    home = (shared if worker_id == "master" else shared.parent) / "district"
    with FileLock(f"{home}.lock"):
        if not home.exists():
            run = platform(home, "run", **SIZE)
            assert run.returncode == 0, run.stdout + run.stderr
            assert "Open reports/policy_brief.pdf first." in run.stdout
    return home


@pytest.fixture
def copy(district: Path, tmp_path: Path) -> Path:
    """The same district, to change."""
    home = tmp_path / "district"
    shutil.copytree(district, home, symlinks=True)
    return home


hypothesis.settings.register_profile("district", deadline=None, max_examples=50, derandomize=True)
hypothesis.settings.load_profile("district")
