"""What a home takes from the state in a store: a three-way comparison of files, by their digests."""

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel

Digests = Mapping[str, str]

SETTINGS = "district.toml"


class Synced(BaseModel):
    """What a home knows of the last version that it and the store had in common (`warehouse/state.json`)."""

    owner: str
    """Names the home in a lease."""
    at: str = ""
    version: str = ""
    files: dict[str, str] = {}
    taking: dict[str, str] = {}
    """Files of a version that a pull was about to take: half of them may be here, if it was killed."""


@dataclass(frozen=True)
class Merge:
    """What a pull does."""

    take: tuple[str, ...]
    """Files to take from the version, or to remove where it has none."""
    conflicts: tuple[str, ...]
    """Files that have changed in both places."""


def merge(here: Digests, there: Digests, synced: Synced) -> Merge:
    """Compares each file here and there with the last version that both had.

    What changed there alone is taken; what changed here alone stays. Settings of a home that has never been in step stay, too: whoever
    starts a machine may say where its state is.
    """
    take, conflicts = [], []
    for name in sorted(here.keys() | there.keys()):
        ours, theirs, base = here.get(name), there.get(name), synced.files.get(name)
        if ours == theirs or theirs == base:
            continue
        if ours == base or (name in synced.taking and ours == synced.taking[name]):
            take.append(name)
        elif name != SETTINGS or base is not None:
            conflicts.append(name)
    return Merge(tuple(take), tuple(conflicts))
