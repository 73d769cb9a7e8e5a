"""Runs the webserver behind the gate, and next to it the daemon for schedules and sensors.

Both get the definitions from one process, as with `dagster dev`: it reads district.toml when it starts, and again at *Reload
definitions*. On a server that process and the daemon are services of their own (`services`), and a workspace file names the process.
Dagster's application runs in this process; behind the gate there is no second port on which it could be reached.
"""

import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

import dagster as dg
import uvicorn
import yaml
from dagster_shared.ipc import get_ipc_shutdown_pipe, open_ipc_subprocess, send_ipc_shutdown_message
from starlette.types import ASGIApp

from district_platform.engine.dagster_internals import DAEMON, begin_daemon_with_what_comes, code_server, webserver
from district_platform.engine.files import replacing
from district_platform.home import Home
from district_platform.operations.running import DEFINITIONS, LOCATION
from district_platform.settings import LOCAL_HOSTS, Settings, SettingsError
from district_platform.ui.gate import TOKEN, Gate
from district_platform.ui.health import URL_FILE

HOST = "127.0.0.1"
LOG_LEVEL = "warning"
_STATEMENT_TIMEOUT_MS, _POOL_RECYCLE_SECONDS, _POOL_OVERFLOW = 15_000, 3_600, 20
"""As dagster-webserver sets them."""
_SECONDS_TO_CLOSE, _SECONDS_FOR_DAEMON = 3, 30


class PortTakenError(OSError):
    """Another process listens on the port; the message says what to do."""


@dataclass(frozen=True)
class Serving:
    """Where the UI listens, and what it starts beside itself."""

    port: int
    host: str = HOST
    workspace: Path | None = None
    """The file that names a running process with the definitions; without it, one is started."""
    with_daemon: bool = True


def check_host(host: str, settings: Settings) -> None:
    """Raises SettingsError where the UI would listen to other machines."""
    if host not in LOCAL_HOSTS and not settings.web.in_container:
        raise SettingsError(
            f"--host {host}: the UI listens on this machine alone; from another one use a tunnel (docs/operations.md). In a container "
            "whose port is published on 127.0.0.1, set web.in_container."
        )


def serve(settings: Settings, serving: Serving, say: Callable[[str], object]) -> int:
    """Serves the UI until the process is told to stop; calls `say` with the URL. Returns the exit code.

    Raises SettingsError or PortTakenError, before anything else is started.
    """
    check_host(serving.host, settings)
    port = serving.port
    token = secrets.token_urlsafe(32)
    url = f"http://{HOST}:{port}/?{TOKEN}={token}"
    signal.signal(signal.SIGTERM, _stop)
    with (
        _listening(serving.host, port) as listener,
        dg.DagsterInstance.get() as instance,
        _workspace(instance, serving.workspace) as workspace,
        _application(instance, workspace) as app,
    ):
        begin_daemon_with_what_comes(instance)
        gate = Gate(app, token, f"district_ui_{port}", _names(settings))
        config = uvicorn.Config(
            gate,
            log_level=LOG_LEVEL,
            server_header=False,
            timeout_graceful_shutdown=_SECONDS_TO_CLOSE,
        )
        server = uvicorn.Server(config)
        with ExitStack() as beside:
            daemon = beside.enter_context(_daemon(workspace, server)) if serving.with_daemon else None
            beside.enter_context(_url_file(settings.home, url))
            say(url)
            server.run(sockets=[listener])
            return 0 if daemon is None or daemon.poll() is None else 1


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen()
        except OSError as error:
            raise PortTakenError(
                f"Port {port} cannot be used ({error.strerror}): choose another one with --port."
            ) from None
        yield listener


def _names(settings: Settings) -> list[str]:
    """The name under which a proxy shows the UI, as alerts link to it."""
    name = urlsplit(settings.alerts.base_url or "").hostname
    return [name] if name else []


@contextmanager
def _workspace(instance: dg.DagsterInstance, given: Path | None) -> Iterator[Path]:
    """Yields the workspace file that names the process with the definitions: the given one, or that of a process of our own."""
    if given:
        yield given
        return
    with code_server(instance, DEFINITIONS, LOCATION, LOG_LEVEL) as servers, TemporaryDirectory() as folder:
        workspace = Path(folder) / "workspace.yaml"
        workspace.write_text(yaml.dump({"load_from": servers}))
        yield workspace


@contextmanager
def _application(instance: dg.DagsterInstance, workspace: Path) -> Iterator[ASGIApp]:
    instance.optimize_for_webserver(_STATEMENT_TIMEOUT_MS, _POOL_RECYCLE_SECONDS, _POOL_OVERFLOW)
    with webserver(instance, workspace, LOG_LEVEL) as application:
        yield application


@contextmanager
def _daemon(workspace: Path, server: uvicorn.Server) -> Iterator[subprocess.Popen[bytes]]:
    """Runs Dagster's daemon as a second process; when it ends, the server ends too."""
    to_read, to_write = get_ipc_shutdown_pipe()
    command = [*DAEMON, "--log-level", LOG_LEVEL, "--shutdown-pipe", str(to_read), "--workspace", str(workspace)]
    daemon = open_ipc_subprocess(command, pass_fds=[to_read])

    def watch() -> None:
        daemon.wait()
        server.should_exit = True

    threading.Thread(target=watch, daemon=True).start()
    try:
        yield daemon
    finally:
        send_ipc_shutdown_message(to_write)
        try:
            daemon.wait(timeout=_SECONDS_FOR_DAEMON)
        except subprocess.TimeoutExpired:
            daemon.kill()


@contextmanager
def _url_file(home: Home, url: str) -> Iterator[None]:
    path = home.dagster_home / URL_FILE
    with replacing(path) as fresh:
        fresh.touch(mode=0o600)
        fresh.write_text(url + "\n")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
