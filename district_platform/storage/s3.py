"""An S3 store as the settings describe it: addresses, requests, and errors written for the person who can fix them."""

import base64
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from district_platform.credentials import with_secrets
from district_platform.retries import is_transient
from district_platform.settings import Credentials, Storage

SCHEME = "s3://"
SHA256 = "sha256"
"""Name of the metadata under which an object that we sent carries the digest of its bytes."""

_PER_REQUEST = 1_000
"""Objects that S3 removes with one request."""

_REFUSED = {"403", "ExpiredToken", "InvalidAccessKeyId", "SignatureDoesNotMatch"}
_ABSENT = {"404", "NoSuchKey", "NoSuchUpload", "NotFound"}
_EXPLAINED = {
    "403": "the store refuses the keys, or what they ask for",
    "AccessDenied": "the keys may not do this; the bucket's policy says who may",
    "InvalidAccessKeyId": "the store does not know the access key",
    "NoSuchBucket": "there is no such bucket",
    "SignatureDoesNotMatch": "the secret key does not belong to the access key",
}


class StorageError(RuntimeError):
    """A store could not do what was asked; the message names the address and what to do, `code` is the store's own word for it."""

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class StoreAwayError(StorageError, ConnectionError):
    """The store cannot be reached, or asks for patience: the same request may succeed later (`retries.is_transient`)."""


@dataclass(frozen=True, order=True)
class Address:
    """A place in a bucket: a prefix or a whole key, without slashes at its ends."""

    bucket: str
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Reads s3://bucket/prefix. Raises StorageError for anything else."""
        bucket, _, key = text.removeprefix(SCHEME).partition("/")
        if not text.startswith(SCHEME) or not bucket:
            raise StorageError(f"{text!r} is no address of an object store; s3://bucket/prefix is one.")
        return cls(bucket, key.strip("/"))

    def __truediv__(self, name: str) -> "Address":
        return Address(self.bucket, f"{self.key}/{name}" if self.key else name)

    def __str__(self) -> str:
        return f"{SCHEME}{self.bucket}/{self.key}"


def checksum(sha256: str) -> str:
    """A SHA-256 in hexadecimal digits as S3 writes it."""
    return base64.b64encode(bytes.fromhex(sha256)).decode()


class S3:
    """Requests to one store. Keys come from the credentials at every request, so that rotation needs no restart."""

    def __init__(self, storage: Storage, credentials: Credentials) -> None:
        self._storage = storage
        self._credentials = credentials
        self._clients: dict[tuple[SecretStr, ...], Any] = {}

    @property
    def part_size(self) -> int:
        return self._storage.part_size_mb << 20

    def call(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any]:
        """One request about an object, as boto3 names it. Raises StorageError."""
        return self._request(operation, address, Key=address.key, **parameters)

    def call_or_none(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any] | None:
        """Like `call`, but None where there is no such object or upload."""
        try:
            return self.call(operation, address, **parameters)
        except StorageError as error:
            if error.code in _ABSENT:
                return None
            raise

    def objects(self, prefix: Address) -> Iterator[dict[str, Any]]:
        """Every object below the prefix, in the order of keys."""
        below = f"{prefix.key}/" if prefix.key else ""
        more: dict[str, str] = {}
        while True:
            page = self._request("list_objects_v2", prefix, Prefix=below, **more)
            yield from page.get("Contents", [])
            if not page.get("IsTruncated"):
                return
            more = {"ContinuationToken": page["NextContinuationToken"]}

    def delete(self, addresses: Sequence[Address]) -> None:
        """Removes objects of one bucket; one that is gone already is no error."""
        for start in range(0, len(addresses), _PER_REQUEST):
            some = addresses[start : start + _PER_REQUEST]
            answer = self._request("delete_objects", some[0], Delete={"Objects": [{"Key": a.key} for a in some]})
            for fault in answer.get("Errors", []):
                raise StorageError(
                    f"{some[0].bucket}/{fault['Key']} cannot be removed: {fault['Code']}.", fault["Code"]
                )

    def _request(self, operation: str, address: Address, **parameters: Any) -> dict[str, Any]:
        names = [name for name in (self._storage.access_key_secret, self._storage.secret_key_secret) if name]

        def request(*keys: SecretStr) -> dict[str, Any]:
            answer: dict[str, Any] = getattr(self._client(keys), operation)(Bucket=address.bucket, **parameters)
            return answer

        with explained(address):
            return with_secrets(names, self._credentials, request, _is_refused)

    def _client(self, keys: tuple[SecretStr, ...]) -> Any:
        if keys not in self._clients:
            self._clients = {keys: _new_client(self._storage, keys)}
        return self._clients[keys]


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turns errors of the library into ours: StoreAwayError for a transient one, else StorageError."""
    _require_library()
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        yield
    except (BotoCoreError, ClientError) as error:
        kind = StoreAwayError if is_transient(error) else StorageError
        code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
        raise kind(f"{address}: {_EXPLAINED.get(code, error)}.", code) from None


def _is_refused(error: Exception) -> bool:
    response = getattr(error, "response", None)
    return isinstance(response, dict) and response.get("Error", {}).get("Code") in _REFUSED


def _new_client(storage: Storage, keys: tuple[SecretStr, ...]) -> Any:
    import boto3
    from botocore.config import Config

    named = dict(
        zip(("aws_access_key_id", "aws_secret_access_key"), (key.get_secret_value() for key in keys), strict=False)
    )
    patience = Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard", "max_attempts": 2})
    return boto3.client("s3", endpoint_url=storage.endpoint_url, region_name=storage.region, config=patience, **named)


def _require_library() -> None:
    try:
        import boto3  # noqa: F401 - only whether it is there
    except ImportError:
        raise StorageError("s3:// addresses need boto3: install district-platform[aws].") from None
