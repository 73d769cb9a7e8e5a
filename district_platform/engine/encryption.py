"""The warehouse's file encrypted at rest, by DuckDB's own AES-256-GCM: where its crypto module lies, and how such a file is opened.

DuckDB writes encrypted files only with OpenSSL, which is in its httpfs extension; it comes as a Python package of DuckDB's very version
(extra `encryption`) and is never downloaded. What spills to disk is encrypted too, under a key that nobody keeps. Files for people
outside (age) do not belong here.
"""

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
from pydantic import SecretStr

from district_platform.credentials import secret
from district_platform.engine.database import connect, connection_config, literal, private_folder, quoted, silence
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing, text_digest
from district_platform.settings import Credentials, Encryption, Engine

MODULE_PACKAGE = "duckdb_extension_httpfs"
MIN_KEY_LENGTH = 32
"""Characters: `openssl rand -base64 32` prints 44. A password that a person made up can be guessed from a copy of the file."""


class EncryptionError(RuntimeError):
    """Nothing is read or written, because it could not be done encrypted; the message says what to set or install."""


def crypto_module() -> Path:
    """The extension's file. Raises EncryptionError where it is not installed for this version of DuckDB."""
    package = importlib.util.find_spec(MODULE_PACKAGE)
    places = package.submodule_search_locations if package else None
    for place in places or []:
        module = Path(place) / "extensions" / f"v{duckdb.__version__}" / "httpfs.duckdb_extension"
        if module.exists():
            return module
    raise EncryptionError(
        f"An encrypted warehouse needs DuckDB's crypto module: install district-platform[encryption], or "
        f"duckdb-extension-httpfs=={duckdb.__version__}. Nothing was written."
    )


def warehouse_key(encryption: Encryption, credentials: Credentials) -> SecretStr | None:
    """The key of the warehouse's files as the settings name it; None where they are not encrypted. Raises CredentialError."""
    return secret(encryption.warehouse_key_secret, credentials) if encryption.warehouse_key_secret else None


@contextmanager
def warehouse_connection(database: Path, engine: Engine, key: SecretStr | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to the warehouse's file, encrypted where there is a key; closed whatever happens.

    Raises EncryptionError where file and key do not fit, before anything is read or written.
    """
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(
                connect(database, engine) if key is None else _encrypted(database, engine, key)
            )
        except duckdb.Error as error:
            raise _explained(error, database) from None
        yield connection


@contextmanager
def tables_in_memory(database: Path, engine: Engine, *, is_encrypted: bool) -> Iterator[DuckDBTables]:
    """Tables that are gone after the block; what does not fit spills to disk, encrypted beside the warehouse's file where asked.

    Raises EncryptionError where that is asked and the crypto module is not installed.
    """
    opened = encrypting_connection(database, engine) if is_encrypted else connect(":memory:", engine)
    with opened as connection:
        yield DuckDBTables(connection)


def rewrite(database: Path, engine: Engine, old: SecretStr | None, new: SecretStr | None) -> None:
    """Writes a file of the warehouse anew under another key, or without a key unencrypted. The old file is replaced at the end.

    A file that is under the new key already stays as it is, so that the same call goes on after a kill. The caller holds the
    warehouse's lock. What the old file's blocks held stays on the disk until it is overwritten.
    """
    if _opens(database, engine, new):
        return
    with replacing(database) as fresh, encrypting_connection(database, engine) as connection:
        fresh.unlink(missing_ok=True)
        try:
            attach(connection, database, "old", old)
            attach(connection, fresh, "new", new)
        except duckdb.Error as error:
            raise _explained(error, database) from None
        connection.execute("copy from database old to new")
        connection.execute("detach old")
        connection.execute("detach new")


@contextmanager
def _encrypted(database: Path, engine: Engine, key: SecretStr) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file attached to an instance in memory, which all connections of the process share, as they do on an unencrypted file."""
    with encrypting_connection(database, engine) as connection:
        attach(connection, database, database.stem, key)
        connection.execute(f"use {quoted(database.stem)}")
        yield connection


def _opens(database: Path, engine: Engine, key: SecretStr | None) -> bool:
    try:
        with warehouse_connection(database, engine, key):
            return True
    except EncryptionError:
        return False


@contextmanager
def encrypting_connection(database: Path, engine: Engine) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that can write encrypted files; what it spills is encrypted, beside the warehouse's file.

    Raises EncryptionError where the crypto module is not installed.
    """
    private_folder(database.parent)
    module = crypto_module()
    config = connection_config(engine) | {"temp_directory": f"{database}.tmp", "temp_file_encryption": True}
    connection = duckdb.connect(f":memory:{text_digest(str(database))}", config=config)
    try:
        silence(connection)
        connection.load_extension(str(module))
        yield connection
    finally:
        connection.close()


def attach(
    connection: duckdb.DuckDBPyConnection, database: Path, name: str, key: SecretStr | None, *, read_only: bool = False
) -> None:
    """Attaches a file, under its key if it has one. To write an encrypted one, the connection must have the crypto module."""
    if key is not None and len(key.get_secret_value()) < MIN_KEY_LENGTH:
        raise EncryptionError(
            f"The key for {database} is shorter than {MIN_KEY_LENGTH} characters; `openssl rand -base64 32` makes one."
        )
    options = [f"encryption_key {literal(key.get_secret_value())}"] if key else []
    options += ["read_only"] if read_only else []
    given = f" ({', '.join(options)})" if options else ""
    connection.execute(f"attach if not exists {literal(str(database))} as {quoted(name)}{given}")


@contextmanager
def attached(tables: DuckDBTables, database: Path, key: SecretStr | None) -> Iterator[str]:
    """Attaches another file beside these tables, read-only, for the block; yields the catalog by which expressions name its tables."""
    catalog = f"{database.stem}_file"
    attach(tables.connection, database, catalog, key, read_only=True)
    try:
        yield catalog
    finally:
        tables.connection.execute(f"detach {quoted(catalog)}")


def _explained(error: duckdb.Error, database: Path) -> Exception:
    """What to raise for DuckDB's error on opening a file: an EncryptionError where the key is the cause, else DuckDB's own."""
    message = str(error)
    if "without a key" in message:
        problem = "is encrypted, and encryption.warehouse_key_secret names no key. Nothing was opened."
    elif "Wrong encryption key" in message:
        problem = "was written under another key than encryption.warehouse_key_secret names. Nothing was opened."
    elif "is not encrypted" in message:
        problem = (
            "lies there in the clear, and encryption.warehouse_key_secret asks for an encrypted file. Nothing was written; "
            "`district-platform rekey` encrypts it."
        )
    else:
        return error
    return EncryptionError(f"{database} {problem}")
