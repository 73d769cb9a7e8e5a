"""Versions of a district's state in a store, of which one is current. What the files are, others know.

    <at>/versions/<version>/files/…           the files of one version
    <at>/versions/<version>/manifest.json     their names, sizes and digests, once all of them are there
    <at>/current.json                         the version that counts; written by compare and swap, last
    <at>/lock.json                            who may run now (`lease`)

A push that is killed at any moment leaves the current version as it was. A version's folder is written by one push alone.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from district_platform.engine.files import file_hash, replacing
from district_platform.storage.conditional import Document, read_document, write_document
from district_platform.storage.s3 import S3, SHA256, Address, StorageError, checksum
from district_platform.storage.upload import upload_file

POINTER, MANIFEST, LOCK, VERSIONS, FILES = "current.json", "manifest.json", "lock.json", "versions", "files"

COPIED_AT_MOST = 5 << 30
"""Bytes that a store copies within itself in one request."""

_NUMBERED = re.compile(r"s(\d{8,})-")


@dataclass(frozen=True)
class Version:
    """A version of the state: what it says of itself, and the digests of its files by name."""

    name: str
    about: dict[str, Any]
    files: dict[str, str]
    pointer: Document | None = None
    """The pointer by which it was found, to be replaced by the next."""

    @property
    def number(self) -> int:
        return number_of(self.name)


def number_of(version: str) -> int:
    """The position of a version among all that were ever current or begun."""
    numbered = _NUMBERED.match(version)
    return int(numbered[1]) if numbered else 0


def current_version(s3: S3, at: Address) -> Version | None:
    """The version that counts; None before the first. Raises StorageError where its manifest is not the one that was written."""
    pointer = read_document(s3, at / POINTER)
    if pointer is None:
        return None
    name = pointer.content["version"]
    address = at / VERSIONS / name / MANIFEST
    body = s3.call("get_object", address)["Body"].read()
    if hashlib.sha256(body).hexdigest() != pointer.content[SHA256]:
        raise StorageError(f"{address} is not the manifest that {at / POINTER} names: put its earlier version back.")
    manifest = json.loads(body)
    files = {file["name"]: file[SHA256] for file in manifest["files"]}
    return Version(name, manifest["about"], files, pointer)


def push_version(
    s3: S3, at: Address, files: Mapping[str, Path], about: dict[str, Any], over: Version | None, outbox: Path
) -> Version:
    """Sends the files as a new version and makes it the current one, in place of `over`.

    What `over` holds already is copied within the store. Raises ConflictError where another version is current by now; nothing then
    points to what was sent.
    """
    name = f"s{(over.number if over else 0) + 1:08}-{uuid4().hex[:12]}"
    folder = at / VERSIONS / name
    listed: list[dict[str, Any]] = []
    for file, path in sorted(files.items()):
        digest = file_hash(path)
        size = path.stat().st_size
        if over and over.files.get(file) == digest and size <= COPIED_AT_MOST:
            source = at / VERSIONS / over.name / FILES / file
            s3.call("copy_object", folder / FILES / file, CopySource={"Bucket": source.bucket, "Key": source.key})
        else:
            digest = upload_file(s3, path, folder / FILES / file, outbox).sha256
        listed.append({"name": file, "size": size, SHA256: digest})
    body = f"{json.dumps({'version': name, 'about': about, 'files': listed}, indent=1)}\n".encode()
    digest = hashlib.sha256(body).hexdigest()
    s3.call("put_object", folder / MANIFEST, Body=body, ContentType="application/json", ChecksumSHA256=checksum(digest))
    write_document(s3, at / POINTER, {"version": name, SHA256: digest}, over.pointer if over else None)
    return Version(name, about, {file["name"]: file[SHA256] for file in listed})


def fetch_file(s3: S3, at: Address, version: Version, name: str, path: Path) -> Path:
    """Writes a file of a version to `path`, whole or not at all. Raises StorageError where its bytes are not those that were sent."""
    address = at / VERSIONS / version.name / FILES / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(path) as fresh:
        hasher = hashlib.sha256()
        with fresh.open("wb") as file:
            for chunk in s3.call("get_object", address)["Body"].iter_chunks(1 << 20):
                hasher.update(chunk)
                file.write(chunk)
        if hasher.hexdigest() != version.files[name]:
            raise StorageError(f"{address}: what arrived is not what was sent; put its earlier version back.")
    return path


def prune(s3: S3, at: Address, current: Version, keep: int) -> int:
    """Removes versions older than the last `keep`, and what killed pushes left of as long ago; returns how many.

    A push under way has a higher number than the current version, and is left alone.
    """
    below = (at / VERSIONS).key
    found: dict[str, list[Address]] = {}
    for item in s3.objects(at / VERSIONS):
        found.setdefault(item["Key"].removeprefix(f"{below}/").split("/")[0], []).append(
            Address(at.bucket, item["Key"])
        )
    old = [name for name in found if number_of(name) <= current.number - keep]
    for name in old:
        s3.delete(found[name])
    return len(old)
