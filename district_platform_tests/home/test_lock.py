"""One writer at a time, named, and never a stale lock."""

import os
import signal
import time
from pathlib import Path
from threading import Timer
from types import SimpleNamespace

import pytest

from district_platform.engine.resources import COMMAND_LINE, STARTED_BY, Warehouse
from district_platform.home import Home
from district_platform.home.lock import WarehouseBusyError, WarehouseLock
from district_platform.settings import Engine, Retries
from district_platform_tests.processes import lock_holder


@pytest.fixture
def holder(tmp_path: Path):
    with lock_holder(tmp_path / ".lock") as process:
        yield process


def test_second_process_is_told_at_once_who_holds_it(holder, tmp_path):
    started = time.monotonic()
    with pytest.raises(WarehouseBusyError, match=rf"process {holder.pid} .* since .*Wait for it to end"):
        WarehouseLock(tmp_path / ".lock").acquire()
    assert time.monotonic() - started < 1


def start_of_a_run(home: Path, *, launched: bool, max_retries: int = 8) -> None:
    """What the warehouse does first in a run that the daemon launched, or that a person started."""
    warehouse = Warehouse.of(
        Home(root=home), Engine(), retries=Retries(max_retries=max_retries, first_delay_seconds=0.02)
    )
    tags = {} if launched else {STARTED_BY: COMMAND_LINE}
    warehouse.setup_for_execution(SimpleNamespace(run=SimpleNamespace(remote_job_origin="the UI's", tags=tags)))
    warehouse.teardown_after_execution(SimpleNamespace())


def test_run_of_the_daemon_waits_for_the_lock_and_a_person_is_told_at_once(tmp_path):
    with lock_holder(tmp_path / "warehouse" / ".lock") as process:
        with pytest.raises(WarehouseBusyError):
            start_of_a_run(tmp_path, launched=False)
        with pytest.raises(WarehouseBusyError):
            start_of_a_run(tmp_path, launched=True, max_retries=1)
        Timer(0.2, process.kill).start()
        start_of_a_run(tmp_path, launched=True)


def test_killed_holder_leaves_no_lock(holder, tmp_path):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with WarehouseLock(tmp_path / ".lock"):
        pass


def test_same_process_may_take_it_twice_and_the_last_release_frees_it(tmp_path):
    lock = WarehouseLock(tmp_path / ".lock")
    with lock, lock:
        pass
    with lock_holder(tmp_path / ".lock"):
        pass
