"""A lease: the right of one machine to run and publish, for a while, renewed as long as it does.

It is a document in the store (`lock.json`), written by compare and swap. Who is killed keeps it until it ends; the same home takes its
own back at once. A lease is a courtesy between machines: what makes two publications impossible is the pointer of the state.
"""

import datetime as dt
import os
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

from district_platform.storage.conditional import ConflictError, Document, read_document, write_document
from district_platform.storage.s3 import S3, Address, StorageError


class LeaseError(StorageError):
    """Another machine has the lease, or took it meanwhile; the message says who, since when, and what to do."""

    def __init__(self, message: str, occasion: str = "") -> None:
        super().__init__(message)
        self.occasion = occasion
        """What the other machine runs for, as it said itself."""


@dataclass
class Lease:
    """The lease at one address. `owner` names the home, so that a home takes its own lease back after a kill; `occasion` is
    told to others."""

    s3: S3
    address: Address
    owner: str
    minutes: int
    occasion: str = ""
    _token: str = field(default_factory=lambda: uuid4().hex)
    _since: str = ""
    _stopped: threading.Event = field(default_factory=threading.Event)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    def acquire(self) -> None:
        """Takes the lease, if nobody has it or it has ended. Raises LeaseError."""
        found = read_document(self.s3, self.address)
        if found is not None and self._is_held(found):
            raise LeaseError(_held_by(found, self.address), str(found.content.get("occasion", "")))
        self._since = f"{dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
        try:
            self._write(found)
        except ConflictError:
            now = read_document(self.s3, self.address)
            raise LeaseError(_held_by(now, self.address) if now else f"{self.address}: taken meanwhile.") from None

    def confirm(self) -> None:
        """Renews the lease; what follows is done while it lasts. Raises LeaseError where it is no longer ours."""
        with self._one_at_a_time:
            self._renew_once()

    def _renew_once(self) -> None:
        found = read_document(self.s3, self.address)
        if found is None or found.content.get("token") != self._token:
            who = _held_by(found, self.address) if found else f"{self.address} was removed."
            raise LeaseError(f"The lease was lost, and nothing more is published from here. {who}")
        try:
            self._write(found)
        except ConflictError:
            raise LeaseError(f"{self.address}: the lease was lost, and nothing more is published from here.") from None

    def release(self) -> None:
        """Frees the lease, if it is still ours. Where the store is away, the lease ends by itself."""
        self._stopped.set()
        with suppress(StorageError):
            found = read_document(self.s3, self.address)
            if found is not None and found.content.get("token") == self._token:
                freed = {**found.content, "token": uuid4().hex, "is_free": True}
                write_document(self.s3, self.address, freed, found)

    def renew_in_background(self) -> None:
        """Renews from a thread until `release`. A failure is left to the next `confirm`, which says so."""
        threading.Thread(target=self._renew, name="lease", daemon=True).start()

    def _renew(self) -> None:
        while not self._stopped.wait(self.minutes * 60 / 4):
            try:
                self.confirm()
            except LeaseError:
                return
            except Exception:
                continue

    def _write(self, over: Document | None) -> None:
        content = {
            "owner": self.owner,
            "token": self._token,
            "holder": f"process {os.getpid()} on {socket.gethostname()}",
            "since": self._since,
            "minutes": self.minutes,
            "occasion": self.occasion,
            "renewal": uuid4().hex,
            "is_free": False,
        }
        write_document(self.s3, self.address, content, over)

    def _is_held(self, found: Document) -> bool:
        content = found.content
        if content.get("is_free") or content.get("owner") == self.owner:
            return False
        return found.age < dt.timedelta(minutes=float(content.get("minutes", self.minutes)))


def _held_by(found: Document, address: Address) -> str:
    content = found.content
    left = dt.timedelta(minutes=float(content.get("minutes", 0))) - found.age
    minutes = max(1, round(left.total_seconds() / 60))
    return (
        f"{content.get('holder', 'another machine')} is running this district since {content.get('since', 'some time')} ({address}). "
        f"Wait for it to end; if it was killed, its lease ends in {minutes} minutes."
    )
