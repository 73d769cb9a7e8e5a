"""The connection to DuckDB. Only the pipeline opens the warehouse's own file; readers use what is published."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from district_platform.settings import Engine


def connection_config(engine: Engine) -> dict[str, Any]:
    """DuckDB's options: bounded memory, and never a download (a district's network drops it after a long wait)."""
    config: dict[str, Any] = {
        "memory_limit": engine.memory_limit,
        "autoinstall_known_extensions": False,
    }
    if engine.threads:
        config["threads"] = engine.threads
    return config


@contextmanager
def connect(database: Path | str, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed whatever happens; the warehouse's folder is made, for its owner only (0700)."""
    if database != ":memory:":
        private_folder(Path(database).parent)
    connection = duckdb.connect(str(database), config=connection_config(engine))
    try:
        yield connection
    finally:
        connection.close()


def private_folder(folder: Path) -> None:
    """Makes a folder, if there is none, and closes it to all but its owner (0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of the block or nothing of it."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")


def table_exists(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    query = "select 1 from information_schema.tables where table_schema = 'main' and table_name = ?"
    return bool(connection.execute(query, [name]).fetchall())


def quoted(identifier: str) -> str:
    """An identifier as DuckDB takes it, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as DuckDB takes it in a statement that allows no parameter."""
    return "'" + text.replace("'", "''") + "'"
