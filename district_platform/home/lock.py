"""One writer at a time: a lock on a file in the warehouse, which names who holds it and dies with its holder."""

import fcntl
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path


class WarehouseBusyError(RuntimeError):
    """Another run is writing the warehouse; the message says which process, since when, and what to do."""


class WarehouseLock:
    """An exclusive lock of one process on one warehouse.

    It never waits. The kernel frees it when the process ends, however it ends, so that no stale lock is left behind. Within a
    process it may be taken several times; the last release frees it.
    """

    _held: dict[Path, tuple[int, int]] = {}  # noqa: RUF012 - shared on purpose: one process holds one lock a file

    def __init__(self, path: Path) -> None:
        self.path = path

    def acquire(self) -> None:
        """Raises WarehouseBusyError when another process holds it."""
        if self.path in self._held:
            descriptor, depth = self._held[self.path]
            self._held[self.path] = (descriptor, depth + 1)
            return
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.read(descriptor, 4096).decode(errors="replace")
            os.close(descriptor)
            raise WarehouseBusyError(_describe(holder, self.path)) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(_this_process()).encode(), 0)
        self._held[self.path] = (descriptor, 1)

    def release(self) -> None:
        descriptor, depth = self._held[self.path]
        if depth > 1:
            self._held[self.path] = (descriptor, depth - 1)
            return
        del self._held[self.path]
        os.close(descriptor)

    def __enter__(self) -> "WarehouseLock":
        self.acquire()
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def _this_process() -> dict[str, str | int]:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200]
    return {"pid": os.getpid(), "command": command, "since": datetime.now(UTC).isoformat(timespec="seconds")}


def _describe(holder: str, path: Path) -> str:
    try:
        by = json.loads(holder)
        who = f"process {by['pid']} ({by['command']}) since {by['since']}"
    except (ValueError, KeyError):
        who = "another process"
    return f"The warehouse {path.parent} is being written by {who}. Wait for it to end, or end it, then run again."
