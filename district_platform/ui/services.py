"""Parts of Dagster as services of their own, each by Dagster's command in the place of this process, so that signals reach it.

`code` holds the definitions and starts the runs of others; the daemon and the webserver (`server`) ask it.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import dagster as dg

from district_platform.engine.dagster_internals import CODE, DAEMON, LIVENESS, begin_daemon_with_what_comes
from district_platform.operations.running import DEFINITIONS, LOCATION

_LOG_LEVEL = ("--log-level", "warning")


def serve_code(listening: Sequence[str]) -> NoReturn:
    """Serves the definitions; `listening` are the options of Dagster's command that say where."""
    _become([*CODE, *listening, "--module-name", DEFINITIONS, "--location-name", LOCATION, *_LOG_LEVEL])


def run_daemon(workspace: Path) -> NoReturn:
    """Runs schedules, sensors and the queue with the definitions that the workspace file names."""
    with dg.DagsterInstance.get() as instance:
        begin_daemon_with_what_comes(instance)
    _become([*DAEMON, "--workspace", str(workspace), *_LOG_LEVEL])


def ask_daemon() -> NoReturn:
    """Ends with 0 where a daemon of this instance has sent a heartbeat lately, else with 1."""
    _become(LIVENESS)


def _become(command: Sequence[str]) -> NoReturn:
    os.execv(sys.executable, list(command))
