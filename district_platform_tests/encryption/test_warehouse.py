"""The warehouse's file at rest: what is in it cannot be read without the key, nor written in the clear by mistake."""

from pathlib import Path

import duckdb
import pytest
from pydantic import SecretStr
from rich.console import Console

from district_platform.cli.checking import check_extracts
from district_platform.credentials import CredentialError, chain
from district_platform.engine import encryption
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.encryption import EncryptionError, rewrite, warehouse_connection
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.settings import Encryption, Engine, Timekeeping, load_settings
from district_platform.timekeeping.database import open_store
from district_platform.timekeeping.reading import store_tables

KEY = SecretStr("k3y'of the district, 32 characters")
OTHER = SecretStr("another key of 32 characters or so")
STUDENT = b"Quetzalcoatl-Anastasia"
"""Long enough not to stand in a file by chance; alone in its column, so that nothing compresses it."""


def fill(home: Home, key: SecretStr | None) -> Path:
    with warehouse_connection(home.database, Engine(), key) as connection:
        connection.execute("create table students as select 1 as id, ? as name", [STUDENT.decode()])
    return home.database


def count(home: Home, key: SecretStr | None) -> int:
    with warehouse_connection(home.database, Engine(), key) as connection:
        return connection.execute("select count(*) from students").fetchall()[0][0]


def test_names_cannot_be_found_in_the_encrypted_file_and_can_in_a_clear_one(home, tmp_path):
    assert STUDENT not in fill(home, KEY).read_bytes()
    clear = Home(root=tmp_path / "clear")
    assert STUDENT in fill(clear, None).read_bytes()


def test_what_is_not_yet_checkpointed_is_encrypted_too(home):
    fill(home, KEY)
    with warehouse_connection(home.database, Engine(), KEY) as connection:
        connection.execute("insert into students values (1, ?)", [f"{STUDENT.decode()}-late"])
        log = home.database.with_name(f"{home.database.name}.wal")
        assert log.stat().st_size > 0
        assert STUDENT not in log.read_bytes()


def test_spilled_rows_are_encrypted_beside_the_warehouse(home):
    with warehouse_connection(home.database, Engine(), KEY) as connection:
        [(spills_to, is_encrypted)] = connection.execute(
            "select current_setting('temp_directory'), current_setting('temp_file_encryption')"
        ).fetchall()
    assert (spills_to, is_encrypted) == (f"{home.database}.tmp", True)


@pytest.mark.parametrize(
    ("written_under", "opened_with", "message"),
    [
        (KEY, OTHER, "written under another key"),
        (KEY, None, "is encrypted, and encryption.warehouse_key_secret names no key"),
        (None, KEY, "lies there in the clear"),
        (KEY, SecretStr("short"), "shorter than 32 characters"),
    ],
)
def test_wrong_or_missing_key_opens_nothing_and_changes_nothing(home, written_under, opened_with, message):
    before = fill(home, written_under).read_bytes()
    with (
        pytest.raises(EncryptionError, match=message) as raised,
        warehouse_connection(home.database, Engine(), opened_with),
    ):
        pytest.fail("it was opened")
    assert home.database.read_bytes() == before
    assert all(key.get_secret_value() not in str(raised.value) for key in (KEY, OTHER))


def test_duckdb_itself_opens_it_with_the_key_alone(home):
    """Nothing of ours is needed to get at the data again, and nothing without the key gets at it."""
    fill(home, KEY)
    with pytest.raises(duckdb.Error, match="without a key"):
        duckdb.connect(str(home.database))
    quoted_key = KEY.get_secret_value().replace("'", "''")
    with duckdb.connect() as connection:
        connection.execute(f"attach '{home.database}' as warehouse (encryption_key '{quoted_key}', read_only)")
        assert connection.execute("select count(*) from warehouse.students").fetchall() == [(1,)]


def test_without_the_crypto_module_nothing_is_written(home, monkeypatch):
    monkeypatch.setattr(encryption, "MODULE_PACKAGE", "duckdb_extension_that_is_not_installed")
    with (
        pytest.raises(EncryptionError, match=rf"duckdb-extension-httpfs=={duckdb.__version__}"),
        warehouse_connection(home.database, Engine(), KEY),
    ):
        pytest.fail("it was opened")
    assert not home.database.exists()


def test_module_of_another_duckdb_is_none(home, monkeypatch):
    monkeypatch.setattr(duckdb, "__version__", "1.4.0")
    with pytest.raises(EncryptionError, match=r"duckdb-extension-httpfs==1\.4\.0"):
        encryption.crypto_module()


def test_connections_of_one_process_see_the_same_tables(home):
    fill(home, KEY)
    with (
        warehouse_connection(home.database, Engine(), KEY) as first,
        warehouse_connection(home.database, Engine(), KEY) as second,
    ):
        first.execute("create or replace table students as select 2 as id")
        assert second.execute("select * from students").fetchall() == [(2,)]


@pytest.mark.parametrize(("old", "new"), [(None, KEY), (KEY, OTHER), (KEY, None)])
def test_rewriting_changes_the_key_and_keeps_the_rows(home, old, new):
    fill(home, old)
    rewrite(home.database, Engine(), old, new)
    assert count(home, new) == 1
    assert (STUDENT in home.database.read_bytes()) == (new is None)
    with pytest.raises(EncryptionError), warehouse_connection(home.database, Engine(), old):
        pytest.fail("the old key still opens it")


def test_rewriting_with_the_wrong_key_leaves_the_file_as_it_was(home):
    before = fill(home, KEY).read_bytes()
    with pytest.raises(EncryptionError, match="written under another key"):
        rewrite(home.database, Engine(), OTHER, SecretStr("a third key of 32 characters or so"))
    assert home.database.read_bytes() == before
    assert sorted(path.name for path in home.warehouse.iterdir()) == ["district.duckdb"]


def test_rewriting_what_is_under_the_new_key_already_changes_nothing(home):
    """So that a `rekey` that was killed between two files goes on."""
    before = fill(home, KEY).read_bytes()
    rewrite(home.database, Engine(), OTHER, KEY)
    assert home.database.read_bytes() == before


def test_punches_are_encrypted_under_the_same_key_and_read_beside_the_warehouse(home):
    with open_store(home, Timekeeping(), Engine(), KEY) as store:
        store.execute(
            "insert into employee (person_number, ukg_person_id, full_name, worker_type, hire_date, loaded_at) "
            "values ('007', 7, $1, 'hourly', '2024-08-01', '2026-01-01')",
            STUDENT.decode(),
        )
    assert STUDENT not in home.timekeeping_database.read_bytes()
    with (
        warehouse_connection(home.database, Engine(), KEY) as connection,
        store_tables(tables := DuckDBTables(connection), home, Timekeeping(), Engine(), KEY) as stored,
    ):
        assert tables.fetch(stored["employee"].select("full_name")) == [(STUDENT.decode(),)]
    with pytest.raises(EncryptionError, match="names no key"), open_store(home, Timekeeping(), Engine()):
        pytest.fail("it was opened")


def test_warehouse_takes_its_key_from_the_credentials(home, monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    monkeypatch.setenv("DISTRICT_SECRET__WAREHOUSE_KEY", KEY.get_secret_value())
    warehouse = Warehouse.of(home, Engine(), Encryption(warehouse_key_secret="warehouse_key"))
    with warehouse.tables() as tables:
        tables.connection.execute("create table students as select 1 as id")
    assert count(home, KEY) == 1


def test_warehouse_without_its_key_does_not_start(home, monkeypatch):
    monkeypatch.setattr(chain, "_remembered", {})
    warehouse = Warehouse.of(home, Engine(), Encryption(warehouse_key_secret="warehouse_key"))
    with pytest.raises(CredentialError, match="DISTRICT_SECRET__WAREHOUSE_KEY"), warehouse.tables():
        pytest.fail("it was opened")
    assert not home.database.exists()


def test_check_of_an_encrypted_district_spills_nothing_in_the_clear(home, monkeypatch):
    """It reads rows on students, too: with the crypto module what spills is encrypted, without it nothing is read."""
    home.config_file.write_text('[encryption]\nwarehouse_key_secret = "warehouse_key"\n[sources]\nkind = "files"\n')
    monkeypatch.setattr(encryption, "MODULE_PACKAGE", "duckdb_extension_that_is_not_installed")
    console = Console(record=True, width=300)
    assert check_extracts(load_settings(), console) == 1
    assert "needs DuckDB's crypto module" in console.export_text()
