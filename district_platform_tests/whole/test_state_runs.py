"""Whole runs with their state in a store: in which order things leave, and what a machine that starts empty publishes."""

import shutil

import boto3
import duckdb
import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.definitions import definitions
from district_platform.settings import load_settings
from district_platform_tests import offices
from district_platform_tests.aws import aws, aws_address
from district_platform_tests.processes import platform
from district_platform_tests.publications import published, without_history

__all__ = ["aws", "aws_address"]


def test_nothing_leaves_before_the_state_is_sent(home, monkeypatch):
    """Every asset that goes to another system comes after `state`, and `state` after `publication`."""
    monkeypatch.setenv("DISTRICT_STATE__ADDRESS", "s3://bucket/state")
    monkeypatch.setenv("DISTRICT_PUBLICATION__COPY_TO", "s3://bucket/reports")
    monkeypatch.setenv("DISTRICT_SECRET__BI", "postgresql://localhost/bi")
    home.config_file.write_text('[destinations.bi]\nkind = "postgresql"\nurl_secret = "bi"\n')
    graph = definitions(load_settings()).resolve_asset_graph()
    before = {key.to_user_string(): names(graph.get(key).parent_keys) for key in graph.get_all_asset_keys()}
    assert before["state"] == {"publication"}
    assert before["destinations/bi"] == {"state"}
    assert "publication" not in before["publication_copy"]
    assert "state" in before["publication_copy"]
    leave_at_once = {name for name, parents in before.items() if "publication" in parents}
    assert leave_at_once == {"state"}


def names(keys) -> set[str]:
    return {key.to_user_string() for key in keys}


@pytest.mark.slow
def test_empty_machine_publishes_what_the_one_that_pushed_would_have(aws, district, next_run, tmp_path):
    """The other machine's offices waived, approved and edited before it was lost. A copy that fails leaves publication and state whole."""
    s3 = boto3.client("s3", endpoint_url=aws, region_name="us-east-1")
    s3.create_bucket(Bucket="district-state")
    store = {"storage__endpoint_url": aws, "storage__region": "us-east-1", "state__address": "s3://district-state/here"}
    files = {"sources__kind": "files", "as_of_date": "2026-02-13"}
    lost = tmp_path / "lost"
    shutil.copytree(district, lost, symlinks=True)
    offices.waive_a_finding(lost)
    offices.approve_the_week(lost)
    offices.edit_last_year(lost)
    pushed = platform(lost, "state", "push", **store)
    assert pushed.returncode == 0, pushed.stderr
    assert "Pushed s00000001-" in pushed.stdout
    new = tmp_path / "new"
    (new / "data").mkdir(parents=True)
    shutil.move(lost / "data" / "raw", new / "data" / "raw")
    shutil.rmtree(lost)
    run = platform(new, "run", **store, **files, publication__copy_to="s3://no-such-bucket/reports")
    assert "State s00000001-" in run.stdout
    assert "there is no such bucket" in run.stdout
    assert "publication_copy behind since" in run.stdout
    assert run.returncode == 1, run.stdout + run.stderr
    assert without_history(published(new)) == without_history(published(next_run))
    assert ledger(new) == ledger(next_run)
    version = (new / "warehouse" / "current").resolve().name
    assert version.startswith("v00000002-")
    empty = tmp_path / "empty"
    pulled = platform(empty, "state", "pull", "s3://district-state/here", **store)
    assert pulled.returncode == 0, pulled.stderr
    assert ledger(empty) == ledger(next_run)
    lock = s3.get_object(Bucket="district-state", Key="here/lock.json")["Body"].read()
    assert b'"is_free": true' in lock


def ledger(home):
    """What was ever told, and by which publication."""
    with duckdb.connect(str(home / "warehouse" / "district.duckdb"), read_only=True) as connection:
        return connection.execute("select * from privacy_ledger order by all").fetchall()


def test_first_words_of_a_state_that_is_not_there(aws, home, monkeypatch):
    boto3.client("s3", endpoint_url=aws, region_name="us-east-1").create_bucket(Bucket="empty-state")
    monkeypatch.setenv("DISTRICT_STORAGE__ENDPOINT_URL", aws)
    monkeypatch.setenv("DISTRICT_STORAGE__REGION", "us-east-1")
    for address, words in (
        ("s3://empty-state/x", "s3://empty-state/x: nothing was pushed there yet."),
        ("s3://missing-state/x", "there is no such bucket"),
        ("file:///x", "is no address of an object store"),
    ):
        told = CliRunner().invoke(main, ["state", "pull", address])
        assert told.exit_code == 1
        assert words in told.output
