"""Checks of the machine: versions, disk, memory, permissions, clock, ports."""

import http.client
import os
import platform
import shutil
import socket
import stat
import subprocess
import time
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from district_platform.engine.publication import current_publication
from district_platform.home import SECRETS_VARIABLE
from district_platform.home.format import FORMAT, platform_version
from district_platform.operations.doctor.model import Answer, fail, ok, warn
from district_platform.settings import Settings
from district_platform.sources.extracts import open_delivery

_GB = 1_000_000_000
_LEAST_FREE = 2 * _GB
_RUNS_OF_SPACE = 2
"""A run writes the warehouse anew beside the old one, and a publication beside those kept."""

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_DASHBOARD, _UI = 8501, 3000
_UNITS = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12, "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}


def versions(settings: Settings) -> Iterator[Answer]:
    """Versions of what matters, and whether what is installed is what the platform asks for."""
    named = ", ".join(f"{name} {metadata.version(name)}" for name in ("dagster", "duckdb", "ibis-framework"))
    yield ok(
        f"district-platform {platform_version()}, home of format {FORMAT}, Python {platform.python_version()}, {named}"
    )
    wrong = [text for text in metadata.requires("district-platform") or [] if _is_unmet(Requirement(text))]
    if wrong:
        yield fail(
            f"not as asked for: {'; '.join(wrong[:3])}", "Install the platform anew, with its lock (make setup)."
        )


def _is_unmet(asked: Requirement) -> bool:
    if asked.marker is not None and not asked.marker.evaluate({"extra": ""}):
        return False
    try:
        return not asked.specifier.contains(metadata.version(asked.name), prereleases=True)
    except metadata.PackageNotFoundError:
        return True


def disk(settings: Settings) -> Iterator[Answer]:
    """Whether another run has room."""
    free = shutil.disk_usage(settings.home.root).free
    used = sum(
        path.lstat().st_size for path in settings.home.warehouse.rglob("*") if path.is_file() and not path.is_symlink()
    )
    needed = max(_LEAST_FREE, _RUNS_OF_SPACE * used)
    says = f"{free / _GB:.1f} GB free, the warehouse takes {used / _GB:.1f} GB"
    to_do = "Free some space, move the home to a larger disk, or keep fewer publications (publication.keep_versions)."
    if free < needed / 4:
        yield fail(says, to_do)
    elif free < needed:
        yield warn(f"{says}; a run may need {needed / _GB:.1f} GB", to_do)
    else:
        yield ok(says)


def memory(settings: Settings) -> Iterator[Answer]:
    """Whether the machine has the memory that DuckDB may take."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    limit = _bytes_of(settings.engine.memory_limit)
    says = f"{total / _GB:.1f} GB, of which DuckDB may take {settings.engine.memory_limit}"
    if limit is not None and limit > 0.8 * total:
        yield warn(
            says, f"Set engine.memory_limit to {0.6 * total / _GB:.0f}GB at most: what does not fit goes to disk."
        )
    else:
        yield ok(says)


def _bytes_of(text: str) -> float | None:
    """A size as DuckDB reads it; None where it is a share or nothing that is known here."""
    number = text.strip().rstrip("BbKkMmGgTtIi ")
    unit = text.strip()[len(number) :].strip().upper()
    try:
        return float(number) * _UNITS[unit]
    except (ValueError, KeyError):
        return None


def permissions(settings: Settings) -> Iterator[Answer]:
    """Whether the account can write, and others cannot read."""
    home = settings.home
    closed = [
        path for path in (home.root, home.warehouse, home.reports) if path.exists() and not os.access(path, os.W_OK)
    ]
    if closed:
        yield fail(f"{closed[0]} cannot be written", "Give it to the account that runs this: chown -R.")
    looked_at = (home.warehouse, home.dagster_home, Path(os.environ.get(SECRETS_VARIABLE) or home.warehouse))
    opened = [path for path in looked_at if path.exists() and path.stat().st_mode & _OTHERS]
    if opened:
        yield warn(f"other accounts may enter {opened[0]}", f"chmod 700 {opened[0]}")
    delivery = open_delivery(home, settings.sources)
    if delivery:
        yield warn(delivery, "chmod -R go= data")
    if not (closed or opened or delivery):
        yield ok("the home is the account's own, and closed to others")


def clock(settings: Settings) -> Iterator[Answer]:
    """Whether the clock is set by a time server, and is not behind what was written here."""
    published = current_publication(settings.home)
    if published is not None and published.stat().st_mtime > time.time() + 60:
        yield fail(
            "the last publication is from the future: the clock was ahead then, or is behind now", "Set the clock."
        )
        return
    synchronized = _is_synchronized()
    if synchronized is False:
        yield warn("no time server sets the clock", "Switch on chrony or systemd-timesyncd.")
    else:
        yield ok(
            "set by a time server"
            if synchronized
            else "not behind anything written here; whether a time server sets it, nobody says"
        )


def _is_synchronized() -> bool | None:
    try:
        command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
        said = subprocess.run(command, capture_output=True, text=True, timeout=5, check=True).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(said)


def ports(settings: Settings) -> Iterator[Answer]:
    """Whether dashboard and UI answer, or their ports are free."""
    if not _listens(_DASHBOARD):
        yield ok(f"{_DASHBOARD}: nobody listens; the dashboard can start")
    elif _is_well(_DASHBOARD):
        yield ok(f"{_DASHBOARD}: the dashboard answers")
    else:
        yield warn(
            f"{_DASHBOARD}: somebody listens, and it is no dashboard that is well", "End it, or use another --port."
        )
    url = settings.home.dagster_home / "ui_url"
    if url.exists() and not _listens(int(url.read_text().split(":")[2].split("/")[0])):
        yield warn("the UI was killed: schedules and sensors do not run", "Start district-platform ui again.")
    else:
        yield ok("the UI answers" if url.exists() else f"{_UI}: {'in use' if _listens(_UI) else 'nobody listens'}")


def _listens(port: int) -> bool:
    with socket.socket() as asking:
        asking.settimeout(2)
        return asking.connect_ex(("127.0.0.1", port)) == 0


def _is_well(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
