"""The services of compose.yaml as plain processes on the replayed image: its commands, accounts, mounts, environment and health.

In place of the image postgres stands PostgreSQL from a wheel. All share one network, in which the names of services are this machine.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from district_platform_tests.deploy.compose import Service, mounted, services
from district_platform_tests.deploy.dockerfile import ROOT
from district_platform_tests.deploy.image import POSTGRES, Image
from district_platform_tests.deploy.machine import Root

SMALL = {"DISTRICT_SYNTHETIC__STUDENTS": "120", "DISTRICT_SYNTHETIC__YEARS": "1"}
"""The district that is made, beside what compose.yaml says."""

_ASK = """
import sys, urllib.request
url, token, body = sys.argv[1:]
headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
with urllib.request.urlopen(urllib.request.Request(url, body.encode() or None, headers), timeout=60) as answer:
    sys.stdout.write(answer.read().decode())
"""
_DATA = "/var/lib/postgresql/18/docker"


@dataclass
class Rehearsal:
    """All services by name, and those that run."""

    image: Image
    folder: Path
    network: subprocess.Popen[bytes]
    said: dict[str, Service] = field(default_factory=services)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def volumes(self) -> Path:
        return self.folder / "volumes"

    def prepare(self) -> None:
        """Makes volumes as an engine does, empty but for what the image has there, and the secrets."""
        subprocess.run(["sh", ROOT / "deploy/compose/secrets.sh", self.folder], check=True)
        for service in self.said.values():
            for name, target, _ in service.mounts:
                if (self.volumes / name).exists():
                    continue
                (self.volumes / name).mkdir(parents=True)
                of_image = self.image.files / target.lstrip("/")
                if service.is_ours and of_image.is_dir():
                    subprocess.run(["cp", "-a", f"{of_image}/.", self.volumes / name], check=True)
                subprocess.run(["chown", service.said["user"], self.volumes / name], check=True)

    def root_of(self, name: str) -> Root:
        service = self.said[name]
        layer = self.image.files if service.is_ours else self.image.base
        mounts = mounted(service, self.volumes, self.folder / "secrets")
        return Root(self.folder / "roots" / name, layer, network=self.network.pid, mounts=mounts)

    def environment_of(self, name: str) -> dict[str, str]:
        service = self.said[name]
        if not service.is_ours:
            return {"PATH": f"{POSTGRES}:/usr/bin:/bin", **service.environment}
        return {**self.image.environment, **service.environment, **SMALL}

    def run(self, name: str, words: list[str], **more: str) -> str:
        """What a command in a service's place prints."""
        root, service = self.root_of(name), self.said[name]
        return root.run(words, {**self.environment_of(name), **more}, service.rights, self._at(name))

    def start(self, name: str) -> None:
        """Starts a service as compose.yaml says."""
        service = self.said[name]
        words = service.command(self.image.stage) if service.is_ours else self._postgres()
        command = self.root_of(name).command(words, self.environment_of(name), service.rights, self._at(name))
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", start_new_session=True)

    def finish(self, name: str, seconds: float) -> None:
        """Waits for a service that ends by itself; fails with its log where it fails."""
        assert self.running.pop(name).wait(seconds) == 0, self.log(name)

    def is_well(self, name: str) -> bool:
        assert self.running[name].poll() is None, self.log(name)
        root, service = self.root_of(name), self.said[name]
        command = root.command(service.health, self.environment_of(name), service.rights, self._at(name))
        return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0

    def until_well(self, name: str, seconds: float = 300) -> None:
        self.until(lambda: self.is_well(name), seconds, lambda: f"{name}: {self.log(name)}")

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")[-4000:]

    def ask(self, url: str, body: Mapping[str, Any] | None = None, token: str = "") -> str:
        """What a server of the rehearsal answers; a body is posted as JSON. Fails where it is no success."""
        words = [url, token, json.dumps(body) if body else ""]
        command = ["nsenter", f"--net=/proc/{self.network.pid}/ns/net", sys.executable, "-c", _ASK, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    def graphql(self, query: str, **variables: object) -> dict[str, Any]:
        """The data of an answer of Dagster, asked through the gate with the token of its file."""
        url = urlsplit((self.volumes / "dagster" / "ui_url").read_text().strip())
        [token] = parse_qs(url.query)["token"]
        answer = self.ask(f"{url.scheme}://{url.netloc}/graphql", {"query": query, "variables": variables}, token)
        return dict(json.loads(answer)["data"])

    def make_database(self) -> None:
        """What the image postgres does at its first start, with the arguments that compose.yaml gives it."""
        said = self.said["postgres"].environment
        arguments = said["POSTGRES_INITDB_ARGS"].split()
        user, secret = f"--username={said['POSTGRES_USER']}", f"--pwfile={said['POSTGRES_PASSWORD_FILE']}"
        self.run("postgres", ["initdb", "--pgdata", _DATA, user, secret, *arguments])

    def make_role_its_database(self) -> None:
        said = self.said["postgres"].environment
        password = (self.folder / "secrets" / "postgres_password").read_text()
        socket, user = "--host=/run/postgresql", f"--username={said['POSTGRES_USER']}"
        self.run("postgres", ["createdb", socket, user, said["POSTGRES_DB"]], PGPASSWORD=password)

    def end(self) -> None:
        """Ends every process of the rehearsal: the services, and what they have started."""
        end(self.running, self.network)

    def _postgres(self) -> list[str]:
        return ["postgres", "-D", _DATA, "-c", "unix_socket_directories=/run/postgresql", "-c", "listen_addresses="]

    def _at(self, name: str) -> str:
        return self.image.stage.last("WORKDIR") if self.said[name].is_ours else "/"

    @staticmethod
    def until(is_so: Callable[[], bool], seconds: float, why: Callable[[], str]) -> None:
        """Asks again until it is so; fails with the words of `why`."""
        end = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < end, why()
            time.sleep(1)


def network() -> subprocess.Popen[bytes]:
    """A process in a network of its own, in which only its members reach each other."""
    script = "ip link set lo up && echo up && exec sleep infinity"
    holder = subprocess.Popen(["unshare", "--net", "sh", "-c", script], stdout=subprocess.PIPE)
    assert holder.stdout
    assert holder.stdout.readline() == b"up\n"
    return holder


def end(running: Mapping[str, subprocess.Popen[bytes]], holder: subprocess.Popen[bytes]) -> None:
    """Ends these processes, what they have started in the network, and the one that holds it."""
    for process in running.values():
        process.terminate()
    for process in running.values():
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
    for pid in _members(holder.pid) - {holder.pid}:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    holder.kill()
    holder.wait()


def _members(pid: int) -> set[int]:
    """The processes in the network of a process."""
    here = os.readlink(f"/proc/{pid}/ns/net")
    found = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        with suppress(OSError):
            if os.readlink(path) == here:
                found.add(int(path.parts[2]))
    return found
