"""Fixtures that many rooms use."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import hypothesis
import pytest

from district_platform.engine import database
from district_platform.home import Home
from district_platform.settings import Engine


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


hypothesis.settings.register_profile("district", deadline=None, max_examples=50, derandomize=True)
hypothesis.settings.load_profile("district")
