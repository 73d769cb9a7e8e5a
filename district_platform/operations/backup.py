"""A copy of the district to restore from, made of the one list of what nothing can make again (`operations/kept.py`).

    <destination>/<time>/files/…          what travels: settings, reference tables, ledgers, accounts, punches; tables as Parquet
    <destination>/<time>/beside/…         what only saves time: publications, reports, the history of runs
    <destination>/<time>/manifest.json    the files, with sizes and digests, and who wrote them

Extracts stay with those who deliver them; a PostgreSQL store has backups of its own.
"""

import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from district_platform.engine.files import file_hash, replacing
from district_platform.engine.publication import current_publication
from district_platform.home import Home
from district_platform.home.format import refuse_newer, stamp
from district_platform.home.kept import KeepingError
from district_platform.home.lock import WarehouseLock
from district_platform.operations.kept import KEPT, copy_sqlite, gather, put_back
from district_platform.settings import Settings

SETTINGS = "district.toml"
FILES, BESIDE, MANIFEST = "files", "beside", "manifest.json"

_SQLITE = "*.db", "*.sqlite"
"""Dagster's, which the daemon writes at any time."""

_LEFT_OUT = shutil.ignore_patterns(
    *(".building-*", ".removing-*", ".lock"),
    *(f"{database}{part}" for database in _SQLITE for part in ("", "-wal", "-shm", "-journal")),
)


class BackupError(KeepingError):
    """A backup cannot be restored as it is, or not there; the message says why and what to do. Nothing was changed."""


def back_up(settings: Settings, destination: Path, now: dt.datetime) -> Path:
    """Copies the district to a new folder of `destination`, named by the time, for its owner only; returns the folder.

    No run writes meanwhile: raises WarehouseBusyError while one does. What is cut short leaves no folder of that name.
    """
    home = settings.home
    finished = destination.resolve() / f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    building = finished.with_name(f".building-{finished.name}")
    with WarehouseLock(home.lock):
        (building / FILES).mkdir(mode=0o700, parents=True)
        building.chmod(0o700)
        for name, path in gather(settings, building / FILES).items():
            if not (building / FILES / name).exists():
                shutil.copy2(path, building / FILES / name)
        for name in (path for each in KEPT if not each.travels for path in each.paths):
            _copy(_place(home, name), building / BESIDE / name)
        published = current_publication(home)
        about = {**stamp(), "made_at": f"{now.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%SZ}"}
        _write_manifest(building, {**about, "publication": published.name if published else ""})
    building.rename(finished)
    with replacing(home.backup_record) as fresh:
        fresh.write_text(json.dumps({"made_at": about["made_at"], "folder": str(finished)}))
    return finished


def restore(folder: Path, home: Home, settings_of: Callable[[], Settings]) -> dict[str, Any]:
    """Makes a home of a backup; returns what the backup says of itself. `settings_of` reads the settings once they are in place.

    Raises BackupError where a file is not what was written, or the home holds a district already; then nothing was changed.
    """
    about = verified(folder)
    if any((home.root / path).exists() for each in KEPT for path in each.paths if path != "data/reference"):
        raise BackupError(f"{home.root} holds a district already: move it aside, and restore into an empty folder.")
    names = [file["name"] for file in about["files"]]
    with WarehouseLock(home.lock):
        if SETTINGS in names:
            shutil.copy2(folder / FILES / SETTINGS, home.config_file)
        put_back(settings_of(), home, {name: folder / FILES / name for name in names})
        for name in (path for each in KEPT if not each.travels for path in each.paths):
            _copy(folder / BESIDE / name, _place(home, name))
    return about


def verified(folder: Path) -> dict[str, Any]:
    """What the backup says of itself, after each of its files was compared with its digest.

    Raises BackupError, or NewerHomeError where a newer version wrote it.
    """
    manifest = folder / MANIFEST
    if not manifest.exists():
        raise BackupError(
            f"{folder} has no {MANIFEST}: it is no backup, or one of before version 0.2, which is restored by copying it back "
            "(cp -a), docs/upgrading.md."
        )
    about: dict[str, Any] = json.loads(manifest.read_text())
    refuse_newer(about, folder)
    for file in about["files"]:
        path = folder / FILES / file["name"]
        if not path.is_file() or file_hash(path) != file["sha256"]:
            raise BackupError(f"{path} is missing, or not what was written: restore from another backup.")
    return about


def try_restore(folder: Path, settings: Settings) -> dict[str, Any]:
    """Restores the backup into a temporary folder and removes it again; returns what it says of itself. Raises as `restore` does."""
    with TemporaryDirectory() as place:
        return restore(folder, Home(root=Path(place).resolve()), lambda: settings)


def _write_manifest(building: Path, about: dict[str, str | int]) -> None:
    files = sorted(path for path in (building / FILES).rglob("*") if path.is_file())
    listed = [
        {"name": path.relative_to(building / FILES).as_posix(), "size": path.stat().st_size, "sha256": file_hash(path)}
        for path in files
    ]
    (building / MANIFEST).write_text(json.dumps({**about, "files": listed}, indent=1))


def _place(home: Home, name: str) -> Path:
    """A path of the list in this home; Dagster's folder may be elsewhere."""
    return home.dagster_home if name == ".dagster" else home.root / name


def _copy(source: Path, target: Path) -> None:
    """A link, or a folder with its links and its databases; nothing where there is none."""
    if source.is_symlink():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(source.readlink())
    elif source.is_dir():
        shutil.copytree(source, target, symlinks=True, ignore=_LEFT_OUT, dirs_exist_ok=True)
        for path in (path for pattern in _SQLITE for path in source.rglob(pattern)):
            copy_sqlite(path, target / path.relative_to(source))
