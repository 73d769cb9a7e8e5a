"""The demo district: 120 synthetic students, published once for each version of the code, in the account's cache and in no home.

A separate process makes it in the background with `district-platform run`; the dashboard is already up meanwhile.
"""

import hashlib
import logging
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

from filelock import FileLock

import district_platform
from district_platform.home import Home, cache_folder
from district_platform.settings import ENV_PREFIX

STUDENTS = 120
_OWN_ROOMS = ("web", "cli", "ui")
"""What shows a publication, and does not make it."""
_RUN = [sys.executable, "-m", "district_platform.cli", "run"]
_TO_END_SECONDS = 10
_LOG = logging.getLogger("uvicorn.error")


def code_version() -> str:
    """A digest of all files that affect a publication."""
    root = Path(district_platform.__file__).parent
    files = sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.relative_to(root).parts[0] not in _OWN_ROOMS
    )
    digest = hashlib.sha256()
    for path in files:
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


class Demo:
    """The demo district's folder, and the process that makes it. `home` holds publications and nothing else."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder or cache_folder() / "demo"
        self.home = Home(root=self._folder / code_version())
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        self.has_failed = False
        self._lock = threading.Lock()

    @property
    def is_ready(self) -> bool:
        return self.home.root.is_dir()

    def make_in_background(self) -> None:
        if not self.is_ready:
            threading.Thread(target=self._make_or_say, name="demo district", daemon=True).start()

    def close(self) -> None:
        """Ends the process that makes the demo; the next start begins from scratch."""
        with self._lock:
            self._is_closed = True
            process = self._process
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(_TO_END_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def _make_or_say(self) -> None:
        try:
            self.make()
        except (OSError, subprocess.SubprocessError) as error:
            self.has_failed = True
            if not self._is_closed:
                _LOG.error("The demo district could not be made, everything else works: %s", error)

    def make(self) -> None:
        """Makes the folder, whole or not at all, and removes those of other versions. Raises OSError, SubprocessError."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with FileLock(self._folder / ".lock"):
            if self.is_ready or self._is_closed:
                return
            building = Home(root=self._folder / ".building")
            shutil.rmtree(building.root, ignore_errors=True)
            building.root.mkdir()
            self._run(building)
            stripped = Home(root=self._folder / ".stripped")
            shutil.rmtree(stripped.root, ignore_errors=True)
            stripped.warehouse.mkdir(parents=True)
            building.publications.rename(stripped.publications)
            building.current.rename(stripped.current)
            self._remove_others()
            stripped.root.rename(self.home.root)
            shutil.rmtree(building.root, ignore_errors=True)

    def _run(self, building: Home) -> None:
        """Publishes the demo district, with settings of its own and behind all other work of the machine."""
        own = {
            f"{ENV_PREFIX}HOME": str(building.root),
            f"{ENV_PREFIX}SOURCES__KIND": "synthetic",
            f"{ENV_PREFIX}DISTRICT_NAME": "Demo District",
            f"{ENV_PREFIX}SYNTHETIC__STUDENTS": str(STUDENTS),
        }
        others = {name: value for name, value in os.environ.items() if not name.startswith((ENV_PREFIX, "DAGSTER_"))}
        with (building.root / "run.log").open("wb") as log:
            with self._lock:
                if self._is_closed:
                    raise subprocess.SubprocessError("stopped")
                self._process = subprocess.Popen(
                    _RUN, env={**others, **own}, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            os.setpriority(os.PRIO_PROCESS, self._process.pid, 10)
            code = self._process.wait()
        if code:
            raise subprocess.SubprocessError(f"its run ended with code {code}, see {building.root / 'run.log'}")

    def _remove_others(self) -> None:
        for other in self._folder.iterdir():
            if other.is_dir() and other.name not in (".building", ".stripped", self.home.root.name):
                shutil.rmtree(other, ignore_errors=True)
