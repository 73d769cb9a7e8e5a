"""Mirrors a prefix of a bucket in a folder: each object is fetched once, appears only when it is complete, and is removed when it is
removed from the bucket.

`_fetched.jsonl` in the folder records each fetched object, its state, and the digest of the local bytes. A file that has an object's name
but did not come from the bucket is never overwritten.
"""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from district_platform.engine.files import file_hash, replacing
from district_platform.storage import journal
from district_platform.storage.s3 import S3, SHA256, Address, StorageError, explained

LEDGER = "_fetched.jsonl"
_CHUNK = 1 << 20


@dataclass(frozen=True, order=True)
class RemoteFile:
    """An object below a prefix, by the name that it has under the folder."""

    name: str
    etag: str
    size: int


@dataclass(frozen=True)
class Entry:
    """A fetched file: the object's state when it was fetched, and the state of the local file."""

    etag: str
    size: int
    sha256: str
    mtime_ns: int


@dataclass(frozen=True)
class Fetched:
    """What a fetch changed, by name."""

    fetched: tuple[str, ...]
    removed: tuple[str, ...]
    n_unchanged: int


def remote_files(s3: S3, prefix: Address) -> list[RemoteFile]:
    """The objects below the prefix, in the order of names. Raises StorageError for a key that is no path below a folder."""
    found = []
    for item in s3.objects(prefix):
        name = item["Key"].removeprefix(f"{prefix.key}/") if prefix.key else item["Key"]
        if name.endswith("/"):
            continue
        if not _is_safe(name):
            raise StorageError(f"{prefix / name}: the key is no path below a folder; rename the object.")
        found.append(RemoteFile(name, item["ETag"].strip('"'), item["Size"]))
    return sorted(found)


def fetch(s3: S3, prefix: Address, folder: Path) -> Fetched:
    """Makes the folder hold what lies below the prefix; stopped at any moment, it goes on from there.

    Raises StorageError where the store fails, an object's bytes are not those that were sent, or a file of somebody else is in the way.
    """
    wanted = {file.name: file for file in remote_files(s3, prefix)}
    entries = _read_ledger(folder, prefix)
    fetched = []
    for name, file in wanted.items():
        if not _is_current(folder / name, file, entries.get(name)):
            entries[name] = _fetch_file(s3, prefix / name, folder / name, name in entries)
            _record(folder / LEDGER, prefix, name, entries[name])
            fetched.append(name)
    removed = sorted(entries.keys() - wanted.keys())
    for name in removed:
        (folder / name).unlink(missing_ok=True)
    if fetched or removed:
        _record_all(folder / LEDGER, prefix, {name: entries[name] for name in wanted})
    return Fetched(tuple(fetched), tuple(removed), len(wanted) - len(fetched))


def _is_safe(name: str) -> bool:
    parts = name.split("/")
    return (
        all(part not in ("", ".", "..") and "\\" not in part and "\0" not in part for part in parts) and name != LEDGER
    )


def _is_current(path: Path, file: RemoteFile, entry: Entry | None) -> bool:
    """Whether the local file is still what was fetched, and the object has not changed since."""
    if entry is None or (entry.etag, entry.size) != (file.etag, file.size) or not path.is_file():
        return False
    state = path.stat()
    return state.st_size == entry.size and (state.st_mtime_ns == entry.mtime_ns or file_hash(path) == entry.sha256)


def _fetch_file(s3: S3, address: Address, path: Path, is_ours: bool) -> Entry:
    answer = s3.call("get_object", address, ChecksumMode="ENABLED")
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path) as fresh:
        with explained(address), fresh.open("wb") as file:
            digest = _write(answer["Body"].iter_chunks(_CHUNK), file)
        promised = answer["Metadata"].get(SHA256, digest)
        if promised != digest:
            raise StorageError(f"{address}: what arrived has the digest {digest}, what was sent had {promised}.")
        if not is_ours and path.exists() and file_hash(path) != digest:
            raise StorageError(
                f"{path} did not come from {address}, and stands in its way: move it elsewhere and run again."
            )
        state = fresh.stat()
    return Entry(answer["ETag"].strip('"'), state.st_size, digest, state.st_mtime_ns)


def _write(chunks: Iterable[bytes], file: Any) -> str:
    """Writes to the disk itself before the file takes its name, so that a power cut leaves no empty one under it."""
    hasher = hashlib.sha256()
    for chunk in chunks:
        hasher.update(chunk)
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
    return hasher.hexdigest()


def _read_ledger(folder: Path, prefix: Address) -> dict[str, Entry]:
    """The last entry of each name. Entries of another prefix only say that the files were fetched by us."""
    entries: dict[str, Entry] = {}
    for written in journal.entries(folder / LEDGER):
        entry = Entry(**written["entry"])
        entries[written["name"]] = entry if written["source"] == str(prefix) else replace(entry, etag="")
    return entries


def _record_all(ledger: Path, prefix: Address, entries: dict[str, Entry]) -> None:
    with replacing(ledger) as fresh:
        fresh.touch()
        for name, entry in sorted(entries.items()):
            _record(fresh, prefix, name, entry)


def _record(ledger: Path, prefix: Address, name: str, entry: Entry) -> None:
    journal.append(ledger, {"source": str(prefix), "name": name, "entry": asdict(entry)})
