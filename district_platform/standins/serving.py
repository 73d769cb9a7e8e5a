"""Runs a stand-in on a free port of 127.0.0.1, in a thread of its caller's process, until the block or the process ends."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette

HOST = "127.0.0.1"
_STARTS_WITHIN = 10
_LOOKS_EVERY = 0.01


@contextmanager
def served(app: Starlette) -> Iterator[str]:
    """The app's address while the block lasts. Raises RuntimeError if the server does not start.

    The block does not wait until it has stopped: uvicorn checks only ten times a second, and then gives its connections a tenth.
    """
    listener = socket.create_server((HOST, 0))
    port = listener.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        _wait_until_started(server, thread)
        yield f"http://{HOST}:{port}"
    finally:
        server.should_exit = True


def _wait_until_started(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("The stand-in did not start.")
        time.sleep(_LOOKS_EVERY)
