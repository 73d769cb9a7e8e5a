"""The lake: every table in immutable versions, and a catalog that says which version of each is the current one.

    <lake>/<table>/<run>/*.parquet    a version: what one run made of a table
    <lake>/runs/<run>.json            a catalog: the version that each table had when that run ended
    <lake>/current                    the name of the current catalog, replaced last
    <lake>/.scratch/<run>             intermediate results of the run that is going on

A run killed at any moment leaves the last catalog, and all that it names, as they were; versions that no catalog names are removed by
the next run. A Spark Connect server may write on for a run that was killed: only below names that bear that run's id, and what it writes
after the next run has cleaned up is removed by the one after. The catalog before the current one stays, so that a reader who has just
begun can finish.
"""

import errno
import json
import os
import shutil
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from district_platform.engine.database import private_folder
from district_platform.engine.files import replacing

KEPT_CATALOGS = 2
RUNS, CURRENT, SCRATCH = "runs", "current", ".scratch"


class LakeError(RuntimeError):
    """The lake cannot be written or read; the message says where and what to do."""


class Maker(StrEnum):
    """Who made a version of a table, and so where its rows are at home."""

    SPARK = "spark"
    DUCKDB = "duckdb"
    """The warehouse holds the table; the lake has a copy for Spark to read."""


@dataclass(frozen=True)
class Version:
    """A version of a table."""

    run: str
    maker: Maker


class Lake:
    """The lake as one run sees and writes it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._run = ""
        self._versions: dict[str, Version] = {}

    def open(self, run: str) -> None:
        """Begins a run: reads the current catalog, and removes what runs that were killed have left. Raises LakeError."""
        try:
            for folder in (self.root, self.root / RUNS):
                private_folder(folder)
            with replacing(self.root / ".writable") as probe:
                probe.touch()
            (self.root / ".writable").unlink()
        except OSError as error:
            raise LakeError(
                f"The lake {self.root} cannot be written ({error.strerror}): give this account the folder, or name another "
                "one in [engine.spark] lake."
            ) from error
        self._run = run
        self._versions = self._catalog(self._current()) if self._current() else {}
        self._remove_unnamed()

    @property
    def versions(self) -> dict[str, Version]:
        """The version of each table that this run reads: those of the catalog, and what it has made itself."""
        return dict(self._versions)

    def made_here(self, name: str) -> bool:
        """Whether this run has made the table's version."""
        return name in self._versions and self._versions[name].run == self._run

    def folder(self, name: str) -> Path:
        """Where the table's version is. Raises KeyError where it has none."""
        return self.root / name / self._versions[name].run

    def fresh(self, name: str) -> Path:
        """An empty place for this run's version of a table; its folder is there, the version's own is not."""
        version = self.root / name / self._run
        private_folder(version.parent)
        shutil.rmtree(version, ignore_errors=True)
        return version

    def scratch(self, name: str) -> Path:
        """A place for an intermediate result."""
        for folder in (self.root / SCRATCH, self.root / SCRATCH / self._run):
            private_folder(folder)
        return folder / name

    def add(self, name: str, maker: Maker) -> None:
        """Says that this run's version of a table is whole."""
        self._versions[name] = Version(self._run, maker)

    def forget(self, name: str) -> None:
        """Takes a table out: the warehouse has a newer one."""
        self._versions.pop(name, None)

    def commit(self) -> None:
        """Ends the run: what it made is current from now on, and what no kept catalog names goes.

        A run that made nothing changes nothing.
        """
        _remove(self.root / SCRATCH)
        if not any(version.run == self._run for version in self._versions.values()):
            return
        said = {name: {"run": v.run, "made_by": v.maker.value} for name, v in sorted(self._versions.items())}
        with replacing(self.root / RUNS / f"{self._run}.json") as fresh:
            fresh.write_text(json.dumps({"previous": self._current(), "tables": said}, indent=1))
            _flush(fresh)
        with replacing(self.root / CURRENT) as fresh:
            fresh.write_text(self._run)
            _flush(fresh)
        self._remove_unnamed()

    def unnamed(self) -> list[Path]:
        """Versions that no kept catalog names."""
        named = {(table, version.run) for run in self._kept() for table, version in self._catalog(run).items()}
        tables = [path for path in self.root.iterdir() if path.is_dir() and path.name[0] != "." and path.name != RUNS]
        return sorted(path for table in tables for path in table.iterdir() if (table.name, path.name) not in named)

    def _remove_unnamed(self) -> None:
        _remove(self.root / SCRATCH)
        kept = self._kept()
        for catalog in (self.root / RUNS).glob("*.json"):
            if catalog.stem not in kept:
                catalog.unlink()
        for version in self.unnamed():
            _remove(version)

    def _kept(self) -> list[str]:
        """Runs whose catalogs stay, from the current one back."""
        kept: list[str] = []
        run = self._current()
        while run and len(kept) < KEPT_CATALOGS and self._path(run).exists():
            kept.append(run)
            run = json.loads(self._path(run).read_text())["previous"]
        return kept

    def _current(self) -> str:
        current = self.root / CURRENT
        return current.read_text().strip() if current.exists() else ""

    def _path(self, run: str) -> Path:
        return self.root / RUNS / f"{run}.json"

    def _catalog(self, run: str) -> dict[str, Version]:
        said = json.loads(self._path(run).read_text())["tables"]
        return {name: Version(each["run"], Maker(each["made_by"])) for name, each in said.items()}


def _remove(folder: Path) -> None:
    """Removes a folder, but for what someone writes into it meanwhile: the next run removes that."""

    def forgive(_function: object, _path: object, raised: tuple) -> None:
        if raised[1].errno not in (errno.ENOENT, errno.ENOTEMPTY):
            raise raised[1]

    shutil.rmtree(folder, onerror=forgive)


def _flush(path: Path) -> None:
    """Brings a file's content to the disk before its name is replaced."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
