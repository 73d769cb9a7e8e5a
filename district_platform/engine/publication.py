"""Publication: everything at once, by replacing one symbolic link.

    warehouse/publications/<version>/{out,reports}     one publication
    warehouse/current -> publications/<version>        the link that a publication replaces
    warehouse/out -> current/out                       fixed links, for readers
    reports/<name> -> ../warehouse/current/reports/<name>

Readers see the whole of the old publication or the whole of the new one. A process killed at any moment leaves the old one, and
what it had begun is removed by the next.

A version's name begins with a counter (`v00000042-20260213T051500…`), which says what came after what; the time in it is for people,
since a clock may be wrong. Versions without a counter come from before there was one, and are older than all that have it.
"""

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.home.kept import Kept

_UNFINISHED = ".building-"
_LEAVING = ".removing-"
_COUNTED = re.compile(r"v(\d{8,})-")

KEPT = Kept(
    "the last publication's number and row counts",
    "publications are counted from the first again, and a fall in row counts against the last one is not found",
    paths=("warehouse/last_publication.json",),
)
KEPT_HERE = Kept(
    "publications",
    "readers find nothing until the next run, and there is none to go back to",
    paths=("warehouse/publications", "warehouse/current", "warehouse/out", "reports"),
    travels=False,
)


class PublicationError(RuntimeError):
    """Something that is not ours stands where a published file must be; the message names it."""


class Permission(Protocol):
    """Whether this machine may publish now, or another one has taken over."""

    def confirm(self) -> None:
        """Raises an error that says who has; nothing is published then."""


def publish(home: Home, label: str, keep: int, write: Callable[[Path], None]) -> Path:
    """Lets `write` fill a new version (its folders `out` and `reports`), makes it the current one, removes old ones.

    The version is named by the counter and `label`. `keep` versions stay, the current one among them. Raises whatever `write`
    raises, and then changes nothing.
    """
    home.publications.mkdir(mode=0o700, parents=True, exist_ok=True)
    return install(home, _next_version(home, label), keep, write)


def install(home: Home, version: str, keep: int, write: Callable[[Path], None]) -> Path:
    """The same for a version that has its name already, because it was published elsewhere."""
    home.publications.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_unfinished(home.publications)
    building = home.publications / f"{_UNFINISHED}{version}"
    for folder in ("out", "reports"):
        (building / folder).mkdir(parents=True)
    write(building)
    _link_readers(home, building / "reports")
    finished = home.publications / version
    if finished.exists():
        _remove(finished)
    building.rename(finished)
    _replace_link(home.current, finished)
    _unlink_what_is_gone(home)
    _prune(home, keep)
    return finished


def current_publication(home: Home) -> Path | None:
    """The version that readers see, or None before the first."""
    return home.current.resolve() if home.current.exists() else None


def order_of(version: str) -> tuple[int, str]:
    """Sorts names of versions from the oldest on: those without a counter first, by the time that they begin with."""
    counted = _COUNTED.match(version)
    return (int(counted[1]) if counted else 0), version


def record_last(home: Home) -> None:
    """Writes down what a run elsewhere needs of the last publication: its version, and the small files at its top (row counts)."""
    published = current_publication(home)
    if published is None or (
        home.last_publication.exists() and order_of(published.name) <= order_of(_recorded(home)[0])
    ):
        return
    files = {path.name: path.read_text() for path in sorted(published.glob("*.json"))}
    with replacing(home.last_publication) as fresh:
        fresh.write_text(json.dumps({"version": published.name, "files": files}, indent=1))


def file_of_last(home: Home, name: str) -> str | None:
    """A small file at the top of the last publication, from wherever it was published; None where there is none."""
    published = current_publication(home)
    version, files = _recorded(home)
    if published is not None and order_of(published.name) >= order_of(version):
        return (published / name).read_text() if (published / name).exists() else None
    return files.get(name)


def _recorded(home: Home) -> tuple[str, dict[str, str]]:
    """The publication that was written down: its version, empty where none was, and its small files."""
    if not home.last_publication.exists():
        return "", {}
    said = json.loads(home.last_publication.read_text())
    return said["version"], said["files"]


def _next_version(home: Home, label: str) -> str:
    known = [*_versions(home), _recorded(home)[0]]
    latest = max(order_of(version)[0] for version in known)
    return f"v{latest + 1:08}-{label}"


def _versions(home: Home) -> list[str]:
    """Names of the finished versions, the oldest first."""
    return sorted((v.name for v in home.publications.iterdir() if v.name[0] != "."), key=order_of)


def _link_readers(home: Home, reports: Path) -> None:
    _replace_link(home.warehouse / "out", home.current / "out")
    home.reports.mkdir(parents=True, exist_ok=True)
    for published in sorted(reports.iterdir()):
        _replace_link(home.reports / published.name, home.current / "reports" / published.name)


def _replace_link(link: Path, target: Path) -> None:
    """Points `link` to `target`, relative to it, atomically; a real file in its place is not ours to remove."""
    relative = os.path.relpath(target, link.parent)
    if link.is_symlink() and os.readlink(link) == relative:
        return
    if link.exists() and not link.is_symlink():
        raise PublicationError(f"{link} is in the way of a published file: move it elsewhere and run again.")
    fresh = link.with_name(f".{link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(relative)
    os.replace(fresh, link)


def _unlink_what_is_gone(home: Home) -> None:
    """Removes our links to reports that are no longer published, or have another name now."""
    for link in sorted(home.reports.iterdir()):
        is_ours = link.is_symlink() and Path(os.readlink(link)).parent.name == "reports"
        if is_ours and not link.exists():
            link.unlink()


def _remove_unfinished(publications: Path) -> None:
    for prefix in (_UNFINISHED, _LEAVING):
        for leftover in publications.glob(f"{prefix}*"):
            shutil.rmtree(leftover)


def _prune(home: Home, keep: int) -> None:
    current = current_publication(home)
    for name in _versions(home)[:-keep]:
        version = home.publications / name
        if version.resolve() != current:
            _remove(version)


def _remove(version: Path) -> None:
    """Removes a version in one step, so that no reader finds only part of it."""
    leaving = version.rename(version.with_name(f"{_LEAVING}{version.name}"))
    shutil.rmtree(leaving)
