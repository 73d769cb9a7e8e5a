"""The publication's copy as part of a run: there is such an asset only where the settings name an address."""

import json
from pathlib import Path

import dagster as dg
import pytest

from district_platform.destinations.copying import copy_assets
from district_platform.engine.assets import SettingsIOManager, settings_assets
from district_platform.engine.publication import publish
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.settings import load_settings


@pytest.fixture
def settings(home: Home, aws: str, bucket) -> Path:
    home.config_file.write_text(
        f'[publication]\ncopy_to = "{bucket}district"\n[storage]\nendpoint_url = "{aws}"\nregion = "us-east-1"\n'
        "[retries]\nmax_retries = 3\nfirst_delay_seconds = 0.05\n"
    )
    return home.config_file


def published(home: Home, version: str) -> None:
    publish(home, version, 3, lambda folder: (folder / "reports" / "policy_brief.pdf").write_text(version) and None)


def run(home: Home) -> dg.ExecuteInProcessResult:
    settings = load_settings()
    return dg.materialize(
        [settings_assets(settings), *copy_assets(settings)],
        selection=["publication_copy"],
        resources={"warehouse": Warehouse.of(home, settings.engine), "settings_io": SettingsIOManager(settings)},
        raise_on_error=False,
    )


def test_without_an_address_there_is_no_such_asset(home):
    assert copy_assets(load_settings()) == []


def test_run_copies_what_readers_see_and_says_where(settings, home, client, bucket):
    published(home, "20260101T05")
    result = run(home)
    [copied] = result.asset_materializations_for_node("publication_copy")
    assert copied.metadata["to"].value == f"{bucket}district/publications/v00000001-20260101T05"
    assert copied.metadata["files"].value == 1
    pointer = client.get_object(Bucket=bucket.bucket, Key="district/current.json")["Body"].read()
    assert json.loads(pointer)["version"] == "v00000001-20260101T05"


def test_store_that_is_away_is_tried_again_as_the_settings_say_then_the_run_fails(settings, home):
    """Publication and readers here are untouched: only the copy is missing."""
    published(home, "20260101T05")
    settings.write_text(settings.read_text().replace('endpoint_url = "http', 'endpoint_url = "http://127.0.0.1:9" # '))
    result = run(home)
    retries = [event for event in result.all_events if event.is_step_up_for_retry]
    assert (result.success, len(retries)) == (False, 3)
    assert (home.reports / "policy_brief.pdf").read_text() == "20260101T05"


def test_before_the_first_publication_there_is_nothing_to_copy(settings, home):
    [failure] = [event for event in run(home).all_events if event.is_step_failure]
    assert "There is no publication to copy" in str(failure.step_failure_data.error)
