"""The platform as a process of its own, as a person starts it."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

SIZE = {"synthetic__students": 400, "synthetic__years": 2, "synthetic__timekeeping__years": 1}
"""The small synthetic district of the end-to-end tests."""

Together = Callable[[str, Callable[[Path], object]], Path]
"""The fixture `together`: a folder of this name, made by one of the test workers for all of them."""

COMMAND = [sys.executable, "-m", "district_platform.cli"]


def environment(home: Path, **settings: object) -> dict[str, str]:
    """This process's environment with the district at `home`; settings as DISTRICT_<SECTION>__<KEY>."""
    home.mkdir(parents=True, exist_ok=True)
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("DISTRICT_", "DAGSTER_"))}
    overrides = {f"DISTRICT_{name.upper()}": str(value) for name, value in settings.items()}
    return {**clean, "DISTRICT_HOME": str(home), "COLUMNS": "200", **overrides}


def platform(home: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """Runs `district-platform` to its end."""
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(home, **settings), capture_output=True, text=True, check=False
    )


KILL_AFTER = """
import os, signal, sys
from district_platform.operations import running
step, watched = sys.argv.pop(1), running._watched
def dying(events, outcome):
    for event in watched(events, outcome):
        yield event
        if event.is_step_success and event.step_key == step:
            os.kill(os.getpid(), signal.SIGKILL)
running._watched = dying
from district_platform.cli import main
main(prog_name="district-platform")
"""


def killed_after(step: str, home: Path, *arguments: str, **settings: object) -> subprocess.CompletedProcess[str]:
    """A run that is killed (SIGKILL) as soon as this step has succeeded, before the next one begins."""
    command = [sys.executable, "-c", KILL_AFTER, step, "run", *arguments]
    return subprocess.run(command, env=environment(home, **settings), capture_output=True, text=True, check=False)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


HOLD_LOCK = """
import sys, time
from pathlib import Path
from district_platform.home.lock import WarehouseLock
WarehouseLock(Path(sys.argv[1])).acquire()
print("held", flush=True)
time.sleep(60)
"""


@contextmanager
def lock_holder(lock: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock, until the block ends."""
    with subprocess.Popen([sys.executable, "-c", HOLD_LOCK, str(lock)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline().strip() == "held"
        yield process
        process.kill()
