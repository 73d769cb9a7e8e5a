"""A copied publication on a server that only shows it: whole or not at all, and what is there already is not fetched again."""

import json

import boto3
import pytest
from moto import mock_aws

from district_platform.engine.publication import current_publication, publish
from district_platform.home import Home
from district_platform.operations.showing import ShowingError, pull
from district_platform.settings import Credentials, Storage, load_settings
from district_platform.storage.publication import copy_publication
from district_platform.storage.s3 import S3, Address, StorageError
from district_platform_tests.aws import KEYS

TO = Address("reports", "district")


@pytest.fixture
def store(monkeypatch):
    for name, value in {**KEYS, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="reports")
        yield client


def copied(root, brief: str) -> str:
    """A publication of another home, copied to the store; its name."""

    def write(building) -> None:
        (building / "reports" / "policy_brief.pdf").write_text(brief)
        (building / "out" / "dim_school.parquet").write_bytes(b"PAR1")

    version = publish(Home(root=root), brief, 3, write)
    copy_publication(S3(Storage(), Credentials()), version, TO, 3, root / "outbox")
    return version.name


def test_server_shows_what_was_copied_and_the_next_one_after_it(store, home, tmp_path_factory):
    made = tmp_path_factory.mktemp("made")
    first = copied(made, "one")
    settings = load_settings()
    assert pull(settings, str(TO)).n_fetched == 2
    assert (home.reports / "policy_brief.pdf").read_text() == "one"
    assert current_publication(home).name == first
    assert not pull(settings, str(TO)).is_new
    copied(made, "two")
    shown = pull(settings, str(TO))
    assert (shown.n_fetched, shown.n_kept) == (1, 1)
    assert (home.reports / "policy_brief.pdf").read_text() == "two"
    assert (home.warehouse / "out" / "dim_school.parquet").read_bytes() == b"PAR1"


def test_object_that_was_changed_leaves_what_is_shown(store, home, tmp_path_factory):
    made = tmp_path_factory.mktemp("made")
    copied(made, "one")
    pull(load_settings(), str(TO))
    second = copied(made, "two")
    store.put_object(Bucket="reports", Key=f"district/publications/{second}/reports/policy_brief.pdf", Body=b"forged")
    with pytest.raises(StorageError, match="what arrived is not what was sent"):
        pull(load_settings(), str(TO))
    assert (home.reports / "policy_brief.pdf").read_text() == "one"


def test_manifest_that_leads_out_of_the_publication_is_refused(store, home, tmp_path_factory):
    version = copied(tmp_path_factory.mktemp("made"), "one")
    key = f"district/publications/{version}/manifest.json"
    manifest = json.loads(store.get_object(Bucket="reports", Key=key)["Body"].read())
    manifest["files"][0]["name"] = "../../../district.toml"
    body = json.dumps(manifest).encode()
    store.put_object(Bucket="reports", Key=key, Body=body)
    import hashlib

    pointer = {
        "version": version,
        "manifest": f"publications/{version}/manifest.json",
        "sha256": hashlib.sha256(body).hexdigest(),
    }
    store.put_object(Bucket="reports", Key="district/current.json", Body=json.dumps(pointer).encode())
    with pytest.raises(StorageError, match="the name is no path below a publication"):
        pull(load_settings(), str(TO))
    assert not home.config_file.exists()


def test_nothing_copied_and_a_home_that_publishes_itself_are_said(store, home):
    with pytest.raises(StorageError, match="no publication was copied there"):
        pull(load_settings(), str(TO))
    home.warehouse.mkdir(exist_ok=True)
    home.database.touch()
    with pytest.raises(ShowingError, match="publishes itself: bring copied publications to a folder of their own"):
        pull(load_settings(), str(TO))
