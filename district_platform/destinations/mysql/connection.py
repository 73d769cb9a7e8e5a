"""A connection to MySQL or MariaDB by PyMySQL, whose faults are sentences and whose warnings are faults."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from pydantic import SecretStr

from district_platform.destinations.model import DestinationAwayError, DestinationError
from district_platform.destinations.mysql import sql
from district_platform.destinations.mysql.address import address
from district_platform.destinations.mysql.faults import fault

_PATIENCE = {"connect_timeout": 10, "read_timeout": 900, "write_timeout": 300}
_STATEMENT_BYTES = 1 << 20
"""Of one insert; every server takes it (max_allowed_packet: 16 MiB, 64 MiB)."""


class Connection:
    """One connection, by one thread. Each method raises DestinationError."""

    def __init__(self, name: str, secret: str, url: SecretStr, default_database: str) -> None:
        import pymysql

        self.name, self.secret = name, secret
        self._error = (pymysql.err.Error, OSError)
        where = address(name, secret, url.get_secret_value())
        self.base = where.database or default_database
        with self.explained("it cannot be reached"):
            self._connection = pymysql.connect(charset="utf8mb4", autocommit=True, **_PATIENCE, **where.arguments)
            self._cursor = self._connection.cursor()
            self._cursor.max_stmt_length = _STATEMENT_BYTES
            for statement in sql.BEGIN_SESSION:
                self._cursor.execute(statement)

    @contextmanager
    def explained(self, doing: str) -> Iterator[None]:
        """Raises what goes wrong in the block as a sentence that says what was being done."""
        try:
            yield
        except FileNotFoundError:
            raise
        except self._error as error:
            if isinstance(error, DestinationError):
                raise
            raise fault(error, self.name, self.secret, doing) from None

    def execute(self, statement: str, *parameters: object) -> None:
        """Runs a statement. Raises DestinationError for a warning, too: the server has then changed a value."""
        self._cursor.execute(statement, parameters or None)
        self._refuse_warnings()

    def insert(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Inserts rows, many in one statement."""
        self._cursor.executemany(statement, rows)
        self._refuse_warnings()

    def query(self, statement: str, *parameters: object) -> list[dict[str, Any]]:
        """The rows of a small answer, by the names of its columns in lower case."""
        self._cursor.execute(statement, parameters or None)
        names = [column[0].lower() for column in self._cursor.description]
        return [dict(zip(names, row, strict=True)) for row in self._cursor.fetchall()]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All rows of the block or none; a connection that breaks off is rolled back by the server."""
        self._connection.begin()
        yield
        self._connection.commit()

    def lock(self) -> None:
        """Keeps other loads of this database away while the connection lasts. Raises DestinationAwayError while one is under way."""
        with self.explained("another load is looked for"):
            is_ours = self.query(sql.TRY_LOCK, self.base)[0]["is_ours"]
        if not is_ours:
            raise DestinationAwayError(f"{self.name}: another load is under way there. Wait for it to end.")

    def close(self) -> None:
        self._connection.close()

    def _refuse_warnings(self) -> None:
        if self._cursor.warning_count:
            codes = sorted({row["code"] for row in self.query(sql.WARNINGS)} - _HARMLESS)
            if codes:
                raise DestinationError(
                    f"{self.name}: the server warned that it changed a value (warning {codes[0]}). Readers keep the version before."
                )


_HARMLESS = {1007, 1008, 1051, 3719, 3720}
"""A database exists or does not, and utf8 aliases."""
