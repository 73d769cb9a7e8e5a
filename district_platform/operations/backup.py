"""A copy of all that a district could not make again: settings, mappings, reference tables, warehouse and ledgers, reports, run history.

Restoring is copying back (docs/operations.md). Extracts stay with those who deliver them; a PostgreSQL store has backups of its own.
"""

import datetime as dt
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from district_platform.home import Home
from district_platform.home.lock import WarehouseLock

_DATABASES = "*.db", "*.sqlite"
"""Dagster's, which the daemon writes at any time, and the dashboard's, which sign-ins and the audit do."""

_LEFT_OUT = shutil.ignore_patterns(
    *("build", ".building-*", ".lock", ".waiting"),
    *(f"{database}{part}" for database in _DATABASES for part in ("", "-wal", "-shm", "-journal")),
)
"""What a run under way leaves, locks, and what is copied by SQLite itself."""


def back_up(home: Home, destination: Path, now: dt.datetime) -> Path:
    """Copies the district to a new folder of `destination`, named by the time, for its owner only; returns the folder.

    No run writes meanwhile: raises WarehouseBusyError while one does. What is cut short leaves no folder of that name.
    """
    finished = destination.resolve() / f"{now.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"
    building = finished.with_name(f".building-{finished.name}")
    with WarehouseLock(home.lock):
        building.mkdir(mode=0o700, parents=True)
        if home.config_file.exists():
            shutil.copy2(home.config_file, building)
        for folder in (home.reference, home.mappings, home.warehouse, home.reports):
            _copy(folder, building / folder.relative_to(home.root))
        _copy(home.dagster_home, building / ".dagster")
    building.rename(finished)
    return finished


def _copy(folder: Path, target: Path) -> None:
    if not folder.exists():
        return
    shutil.copytree(folder, target, symlinks=True, ignore=_LEFT_OUT)
    for path in (path for pattern in _DATABASES for path in folder.rglob(pattern)):
        _copy_database(path, target / path.relative_to(folder))


def _copy_database(path: Path, target: Path) -> None:
    """As of one moment, whoever is writing it."""
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    shutil.copymode(path, target)
