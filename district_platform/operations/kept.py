"""The one list of what must outlive this machine, how it is copied out of a home, and how it is put back.

A file travels as it is; a SQLite file as of one moment, whoever writes it; tables of the warehouse as Parquet.
"""

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from district_platform.alerts import ledger as alerts
from district_platform.destinations import state as destinations
from district_platform.engine import publication
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.engine.files import replacing
from district_platform.engine.kept_tables import drop_kept, read_kept, write_kept
from district_platform.engine.resources import Warehouse
from district_platform.home import Home
from district_platform.home.format import write_stamp
from district_platform.home.kept import Kept
from district_platform.operations import occasions, running
from district_platform.outputs.uploads import ledger as uploads
from district_platform.privacy import ledger as privacy
from district_platform.quality import findings, history
from district_platform.settings import Settings, district
from district_platform.sources.mapped import document as mappings
from district_platform.sources.reference import tables as reference
from district_platform.timekeeping import database as timekeeping
from district_platform.web.signin import store as access

KEPT: tuple[Kept, ...] = (
    district.KEPT,
    reference.KEPT,
    mappings.KEPT,
    uploads.KEPT,
    privacy.KEPT,
    history.KEPT,
    findings.KEPT,
    publication.KEPT,
    alerts.KEPT,
    access.KEPT,
    destinations.KEPT,
    timekeeping.KEPT,
    occasions.KEPT,
    publication.KEPT_HERE,
    running.KEPT_HERE,
)

TABLES = "warehouse/tables"
"""Where the tables stand among the files of a state or backup; a home has no such folder."""

_SQLITE = (".sqlite", ".db")


def gather(settings: Settings, folder: Path) -> dict[str, Path]:
    """Copies everything that travels into `folder`; returns the files by their paths in the home.

    The caller holds the warehouse's lock, so that no run writes meanwhile. Embedded databases are not copied but named where they lie.
    """
    home = settings.home
    publication.record_last(home)
    kept = [each for each in KEPT if each.travels]
    found = {name: _still(home, name, folder) for each in kept for name in _names(home, each)}
    names = tuple(table for each in kept for table in each.tables)
    if home.database.exists():
        with warehouse_of(settings).tables() as tables:
            written = write_kept(tables, names, folder / TABLES)
        found |= {f"{TABLES}/{path.name}": path for path in written}
    return found


def put_back(settings: Settings, home: Home, files: Mapping[str, Path | None]) -> None:
    """Puts files into the home, by the names that `gather` gave them; removes those that are None. Each is replaced whole.

    The caller holds the warehouse's lock.
    """
    for name, source in files.items():
        if not name.startswith(f"{TABLES}/"):
            _put_file(source, home.root / name)
    in_tables = {name: source for name, source in files.items() if name.startswith(f"{TABLES}/")}
    if in_tables:
        with warehouse_of(settings, home).tables() as tables, tables.transaction():
            for name, source in in_tables.items():
                _put_table(tables, Path(name).stem, source)
    write_stamp(home)


def warehouse_of(settings: Settings, home: Home | None = None) -> Warehouse:
    """The warehouse of a home, under the settings' key."""
    return Warehouse.of(home or settings.home, settings.engine, settings.encryption, settings.credentials)


def _names(home: Home, kept: Kept) -> Iterator[str]:
    """Paths in the home of all files that belong to it; hidden ones (locks, halves) are none."""
    for path in (home.root / name for name in kept.paths):
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            relative = file.relative_to(home.root)
            is_hidden = any(part.startswith(".") for part in relative.parts)
            if file.is_file() and not file.is_symlink() and not is_hidden and not _is_beside_sqlite(file):
                yield relative.as_posix()


def _is_beside_sqlite(file: Path) -> bool:
    """Whether it is SQLite's own log, which a copy of the database has no need of."""
    return any(file.name.endswith(f"{ending}{part}") for ending in _SQLITE for part in ("-wal", "-shm", "-journal"))


def _still(home: Home, name: str, folder: Path) -> Path:
    """The file as it will not change any more: itself where only a run writes it, else a copy."""
    path = home.root / name
    if ".duckdb" in path.name:
        return path
    target = folder / name
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.suffix in _SQLITE:
        copy_sqlite(path, target)
    else:
        shutil.copy2(path, target)
    return target


def copy_sqlite(path: Path, target: Path) -> None:
    """Copies a SQLite database as of one moment, whoever is writing it, into another, whoever is reading that."""
    with closing(sqlite3.connect(path)) as live, closing(sqlite3.connect(target)) as copy:
        live.backup(copy)
    shutil.copymode(path, target)


def _put_file(source: Path | None, target: Path) -> None:
    if source is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if target.suffix in _SQLITE and target.exists():
        copy_sqlite(source, target)
        return
    with replacing(target) as fresh:
        shutil.copyfile(source, fresh)
        fresh.chmod(0o600)


def _put_table(tables: DuckDBTables, name: str, source: Path | None) -> None:
    if source is None:
        drop_kept(tables, name)
    else:
        read_kept(tables, source)
