"""Faults of the machine in one sentence: a full disk, a home that cannot be written, too little memory.

They come up wherever something is written, as errors of Python, of DuckDB, or of SQLite, which keeps Dagster's runs.
"""

import errno
import sqlite3
from collections.abc import Iterator

from district_platform.engine.database import EngineError

FULL = "the disk is full. Free some space there and run again"
CLOSED = "nothing can be written there. Give the account that runs this the right to write in the home, on a disk that is not read-only"
NO_MEMORY = (
    "memory does not suffice. Set a lower [engine] memory_limit, so that more goes to disk, or free some of both"
)
STAYS = "What was published before stays."

_BY_NUMBER = {
    **dict.fromkeys((errno.ENOSPC, errno.EDQUOT, errno.EFBIG), FULL),
    **dict.fromkeys((errno.EROFS, errno.EACCES, errno.EPERM), CLOSED),
    errno.ENOMEM: NO_MEMORY,
}

_BY_WORDS = {
    "no space left": FULL,
    "disk is full": FULL,
    "disk quota exceeded": FULL,
    "file too large": FULL,
    "read-only file system": CLOSED,
    "permission denied": CLOSED,
    "readonly database": CLOSED,
    "read-only mode": CLOSED,
    "unable to open database file": CLOSED,
    "out of memory": NO_MEMORY,
    "failed to allocate": NO_MEMORY,
    "could not allocate": NO_MEMORY,
}
"""What DuckDB and SQLite say, in lower case; both pass on the system's own words."""


def fault_of_the_machine(error: BaseException) -> str | None:
    """The sentence for an error, or for what caused it; None where it is no fault of the machine."""
    for cause in _causes(error):
        sentence = _sentence(cause)
        if sentence:
            return f"{sentence}. {STAYS}"
    return None


def _sentence(error: BaseException) -> str | None:
    if isinstance(error, OSError):
        reason = _BY_NUMBER.get(error.errno or 0)
        return f"{error.filename or 'The home'}: {reason}" if reason else None
    if isinstance(error, MemoryError):
        return f"The run: {NO_MEMORY}"
    if isinstance(error, EngineError | sqlite3.Error):
        words = str(error).lower()
        reasons = [reason for phrase, reason in _BY_WORDS.items() if phrase in words]
        if reasons:
            return f"The home: {reasons[0]}"
        if isinstance(error, sqlite3.OperationalError) and "disk i/o error" in words:
            return f"The home: it cannot be read or written (disk I/O error); perhaps {FULL}"
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and what it came from, the outermost first."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
