"""Whether tests that start a PostgreSQL or MariaDB server of their own are asked for. `make test` leaves them out, and says so."""

import os

import pytest

WANTED = "TEST_DATABASES"
"""Set by `make test-databases`."""

LEFT_OUT = "loads into PostgreSQL and MariaDB, and runs whose history is in PostgreSQL (make test-databases)"


def are_wanted() -> bool:
    """Whether these tests are asked for; then a system without a server's programs fails them."""
    return bool(os.environ.get(WANTED))


def only_where_wanted() -> None:
    """Leaves the test out that calls it, unless databases are asked for."""
    if not are_wanted():
        pytest.skip(LEFT_OUT)
