"""The platform in AWS Lambda: one event, one run, in a process and a folder of its own.

    {"occasion": "weekly", "time": "2026-11-30T10:30:00Z"}

`time` is the schedule's own, so that an event that is delivered twice makes one run; without it a run is made in any case. Everything that
lasts is in the state's store (`operations/state.py`): the folder is removed at the end.

Nothing of the platform is imported here: Lambda gives an import ten seconds, and what a run imports depends on its settings.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCRATCH = Path("/tmp")
"""All that can be written in Lambda."""

_FOLDER = "district-"
"""How the folders begin that are ours; what an earlier event was killed in is removed before the next one."""

COMMANDS = {"nightly": ("run",), "weekly": ("run", "--uploads")}
"""What each occasion does."""

STOPS_BEFORE = 60
"""Seconds before Lambda ends everything at which the run is told to stop, so that it gives its lease back and says why."""

_ENDS_BEFORE = 10
"""Seconds before Lambda ends everything at which a run that did not stop is killed."""


class EventError(ValueError):
    """The event is none of ours; the message says what one looks like."""


class RunFailedError(RuntimeError):
    """The run ended with another exit code than 0. Its log says why."""


class TooLongError(RuntimeError):
    """The run was stopped before Lambda would have ended it."""


def handle(event: Mapping[str, Any], context: Any) -> dict[str, Any]:
    """Runs the platform for one event. Raises EventError, RunFailedError, TooLongError; Lambda counts each as an error."""
    words = command(event)
    started = time.monotonic()
    with _folder(str(context.aws_request_id)) as folder:
        code = _run(words, folder, context)
    if code is None:
        raise TooLongError(
            f"The run was stopped after {time.monotonic() - started:.0f} s, shortly before Lambda's limit; what was published before "
            "stays. A district that takes so long runs on Fargate: docs/aws.md."
        )
    if code:
        raise RunFailedError(f"The run ended with exit code {code}; its log, above, says why.")
    return {"occasion": event["occasion"], "seconds": round(time.monotonic() - started, 1)}


def command(event: Mapping[str, Any]) -> list[str]:
    """The words of the platform's command for an event. Raises EventError."""
    occasion, at = event.get("occasion"), event.get("time")
    if occasion not in COMMANDS or not (at is None or isinstance(at, str)):
        raise EventError(
            f'An event is {{"occasion": "{"|".join(COMMANDS)}"}}, and may have a "time"; this one has {", ".join(event) or "nothing"}.'
        )
    return [*COMMANDS[str(occasion)], *(("--occasion", f"{occasion}@{at}") if at else ())]


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    for left in SCRATCH.glob(f"{_FOLDER}*"):
        shutil.rmtree(left, ignore_errors=True)
    folder = SCRATCH / f"{_FOLDER}{name}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(words: list[str], folder: Path, context: Any) -> int | None:
    """The exit code of the run; None where there was no time left for it. Its output goes to Lambda's log."""
    places = {name: folder / name for name in ("district", "dagster", "cache", "tmp")}
    for place in places.values():
        place.mkdir(mode=0o700)
    environment = {
        **os.environ,
        "HOME": str(folder),
        "TMPDIR": str(places["tmp"]),
        "DISTRICT_HOME": str(places["district"]),
        "DISTRICT_CACHE": str(places["cache"]),
        "DAGSTER_HOME": str(places["dagster"]),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "district_platform.cli", *words], env=environment, cwd=folder, start_new_session=True
    )
    try:
        return process.wait(_seconds_left(context) - STOPS_BEFORE)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGTERM)
    try:
        is_done = process.wait(_seconds_left(context) - _ENDS_BEFORE) == 0
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        is_done = process.wait() == 0
    return 0 if is_done else None


def _seconds_left(context: Any) -> float:
    return float(context.get_remaining_time_in_millis()) / 1_000
