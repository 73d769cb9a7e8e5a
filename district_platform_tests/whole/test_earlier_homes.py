"""A home of an earlier version is opened, run, and loses nothing; one of a newer version is refused."""

import csv
import json
import shutil
import tarfile
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from district_platform.cli import main
from district_platform.home import Home
from district_platform.home.format import FORMAT, NewerHomeError, refuse_newer_home, write_stamp
from district_platform_tests.processes import platform

HOMES = Path(__file__).parent / "homes"


def unpacked(name: str, folder: Path) -> Path:
    with tarfile.open(HOMES / name) as archive:
        archive.extractall(folder, filter="data")
    return folder


def told(home: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def said(home: Path, *command: str) -> Result:
    """What a command says that is run in this process."""
    home.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DISTRICT_HOME", str(home))
        patch.setenv("COLUMNS", "200")
        patch.delenv("DAGSTER_HOME", raising=False)
        return CliRunner().invoke(main, command)


def done(home: Path, *command: str) -> str:
    ended = said(home, *command)
    assert ended.exit_code == 0, ended.output
    return ended.stdout


LEDGER = "select * from privacy_ledger order by all"
EARLIER = "select * from privacy_ledger_earlier order by all"
"""The ledger of aae3dab has other columns, and is kept under this name."""


@pytest.fixture(scope="module")
def opened(together) -> Path:
    """The home of aae3dab after a run of this version."""

    def run(home: Path) -> None:
        unpacked("aae3dab.tar.xz", home)
        before = {"ledger": told(home, LEDGER), "runs": told(home, "select distinct run_id from quality_history")}
        (home / "before.json").write_text(json.dumps(before))
        ran = platform(home, "run")
        assert ran.returncode == 0, ran.stdout + ran.stderr

    return together("upgraded", run)


@pytest.mark.slow
def test_home_of_aae3dab_is_run_and_keeps_what_it_knew(opened):
    before = json.loads((opened / "before.json").read_text())
    assert len(before["ledger"]) > 10_000
    assert told(opened, EARLIER) == [tuple(row) for row in before["ledger"]]
    assert len(told(opened, LEDGER)) > 1_000
    runs = {run for (run,) in told(opened, "select distinct run_id from quality_history")}
    assert len(runs - {run for (run,) in before["runs"]}) == 1
    assert {run for (run,) in before["runs"]} < runs
    assert (opened / "warehouse" / "current").resolve().name.startswith("v00000001-")


@pytest.mark.slow
def test_corrections_that_aae3dab_approved_are_not_sent_again(opened, tmp_path):
    """One that no longer follows is taken back: the same day, with the status that the SIS has."""
    with tarfile.open(HOMES / "aae3dab.tar.xz") as archive:
        ledger = archive.extractfile("./warehouse/uploads/ledger.csv").read()
    assert (opened / "warehouse" / "uploads" / "ledger.csv").read_bytes() == ledger
    sent = {(row["student_id"], row["date"], row["status"]) for row in csv.DictReader(ledger.decode().splitlines())}
    with (opened / "reports" / "attendance_upload.csv").open(newline="") as file:
        again = {(row["Student ID"], row["Date"], row["Attendance status"]) for row in csv.DictReader(file)}
    assert again
    assert sent
    assert not sent & again


@pytest.mark.slow
def test_upgraded_home_takes_accounts_and_can_be_backed_up_and_restored(opened, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(opened, home, symlinks=True)
    done(home, "accounts", "add", "head@example.org")
    done(home, "backup", str(tmp_path / "backups"))
    [folder] = (tmp_path / "backups").iterdir()
    restored = tmp_path / "restored"
    done(restored, "restore", str(folder))
    assert "head@example.org" in done(restored, "accounts", "list")
    assert told(restored, LEDGER) == told(home, LEDGER)
    assert told(restored, EARLIER) == told(home, EARLIER)


def test_backup_of_version_0_2_0_is_restored_with_its_accounts(tmp_path):
    folder = unpacked("0.2.0.tar.xz", tmp_path / "backup")
    home = tmp_path / "home"
    assert "Restored" in done(home, "restore", str(folder))
    listed = done(home, "accounts", "list")
    assert "head@example.org" in listed
    assert "disabled" in listed
    assert len(told(home, LEDGER)) > 1_000
    assert "approved" in (home / "warehouse" / "uploads" / "ledger.csv").read_text()
    checked = said(home, "doctor", "--json")
    assert json.loads(checked.stdout)["checks"]


@pytest.mark.parametrize("command", [("run",), ("doctor",), ("accounts", "list"), ("backup", "/nowhere")])
def test_home_of_a_newer_version_is_refused_in_one_sentence(tmp_path, command):
    """Before its settings are read, which may have keys that this version does not know."""
    (tmp_path / "warehouse").mkdir()
    (tmp_path / "district.toml").write_text("[of_a_later_version]\nkey = 1\n")
    stamp = tmp_path / "warehouse" / "home.json"
    stamp.write_text(json.dumps({"format": FORMAT + 1, "platform": "9.9.0"}))
    refused = said(tmp_path, *command)
    assert (refused.exit_code, refused.stdout) == (1, "")
    [sentence] = refused.stderr.splitlines()
    assert f"{tmp_path} was written by district-platform 9.9.0, which this version (" in sentence
    assert sentence.endswith("install that one, or a later one. Nothing was read or changed.")
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["district.toml", "home.json", "warehouse"]


def test_home_without_a_stamp_is_an_older_one(tmp_path):
    home = Home(root=tmp_path)
    refuse_newer_home(home)
    write_stamp(home)
    refuse_newer_home(home)
    home.stamp.write_text("")
    refuse_newer_home(home)
    home.stamp.write_text('{"format": 3}')
    with pytest.raises(NewerHomeError):
        refuse_newer_home(home)
