"""Small JSON documents in a store that several machines change: each writes only over what it has read (compare and swap).

S3 compares the tag (`If-Match`), or that there is no object yet (`If-None-Match: *`), in the same step in which it writes.
"""

import datetime as dt
import json
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

from district_platform.storage.s3 import S3, Address, StorageError

_LOST = {"412", "PreconditionFailed", "409", "ConditionalRequestConflict"}


class ConflictError(StorageError):
    """Somebody else wrote the document after it was read. Nothing was written."""


@dataclass(frozen=True)
class Document:
    """A document as it was read."""

    content: dict[str, Any]
    etag: str
    age: dt.timedelta
    """Since it was written, by the store's own clock, so that no machine's clock matters."""


def read_document(s3: S3, address: Address) -> Document | None:
    """The document, or None where there is none. Raises StorageError, also where it is no JSON of ours."""
    answer = s3.call_or_none("get_object", address)
    if answer is None:
        return None
    try:
        content = json.loads(answer["Body"].read())
    except ValueError:
        raise StorageError(f"{address} is not what the platform wrote: put an earlier version of it back.") from None
    return Document(content, answer["ETag"], _now(answer) - answer["LastModified"])


def write_document(s3: S3, address: Address, content: dict[str, Any], over: Document | None) -> str:
    """Writes the document over the one that was read, or where there was none; returns its tag.

    Raises ConflictError where it is another one by now. A repeated request whose first answer was lost finds its own content, and that
    counts as written.
    """
    body = f"{json.dumps(content, indent=2)}\n".encode()
    condition = {"IfMatch": over.etag} if over else {"IfNoneMatch": "*"}
    try:
        answer = s3.call("put_object", address, Body=body, ContentType="application/json", **condition)
    except StorageError as error:
        if error.code not in _LOST:
            raise
        found = read_document(s3, address)
        if found is not None and found.content == content:
            return found.etag
        raise ConflictError(f"{address} was written by another machine meanwhile.", error.code) from None
    return str(answer["ETag"])


def _now(answer: dict[str, Any]) -> dt.datetime:
    """When the store answered."""
    said = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {}).get("date")
    return parsedate_to_datetime(said) if said else dt.datetime.now(dt.UTC)
