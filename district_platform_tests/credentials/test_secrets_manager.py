"""AWS Secrets Manager, spoken to over HTTP."""

import boto3
import pytest

from district_platform.credentials import CredentialError, chain, forget, secret
from district_platform.settings import Credentials


@pytest.fixture
def manager(aws: str, monkeypatch: pytest.MonkeyPatch):
    """The district's Secrets Manager, and the settings that point to it."""
    monkeypatch.setattr(chain, "_remembered", {})
    settings = Credentials(
        providers=("environment", "aws_secrets_manager"),
        aws_prefix="district/",
        aws_region="us-east-1",
        aws_endpoint_url=aws,
    )
    return boto3.client("secretsmanager", region_name="us-east-1", endpoint_url=aws), settings


def test_secret_is_found_under_the_prefix(manager):
    client, settings = manager
    client.create_secret(Name="district/found", SecretString="value of found")
    assert secret("found", settings).get_secret_value() == "value of found"


def test_provider_that_stands_first_wins(manager, monkeypatch):
    client, settings = manager
    client.create_secret(Name="district/both", SecretString="of the manager")
    monkeypatch.setenv("DISTRICT_SECRET__BOTH", "of the environment")
    assert secret("both", settings).get_secret_value() == "of the environment"


def test_rotated_secret_is_the_new_one_once_forgotten(manager):
    client, settings = manager
    client.create_secret(Name="district/rotated", SecretString="old")
    secret("rotated", settings)
    client.put_secret_value(SecretId="district/rotated", SecretString="new")
    forget("rotated", settings)
    assert secret("rotated", settings).get_secret_value() == "new"


def test_unknown_name_is_told_with_every_place_that_was_looked_at(manager):
    _, settings = manager
    with pytest.raises(CredentialError, match=r"DISTRICT_SECRET__NOWHERE; AWS Secrets Manager district/nowhere"):
        secret("nowhere", settings)


def test_bytes_are_no_text(manager):
    client, settings = manager
    client.create_secret(Name="district/bytes", SecretBinary=b"\x00\x01")
    with pytest.raises(CredentialError, match="district/bytes holds bytes"):
        secret("bytes", settings)


def test_manager_that_cannot_be_reached_is_an_error_and_not_a_missing_secret(monkeypatch, aws):
    monkeypatch.setattr(chain, "_remembered", {})
    settings = Credentials(
        providers=("aws_secrets_manager",), aws_region="us-east-1", aws_endpoint_url="http://127.0.0.1:9"
    )
    with pytest.raises(CredentialError, match="cannot be read: EndpointConnectionError"):
        secret("found", settings)
