"""The user by whom the dashboard reads the store in PostgreSQL: it sees the columns that hours need, and changes nothing."""

import hashlib
import hmac
import os
import secrets
from base64 import b64encode
from urllib.parse import urlsplit

from district_platform.timekeeping import sql
from district_platform.timekeeping.database import URL, StoreError, make_tables, refuse_unprotected
from district_platform.timekeeping.database import PostgresDatabase as Postgres

_ITERATIONS = 4096
"""Of SCRAM, as PostgreSQL has it by default; the password is random and 256 bits long."""
PLACEHOLDER = "THE PASSWORD AS SCRAM KEEPS IT"


def statements(verifier: str = PLACEHOLDER, *, is_known: bool = False) -> list[str]:
    """What makes the reader, for a database administrator to run where the platform's own user may not."""
    return [sql.make_reader(verifier, is_known=is_known), *sql.LIMITS, *sql.GRANTS]


def make(url: str) -> str:
    """Makes the reader, or gives it a new password, and returns its address, which is a secret.

    Raises StoreError where the database cannot be reached, or the user of `url` may make no roles.
    """
    from adbc_driver_postgresql import dbapi

    store, password = Postgres(url), secrets.token_urlsafe(32)
    try:
        with store.transaction():
            make_tables(store)
            is_known = store.query(sql.FIND_ROLE, sql.READER).num_rows > 0
            for statement in statements(_scram(password), is_known=is_known):
                store.execute(statement)
    except dbapi.Error as error:
        raise StoreError(
            f"The user of {URL} cannot make a reader: {_first_line(error)}. A database administrator runs what "
            "`district-platform hours reader --sql` prints."
        ) from None
    finally:
        store.close()
    return _address(url, password)


def _first_line(error: Exception) -> str:
    """Without the statement, which holds the verifier."""
    return str(error).splitlines()[0]


def _address(url: str, password: str) -> str:
    """The same database, as the reader."""
    parts = urlsplit(url)
    address = parts._replace(netloc=f"{sql.READER}:{password}@{parts.netloc.rpartition('@')[2]}").geturl()
    refuse_unprotected(address)
    return address


def _scram(password: str) -> str:
    """The verifier of a password (RFC 5803), so that the password itself is in no statement and no log of the server."""
    salt = os.urandom(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, _ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    kept = (b64encode(part).decode() for part in (salt, stored, server))
    return "SCRAM-SHA-256${}:{}${}:{}".format(_ITERATIONS, *kept)
