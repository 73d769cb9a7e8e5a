"""Files that only the platform's own account may read: what it writes from now on, and what an earlier version left open.

Everything in a district's home is about individual people or leads to them: extracts, the warehouse, Dagster's events. Published files
leave the home only when somebody copies them.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from district_platform.home import Home

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def keep_private() -> None:
    """From now on this process, and those it starts, make files 0600 and folders 0700."""
    os.umask(_OTHERS)


def close_home(home: Home) -> None:
    """Closes the Dagster instance, the warehouse and reports of refused runs to other accounts; `data/` and `reports/` are left as they
    are."""
    for folder in (home.dagster_home, home.warehouse, home.failed_reports):
        close_folder(folder)


def close_folder(folder: Path) -> None:
    """Makes the folder 0700 and all that is in it 0600 or 0700, as far as it is ours; links are not followed."""
    if not folder.is_dir():
        return
    for path in (folder, *_below(folder)):
        try:
            mode = path.lstat().st_mode
            if mode & _OTHERS and not stat.S_ISLNK(mode):
                path.chmod(stat.S_IMODE(mode) & ~_OTHERS)
        except (FileNotFoundError, PermissionError):
            continue


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder):
        yield from (Path(place, name) for name in (*folders, *files))


def open_files(paths: Iterable[Path], root: Path) -> list[Path]:
    """The files that another account can read: by their mode, and by that of every folder from `root` down to them."""
    return [path for path in paths if path.is_file() and _reachable_by(path, root)]


def _reachable_by(path: Path, root: Path) -> bool:
    """Whether the group, or everybody, can read the file and reach it through its folders."""
    mode = path.stat().st_mode
    folders = [folder.stat().st_mode for folder in path.parents if folder.is_relative_to(root)]
    who = ((stat.S_IRGRP, stat.S_IXGRP), (stat.S_IROTH, stat.S_IXOTH))
    return any(mode & read and all(folder & enter for folder in folders) for read, enter in who)
