"""Servers that live as long as the tests."""

from collections.abc import Iterator

import pytest

from district_platform.home import Home
from district_platform_tests import databases, mariadb
from district_platform_tests.destinations.servers import OfMariaDB, OfPostgres, Server
from district_platform_tests.postgres import own_postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[OfPostgres]:
    databases.only_where_wanted()
    with own_postgres() as server:
        of = OfPostgres(server)
        of.prepare()
        yield of


@pytest.fixture(scope="session")
def maria() -> Iterator[OfMariaDB]:
    databases.only_where_wanted()
    with mariadb.mariadb_server() as server:
        of = OfMariaDB(server)
        of.prepare()
        yield of


@pytest.fixture(params=["postgres", "maria"])
def server(request: pytest.FixtureRequest, home: Home) -> Server:
    """Each server, without anything loaded."""
    of: Server = request.getfixturevalue(request.param)
    of.clear()
    return of
