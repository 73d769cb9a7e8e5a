"""Uploads a file as an object, in parts. No part is sent twice, and at the end the object is compared with the file.

The store checks every part against its SHA-256 as it arrives. A journal in the outbox records a file's upload under way and the parts that
the store took, so that an upload goes on after a kill. The store is asked whether it still has these parts.
"""

import hashlib
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from district_platform.engine.files import file_hash, text_digest
from district_platform.storage import journal
from district_platform.storage.s3 import S3, SHA256, Address, StorageError, checksum

MAX_PARTS = 10_000
"""S3's limit; parts of a larger file are larger."""

Progress = Callable[[int], None]


@dataclass(frozen=True)
class Sent:
    """An object that holds the file's bytes."""

    address: Address
    size: int
    sha256: str
    n_bytes_sent: int
    """0 where the object was there already; less than the size where parts of it were."""


@dataclass(frozen=True)
class _SentPart:
    """A part that the store took, checked against its SHA-256, and the tag by which the store knows it."""

    number: int
    sha256: str
    etag: str


def upload_file(s3: S3, path: Path, address: Address, outbox: Path, progress: Progress = lambda n_bytes: None) -> Sent:
    """Sends the file, unless the object holds its bytes already; `progress` gets the number of bytes that need no more sending.

    Raises StorageError where the store fails, the file changes meanwhile, or what the store then holds is not the file.
    """
    sha256, size = file_hash(path), path.stat().st_size
    if _holds(s3, address, sha256, size):
        progress(size)
        return Sent(address, size, sha256, 0)
    if size <= s3.part_size:
        _put(s3, path, address, sha256)
        progress(size)
        n_bytes_sent = size
    else:
        n_bytes_sent = _send_parts(s3, path, address, sha256, outbox, progress)
    if not _holds(s3, address, sha256, size):
        raise StorageError(f"{address}: what the store holds is not {path.name}; send it again.")
    return Sent(address, size, sha256, n_bytes_sent)


def _holds(s3: S3, address: Address, sha256: str, size: int) -> bool:
    found = s3.call_or_none("head_object", address)
    return found is not None and found["ContentLength"] == size and found["Metadata"].get(SHA256) == sha256


def _put(s3: S3, path: Path, address: Address, sha256: str) -> None:
    with path.open("rb") as file:
        s3.call("put_object", address, Body=file, ChecksumSHA256=checksum(sha256), Metadata={SHA256: sha256})


def _send_parts(s3: S3, path: Path, address: Address, sha256: str, outbox: Path, progress: Progress) -> int:
    """Returns the number of bytes that had to be sent."""
    size = path.stat().st_size
    part_size = max(s3.part_size, math.ceil(size / MAX_PARTS))
    log = outbox / f"{text_digest(f'{address} {sha256} {part_size}')}.jsonl"
    upload_id, there = _begun(s3, address, log) or (_begin(s3, address, sha256, log), {})
    whole, n_bytes_sent = hashlib.sha256(), 0
    done: list[_SentPart] = []
    with path.open("rb") as file:
        for number, n_bytes in _parts(size, part_size):
            body = file.read(n_bytes)
            whole.update(body)
            digest = hashlib.sha256(body).hexdigest()
            part = there.get(number)
            if part is None or part.sha256 != digest:
                part = _send_part(s3, address, upload_id, number, body, digest)
                journal.append(log, asdict(part))
                n_bytes_sent += n_bytes
            done.append(part)
            progress(n_bytes)
    if whole.hexdigest() != sha256:
        raise StorageError(f"{path} changed while it was sent; send it again once it is still.")
    parts = [{"PartNumber": p.number, "ETag": p.etag, "ChecksumSHA256": checksum(p.sha256)} for p in done]
    s3.call("complete_multipart_upload", address, UploadId=upload_id, MultipartUpload={"Parts": parts})
    log.unlink()
    return n_bytes_sent


def _begun(s3: S3, address: Address, log: Path) -> tuple[str, dict[int, _SentPart]] | None:
    """The upload under way, and its parts that the store has as they were sent; None where there is no such upload any more."""
    entries = list(journal.entries(log))
    listed = _tags_of_parts(s3, address, entries[0]["upload_id"]) if entries else None
    if listed is None:
        return None
    sent = (_SentPart(**part) for part in entries[1:])
    return entries[0]["upload_id"], {part.number: part for part in sent if listed.get(part.number) == part.etag}


def _tags_of_parts(s3: S3, address: Address, upload_id: str) -> dict[int, str] | None:
    """The tag by which the store knows each part that it has; None where it does not know the upload."""
    tags: dict[int, str] = {}
    after = 0
    while page := s3.call_or_none("list_parts", address, UploadId=upload_id, PartNumberMarker=after):
        tags |= {part["PartNumber"]: part["ETag"] for part in page.get("Parts", [])}
        if not page.get("IsTruncated"):
            return tags
        after = page["NextPartNumberMarker"]
    return None


def _begin(s3: S3, address: Address, sha256: str, log: Path) -> str:
    answer = s3.call("create_multipart_upload", address, ChecksumAlgorithm="SHA256", Metadata={SHA256: sha256})
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    journal.append(log, {"to": str(address), "upload_id": answer["UploadId"]})
    return str(answer["UploadId"])


def _send_part(s3: S3, address: Address, upload_id: str, number: int, body: bytes, sha256: str) -> _SentPart:
    part = {"PartNumber": number, "Body": body, "ChecksumSHA256": checksum(sha256)}
    answer = s3.call("upload_part", address, UploadId=upload_id, **part)
    return _SentPart(number, sha256, answer["ETag"])


def _parts(size: int, part_size: int) -> Iterator[tuple[int, int]]:
    """Number and size of each part."""
    for number, start in enumerate(range(0, size, part_size), start=1):
        yield number, min(part_size, size - start)
