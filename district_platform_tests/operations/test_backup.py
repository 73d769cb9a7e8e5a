"""What cannot be made again survives a lost disk, and `make clean`."""

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import duckdb
import pytest

from district_platform.documentation import ROOT
from district_platform.engine.publication import publish
from district_platform.home import Home
from district_platform.home.lock import WarehouseBusyError
from district_platform.operations.backup import back_up
from district_platform.outputs.uploads.ledger import Action, Entry, Row, add_to_ledger, read_ledger
from district_platform_tests.processes import lock_holder

NOON = dt.datetime(2026, 2, 13, 12, tzinfo=dt.UTC)
ENTRY = Entry(
    "2026-02-12", Action.APPROVED, Row("S1", dt.date(2026, 2, 10), "Present", "virtual"), "office", "2026-02-12"
)


@pytest.fixture
def used(home: Home) -> Home:
    """A district with settings, a ledger of uploads, a ledger of releases, a publication and a run history that is being written."""
    home.config_file.write_text('district_name = "Used"\n')
    home.reference.mkdir(parents=True)
    (home.reference / "waivers.csv").write_text("rule_id,key,reason,expiry_date\n")
    home.mappings.mkdir()
    (home.mappings / "centerville.toml").write_text("format = 1\n")
    add_to_ledger(home, [ENTRY])
    with duckdb.connect(str(home.database)) as connection:
        connection.execute("create table privacy_ledger as select 1 as release_number")
    publish(
        home, "20260212T050000", 3, lambda building: (building / "reports" / "policy_brief.pdf").write_text("brief")
    )
    home.dagster_home.mkdir()
    with closing(sqlite3.connect(home.dagster_home / "runs.db")) as runs:
        runs.execute("pragma journal_mode = wal")
        runs.execute("create table runs as select 'r1' as run_id")
        runs.commit()
    return home


@pytest.fixture(autouse=True)
def _no_dagster_home(monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


def releases(home: Home) -> list:
    with duckdb.connect(str(home.database), read_only=True) as connection:
        return connection.execute("select release_number from privacy_ledger").fetchall()


def test_restored_backup_is_the_district_it_was(used, tmp_path_factory):
    """Restored as docs/operations.md says: by copying back, into a folder that may be another."""
    with closing(sqlite3.connect(used.dagster_home / "runs.db")) as daemon:
        daemon.execute("insert into runs values ('r2')")
        daemon.commit()
        folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    shutil.rmtree(used.root)
    restored = Home(root=tmp_path_factory.mktemp("elsewhere") / "district")
    subprocess.run(["cp", "-a", f"{folder}/.", f"{restored.root}/"], check=True)
    assert read_ledger(restored) == [ENTRY]
    assert releases(restored) == [(1,)]
    assert (restored.reports / "policy_brief.pdf").read_text() == "brief"
    assert "Used" in restored.config_file.read_text()
    assert (restored.reference / "waivers.csv").exists()
    assert (restored.mappings / "centerville.toml").exists()
    with closing(sqlite3.connect(restored.dagster_home / "runs.db")) as runs:
        assert runs.execute("select run_id from runs order by 1").fetchall() == [("r1",), ("r2",)]


def test_backup_is_for_its_owner_only_and_named_by_its_time(used, tmp_path_factory):
    folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    assert folder.name == "20260213T120000Z"
    assert folder.stat().st_mode & 0o777 == 0o700


def test_no_backup_is_made_of_a_warehouse_that_is_being_written(used, tmp_path_factory):
    destination = tmp_path_factory.mktemp("backups")
    with lock_holder(used.lock), pytest.raises(WarehouseBusyError):
        back_up(used, destination, NOON)
    assert os.listdir(destination) == []


def test_make_clean_leaves_the_ledgers(used):
    shutil.copy(ROOT / "Makefile", used.root)
    subprocess.run(["make", "-C", str(used.root), "clean"], check=True, capture_output=True)
    assert read_ledger(used) == [ENTRY]
    assert releases(used) == [(1,)]
    assert not used.publications.exists()
    assert not used.current.is_symlink()
    assert not used.dagster_home.exists()
    assert os.listdir(used.reports) == []
