"""Connections to DuckDB as the platform makes them."""

from district_platform.engine import database
from district_platform.engine.encryption import encrypting_connection
from district_platform.settings import Engine


def test_no_connection_draws_a_progress_bar_into_a_log(home):
    for opened in (
        database.connect(home.database, Engine()),
        database.connect(":memory:", Engine()),
        encrypting_connection(home.database, Engine()),
    ):
        with opened as connection:
            assert connection.execute("select current_setting('enable_progress_bar')").fetchall() == [(False,)]
