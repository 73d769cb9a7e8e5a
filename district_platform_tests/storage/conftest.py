"""A store to talk to over HTTP, a bucket of each test's own, and a record of what was asked of it."""

from collections import Counter
from typing import Any

import boto3
import pytest

from district_platform.engine.files import text_digest
from district_platform.settings import Credentials, Storage
from district_platform.storage.s3 import S3, Address
from district_platform_tests.aws import aws, aws_address

__all__ = ["aws", "aws_address"]

MIB = 1 << 20


class Watched(S3):
    """The store, counting requests by their name; `fails` makes the next ones of a name fail."""

    def __init__(self, storage: Storage, credentials: Credentials) -> None:
        super().__init__(storage, credentials)
        self.requests: Counter[str] = Counter()
        self.fails: dict[str, list[Exception | None]] = {}

    def _request(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any]:
        planned = self.fails.get(operation)
        if planned and (fault := planned.pop(0)):
            raise fault
        self.requests[operation] += 1
        return super()._request(operation, address, **parameters)


@pytest.fixture
def storage(aws: str) -> Storage:
    return Storage(endpoint_url=aws, region="us-east-1", part_size_mb=5)


@pytest.fixture
def s3(storage: Storage) -> Watched:
    return Watched(storage, Credentials())


@pytest.fixture
def client(aws: str) -> Any:
    """Somebody else's way into the same store."""
    return boto3.client("s3", endpoint_url=aws, region_name="us-east-1")


@pytest.fixture
def bucket(client: Any, request: pytest.FixtureRequest) -> Address:
    """An empty bucket of the test's own."""
    name = f"district-{text_digest(request.node.nodeid)}"
    client.create_bucket(Bucket=name)
    return Address(name)
