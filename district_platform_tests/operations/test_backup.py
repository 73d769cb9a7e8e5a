"""What cannot be made again survives a lost disk, and `make clean`."""

import datetime as dt
import json
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing

import duckdb
import pytest

from district_platform.alerts.ledger import Ledger, OpenAlert, write_ledger
from district_platform.alerts.ledger import read_ledger as read_alerts
from district_platform.dictionary import TABLES
from district_platform.documentation import ROOT
from district_platform.engine.publication import publish
from district_platform.home import Home
from district_platform.home.format import NewerHomeError
from district_platform.home.lock import WarehouseBusyError
from district_platform.operations import occasions
from district_platform.operations.backup import BackupError, back_up, restore, try_restore
from district_platform.operations.kept import KEPT, gather, warehouse_of
from district_platform.outputs.uploads.ledger import Action, Entry, Row, add_to_ledger, read_ledger
from district_platform.settings import Settings, load_settings
from district_platform.web.signin import accounts
from district_platform.web.signin.store import AccessStore
from district_platform_tests.processes import lock_holder

NOON = dt.datetime(2026, 2, 13, 12, tzinfo=dt.UTC)
ENTRY = Entry(
    "2026-02-12", Action.APPROVED, Row("S1", dt.date(2026, 2, 10), "Present", "virtual"), "office", "2026-02-12"
)
HISTORY = {
    "run_id": "r1",
    "as_of_date": dt.date(2026, 2, 12),
    "recorded_at": dt.datetime(2026, 2, 12, 5),
    "rule_id": "CON-01",
}
COUNTS = {"severity": "error", "rule_status": "passed", "n_judged": 3, "n_findings": 0, "n_waived": 0}


@pytest.fixture(autouse=True)
def _no_dagster_home(monkeypatch):
    monkeypatch.delenv("DAGSTER_HOME", raising=False)


@pytest.fixture
def used(home: Home) -> Settings:
    """A district in which everything of the list has been written, and whose run history is being written."""
    home.config_file.write_text('district_name = "Used"\n')
    settings = load_settings()
    home.reference.mkdir(parents=True)
    (home.reference / "waivers.csv").write_text("rule_id,key,reason,expiry_date\n")
    home.mappings.mkdir()
    (home.mappings / "vendor.toml").write_text("format = 1\n")
    add_to_ledger(home, [ENTRY])
    with warehouse_of(settings).tables() as tables:
        for name in (name for each in KEPT for name in each.tables):
            tables.replace(TABLES[name], [{**HISTORY, **COUNTS}] if name == "quality_history" else [])
    publish(home, "20260212T050000", 3, write_publication)
    home.dagster_home.mkdir()
    with closing(sqlite3.connect(home.dagster_home / "runs.db")) as runs:
        runs.execute("pragma journal_mode = wal")
        runs.execute("create table runs as select 'r1' as run_id")
        runs.commit()
    accounts.add(AccessStore.of(home), ["head@example.org"])
    home.alerts.mkdir()
    write_ledger(home, Ledger(open={"a": OpenAlert(text="No fresh extract", since=1.0)}))
    occasions.note(home, occasions.Occasion.parse("weekly@2026-02-16T10:30:00Z"))
    (home.destinations / "bi").mkdir(parents=True)
    (home.destinations / "bi" / "state.json").write_text("{}")
    with duckdb.connect(str(home.timekeeping_database)) as store:
        store.execute("create table punch as select 7 as person_number")
    return settings


def write_publication(building) -> None:
    (building / "reports" / "policy_brief.pdf").write_text("brief")
    (building / "delivery.json").write_text('{"kind": "files", "rows": {}, "columns": []}')


def elsewhere(tmp_path_factory, monkeypatch) -> Home:
    """An empty folder, which becomes the district of this process."""
    root = tmp_path_factory.mktemp("elsewhere") / "district"
    monkeypatch.setenv("DISTRICT_HOME", str(root))
    return Home(root=root)


def test_restored_backup_is_the_district_it_was(used, tmp_path_factory, monkeypatch):
    """Into another folder, while the daemon wrote."""
    with closing(sqlite3.connect(used.home.dagster_home / "runs.db")) as daemon:
        daemon.execute("insert into runs values ('r2')")
        daemon.commit()
        folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    shutil.rmtree(used.home.root)
    restored = elsewhere(tmp_path_factory, monkeypatch)
    about = restore(folder, restored, load_settings)
    assert about["publication"] == "v00000001-20260212T050000"
    assert read_ledger(restored) == [ENTRY]
    assert read_alerts(restored).open["a"].text == "No fresh extract"
    assert [account.login for account in accounts.every(AccessStore.of(restored))] == ["head@example.org"]
    assert (restored.reports / "policy_brief.pdf").read_text() == "brief"
    assert load_settings().district_name == "Used"
    assert (restored.reference / "waivers.csv").exists()
    assert (restored.mappings / "vendor.toml").exists()
    with duckdb.connect(str(restored.database), read_only=True) as warehouse:
        assert warehouse.execute("select run_id, n_judged from quality_history").fetchall() == [("r1", 3)]
        assert warehouse.execute("select count(*) from privacy_ledger").fetchall() == [(0,)]
    with duckdb.connect(str(restored.timekeeping_database), read_only=True) as store:
        assert store.execute("select person_number from punch").fetchall() == [(7,)]
    with closing(sqlite3.connect(restored.dagster_home / "runs.db")) as runs:
        assert runs.execute("select run_id from runs order by 1").fetchall() == [("r1",), ("r2",)]


def test_everything_of_the_list_is_in_what_travels(used, tmp_path):
    """Also row counts and the number of the publication, which lie in the publication here."""
    names = set(gather(used, tmp_path / "there"))
    for kept in (each for each in KEPT if each.travels):
        wanted = [path for path in kept.paths if not path.endswith(".wal")] + [
            f"warehouse/tables/{name}" for name in kept.tables
        ]
        for path in wanted:
            assert any(name.startswith(path) for name in names), f"{kept.name}: {path} is missing"
    assert json.loads((tmp_path / "there" / "warehouse" / "last_publication.json").read_text())["version"].startswith(
        "v00000001"
    )


def test_same_home_gives_the_same_bytes(used, tmp_path):
    """Else every push would send everything."""
    first = {name: path.read_bytes() for name, path in gather(used, tmp_path / "a").items()}
    assert {name: path.read_bytes() for name, path in gather(used, tmp_path / "b").items()} == first


def test_backup_is_for_its_owner_only_and_named_by_its_time(used, tmp_path_factory):
    folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    assert folder.name == "20260213T120000Z"
    assert folder.stat().st_mode & 0o777 == 0o700
    assert json.loads(used.home.backup_record.read_text())["folder"] == str(folder)


def test_no_backup_is_made_of_a_warehouse_that_is_being_written(used, tmp_path_factory):
    destination = tmp_path_factory.mktemp("backups")
    with lock_holder(used.home.lock), pytest.raises(WarehouseBusyError):
        back_up(used, destination, NOON)
    assert os.listdir(destination) == []


def test_changed_backup_and_a_used_home_are_refused_and_nothing_is_written(used, tmp_path_factory, monkeypatch):
    folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    with pytest.raises(BackupError, match="holds a district already: move it aside"):
        restore(folder, used.home, load_settings)
    (folder / "files" / "warehouse" / "uploads" / "ledger.csv").write_text("upload\n")
    empty = elsewhere(tmp_path_factory, monkeypatch)
    with pytest.raises(BackupError, match=r"ledger\.csv is missing, or not what was written"):
        restore(folder, empty, load_settings)
    assert not empty.root.exists()


def test_backup_of_a_newer_version_is_refused_in_one_sentence(used, tmp_path_factory, tmp_path):
    folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 99, "platform": "9.9.0"}))
    with pytest.raises(
        NewerHomeError, match=r"was written by district-platform 9\.9\.0.*Nothing was read or changed\.$"
    ):
        try_restore(folder, used)


def test_test_restore_leaves_the_home_as_it_is(used, tmp_path_factory):
    folder = back_up(used, tmp_path_factory.mktemp("backups"), NOON)
    before = sorted(path for path in used.home.root.rglob("*"))
    assert len(try_restore(folder, used)["files"]) > len(KEPT) / 2
    assert sorted(path for path in used.home.root.rglob("*")) == before


def test_make_clean_leaves_the_ledgers(used):
    home = used.home
    shutil.copy(ROOT / "Makefile", home.root)
    subprocess.run(["make", "-C", str(home.root), "clean"], check=True, capture_output=True)
    assert read_ledger(home) == [ENTRY]
    with duckdb.connect(str(home.database), read_only=True) as warehouse:
        assert warehouse.execute("select run_id from quality_history").fetchall() == [("r1",)]
    assert not home.publications.exists()
    assert not home.current.is_symlink()
    assert not home.dagster_home.exists()
    assert os.listdir(home.reports) == []
