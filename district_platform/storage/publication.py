"""Copies a publication to an object store: completely or not at all, as on the disk.

    <to>/publications/<version>/{out,reports}/…     one publication
    <to>/publications/<version>/manifest.json       its files, with sizes and digests, once all of them are there
    <to>/current.json                               the version that readers use; the last object to be written

A reader takes `current.json`, and from it the version: all of one publication, even while the next is sent.
"""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from district_platform.engine.publication import order_of
from district_platform.storage.s3 import S3, SHA256, Address, checksum
from district_platform.storage.upload import Sent, upload_file

POINTER = "current.json"
MANIFEST = "manifest.json"
PARTS = ("out", "reports")
VERSIONS = "publications"

Seal = Callable[[Path, Path], Path]
"""Writes a sealed copy of a file to another path, and returns that path."""


@dataclass(frozen=True)
class Copied:
    """What a copy sent and removed."""

    to: Address
    n_files: int
    n_bytes_sent: int
    removed_versions: tuple[str, ...]


def copy_publication(
    s3: S3, publication: Path, to: Address, keep: int, outbox: Path, seal: Seal | None = None, ending: str = ""
) -> Copied:
    """Sends a publication's files, then makes it the current one. After a stop at any moment, the next call goes on from there.

    `keep` versions stay, this one among them. With `seal`, what is sent is sealed, under names that end in `ending`. Raises StorageError;
    readers then still find the earlier publication.
    """
    target = to / VERSIONS / publication.name
    waiting = outbox / publication.name
    sent: dict[str, Sent] = {}
    for path in _files(publication):
        name = f"{path.relative_to(publication).as_posix()}{ending}"
        sendable = path if seal is None else _sealed_once(path, waiting / name, seal)
        sent[name] = upload_file(s3, sendable, target / name, outbox)
    files = [{"name": name, "size": file.size, SHA256: file.sha256} for name, file in sorted(sent.items())]
    digest = _put_json(s3, target / MANIFEST, {"version": publication.name, "files": files})
    pointer = {"version": publication.name, "manifest": f"{VERSIONS}/{publication.name}/{MANIFEST}", SHA256: digest}
    _put_json(s3, to / POINTER, pointer)
    shutil.rmtree(waiting, ignore_errors=True)
    return Copied(
        target, len(sent), sum(file.n_bytes_sent for file in sent.values()), _prune(s3, to, keep, publication.name)
    )


def _files(publication: Path) -> list[Path]:
    """What readers see of a publication, in the order of paths."""
    return sorted(path for part in PARTS for path in (publication / part).rglob("*") if path.is_file())


def _sealed_once(path: Path, sealed: Path, seal: Seal) -> Path:
    """Seals a file unless that was done before: sealed again it has other bytes, and the parts already sent would be sent again."""
    return sealed if sealed.exists() else seal(path, sealed)


def _put_json(s3: S3, address: Address, document: dict[str, Any]) -> str:
    """Returns the digest of what was written."""
    body = f"{json.dumps(document, indent=2)}\n".encode()
    digest = hashlib.sha256(body).hexdigest()
    s3.call("put_object", address, Body=body, ContentType="application/json", ChecksumSHA256=checksum(digest))
    return digest


def _prune(s3: S3, to: Address, keep: int, sent: str) -> tuple[str, ...]:
    """Removes all versions but the latest complete ones, of which `sent` is the last."""
    versions: dict[str, list[str]] = {}
    below = (to / VERSIONS).key
    for item in s3.objects(to / VERSIONS):
        versions.setdefault(item["Key"].removeprefix(f"{below}/").split("/")[0], []).append(item["Key"])
    whole = [v for v, keys in versions.items() if f"{below}/{v}/{MANIFEST}" in keys]
    kept = sorted(whole, key=lambda version: _order_up_to(version, sent))[-keep:]
    removed = sorted(versions.keys() - set(kept))
    for version in removed:
        s3.delete([Address(to.bucket, key) for key in versions[version]])
    return tuple(removed)


def _order_up_to(version: str, sent: str) -> tuple[bool, tuple[int, str]]:
    """The order of versions. One with a later name than `sent` comes before it: it is from before the home was lost and its counter began
    anew."""
    order = order_of(version)
    return order <= order_of(sent), order
