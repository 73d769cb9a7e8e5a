"""Publication: everything at once, by replacing one symbolic link.

    warehouse/publications/<version>/{out,reports}     one publication
    warehouse/current -> publications/<version>        the link that a publication replaces
    warehouse/out -> current/out                       fixed links, for readers
    reports/<name> -> ../warehouse/current/reports/<name>

Readers see the whole of the old publication or the whole of the new one. A process killed at any moment leaves the old one, and
what it had begun is removed by the next.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from district_platform.home import Home

_UNFINISHED = ".building-"


class PublicationError(RuntimeError):
    """Something that is not ours stands where a published file must be; the message names it."""


def publish(home: Home, version: str, keep: int, write: Callable[[Path], None]) -> Path:
    """Lets `write` fill a new version (its folders `out` and `reports`), makes it the current one, removes old ones.

    `keep` versions stay, the current one among them. Raises whatever `write` raises, and then changes nothing.
    """
    home.publications.mkdir(mode=0o700, parents=True, exist_ok=True)
    _remove_unfinished(home.publications)
    building = home.publications / f"{_UNFINISHED}{version}"
    for folder in ("out", "reports"):
        (building / folder).mkdir(parents=True)
    write(building)
    _link_readers(home, building / "reports")
    finished = home.publications / version
    building.rename(finished)
    _replace_link(home.current, finished)
    _unlink_what_is_gone(home)
    _prune(home, keep)
    return finished


def current_publication(home: Home) -> Path | None:
    """The version that readers see, or None before the first."""
    return home.current.resolve() if home.current.exists() else None


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
    """Links of ours to reports that are published no more, or under another name."""
    for link in sorted(home.reports.iterdir()):
        is_ours = link.is_symlink() and Path(os.readlink(link)).parent.name == "reports"
        if is_ours and not link.exists():
            link.unlink()


def _remove_unfinished(publications: Path) -> None:
    for leftover in publications.glob(f"{_UNFINISHED}*"):
        shutil.rmtree(leftover)


def _prune(home: Home, keep: int) -> None:
    """Versions are named by time, so that the order of names is their age."""
    current = current_publication(home)
    versions = sorted((v for v in home.publications.iterdir() if v.name[0] != "."), reverse=True)
    for version in versions[keep:]:
        if version.resolve() != current:
            shutil.rmtree(version)
