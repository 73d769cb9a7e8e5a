"""Dagster's runs and events in PostgreSQL: the address is a secret, and stands in no file."""

import signal

import dagster as dg
import pytest

from district_platform.credentials import forget
from district_platform.operations.running import QUIET, ensure_dagster_home
from district_platform.settings import SettingsError, load_settings
from district_platform_tests.databases import only_where_wanted
from district_platform_tests.postgres import execute, fetch, postgres_server
from district_platform_tests.processes import killed_after, platform

SMALLEST = {"synthetic__students": 120, "synthetic__years": 2, "synthetic__timekeeping__years": 1}


@pytest.fixture
def named(home, monkeypatch):
    """Settings of a home that names a database for its runs, which is not there."""
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("DISTRICT_SERVER__DAGSTER_DATABASE_SECRET", "dagster_database")
    monkeypatch.setenv("DISTRICT_SECRET__DAGSTER_DATABASE", "postgresql://localhost/dagster")
    settings = load_settings()
    forget("dagster_database", settings.credentials)
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / ".dagster"))
    return settings


@pytest.fixture(scope="module")
def address():
    """The address of an empty database on a server of its own."""
    only_where_wanted()
    with postgres_server() as server:
        execute(server, "create database dagster")
        yield server.replace("/postgres?", "/dagster?")


@dg.op
def nothing() -> None: ...


@dg.job
def refresh() -> None:
    nothing()


def test_runs_and_events_are_in_the_database_and_the_address_is_in_no_file(named, address, monkeypatch):
    monkeypatch.setenv("DISTRICT_SECRET__DAGSTER_DATABASE", address)
    home = named.home.dagster_home
    ensure_dagster_home(home, named.server)
    with dg.DagsterInstance.get() as instance:
        run = refresh.execute_in_process(instance=instance, run_config=QUIET)
        assert address not in str(instance.get_ref())
    with dg.DagsterInstance.get() as again:
        assert again.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.SUCCESS
        assert len(again.all_logs(run.run_id)) > 5
    assert list(home.rglob("*.db")) == []
    assert all(address not in path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())


@pytest.mark.slow
def test_whole_run_keeps_its_history_there_and_a_killed_one_is_ended_by_the_next(tmp_path, address):
    """As a server does: a run, a kill, a run."""
    settings = {**SMALLEST, "server__dagster_database_secret": "dagster", "secret__dagster": address}
    done = platform(tmp_path, "run", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    killed = killed_after("stg_schools", tmp_path, **settings)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert statuses(address) == ["SUCCESS", "STARTED"]
    done = platform(tmp_path, "run", "--select", "publication+", **settings)
    assert done.returncode == 0, done.stdout + done.stderr
    assert statuses(address) == ["SUCCESS", "FAILURE", "SUCCESS"]
    assert fetch(address, "select count(*) > 500 from event_logs") == [(True,)]
    assert [path.name for path in (tmp_path / ".dagster").rglob("*.db")] == []
    assert "no schedule of a refresh is on" in platform(tmp_path, "doctor", **settings).stdout


def statuses(address):
    asked = (
        "select status from runs where run_id in (select run_id from event_logs where step_key is not null) order by id"
    )
    return [status for (status,) in fetch(address, asked)]


def test_edited_dagster_yaml_is_left_and_what_to_add_is_said(named):
    home = named.home.dagster_home
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with pytest.raises(SettingsError, match=r"was edited.*Add to it:\n+storage:"):
        ensure_dagster_home(home, named.server)
    assert (home / "dagster.yaml").read_text() == "telemetry:\n  enabled: false\n"


def test_our_own_dagster_yaml_follows_the_settings(named):
    home = named.home.dagster_home
    ensure_dagster_home(home)
    assert "postgres_storage" not in (home / "dagster.yaml").read_text()
    ensure_dagster_home(home, named.server)
    assert "postgres_storage" in (home / "dagster.yaml").read_text()
    ensure_dagster_home(home)
    assert "postgres_storage" not in (home / "dagster.yaml").read_text()


@pytest.mark.parametrize(
    ("remote", "words"),
    [
        (
            "postgresql://district:pw@db.example.org/dagster",
            "runs and settings would travel to db.example.org unprotected",
        ),
        ("mysql://localhost/dagster", "must begin with postgresql://"),
    ],
)
def test_database_elsewhere_without_tls_is_refused_without_showing_its_password(named, monkeypatch, remote, words):
    from district_platform.operations.postgres_storage import database_url

    monkeypatch.setenv("DISTRICT_SECRET__DAGSTER_DATABASE", remote)
    forget("dagster_database", named.credentials)
    with pytest.raises(SettingsError, match=words) as refused:
        database_url(named)
    assert "pw" not in str(refused.value)
