"""Whole runs with their state in a store: in which order things leave, and what a machine that starts empty publishes."""

import json
import shutil
import signal

import boto3
import duckdb
import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.definitions import definitions
from district_platform.settings import load_settings
from district_platform_tests import offices
from district_platform_tests.aws import aws, aws_address
from district_platform_tests.processes import killed_after, platform
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
def test_empty_machine_publishes_what_the_one_that_pushed_would_have_and_kills_let_no_figure_leave_early(
    aws, district, next_run, tmp_path
):
    """The other machine's offices waived, approved and edited before it was lost. The new one is killed after `publication`, then after
    `state`; then a copy that fails leaves publication and state whole."""
    s3 = boto3.client("s3", endpoint_url=aws, region_name="us-east-1")
    for bucket in ("district-state", "district-reports"):
        s3.create_bucket(Bucket=bucket)
    store = {"storage__endpoint_url": aws, "storage__region": "us-east-1", "state__address": "s3://district-state/here"}
    copied = {"publication__copy_to": "s3://district-reports/platform"}
    files = {"sources__kind": "files", "as_of_date": "2026-02-13"}
    again = ("--select", "publication*")
    lost, new, empty = tmp_path / "lost", tmp_path / "new", tmp_path / "empty"
    shutil.copytree(district, lost, symlinks=True)
    offices.waive_a_finding(lost)
    offices.approve_the_week(lost)
    offices.edit_last_year(lost)
    pushed = platform(lost, "state", "push", **store)
    assert pushed.returncode == 0, pushed.stderr
    assert "Pushed s00000001-" in pushed.stdout
    before = ledger(lost)
    (new / "data").mkdir(parents=True)
    shutil.move(lost / "data" / "raw", new / "data" / "raw")
    shutil.rmtree(lost)

    killed = killed_after("publication", new, **store, **files, **copied)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert "State s00000001-" in killed.stdout
    assert version(new).startswith("v00000002-")
    assert without_history(published(new)) == without_history(published(next_run))
    assert ledger(new) == ledger(next_run)
    assert json_of(s3, "district-state", "here/current.json")["version"].startswith("s00000001-")
    assert "Contents" not in s3.list_objects_v2(Bucket="district-reports")

    killed = killed_after("state", new, *again, **store, **files, **copied)
    assert killed.returncode == -signal.SIGKILL, killed.stdout + killed.stderr
    assert json_of(s3, "district-state", "here/current.json")["version"].startswith("s00000002-")
    assert "Contents" not in s3.list_objects_v2(Bucket="district-reports")
    pulled = platform(empty, "state", "pull", "s3://district-state/here", **store)
    assert pulled.returncode == 0, pulled.stderr
    assert ledger(empty) == ledger(new)
    assert set(before) <= set(ledger(empty))

    run = platform(new, "run", *again, **store, **files, publication__copy_to="s3://no-such-bucket/reports")
    assert run.returncode == 1, run.stdout + run.stderr
    assert "there is no such bucket" in run.stdout
    assert "publication_copy behind since" in run.stdout
    assert json_of(s3, "district-state", "here/lock.json")["is_free"]


def version(home):
    return (home / "warehouse" / "current").resolve().name


def json_of(s3, bucket, key):
    return json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())


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
