"""Calls to DynamoDB: batches that are sent until all is taken, patience under throttling, errors that say what to do."""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

from district_platform.credentials import with_secrets
from district_platform.destinations.dynamodb.items import Item
from district_platform.destinations.model import DestinationAwayError, DestinationError
from district_platform.retries import is_transient
from district_platform.settings import Credentials, DynamoDB

MOST_IN_A_BATCH = 25
"""BatchWriteItem takes no more; one more is refused whole."""
TRIES = 12
FIRST_WAIT, LONGEST_WAIT = 0.05, 20.0
"""Seconds; doubled from try to try, and a random part of it waited, so that eight threads do not come back at once."""

_MESSAGES = {
    "AccessDeniedException": "The credentials may not do this ({operation}): their policy needs the rights that "
    "docs/attendance_store.md lists.",
    "ExpiredTokenException": "The credentials have expired: sign in to AWS again, or renew the secret.",
    "InvalidSignatureException": "The secret key does not belong to the access key.",
    "UnrecognizedClientException": "AWS does not know these credentials in the region {region}.",
    "IncompleteSignatureException": "The credentials are not complete.",
    "ResourceNotFoundException": "There is no table {table} in the region {region}; a table of another region does not count. Correct "
    "destinations.{name}.table or .region, or make it by district-platform attendance-store create.",
}
_PATIENT = frozenset({"ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"})
Sleep = Callable[[float], None]


class Requests:
    """Calls to the service about one table. `client` is boto3's, or what behaves like it."""

    def __init__(self, name: str, section: DynamoDB, client: Any, sleep: Sleep = time.sleep) -> None:
        self.table = section.table
        self._about = {"name": name, "table": section.table, "region": section.region}
        self._client, self._sleep, self._has_endpoint = client, sleep, section.endpoint is not None

    def call(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """One call about the table. Raises DestinationAwayError, DestinationError; ConditionFailedError where its condition is false."""
        with self._explained(operation):
            answer: dict[str, Any] = getattr(self._client, operation)(TableName=self.table, **parameters)
        return answer

    def plain(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """A call that names no table, or names it its own way."""
        with self._explained(operation):
            answer: dict[str, Any] = getattr(self._client, operation)(**parameters)
        return answer

    def unexplained(self, operation: str, **parameters: Any) -> dict[str, Any]:
        """Like `call`, with the library's own errors, for a caller to whom one of them is an answer."""
        answer: dict[str, Any] = getattr(self._client, operation)(TableName=self.table, **parameters)
        return answer

    def pages(self, operation: str, **parameters: Any) -> Iterator[Item]:
        """Every item of a Query or a Scan."""
        more: dict[str, Any] = {}
        while True:
            page = self._patiently(lambda more=more: self.call(operation, **parameters, **more))  # type: ignore[misc]
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            more = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def write(self, requests: Sequence[dict[str, Any]]) -> None:
        """Puts and deletes of at most MOST_IN_A_BATCH items, each key once, until all are taken. Raises DestinationAwayError."""
        assert 0 < len(requests) <= MOST_IN_A_BATCH, f"{len(requests)} requests in a batch"
        pending = list(requests)
        for attempt in range(TRIES):
            pending = self._left_of(pending)
            if not pending:
                return
            self._wait(attempt)
        raise DestinationAwayError(
            f"{self.table}: the table still throttles after {TRIES} tries; what was written stays, and the next load goes on."
        )

    def _left_of(self, pending: list[dict[str, Any]]) -> list[dict[str, Any]]:
        try:
            answer = self.plain("batch_write_item", RequestItems={self.table: pending})
        except DestinationAwayError:
            return pending
        return list(answer.get("UnprocessedItems", {}).get(self.table, ()))

    def _patiently(self, call: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        for attempt in range(TRIES - 1):
            try:
                return call()
            except DestinationAwayError:
                self._wait(attempt)
        return call()

    def _wait(self, attempt: int) -> None:
        self._sleep(random.random() * min(LONGEST_WAIT, FIRST_WAIT * 2**attempt))

    @contextmanager
    def _explained(self, operation: str) -> Iterator[None]:
        from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

        try:
            yield
        except NoCredentialsError:
            raise DestinationError(
                f"{self.table}: no credentials were found: give the machine a role, or name destinations."
                f"{self._about['name']}.access_key_secret and .secret_key_secret."
            ) from None
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code in ("ConditionalCheckFailedException", "TransactionCanceledException"):
                raise ConditionFailedError(f"{self.table}: the condition of {operation} does not hold.") from None
            kind = DestinationAwayError if code in _PATIENT or is_transient(error) else DestinationError
            words = _MESSAGES.get(code, "The service refused {operation}: {code}.")
            raise kind(f"{self.table}: {words.format(operation=operation, code=code, **self._about)}") from None
        except BotoCoreError as error:
            kind = DestinationAwayError if is_transient(error) else DestinationError
            raise kind(f"{self.table}: {self._unreached(error)}") from None

    def _unreached(self, error: Exception) -> str:
        """Why there was no answer: a misspelt region has no address that anybody answers at."""
        region, name = self._about["region"], self._about["name"]
        if not self._has_endpoint and region not in _known_regions():
            return f"{region} is no region of DynamoDB that boto3 knows. Correct destinations.{name}.region."
        return f"the service cannot be reached in the region {region} ({type(error).__name__})."


@cache
def _known_regions() -> frozenset[str]:
    import boto3

    session = boto3.session.Session()
    partitions = session.get_available_partitions()
    return frozenset(r for p in partitions for r in session.get_available_regions("dynamodb", partition_name=p))


class ConditionFailedError(DestinationError):
    """A conditional write whose condition does not hold."""


def client_of(section: DynamoDB, credentials: Credentials) -> Any:
    """boto3's client. Its own retries are off: `Requests` waits. Raises DestinationError, CredentialError."""
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise DestinationError("DynamoDB needs boto3: install district-platform[aws].") from None
    names = [name for name in (section.access_key_secret, section.secret_key_secret) if name]

    def made(*keys: Any) -> Any:
        named = dict(
            zip(("aws_access_key_id", "aws_secret_access_key"), (k.get_secret_value() for k in keys), strict=False)
        )
        config = Config(connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 1}, max_pool_connections=16)
        return boto3.client(
            "dynamodb", region_name=section.region, endpoint_url=section.endpoint, config=config, **named
        )

    return with_secrets(names, credentials, made, lambda error: False)
