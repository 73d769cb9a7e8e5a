"""A pull: every resource of every segment into a folder, whole or not at all. One that broke off goes on at the resource where it broke.

Each resource is a Parquet file of its flat columns. While the pull lasts, the folder has another name, and `pull.json` in it says which
resources are whole; only a finished pull gets the name that conversions read.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from district_platform.engine.files import replacing, text_digest
from district_platform.sources.edfi.client import EdfiClient
from district_platform.sources.edfi.discovery import Segment
from district_platform.sources.edfi.errors import EdfiError, NotGrantedError, NotInModelError
from district_platform.sources.edfi.flattening import batch_of
from district_platform.sources.edfi.resources import RESOURCES, Resource, resources_of

RECORD = "pull.json"
PULLED, NOT_GRANTED, NOT_IN_MODEL = "pulled", "not granted", "not in this model"
_PAGES_TOGETHER = 40
"""Pages that become one row group of a file."""


@dataclass
class Part:
    """What became of a resource of a segment."""

    resource: str
    segment: str
    year: int | None
    status: str
    n_records: int = 0
    n_requests: int = 0
    why: str = ""

    @property
    def file(self) -> str:
        return f"{self.segment}/{self.resource}.parquet"


@dataclass
class Pull:
    """A pull, as `pull.json` records it."""

    identity: str
    version: str
    data_standard: int
    begun_at: float
    parts: list[Part] = field(default_factory=list)

    def write(self, folder: Path) -> None:
        with replacing(folder / RECORD) as path:
            path.write_text(json.dumps(asdict(self), indent=1) + "\n")

    @classmethod
    def read(cls, folder: Path) -> "Pull | None":
        """The pull in a folder; None where there is none."""
        try:
            content = json.loads((folder / RECORD).read_text())
            return cls(**{**content, "parts": [Part(**part) for part in content["parts"]]})
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return None


def pull(
    client: EdfiClient,
    folder: Path,
    whose: str,
    resume_seconds: float,
    tell: Callable[[str], object],
    now: Callable[[], float] = time.time,
) -> Pull:
    """Fills `folder` with what the API holds now; `tell` gets a sentence for each resource.

    Raises EdfiError, and leaves `folder` as it was.

    `whose` names what is pulled from where: a broken pull of something else, or one older than `resume_seconds`, is not resumed.
    """
    api = client.api()
    segments = ",".join(segment.address for segment in api.segments)
    layout = text_digest(repr([resource.schema.to_string() for resource in RESOURCES.values()]))
    identity = text_digest(f"{whose} {api.version} {api.data_standard} {segments} {layout}")
    with _under_way(folder, identity, resume_seconds, now()) as (building, before):
        told = before or Pull(identity, api.version, api.data_standard, now())
        told.parts = [part for part in told.parts if part.status == PULLED]
        whole = {(part.segment, part.resource) for part in told.parts}
        if whole:
            tell(f"Ed-Fi: the pull that broke off goes on; {len(whole)} resources of it are whole.")
        resources = resources_of(api.data_standard)
        for are_required in (True, False):
            for segment in api.segments:
                for resource in resources:
                    if resource.is_required == are_required and (segment.name, resource.name) not in whole:
                        part = _pull_resource(client, segment, resource, building)
                        told.parts.append(part)
                        told.write(building)
                        tell(_sentence(part))
            _refuse_without_required(told)
    return told


@contextmanager
def _under_way(folder: Path, identity: str, resume_seconds: float, now: float) -> Iterator[tuple[Path, Pull | None]]:
    """The folder of the pull under way, with what of it is whole already; in the end it replaces `folder`.

    Where the block raises, the folder stays, to go on from.
    """
    building, old = folder.with_name(f".{folder.name}.pulling"), folder.with_name(f".{folder.name}.old")
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
    before = Pull.read(building)
    if before is None or before.identity != identity or now - before.begun_at > resume_seconds:
        before = None
        shutil.rmtree(building, ignore_errors=True)
    building.mkdir(mode=0o700, parents=True, exist_ok=True)
    yield building, before
    if folder.exists():
        folder.rename(old)
    building.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def _pull_resource(client: EdfiClient, segment: Segment, resource: Resource, building: Path) -> Part:
    """Writes a resource's file, complete as far as the API's own totals tell. Raises EdfiError where two tries do not agree with them."""
    part = Part(resource.name, segment.name, segment.year, PULLED)
    n_before = client.n_requests
    path = building / part.file
    path.parent.mkdir(mode=0o700, exist_ok=True)
    try:
        for _ in range(2):
            first = client.total(segment, resource.name)
            part.n_records = _write(client, segment, resource, path)
            last = client.total(segment, resource.name)
            if first == last == part.n_records:
                break
        else:
            raise EdfiError(
                f"{resource.name}: the Ed-Fi API said {first:,} records before the pull and {last:,} after it, and gave "
                f"{part.n_records:,}; "
                "a second try agreed no better. Somebody is writing to it: pull at a quieter time. What was pulled before stays."
            )
    except NotGrantedError as error:
        part.status, part.why = NOT_GRANTED, str(error)
    except NotInModelError as error:
        part.status, part.why = NOT_IN_MODEL, str(error)
    part.n_requests = client.n_requests - n_before
    return part


def _write(client: EdfiClient, segment: Segment, resource: Resource, path: Path) -> int:
    """Writes the records that come, each once, and returns how many."""
    digests: list[np.ndarray] = []
    with replacing(path) as fresh, pq.ParquetWriter(fresh, resource.schema, compression="snappy") as writer:
        waiting: list[pa.RecordBatch] = []
        for page in client.pages(segment, resource.name):
            batch = batch_of(page, resource)
            digests.append(_digests(batch, resource.name))
            waiting.append(batch)
            if len(waiting) == _PAGES_TOGETHER:
                writer.write_table(pa.Table.from_batches(waiting, resource.schema))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting, resource.schema))
    every = np.concatenate(digests) if digests else np.empty(0, np.uint64)
    _, first = np.unique(every, return_index=True)
    if len(first) < len(every):
        _keep(path, np.sort(first))
    return len(first)


def _digests(batch: pa.RecordBatch, resource: str) -> np.ndarray:
    """Half of each record's id, as a number: ids are random, so that two with the same half are one in 10^19."""
    ids = batch.column("id").to_pylist()
    try:
        return np.array([int(each[:16], 16) for each in ids], np.uint64)
    except (TypeError, ValueError):
        raise EdfiError(f"{resource}: a record has no id, so that nobody can tell whether one came twice.") from None


def _keep(path: Path, rows: np.ndarray) -> None:
    """Leaves only these rows of a file."""
    kept = pq.read_table(path).take(pa.array(rows))
    with replacing(path) as fresh:
        pq.write_table(kept, fresh, compression="snappy")


def _sentence(part: Part) -> str:
    what = f"{part.n_records:,} records in {part.n_requests:,} requests" if part.status == PULLED else part.status
    return f"Ed-Fi {part.segment}: {part.resource}: {what}"


def _refuse_without_required(told: Pull) -> None:
    """Raises EdfiError where a resource without which nothing can be published was not given."""
    lacking = [part for part in told.parts if RESOURCES[part.resource].is_required and part.status != PULLED]
    refused = [part.why for part in lacking if part.status == NOT_GRANTED]
    if refused:
        raise EdfiError(
            f"{'; '.join(refused)}. Ask whoever runs the API for a claim set that may read it (docs/sources/edfi.md). "
            "Not granted is not empty: nothing was published."
        )
    if lacking:
        names = ", ".join(sorted({part.resource for part in lacking}))
        raise EdfiError(
            f"{names}: the Ed-Fi API has no such resource at its address (404). Is the school year, the tenant or the instance right?"
        )
