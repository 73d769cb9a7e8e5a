"""A load: what the table should hold is compared with what it was given, and the difference is written.

lease    taken, or the load ends with who has it
known    loaded.parquet and the journal (engine.outbox), if the table's pointer says that they are of its last load; else a Scan
begun    the pointer gets this load's id, which stands beside the journal
waves    intended, written, done
pointer  the publication, and the digest of the new loaded.parquet; then that file replaces the old one
"""

import socket
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from district_platform.destinations.dynamodb import items
from district_platform.destinations.dynamodb.items import DIGEST, KEY, LAYOUT, OWN, READ
from district_platform.destinations.dynamodb.lease import Current, Lease
from district_platform.destinations.dynamodb.requests import MOST_IN_A_BATCH, Requests
from district_platform.destinations.model import Counts, DestinationError, Published
from district_platform.engine.files import replacing
from district_platform.engine.outbox import DELETE, OPERATION, Outbox, compared
from district_platform.engine.publication import order_of
from district_platform.settings import DynamoDB

THREADS = 8
A_WAVE = 5_000
"""Items that are intended at once: a kill makes the next load write at most so many again."""


_LOAD, _HOLDER = "load", "holder"


class Loader:
    """Loads the attendance history of publications into one table. `folder` holds what is known of the table."""

    def __init__(
        self,
        section: DynamoDB,
        requests: Requests,
        folder: Path,
        clock: Callable[[], float] = time.time,
        wave: int = A_WAVE,
        threads: int = THREADS,
    ) -> None:
        self._section, self._requests, self._folder = section, requests, folder
        self._clock, self._wave, self._threads = clock, wave, threads

    def load(self, published: Published) -> Counts:
        """Makes the table equal to the attendance history of the publication. Raises DestinationError."""
        number = order_of(published.version)[0]
        with self._alone(), self._lease() as lease, self._outbox(published) as outbox:
            before = lease.current()
            if before and before.publication > number:
                raise DestinationError(
                    f"{self._requests.table}: the table holds publication {before.version}, which is later than {published.version}."
                )
            n_scanned = self._know(outbox, before)
            changes = _compare(outbox)
            was = before or Current(0, "", "", "")
            if sum(changes.values()):
                load_id = self._load_id()
                lease.point(Current(was.publication, was.version, outbox.loaded_digest, load_id))
                for wave in outbox.waves(self._wave):
                    lease.renew()
                    self._write(outbox, wave)
            digest = outbox.finish()
            lease.point(Current(number, published.version, digest, ""))
            outbox.adopt(digest)
            self._forget_load()
        counts: Counts = {"written": sum(changes.values()), **changes}
        return {**counts, "scanned": n_scanned} if n_scanned is not None else counts

    def plan(self, published: Published) -> dict[str, int]:
        """What a load would write, by what is known here; asks the table nothing and changes nothing."""
        with self._alone(), self._outbox(published) as outbox:
            changes = _compare(outbox)
            return {**changes, "listed": outbox.count("gsi_school_day is not null"), "items": outbox.n_wanted()}

    def _know(self, outbox: Outbox, pointer: Current | None) -> int | None:
        """Makes sure that what is known here is of this table. Returns the items that a Scan found, None where none was needed."""
        if pointer is None:
            is_known = not outbox.loaded_digest and not outbox.is_begun
        elif outbox.adopt(pointer.loaded) and not pointer.loading:
            is_known = True
        else:
            is_known = pointer.loaded == outbox.loaded_digest and pointer.loading == self._begun_load()
            is_known &= bool(pointer.loading) or not outbox.is_begun
        if is_known:
            return None
        self._forget_load()
        return outbox.rebuild(self._scan())

    def _scan(self) -> Iterator[tuple[str, str, str | None]]:
        """Key and digest of every item of ours."""
        names = {"#p": KEY[0], "#s": KEY[1], "#d": DIGEST}
        found = self._requests.pages(
            "scan", ProjectionExpression="#p, #s, #d", ExpressionAttributeNames=names, ConsistentRead=True
        )
        for item in found:
            student = item[KEY[0]]["S"]
            if student != OWN:
                yield student, item[KEY[1]]["S"], item.get(DIGEST, {}).get("S")

    def _write(self, outbox: Outbox, wave: list[tuple[Any, ...]]) -> None:
        columns = (*outbox.columns, DIGEST, OPERATION)
        requests = [_request(dict(zip(columns, row, strict=True))) for row in wave]
        batches = [requests[n : n + MOST_IN_A_BATCH] for n in range(0, len(requests), MOST_IN_A_BATCH)]
        with ThreadPoolExecutor(self._threads) as pool:
            for done in [pool.submit(self._requests.write, batch) for batch in batches]:
                done.result()

    @contextmanager
    def _outbox(self, published: Published) -> Iterator[Outbox]:
        out = published.folder / "out"
        files = {name: _file(out, name) for name in READ}
        with compared(files, items.days(self._section.retention_years), KEY, self._folder, LAYOUT) as outbox:
            yield outbox

    @contextmanager
    def _lease(self) -> Iterator[Lease]:
        lease = Lease(self._requests, self._holder(), self._clock)
        lease.acquire()
        try:
            yield lease
        except Exception:
            self._give_back(lease)
            raise
        lease.release()

    @staticmethod
    def _give_back(lease: Lease) -> None:
        try:
            lease.release()
        except DestinationError:
            return  # the fault that ended the load is told; the lease ends by itself

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keeps other processes of this home out: they share one list of what is loaded."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / ".lock", timeout=0):
                yield
        except Timeout:
            raise DestinationError(f"{self._requests.table}: another process of this home is loading it.") from None

    def _holder(self) -> str:
        """Who this home is to other loaders; the same from load to load, so that a killed load is followed at once."""
        return self._noted(_HOLDER, lambda: f"{socket.gethostname()}-{uuid.uuid4().hex[:8]}")

    def _load_id(self) -> str:
        """The load under way: a new one, or the one that was killed."""
        return self._noted(_LOAD, lambda: uuid.uuid4().hex)

    def _begun_load(self) -> str:
        path = self._folder / _LOAD
        return path.read_text() if path.exists() else ""

    def _forget_load(self) -> None:
        (self._folder / _LOAD).unlink(missing_ok=True)

    def _noted(self, name: str, make: Callable[[], str]) -> str:
        path = self._folder / name
        if not path.exists():
            with replacing(path) as fresh:
                fresh.write_text(make())
        return path.read_text()


def _compare(outbox: Outbox) -> dict[str, int]:
    try:
        return outbox.compare()
    except ValueError as error:
        raise DestinationError(f"The attendance history cannot be loaded: {error}.") from None


def _request(row: dict[str, Any]) -> dict[str, Any]:
    if row.pop(OPERATION) == DELETE:
        return {"DeleteRequest": {"Key": items.key_of(row)}}
    return {"PutRequest": {"Item": items.item(row)}}


def _file(out: Path, name: str) -> Path:
    folder = out / name
    return folder if folder.is_dir() else out / f"{name}.parquet"
