"""A DynamoDB that behaves as the service may: it throttles, leaves items of a batch for later, and the process is killed at any call.

moto holds the items. It takes more than 25 requests in a batch, leaves none unprocessed and never throttles, so that this stub does.
"""

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from district_platform.destinations.dynamodb import table
from district_platform.destinations.dynamodb.items import OWN
from district_platform.destinations.dynamodb.loading import Loader
from district_platform.destinations.dynamodb.requests import Requests
from district_platform.settings import DynamoDB

SECTION = DynamoDB(kind="dynamodb", table="attendance", region="us-east-1")


class Killed(BaseException):
    """The process ended here."""


class Fate:
    """Counts what a load does, and kills it at one step."""

    def __init__(self) -> None:
        self.steps, self.kill_at = 0, None

    def step(self) -> None:
        self.steps += 1
        if self.steps == self.kill_at:
            raise Killed

    def within(self, kill_at: int | None) -> None:
        self.steps, self.kill_at = 0, kill_at


class Rough:
    """The client: before and after each call the process may be killed; a batch is taken in part, or not at all."""

    def __init__(self, client: Any, fate: Fate, chance: random.Random, roughness: float) -> None:
        self._client, self._fate, self._chance, self._roughness = client, fate, chance, roughness
        self.n_written, self.n_calls = 0, 0

    def __getattr__(self, operation: str) -> Any:
        def call(**parameters: Any) -> Any:
            self._fate.step()
            answer = getattr(self._client, operation)(**parameters)
            self._fate.step()
            return answer

        return call

    def batch_write_item(self, RequestItems: dict[str, list[Any]]) -> dict[str, Any]:  # noqa: N803 - the service's name
        [(name, requests)] = RequestItems.items()
        keys = [str(r.get("PutRequest", {}).get("Item") or r["DeleteRequest"]["Key"]) for r in requests]
        assert 0 < len(requests) <= 25
        assert len(set(keys)) == len(keys)
        self.n_calls += 1
        self._fate.step()
        if self._chance.random() < self._roughness:
            raise throttled()
        taken = requests
        if self._chance.random() < self._roughness:
            taken = self._chance.sample(requests, self._chance.randrange(len(requests)))
        for n, request in enumerate(taken):
            self._client.batch_write_item(RequestItems={name: [request]})
            self.n_written += 1
            if n == len(taken) // 2:
                self._fate.step()
        left = [request for request in requests if request not in taken]
        return {"UnprocessedItems": {name: left} if left else {}}


def throttled(code: str = "ThrottlingException") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "secret words of the service"}}, "BatchWriteItem")


class Service:
    """One table of the service, and loaders for it."""

    def __init__(self, fate: Fate | None = None, seed: int = 0, roughness: float = 0.0, section: DynamoDB = SECTION):
        self.section, self.fate = section, fate or Fate()
        self.plain = boto3.client(
            "dynamodb", region_name=section.region, aws_access_key_id="a", aws_secret_access_key="b"
        )
        self.client = Rough(self.plain, self.fate, random.Random(seed), roughness)
        self.requests = Requests("aws", section, self.client, sleep=lambda seconds: None)
        table.create(Requests("aws", section, self.plain), section, sleep=lambda seconds: None)

    def loader(self, folder: Path, **options: Any) -> Loader:
        return Loader(self.section, self.requests, folder, **{"wave": 7, "threads": 2, **options})

    def items(self) -> dict[tuple[str, str], dict[str, Any]]:
        """All items but those of the loads, by key, without digest."""
        found = self.plain.scan(TableName=self.section.table)["Items"]
        plain = [{name: next(iter(value.values())) for name, value in item.items()} for item in found]
        return {
            (item["student_id"], item["date"]): {k: v for k, v in item.items() if k != "row_digest"}
            for item in plain
            if item["student_id"] != OWN
        }


@contextmanager
def service(**options: Any) -> Iterator[Service]:
    with mock_aws():
        yield Service(**options)


@contextmanager
def killing_files(fate: Fate) -> Iterator[None]:
    """Kills also before and after a file is put in place."""
    replace = os.replace

    def replaced(source: Any, target: Any) -> None:
        fate.step()
        replace(source, target)
        fate.step()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", replaced)
        yield
