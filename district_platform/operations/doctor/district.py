"""Checks of the district: lock, schedules, last publication, last backup."""

import datetime as dt
import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from district_platform.engine.publication import current_publication
from district_platform.home.lock import WarehouseBusyError, WarehouseLock
from district_platform.operations.automation import schedules as all_schedules
from district_platform.operations.backup import try_restore
from district_platform.operations.doctor.model import Answer, fail, ok, warn
from district_platform.operations.running import ensure_dagster_home
from district_platform.settings import Settings

_LONGEST_RUN_HOURS = 6
"""As run_monitoring in dagster.yaml ends a run."""
_BACKUP_DAYS = 7
_HEARTBEAT_SECONDS = 300
_REFRESHES = ("daily_refresh", "weekly_refresh")


def lock(settings: Settings) -> Iterator[Answer]:
    """Who writes the warehouse, and for how long already. The kernel frees the lock of a process that died."""
    try:
        with WarehouseLock(settings.home.lock):
            pass
    except WarehouseBusyError as error:
        since = re.search(r"since (\S+?)\.? ", str(error))
        began = dt.datetime.fromisoformat(since[1]) if since else dt.datetime.now(dt.UTC)
        hours = (dt.datetime.now(dt.UTC) - began).total_seconds() / 3600
        says = str(error).partition(". ")[0]
        if hours > _LONGEST_RUN_HOURS:
            yield fail(f"{says}: {hours:.0f} hours", "It hangs: end that process, the next run cleans up.")
        else:
            yield ok(says)
        return
    yield ok("nobody writes the warehouse")


def schedules(settings: Settings) -> Iterator[Answer]:
    """Which schedules are on, and whether a daemon looks at them."""
    off = warn(
        "no schedule of a refresh is on", "Switch one on in the UI under Automation, or let cron start the runs."
    )
    if not settings.home.dagster_home.exists():
        yield off
        return
    ensure_dagster_home(settings.home.dagster_home, settings.server)
    with dg.DagsterInstance.get() as instance:
        states = {state.instigator_name: state.is_running for state in instance.all_instigator_state()}
        beats = [beat.timestamp for beat in instance.get_daemon_heartbeats().values()]
    on = [schedule.name for schedule in all_schedules(settings) if states.get(schedule.name)]
    is_alive = bool(beats) and time.time() - max(beats) < _HEARTBEAT_SECONDS
    if not set(on) & set(_REFRESHES):
        yield off
    elif not is_alive:
        yield fail(f"on: {', '.join(on)}; but no daemon runs", "Start district-platform ui, or its systemd unit.")
    else:
        yield ok(f"on: {', '.join(on)}")


def publication(settings: Settings) -> Iterator[Answer]:
    """How old the publication is that readers see, and whether a later run was refused."""
    published = current_publication(settings.home)
    if published is None:
        yield fail("nothing is published", "district-platform run")
        return
    at = published.stat().st_mtime
    hours = (time.time() - at) / 3600
    says = f"{published.name}, {hours:.0f} hours ago"
    refused = [folder for folder in _folders(settings.home.failed_reports) if folder.stat().st_mtime > at]
    if refused:
        yield fail(f"{says}; a later run was refused", f"Read {refused[-1] / 'data_quality_report.html'}.")
    elif hours > settings.automation.max_extract_age_hours:
        yield warn(says, "See whether extracts come and runs go on (automation.max_extract_age_hours).")
    else:
        yield ok(says)


def _folders(parent: Path) -> list[Path]:
    """The folders in a folder, the oldest first."""
    found = [path for path in parent.iterdir() if path.is_dir()] if parent.is_dir() else []
    return sorted(found, key=lambda path: path.stat().st_mtime)


def backup(settings: Settings) -> Iterator[Answer]:
    """How old the last backup is, and whether it can be restored: it is, into a temporary folder."""
    record = settings.home.backup_record
    if not record.exists():
        if settings.state.address:
            yield ok("none; the state is in a store, see below")
        else:
            yield warn("no backup was ever made", "district-platform backup FOLDER, nightly by cron.")
        return
    said = json.loads(record.read_text())
    days = (dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(said["made_at"])).days
    restored = try_restore(Path(said["folder"]), settings)
    says = f"{said['folder']}, {days} days ago; restored for a test: {len(restored['files'])} files"
    yield warn(says, "district-platform backup FOLDER") if days > _BACKUP_DAYS else ok(says)
