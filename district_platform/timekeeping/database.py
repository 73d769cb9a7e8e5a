"""The two databases that can hold the store, behind one small interface: PostgreSQL by ADBC, or an embedded DuckDB file.

Rows come and go as Arrow; statements are the same for both. Nothing here knows what a punch is.
"""

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import pyarrow as pa
from pydantic import SecretStr

from district_platform.credentials.postgres_url import hosts_of, unprotected_hosts
from district_platform.engine.database import FileError
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.encryption import warehouse_connection
from district_platform.home import Home
from district_platform.home.kept import Kept
from district_platform.settings import Engine, Timekeeping
from district_platform.timekeeping import sql
from district_platform.timekeeping.schema import POSTGRES_INDEX, SCHEMA

KEPT = Kept(
    "punches, where they are kept in the home",
    "all punches have to be fetched again, as far back as the timekeeping system still has them",
    paths=("warehouse/timekeeping.duckdb", "warehouse/timekeeping.duckdb.wal"),
)

URL = "DISTRICT_TIMEKEEPING__DATABASE_URL"


class StoreError(RuntimeError):
    """The store cannot be used; the message says why and what to do."""


class Database(Protocol):
    """A connection to the store, by one thread."""

    def execute(self, statement: str, *parameters: object) -> None:
        """Runs a statement; parameters stand as $1, $2 … in it."""
        ...

    def change(self, statement: str, *parameters: object) -> int:
        """Runs an insert, update or delete; returns how many rows it changed."""
        ...

    def query(self, statement: str, *parameters: object) -> pa.Table: ...

    def stream(self, statement: str) -> pa.RecordBatchReader:
        """The rows of a large result, a batch at a time; until its end nothing else may be asked."""
        ...

    def stage(self, name: str, rows: pa.Table) -> None:
        """The rows as a temporary relation without any constraint, which replaces one of the same name."""
        ...

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block or nothing of it, whatever kills the process."""
        ...

    def close(self) -> None: ...


@contextmanager
def open_store(
    home: Home, timekeeping: Timekeeping, engine: Engine, key: SecretStr | None = None
) -> Iterator[Database]:
    """The store, with its tables made where they are missing, for this process to write alone.

    An embedded file is encrypted where there is a key of the warehouse. Raises StoreError where another process writes it, or the
    database named cannot be reached or must not be.
    """
    url = timekeeping.database_url
    database: Database
    database = (
        PostgresDatabase(url.get_secret_value()) if url else EmbeddedDatabase(home.timekeeping_database, engine, key)
    )
    with closing(database):
        with database.transaction():
            make_tables(database)
        yield database


def make_tables(database: Database) -> None:
    """The tables that are missing, in the caller's transaction; where PostgreSQL has a reader, what it may read."""
    index = POSTGRES_INDEX if isinstance(database, PostgresDatabase) else ""
    for statement in filter(str.strip, (SCHEMA + index).split(";\n")):
        database.execute(statement)
    if isinstance(database, PostgresDatabase) and database.query(sql.FIND_ROLE, sql.READER).num_rows:
        for statement in sql.GRANTS:
            database.execute(statement)


class EmbeddedDatabase:
    """A DuckDB file that only its owner reads (0600)."""

    def __init__(self, path: Path, engine: Engine, key: SecretStr | None = None) -> None:
        self._opened = ExitStack()
        try:
            self._connection = self._opened.enter_context(warehouse_connection(path, engine, key))
        except FileError as error:
            raise StoreError(f"{path.name} cannot be opened; a run may be writing it: {error}") from error
        path.chmod(0o600)

    def execute(self, statement: str, *parameters: object) -> None:
        self._connection.execute(statement, parameters)

    def change(self, statement: str, *parameters: object) -> int:
        return int(self._connection.execute(statement, parameters).fetchall()[0][0])

    def query(self, statement: str, *parameters: object) -> pa.Table:
        return self._connection.execute(statement, parameters).to_arrow_table()

    def stream(self, statement: str) -> pa.RecordBatchReader:
        return self._connection.execute(statement).to_arrow_reader()

    def stage(self, name: str, rows: pa.Table) -> None:
        """Makes a view, because DuckDB reads Arrow in place."""
        self._connection.register(name, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with DuckDBTables(self._connection).transaction():
            yield

    def close(self) -> None:
        self._opened.close()


class PostgresDatabase:
    """A PostgreSQL database; the tables stand in a schema of their own."""

    def __init__(self, url: str) -> None:
        from adbc_driver_postgresql import dbapi

        refuse_unprotected(url)
        try:
            self._connection = dbapi.connect(url)
            self._cursor = self._connection.cursor()
            self._prepare()
        except dbapi.Error as error:
            raise StoreError(f"The database of {URL} cannot be used: {error}") from error

    def _prepare(self) -> None:
        if not self.query(sql.FIND_SCHEMA, sql.POSTGRES_SCHEMA).num_rows:
            self.execute(sql.MAKE_SCHEMA)
        for statement in sql.BEGIN_SESSION:
            self.execute(statement)
        self._connection.commit()

    def execute(self, statement: str, *parameters: object) -> None:
        self._cursor.execute(statement, parameters or None)

    def change(self, statement: str, *parameters: object) -> int:
        """ADBC does not say how many rows a statement with parameters changed; the statement itself can."""
        counted = self.query(sql.counted(statement), *parameters)
        return int(counted["n"][0].as_py())

    def query(self, statement: str, *parameters: object) -> pa.Table:
        self._cursor.execute(statement, parameters or None)
        return self._cursor.fetch_arrow_table()

    def stream(self, statement: str) -> pa.RecordBatchReader:
        self._cursor.execute(statement)
        return self._cursor.fetch_record_batch()

    def stage(self, name: str, rows: pa.Table) -> None:
        self.execute(sql.forget_staged(name))
        self._cursor.adbc_ingest(name, rows, mode="create", temporary=True)
        self.execute(sql.analyze(name))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def close(self) -> None:
        self._cursor.close()
        self._connection.close()


def refuse_unprotected(url: str, name: str = URL) -> None:
    """Raises StoreError unless the database is on this machine or the connection to it must be encrypted; `name` says whose address."""
    if urlsplit(url).scheme not in ("postgresql", "postgres"):
        raise StoreError(f"{name} must begin with postgresql://; no other database holds punches.")
    if not hosts_of(url):
        raise StoreError(
            f"{name} names no host; write localhost, or ?host=/folder/of/the/socket, for this machine's own."
        )
    remote = unprotected_hosts(url)
    if remote:
        raise StoreError(
            f"{name}: punches would travel to {', '.join(remote)} unprotected. Add sslmode=verify-full with sslrootcert=…, "
            "or at least sslmode=require."
        )
