"""What lies in a folder of deliveries: which files are an extract's, and which of them may be read at all.

Only regular files are read. A named pipe or a device never ends, and a link that leads out of the folder shows what nobody delivered.
"""

import os
import stat
from collections.abc import Sequence
from pathlib import Path

from district_platform.engine.files import file_hash

ENDINGS = (".csv", ".csv.gz", ".parquet")

_KINDS = {
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def find_files(raw: Path, path: str) -> list[Path]:
    """The files of the extract at `path` (system/extract): one file, a folder of several, or both, in the order of their names.

    Files that must not be read are among them (`why_unreadable` says why), and so are folders that cannot be listed.
    """
    folder = raw / path
    for above in (raw, folder.parent):
        if above.is_dir() and _entries(above) is None:
            return [above]
    single = [raw / f"{path}{ending}" for ending in ENDINGS]
    found = [file for file in single if os.path.lexists(file)]
    if folder.is_dir():
        entries = _entries(folder)
        found += [folder] if entries is None else [file for file in entries if file.name[0] not in "._"]
    return found


def _entries(folder: Path) -> list[Path] | None:
    """The entries of a folder, by name; None where this account may not list it."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return None


def why_unreadable(path: Path, folder: Path) -> str | None:
    """Why a file of the delivery in `folder` must not be read; None where it may."""
    try:
        return _bad_name(path) or _outside(path, folder) or _not_regular(path)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"


def _bad_name(path: Path) -> str | None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return "has a name that is no UTF-8: rename it"
    return None


def _outside(path: Path, folder: Path) -> str | None:
    try:
        real = path.resolve(strict=True)
    except FileNotFoundError:
        return "is a link to a file that is not there: deliver the file itself"
    except RuntimeError:
        return "is a link that leads to itself: deliver the file itself"
    if not real.is_relative_to(folder.resolve()):
        return "is a link, or lies in one, to a place outside the delivery: deliver the file itself"
    return None


def _not_regular(path: Path) -> str | None:
    kind = stat.S_IFMT(path.stat().st_mode)
    if kind == stat.S_IFDIR:
        fault = _fault_of_looking(path)
        return f"is a folder that cannot be looked into: {fault}" if fault else "is a folder; a file was expected"
    return None if kind == stat.S_IFREG else f"is {_KINDS.get(kind, 'no regular file')}; a regular file was expected"


def _fault_of_looking(folder: Path) -> str | None:
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        return error.strerror or str(error)
    return None


def shown_name(path: Path, folder: Path) -> str:
    """The path below the delivery's folder, as text that can be printed and kept whatever bytes the name has."""
    name = path.relative_to(folder).as_posix() if path != folder else path.name
    return os.fsencode(name).decode("utf-8", errors="backslashreplace")


def content_of(path: Path) -> str:
    """A digest of a regular file's bytes; for anything else, which has no end to read to, its kind."""
    try:
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            return file_hash(path)
    except OSError as error:
        return error.strerror or "unreadable"
    return "folder" if stat.S_ISDIR(mode) else "no regular file"


def looks_of(files: Sequence[Path]) -> list[tuple[str, int, int]]:
    """Path, size and time of each file, without reading it; of a broken link, those of the link itself."""
    looks = []
    for path in files:
        try:
            state = path.stat()
        except OSError:
            state = path.lstat()
        looks.append((os.fsencode(path).decode("utf-8", errors="backslashreplace"), state.st_size, state.st_mtime_ns))
    return looks
