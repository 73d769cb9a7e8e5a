"""The dashboard as a process: where it listens, and how it ends."""

import ipaddress
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from starlette.types import ASGIApp

from district_platform.settings import LOCAL_HOSTS, SettingsError, Web

HOST, PORT, API_PORT = "127.0.0.1", 8501, 8502
_SECONDS_TO_CLOSE = 5
"""For answers under way when the process is told to stop."""
_WAITING = 128
_LARGEST_MESSAGE = 1 << 20
"""Bytes that a browser may send by websocket at once: Streamlit's filters have some hundred."""


class PortTakenError(OSError):
    """Another process listens on the port; the message says what to do."""


def check_host(host: str, web: Web) -> None:
    """Raises SettingsError where the dashboard would listen to other machines without TLS before it."""
    if _is_local(host) or web.is_public or web.in_container:
        return
    raise SettingsError(
        f"--host {host}: other machines would reach the dashboard without TLS. Put a proxy with TLS before it and set web.public_url "
        f"to its https address (now {web.public_url}); in a container whose port is published on 127.0.0.1, set web.in_container."
    )


def serve(app: ASGIApp, web: Web, host: str, port: int, say: Callable[[], object]) -> None:
    """Serves until the process is told to stop; `say` is called when the port is ours. Raises PortTakenError, SettingsError."""
    import uvicorn  # a tenth of a second, which no other command waits for

    check_host(host, web)
    with _listening(host, port) as listener:
        say()
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,  # addresses hold ids of students; who saw what stands in the audit
            server_header=False,
            proxy_headers=web.is_public,
            forwarded_allow_ips=list(web.proxies),
            ws_max_size=_LARGEST_MESSAGE,
            timeout_graceful_shutdown=_SECONDS_TO_CLOSE,
        )
        signal.signal(
            signal.SIGTERM, _stop
        )  # uvicorn raises it again when it has closed, and by itself it ends all at once
        with suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


def _is_local(host: str) -> bool:
    if host in LOCAL_HOSTS:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
            listener.listen(_WAITING)
        except OSError as error:
            raise PortTakenError(
                f"Port {port} of {host} cannot be used ({error.strerror}): choose another with --port."
            ) from None
        yield listener
