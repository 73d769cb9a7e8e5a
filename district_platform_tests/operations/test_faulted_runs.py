"""Faulted runs end as docs/operations.md says.

A bad file is in staging/test_setting_aside.py and whole/test_refused_runs.py, a killed process in whole/test_killed.py, a network that
is away for a minute by the clock in test_retries.py.
"""

import time

import dagster as dg
import pytest

from district_platform.credentials import forget
from district_platform.engine.assets import SettingsIOManager, settings_assets
from district_platform.engine.resources import DistrictIOManager, Warehouse
from district_platform.operations import running
from district_platform.operations.running import QUIET
from district_platform.settings import load_settings
from district_platform.sources import delivery
from district_platform_tests.alerts.receivers import webhooks
from district_platform_tests.operations.test_recovery import start_event

KEY, OTHER_KEY = "k" * 32, "o" * 32


@pytest.fixture
def deliver(home, monkeypatch):
    """Runs the delivery of a district on files: whether the run succeeded, and all that its events say of errors."""
    monkeypatch.setenv("DISTRICT_SOURCES__KIND", "files")
    monkeypatch.setenv("DISTRICT_RETRIES__FIRST_DELAY_SECONDS", "0")
    home.raw.mkdir(parents=True)

    def run() -> tuple[bool, str]:
        settings = load_settings()
        warehouse = Warehouse.of(settings.home, settings.engine, settings.encryption, settings.credentials)
        resources = {
            "warehouse": warehouse,
            "io_manager": DistrictIOManager(warehouse=warehouse),
            "settings_io": SettingsIOManager(settings),
        }
        assets = [settings_assets(settings), delivery.source_assets(settings)[0]]
        with dg.DagsterInstance.ephemeral() as instance:
            result = dg.materialize(
                assets, resources=resources, instance=instance, run_config=QUIET, raise_on_error=False
            )
            errors = [getattr(event.event_specific_data, "error", None) for event in result.all_events]
            return result.success, "\n".join(error.to_string() for error in errors if error)

    return run


def test_run_outlasts_a_drive_on_the_network_that_is_away_for_a_while(deliver, monkeypatch):
    look, away = delivery.files_that_are_no_extract, [TimeoutError("the drive does not answer")] * 6

    def files_that_are_no_extract(raw):
        if away:
            raise away.pop()
        return look(raw)

    monkeypatch.setattr(delivery, "files_that_are_no_extract", files_that_are_no_extract)
    succeeded, _ = deliver()
    assert succeeded


def test_fault_of_data_ends_the_run_at_the_first_try(deliver, monkeypatch):
    tries = []

    def files_that_are_no_extract(raw):
        tries.append(raw)
        raise ValueError("sis/schools.csv, line 3: no row")

    monkeypatch.setattr(delivery, "files_that_are_no_extract", files_that_are_no_extract)
    succeeded, errors = deliver()
    assert not succeeded
    assert "sis/schools.csv, line 3: no row" in errors
    assert len(tries) == 1


def test_run_with_a_wrong_key_stops_before_it_writes_and_shows_no_key(deliver, home, monkeypatch):
    def use(key: str) -> None:
        monkeypatch.setenv("DISTRICT_SECRET__WAREHOUSE_KEY", key)
        forget("warehouse_key", load_settings().credentials)

    monkeypatch.setenv("DISTRICT_ENCRYPTION__WAREHOUSE_KEY_SECRET", "warehouse_key")
    use(KEY)
    assert deliver() == (True, "")
    before = home.database.read_bytes()
    use(OTHER_KEY)
    succeeded, errors = deliver()
    assert not succeeded
    assert "warehouse_key" in errors
    assert KEY not in errors
    assert OTHER_KEY not in errors
    assert home.database.read_bytes() == before


def test_run_whose_process_died_is_ended_and_told_by_the_next_command(home, monkeypatch):
    monkeypatch.setenv("DAGSTER_HOME", str(home.dagster_home))
    running.ensure_dagster_home(home.dagster_home)

    @dg.job
    def refresh() -> None: ...

    with webhooks() as slack, dg.DagsterInstance.get() as instance:
        monkeypatch.setenv("DISTRICT_ALERTS__SLACK__WEBHOOK_SECRET", "alerts_slack")
        monkeypatch.setenv("DISTRICT_SECRET__ALERTS_SLACK", slack.address)
        forget("alerts_slack", load_settings().credentials)
        died = instance.create_run_for_job(refresh)
        instance.handle_new_event(start_event(died, time.time()))
        running.end_dead_runs_now(home)
        assert running.tell_now(load_settings()) == []
        refresh.execute_in_process(instance=instance, run_config=QUIET)
        assert running.tell_now(load_settings()) == []
        assert instance.get_run_by_id(died.run_id).status is dg.DagsterRunStatus.FAILURE
        told, recovered = slack.at("/")
    assert f"Run {died.run_id}" in told
    assert "refresh ended before its time" in told
    assert "1 recovered" in recovered
