"""The state of a district in an object store: pulled before a run, pushed as soon as a publication stands, held under a lease.

    with held(settings) as state:
        state.pull()        # then fetch, run, publish
        state.push()        # no copy and no destination before this
        …                   # at the end of the block: push what else has changed, free the lease

Which files belong to it says `operations/kept.py`.
"""

import datetime as dt
import json
import shutil
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar
from uuid import uuid4

from district_platform.engine.files import file_hash, replacing
from district_platform.engine.publication import current_publication
from district_platform.home import Home
from district_platform.home.format import refuse_newer, stamp
from district_platform.home.kept import KeepingError
from district_platform.home.lock import WarehouseLock
from district_platform.operations.kept import gather, put_back
from district_platform.operations.merging import SETTINGS, Synced, merge
from district_platform.retries import patiently
from district_platform.settings import Settings, load_settings
from district_platform.storage.conditional import ConflictError
from district_platform.storage.lease import Lease
from district_platform.storage.s3 import S3, Address
from district_platform.storage.state import LOCK, Version, current_version, fetch_file, prune, push_version

_HALF = ".state-"
"""How folders in the outbox begin that hold files on their way; a kill leaves them, the next pull or push removes them."""


class StateError(KeepingError):
    """The state cannot be taken or sent as things are; the message says why and what to do. Nothing was changed."""


@dataclass(frozen=True)
class Pulled:
    """What a pull did."""

    version: str
    n_taken: int
    changed_settings: bool
    put_aside: Path | None = None


@dataclass
class State:
    """The state of one home in one place, while this process holds the warehouse's lock."""

    settings: Settings
    s3: S3
    at: Address
    lease: Lease | None = None
    is_in_step: bool = field(default=False)
    """Whether this process has pulled it."""

    _held: ClassVar[dict[Path, "State"]] = {}

    def pull(self, *, replace: bool = False) -> Pulled | None:
        """Takes what has changed in the store since this home was last in step; None where nothing stands there yet.

        Raises StateError where both have changed; with `replace` the store's wins, and the home's files go to warehouse/replaced/.
        """
        found = current_version(self.s3, self.at)
        if found is None:
            self.is_in_step = True
            return None
        refuse_newer(found.about, f"The state at {self.at}")
        home, synced = self.settings.home, _synced(self.settings.home, self.at)
        if synced.version == found.name and not synced.taking and not replace:
            self.is_in_step = True
            return Pulled(found.name, 0, False)
        with self._gathered() as (files, here):
            plan = merge(here, found.files, synced)
            if plan.conflicts and not replace:
                raise StateError(_both_changed(home, self.at, plan.conflicts))
            take = plan.take + plan.conflicts
            put_aside = _put_aside(home, {name: files[name] for name in plan.conflicts if name in files})
            taking = {name: found.files[name] for name in take if name in found.files}
            _note(home, synced.model_copy(update={"taking": taking}))
            with TemporaryDirectory(dir=_own_folder(home), prefix=_HALF) as folder:
                got = {
                    name: fetch_file(self.s3, self.at, found, name, Path(folder) / name)
                    if name in found.files
                    else None
                    for name in take
                }
                self._put_back(got)
        _note(home, Synced(owner=synced.owner, at=str(self.at), version=found.name, files=found.files))
        self.is_in_step = True
        return Pulled(found.name, len(take), SETTINGS in take, put_aside)

    def _put_back(self, got: dict[str, Path | None]) -> None:
        """Puts files into the home, the settings first: they say under which key the warehouse is kept."""
        home = self.settings.home
        if SETTINGS in got:
            put_back(self.settings, home, {SETTINGS: got.pop(SETTINGS)})
            self.settings = load_settings()
        put_back(self.settings, home, got)

    def push(self) -> Version | None:
        """Sends the state as the next version, where it differs from the current one; None where it does not.

        Raises StateError where the store's has gone on since this home was last in step with it.
        """
        home, synced = self.settings.home, _synced(self.settings.home, self.at)
        found = current_version(self.s3, self.at)
        if found and found.name != synced.version:
            raise StateError(_gone_on(self.at, found))
        with self._gathered() as (files, here):
            if found and here == found.files:
                return None
            published = current_publication(home)
            about = {**stamp(), "pushed_at": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"}
            about["publication"] = published.name if published else ""
            try:
                pushed = push_version(self.s3, self.at, files, about, found, home.outbox)
            except ConflictError:
                raise StateError(_gone_on(self.at, current_version(self.s3, self.at))) from None
        _note(home, Synced(owner=synced.owner, at=str(self.at), version=pushed.name, files=pushed.files))
        prune(self.s3, self.at, pushed, self.settings.state.keep_versions)
        return pushed

    def difference(self) -> tuple[Version | None, int]:
        """The version that counts in the store, and how many files are other ones here."""
        found = current_version(self.s3, self.at)
        self.is_in_step = found is not None and found.name == _synced(self.settings.home, self.at).version
        with self._gathered() as (_, here):
            files = found.files if found else {}
            return found, sum(here.get(name) != files.get(name) for name in here.keys() | files.keys())

    def confirm(self) -> None:
        """Makes sure, just before something is published, that no other machine has taken over. Raises LeaseError."""
        if self.lease:
            self.lease.confirm()

    @contextmanager
    def _gathered(self) -> Iterator[tuple[dict[str, Path], dict[str, str]]]:
        """The files of the state as they are here, and their digests."""
        with TemporaryDirectory(dir=_own_folder(self.settings.home), prefix=_HALF) as folder:
            files = gather(self.settings, Path(folder))
            yield files, {name: file_hash(path) for name, path in files.items()}


@contextmanager
def opened(settings: Settings, address: str) -> Iterator[State]:
    """The state at an address, for a pull or push by hand. Raises WarehouseBusyError while a run writes."""
    with WarehouseLock(settings.home.lock):
        for left in settings.home.outbox.glob(f"{_HALF}*"):
            shutil.rmtree(left)
        yield State(settings, S3(settings.storage, settings.credentials), Address.parse(address))


@contextmanager
def held(settings: Settings, occasion: str = "") -> Iterator[State | None]:
    """The state that the settings name, under its lease, which tells others the occasion; None where they name none.

    Within a process it may be held several times. At the end of the outermost block what has changed is pushed and the lease freed; where
    the block raises, the lease is freed alone. Raises LeaseError where another machine has it.
    """
    if settings.state.address is None:
        yield None
        return
    root = settings.home.root
    if root in State._held:
        yield State._held[root]
        return
    with ExitStack() as opening:
        state = opening.enter_context(opened(settings, settings.state.address))
        owner = f"{_synced(settings.home, state.at).owner} on {socket.gethostname()}"
        state.lease = Lease(state.s3, state.at / LOCK, owner, settings.state.lease_minutes, occasion)
        patiently(state.lease.acquire, settings.retries)
        opening.callback(state.lease.release)
        state.lease.renew_in_background()
        State._held[root] = state
        opening.callback(State._held.pop, root)
        yield state
        patiently(state.push, settings.retries)


def _own_folder(home: Home) -> Path:
    home.outbox.mkdir(mode=0o700, parents=True, exist_ok=True)
    return home.outbox


def _synced(home: Home, at: Address) -> Synced:
    """What is known of the store at this address; of another one, nothing but who we are."""
    try:
        synced = Synced.model_validate_json(home.state_record.read_bytes())
    except FileNotFoundError:
        synced = Synced(owner=uuid4().hex)
        _note(home, synced)
    return synced if synced.at in ("", str(at)) else Synced(owner=synced.owner)


def _note(home: Home, synced: Synced) -> None:
    home.warehouse.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing(home.state_record) as fresh:
        fresh.write_text(json.dumps(synced.model_dump(), indent=1))


def _put_aside(home: Home, files: dict[str, Path]) -> Path | None:
    """Copies files that a pull is about to replace; returns the folder, or None where there are none."""
    if not files:
        return None
    folder = home.warehouse / "replaced" / f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    for name, path in files.items():
        target = folder / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    return folder


def _both_changed(home: Home, at: Address, names: tuple[str, ...]) -> str:
    return (
        f"{home.root} and the state at {at} have both changed since they were last in step: {_some(names)}. Nothing was taken or "
        "published. To go on with the store's: district-platform state pull --replace, which keeps this home's files in "
        "warehouse/replaced/."
    )


def _gone_on(at: Address, found: Version | None) -> str:
    name = found.name if found else "another version"
    return (
        f"The state at {at} has gone on without this home ({name}). Nothing was sent, and nothing leaves this machine. Take it first: "
        "district-platform state pull."
    )


def _some(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:3])
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
