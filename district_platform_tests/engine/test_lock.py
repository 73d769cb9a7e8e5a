"""One writer at a time, named, and never a stale lock."""

import os
import signal
import time
from pathlib import Path

import pytest

from district_platform.engine.lock import WarehouseBusyError, WarehouseLock
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
