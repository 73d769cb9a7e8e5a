"""A connection to PostgreSQL by ADBC, whose faults are sentences."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import SplitResult, parse_qs, urlencode, urlsplit, urlunsplit

import pyarrow as pa
from pydantic import SecretStr

from district_platform.credentials.postgres_url import hosts_of, unprotected_hosts
from district_platform.destinations.model import DestinationAwayError, DestinationError
from district_platform.destinations.postgresql import sql
from district_platform.destinations.postgresql.faults import fault

_PATIENCE = {"connect_timeout": "10", "application_name": "district-platform", "keepalives_idle": "60"}
"""Options of libpq where the address names no others."""


class Connection:
    """One connection, by one thread. Each method raises DestinationError."""

    def __init__(self, name: str, secret: str, url: SecretStr) -> None:
        self.name, self.secret = name, secret
        address = _address(name, secret, url.get_secret_value())
        from adbc_driver_postgresql import dbapi

        self._error = dbapi.Error
        with self.explained("it cannot be reached"):
            self._connection = dbapi.connect(address)
            self._cursor = self._connection.cursor()
            for statement in sql.BEGIN_SESSION:
                self._cursor.execute(statement)
            self._connection.commit()

    @contextmanager
    def explained(self, doing: str) -> Iterator[None]:
        """Raises what goes wrong in the block as a sentence that says what was being done."""
        try:
            yield
        except self._error as error:
            raise fault(error, self.name, self.secret, doing) from None

    @contextmanager
    def transaction(self, doing: str) -> Iterator[None]:
        """All of the block or nothing of it, whatever kills the process."""
        with self.explained(doing):
            try:
                yield
            except BaseException:
                self._rollback()
                raise
            self._connection.commit()

    def execute(self, *statements: str) -> None:
        for statement in statements:
            self._cursor.execute(statement)

    def query(self, statement: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a small answer."""
        self._cursor.execute(statement, parameters or None)
        rows: list[dict[str, Any]] = self._cursor.fetch_arrow_table().to_pylist()
        return rows

    def append(self, schema: str, table: str, rows: pa.RecordBatchReader) -> None:
        """Copies rows into a table that exists."""
        self._cursor.adbc_ingest(table, rows, mode="append", db_schema_name=schema)

    def lock(self, prefix: str) -> None:
        """Keeps other loads of versions with this prefix away while the connection lasts. Raises DestinationAwayError while one is under
        way."""
        with self.transaction("another load is looked for"):
            is_ours = self.query(sql.TRY_LOCK, prefix)[0]["is_ours"]
        if not is_ours:
            raise DestinationAwayError(f"{self.name}: another load is under way there. Wait for it to end.")

    def close(self) -> None:
        self._cursor.close()
        self._connection.close()

    def _rollback(self) -> None:
        """A connection that has broken off was rolled back by the server."""
        try:
            self._connection.rollback()
        except self._error:
            return


def _address(name: str, secret: str, url: str) -> str:
    """The address with our patience. Raises DestinationError for one that is none, or that is not protected."""
    parts, hosts, remote = _read(url)
    if parts.scheme not in ("postgresql", "postgres") or not hosts:
        raise DestinationError(
            f"{name}: the secret {secret} is no address of PostgreSQL: postgresql://user:password@host/database, with each of @ : / % "
            "in a password written as %40 %3A %2F %25."
        )
    if remote:
        raise DestinationError(
            f"{name}: the connection to {', '.join(remote)} need not be encrypted. Add sslmode=verify-full with sslrootcert=…, or at "
            f"least sslmode=require, to the secret {secret}."
        )
    options = _PATIENCE | {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return urlunsplit(parts._replace(query=urlencode(options)))


def _read(url: str) -> tuple[SplitResult, list[str], list[str]]:
    """The parts of an address, its hosts, and those to which it need not be encrypted; nothing of one that is none."""
    try:
        parts = urlsplit(url)
        _ = parts.port
        return parts, hosts_of(url), unprotected_hosts(url)
    except ValueError:
        return urlsplit(""), [], []
