"""Lambda on this machine: its Runtime API over HTTP, and the function's process on a read-only root with an empty /tmp and no /dev/shm."""

import json
import queue
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from district_platform_tests.deploy.machine import Mount, Rights, Root

SANDBOX = Rights("993:990", is_read_only=True)
"""Lambda runs the image as an account of its own choice, whatever USER says."""

_API = "/2018-06-01/runtime"


@dataclass(frozen=True)
class Answer:
    """What the function said of an event: its result, or the kind and words of its error."""

    result: Any = None
    error: str = ""
    words: str = ""


@dataclass
class RuntimeApi:
    """The API that a function asks for events and tells its answers."""

    events: queue.Queue[tuple[str, float, Any]] = field(default_factory=queue.Queue)
    answers: dict[str, queue.Queue[Answer]] = field(default_factory=dict)

    def ask(self, event: Any, name: str, seconds: float) -> None:
        """Gives the function an event, with so many seconds until it is ended."""
        self.answers[name] = queue.Queue()
        self.events.put((name, seconds, event))

    def answer(self, name: str, is_alive: Callable[[], bool]) -> Answer:
        """What the function says of an event, as soon as it does. Fails where its process has ended without a word."""
        while True:
            try:
                return self.answers[name].get(timeout=1)
            except queue.Empty:
                assert is_alive(), "The function's process has ended."


def _handler(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            assert self.path == f"{_API}/invocation/next", self.path
            name, seconds, event = api.events.get()
            body = json.dumps(event).encode()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", name)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(round((time.time() + seconds) * 1_000)))
            self.send_header(
                "Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:district"
            )
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000")
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or "null")
            *_, name, kind = self.path.split("/")
            if kind == "response":
                api.answers[name].put(Answer(said))
            elif kind == "error" and name in api.answers:
                api.answers[name].put(Answer(error=said["errorType"], words=said["errorMessage"]))
            else:
                for waiting in api.answers.values():  # the function could not be imported
                    waiting.put(Answer(error=said["errorType"], words=said["errorMessage"]))
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


@dataclass
class Function:
    """A function whose process runs."""

    api: RuntimeApi
    process: subprocess.Popen[bytes]
    log: Path
    n_events: int = 0

    def invoke(self, event: Mapping[str, Any], seconds: float = 900) -> Answer:
        """What it answers to an event."""
        self.n_events += 1
        name = f"request-{self.n_events}"
        self.api.ask(event, name, seconds)
        return self.api.answer(name, lambda: self.process.poll() is None)

    def in_tmp(self) -> list[str]:
        """What lies in its /tmp."""
        return sorted(path.name for path in Path(f"/proc/{self.process.pid}/root/tmp").iterdir())

    def logged(self) -> str:
        return self.log.read_text(errors="replace")


@contextmanager
def function(
    root: Root, words: Sequence[str], environment: Mapping[str, str], at: str, log: Path
) -> Iterator[Function]:
    """The function as Lambda starts it: `words` are its entry point and command."""
    api = RuntimeApi()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(api))
    server.handle_error = lambda *_: None  # type: ignore[method-assign] - the function's end cuts its last question
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    of_lambda = {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_address[1]}",
        "AWS_LAMBDA_FUNCTION_NAME": "district",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "10240",
        "LAMBDA_TASK_ROOT": "/var/task",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    command = root.command(words, {**environment, **of_lambda}, SANDBOX, at)
    with log.open("wb") as file:
        process = subprocess.Popen(command, stdout=file, stderr=file, cwd="/", start_new_session=True)
    try:
        yield Function(api, process, log)
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()


def sandbox(folder: Path, layer: Path, mounts: tuple[Mount, ...]) -> Root:
    """A root as Lambda's: an empty /tmp is all that can be written, and there is no shared memory."""
    return Root(folder, layer, mounts=mounts, closed=("/dev/shm",))
