"""A file to an object: in parts, of which none is sent twice, and compared with the file when all of them are there.

The store checks every part against its SHA-256 as it arrives. Which multipart upload of a file is under way stands in a small file in
the outbox, so that a killed one goes on where it was; the parts that are there are asked of the store.
"""

import base64
import hashlib
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from district_platform.engine.files import file_hash, replacing, text_digest
from district_platform.storage.s3 import S3, SHA256, Address, StorageError

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
class _Part:
    number: int
    start: int
    size: int


def upload_file(s3: S3, path: Path, address: Address, outbox: Path, progress: Progress = lambda n_bytes: None) -> Sent:
    """Sends the file, unless the object holds its bytes already; `progress` is told of bytes that need no more sending.

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
        s3.call("put_object", address, Body=file, ChecksumSHA256=_base64(sha256), Metadata={SHA256: sha256})


def _send_parts(s3: S3, path: Path, address: Address, sha256: str, outbox: Path, progress: Progress) -> int:
    """Returns the number of bytes that had to be sent."""
    size = path.stat().st_size
    part_size = max(s3.part_size, math.ceil(size / MAX_PARTS))
    state = outbox / f"{text_digest(f'{address} {sha256} {part_size}')}.json"
    upload_id, there = _begun(s3, address, state) or (_begin(s3, address, sha256, state), {})
    whole, n_bytes_sent = hashlib.sha256(), 0
    done = []
    with path.open("rb") as file:
        for part in _parts(size, part_size):
            body = _read(file, part, path)
            whole.update(body)
            digest = hashlib.sha256(body).hexdigest()
            if there.get(part.number) != _base64(digest):
                _send_part(s3, address, upload_id, part, body, digest)
                n_bytes_sent += part.size
            done.append((part.number, digest))
            progress(part.size)
    if whole.hexdigest() != sha256:
        raise StorageError(f"{path} changed while it was sent; send it again once it is still.")
    _complete(s3, address, upload_id, done)
    state.unlink(missing_ok=True)
    return n_bytes_sent


def _begun(s3: S3, address: Address, state: Path) -> tuple[str, dict[int, str]] | None:
    """The upload under way, and the checksums of the parts that are there; None where there is none any more."""
    if not state.exists():
        return None
    upload_id = json.loads(state.read_text(encoding="utf-8"))["upload_id"]
    there: dict[int, str] = {}
    after = 0
    while True:
        page = s3.call_or_none("list_parts", address, UploadId=upload_id, PartNumberMarker=after)
        if page is None:
            return None
        there |= {part["PartNumber"]: part.get("ChecksumSHA256", "") for part in page.get("Parts", [])}
        if not page.get("IsTruncated"):
            return upload_id, there
        after = page["NextPartNumberMarker"]


def _begin(s3: S3, address: Address, sha256: str, state: Path) -> str:
    answer = s3.call("create_multipart_upload", address, ChecksumAlgorithm="SHA256", Metadata={SHA256: sha256})
    state.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(state) as fresh:
        fresh.write_text(json.dumps({"to": str(address), "upload_id": answer["UploadId"]}), encoding="utf-8")
    return str(answer["UploadId"])


def _parts(size: int, part_size: int) -> Iterator[_Part]:
    for index, start in enumerate(range(0, size, part_size), start=1):
        yield _Part(index, start, min(part_size, size - start))


def _read(file: BinaryIO, part: _Part, path: Path) -> bytes:
    file.seek(part.start)
    body = file.read(part.size)
    if len(body) != part.size:
        raise StorageError(f"{path} became shorter while it was sent; send it again once it is still.")
    return body


def _send_part(s3: S3, address: Address, upload_id: str, part: _Part, body: bytes, digest: str) -> None:
    s3.call(
        "upload_part",
        address,
        UploadId=upload_id,
        PartNumber=part.number,
        Body=body,
        ChecksumSHA256=_base64(digest),
    )


def _complete(s3: S3, address: Address, upload_id: str, done: list[tuple[int, str]]) -> None:
    """Puts the parts together, and compares their checksum with the file's. The tags are asked anew: parts may be another call's."""
    tags: dict[int, str] = {}
    after = 0
    while len(tags) < len(done):
        page = s3.call("list_parts", address, UploadId=upload_id, PartNumberMarker=after)
        tags |= {part["PartNumber"]: part["ETag"] for part in page.get("Parts", [])}
        if not page.get("IsTruncated"):
            break
        after = page["NextPartNumberMarker"]
    parts = [
        {"PartNumber": number, "ETag": tags.get(number, ""), "ChecksumSHA256": _base64(digest)}
        for number, digest in done
    ]
    s3.call("complete_multipart_upload", address, UploadId=upload_id, MultipartUpload={"Parts": parts})


def _base64(hexadecimal: str) -> str:
    """S3's way of writing a digest."""
    return base64.b64encode(bytes.fromhex(hexadecimal)).decode()
