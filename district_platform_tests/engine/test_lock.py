"""One writer at a time, named, and never a stale lock."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from district_platform.engine.lock import WarehouseBusyError, WarehouseLock

HOLD = """
import sys, time
from pathlib import Path
from district_platform.engine.lock import WarehouseLock
WarehouseLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    """Another process that holds the lock."""
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path / ".lock")], stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline().strip() == "held"
    yield process
    process.kill()
    process.wait()


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
    code = f"from pathlib import Path; from district_platform.engine.lock import WarehouseLock as L; L(Path({str(tmp_path / '.lock')!r})).acquire()"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
