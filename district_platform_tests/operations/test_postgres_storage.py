"""Dagster's runs and events in PostgreSQL: the address is a secret, and stands in no file."""

import dagster as dg
import pytest

from district_platform.credentials import forget
from district_platform.operations.running import QUIET, ensure_dagster_home
from district_platform.settings import SettingsError, load_settings
from district_platform_tests.timekeeping.conftest import execute, postgres

__all__ = ["postgres"]


@pytest.fixture
def in_postgres(home, postgres, monkeypatch):
    """Settings of a home whose runs are in an empty database of that server."""
    execute(postgres, "drop database if exists dagster", "create database dagster")
    address = postgres.replace("/postgres?", "/dagster?")
    assert address != postgres
    monkeypatch.delenv("DAGSTER_HOME", raising=False)
    monkeypatch.setenv("DISTRICT_SERVER__DAGSTER_DATABASE_SECRET", "dagster_database")
    monkeypatch.setenv("DISTRICT_SECRET__DAGSTER_DATABASE", address)
    settings = load_settings()
    forget("dagster_database", settings.credentials)
    monkeypatch.setenv("DAGSTER_HOME", str(home.root / ".dagster"))
    return settings


@dg.op
def nothing() -> None: ...


@dg.job
def refresh() -> None:
    nothing()


def test_runs_and_events_are_in_the_database_and_the_address_is_in_no_file(in_postgres, postgres):
    home = in_postgres.home.dagster_home
    ensure_dagster_home(home, in_postgres.server)
    with dg.DagsterInstance.get() as instance:
        run = refresh.execute_in_process(instance=instance, run_config=QUIET)
        password = in_postgres.server.dagster_database_secret
        assert postgres not in str(instance.get_ref())
        assert password
    with dg.DagsterInstance.get() as again:
        assert again.get_run_by_id(run.run_id).status is dg.DagsterRunStatus.SUCCESS
        assert len(again.all_logs(run.run_id)) > 5
    assert list(home.rglob("*.db")) == []
    address = postgres.replace("/postgres?", "/dagster?")
    assert all(address not in path.read_text(errors="replace") for path in home.rglob("*") if path.is_file())


def test_edited_dagster_yaml_is_left_and_what_to_add_is_said(in_postgres):
    home = in_postgres.home.dagster_home
    home.mkdir(parents=True)
    (home / "dagster.yaml").write_text("telemetry:\n  enabled: false\n")
    with pytest.raises(SettingsError, match=r"was edited.*Add to it:\n+storage:"):
        ensure_dagster_home(home, in_postgres.server)
    assert (home / "dagster.yaml").read_text() == "telemetry:\n  enabled: false\n"


def test_our_own_dagster_yaml_follows_the_settings(in_postgres, monkeypatch):
    home = in_postgres.home.dagster_home
    ensure_dagster_home(home)
    assert "postgres_storage" not in (home / "dagster.yaml").read_text()
    ensure_dagster_home(home, in_postgres.server)
    assert "postgres_storage" in (home / "dagster.yaml").read_text()
    ensure_dagster_home(home)
    assert "postgres_storage" not in (home / "dagster.yaml").read_text()


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (
            "postgresql://district:pw@db.example.org/dagster",
            "runs and settings would travel to db.example.org unprotected",
        ),
        ("mysql://localhost/dagster", "must begin with postgresql://"),
    ],
)
def test_database_elsewhere_without_tls_is_refused_without_showing_its_password(
    in_postgres, monkeypatch, address, words
):
    from district_platform.operations.postgres_storage import database_url

    monkeypatch.setenv("DISTRICT_SECRET__DAGSTER_DATABASE", address)
    forget("dagster_database", in_postgres.credentials)
    with pytest.raises(SettingsError, match=words) as refused:
        database_url(in_postgres)
    assert "pw" not in str(refused.value)
