"""The connection to DuckDB. Only the pipeline opens the warehouse's own file; readers use what is published."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from district_platform.settings import Engine

EngineError, FileError = duckdb.Error, duckdb.IOException
"""The engine's errors, and those of them that mean it cannot open, read or write a file."""

STORAGE_VERSION = "v1.4.0"
"""The oldest DuckDB that opens a warehouse's file. Formats before it take half as long again to write a table of text; a file keeps the
one that it was made with."""

CHECKPOINT_THRESHOLD = "128MB"
"""How large the write-ahead log grows before it is merged into the file: at DuckDB's 16 MB a run's commits take three times as long."""


def connection_config(engine: Engine) -> dict[str, Any]:
    """DuckDB's options: bounded memory, and never a download (a district's network drops it after a long wait)."""
    config: dict[str, Any] = {
        "memory_limit": engine.memory_limit,
        "autoinstall_known_extensions": False,
        "storage_compatibility_version": STORAGE_VERSION,
        "checkpoint_threshold": CHECKPOINT_THRESHOLD,
    }
    if engine.threads:
        config["threads"] = engine.threads
    return config


@contextmanager
def connect(database: Path | str, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that is closed whatever happens; the warehouse's folder is made, for its owner only (0700).

    A database in memory spills to a temporary folder of its own, which is removed with it, and not to the current folder.
    """
    config = connection_config(engine)
    with ExitStack() as open_folders:
        if database == ":memory:":
            config["temp_directory"] = open_folders.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
        else:
            private_folder(Path(database).parent)
        connection = duckdb.connect(str(database), config=config)
        try:
            silence(connection)
            yield connection
        finally:
            connection.close()


def silence(connection: duckdb.DuckDBPyConnection) -> None:
    """Turns the progress bar off: DuckDB takes a run that the daemon launched for an interactive one, and draws a bar into its log."""
    connection.execute("set enable_progress_bar = false")


def private_folder(folder: Path) -> None:
    """Makes a folder, if there is none, and closes it to all but its owner (0700)."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def table_exists(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether there is a table or view of the name: asked of the binder, which is quicker by far than a view of the catalogue."""
    try:
        connection.execute(f"from main.{quoted(name)} limit 0")
    except duckdb.CatalogException:
        return False
    return True


def quoted(identifier: str) -> str:
    """An identifier as DuckDB takes it, whatever it holds."""
    return '"' + identifier.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string as DuckDB takes it in a statement that allows no parameter."""
    return "'" + text.replace("'", "''") + "'"
