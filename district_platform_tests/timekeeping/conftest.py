"""The store on both databases: an embedded file, and a real PostgreSQL server that lives as long as the tests."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from district_platform.settings import Timekeeping
from district_platform.timekeeping.sql import POSTGRES_SCHEMA
from district_platform_tests.postgres import execute, postgres_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with postgres_server() as url:
        yield url


@pytest.fixture
def empty_postgres(postgres: str) -> str:
    """The same, without a store in it."""
    execute(postgres, f"drop schema if exists {POSTGRES_SCHEMA} cascade")
    return postgres


@pytest.fixture(params=["embedded", "postgres"])
def timekeeping(request: pytest.FixtureRequest) -> Timekeeping:
    """Settings of an empty store, on each database."""
    if request.param == "embedded":
        return Timekeeping()
    return Timekeeping(database_url=SecretStr(request.getfixturevalue("empty_postgres")))
