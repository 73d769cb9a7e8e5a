"""Extracts that lie in an object store: the folders of the home that mirror them, and what lies there now.

A run fetches them before it reads anything; the file sensor only looks. Code outside this module does not know where a file came from.
"""

from collections.abc import Callable
from pathlib import Path

from district_platform.home import Home
from district_platform.settings import Credentials, Sources, Storage
from district_platform.storage.mirror import fetch, remote_files
from district_platform.storage.s3 import S3, Address


def fetch_remote(
    home: Home, sources: Sources, storage: Storage, credentials: Credentials, tell: Callable[[str], object]
) -> None:
    """Makes each folder of `sources.remote` hold what lies in its store; `tell` gets a sentence on what changed, in numbers.

    Raises StorageError; then every file is whole, old or new, and the next call goes on from there.
    """
    s3 = S3(storage, credentials)
    for folder, address in sorted(sources.remote.items()):
        found = fetch(s3, Address.parse(address), home.root / folder)
        counts = f"{len(found.fetched)} fetched, {len(found.removed)} removed, {found.n_unchanged} as they were"
        tell(f"{folder} from {address}: {counts}")


def remote_state(sources: Sources, storage: Storage, credentials: Credentials) -> list[tuple[str, str, int]]:
    """Path below the home, state and size of every file that a run would have here, in the order of paths."""
    s3 = S3(storage, credentials)
    return [
        (f"{folder}/{file.name}", file.etag, file.size)
        for folder, address in sorted(sources.remote.items())
        for file in remote_files(s3, Address.parse(address))
    ]


def is_mirrored(home: Home, sources: Sources, path: Path) -> bool:
    """Whether the file lies in a folder that mirrors a store."""
    return any(path.is_relative_to(home.root / folder) for folder in sources.remote)
