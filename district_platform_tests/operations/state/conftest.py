"""A store inside this process, and machines on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from district_platform.operations import state
from district_platform.storage.s3 import Address
from district_platform_tests.aws import KEYS
from district_platform_tests.operations.state.machines import Dying, Machine


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """A client of the store, from which processes can be cut off."""
    for name, value in {**KEYS, "AWS_DEFAULT_REGION": "us-east-1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DISTRICT_HOME", "/nowhere")
    monkeypatch.setattr(state, "S3", Dying)
    with mock_aws():
        client = boto3.client("s3")
        client.create_bucket(Bucket="state")
        yield client


@pytest.fixture
def machine(store: object, tmp_path: Path) -> Callable[[str], Machine]:
    """The machine of a name; all share one state."""
    return lambda name: Machine(tmp_path / name, Address("state", "district"))
