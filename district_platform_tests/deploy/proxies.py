"""The examples for Caddy and nginx as running servers: ports, names, folders and certificate of a test in place of a district's."""

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
import trustme

from district_platform_tests.deploy.dockerfile import ROOT
from district_platform_tests.processes import free_port

FOLDER = ROOT / "deploy" / "proxy"
KINDS = ("nginx", "caddy")
_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Ports:
    """Where a proxy listens by TLS and without, and where it passes requests on to."""

    tls: int
    plain: int
    behind: int

    @classmethod
    def free(cls) -> "Ports":
        return cls(free_port(), free_port(), free_port())

    @property
    def public_url(self) -> str:
        return f"https://localhost:{self.tls}"


@dataclass
class Proxy:
    """A running proxy, and the files that it writes."""

    ports: Ports
    authority: str
    """The file with the certificate of the authority."""
    folder: Path
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return self.ports.public_url

    def logs(self) -> str:
        return "".join(path.read_text() for path in self.folder.glob("*.log"))

    def get(self, path: str, **options: object) -> requests.Response:
        return requests.get(
            f"{self.url}{path}",
            verify=self.authority,
            allow_redirects=False,
            timeout=20,
            **options,  # type: ignore[arg-type]
        )

    def wait(self) -> None:
        """Until it answers, whatever it does; fails with its logs."""
        end = time.monotonic() + 30
        while True:
            assert self.process.poll() is None, self.logs()
            try:
                self.get("/healthz")
                return
            except requests.ConnectionError:
                assert time.monotonic() < end, self.logs()
                time.sleep(0.1)


@contextmanager
def proxying(kind: str, folder: Path, ports: Ports) -> Iterator[Proxy]:
    """A proxy of this kind, with a certificate for localhost, until the end of the block."""
    folder.mkdir(exist_ok=True)
    authority, certificate = trustme.CA(), (folder / "chain.pem", folder / "key.pem")
    issued = authority.issue_cert("localhost")
    certificate[0].write_bytes(b"".join(each.bytes() for each in issued.cert_chain_pems))
    issued.private_key_pem.write_to_path(certificate[1])
    authority.cert_pem.write_to_path(folder / "authority.pem")
    command = _STARTED[kind](folder, ports, certificate)
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with (folder / "output.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, env=home)
    try:
        yield Proxy(ports, str(folder / "authority.pem"), folder, process)
    finally:
        process.terminate()
        process.wait(20)


def _nginx(folder: Path, ports: Ports, certificate: tuple[Path, Path]) -> list[str]:
    site = _changed(
        "nginx.conf",
        {
            "listen 80;": f"listen 127.0.0.1:{ports.plain};",
            "    listen [::]:80;\n": "",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{ports.tls} ssl http2;",
            "    listen [::]:443 ssl http2;\n": "",
            "https://data.example.org$": f"{ports.public_url}$",
            "data.example.org": "localhost",
            "/etc/ssl/district/fullchain.pem": str(certificate[0]),
            "/etc/ssl/district/privkey.pem": str(certificate[1]),
            "/var/log/nginx": str(folder),
            "http://127.0.0.1:8501": f"http://127.0.0.1:{ports.behind}",
        },
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{ {''.join(f'{kind}_temp_path {folder}/{kind}; ' for kind in _TEMPORARY)}\n{site}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


def _caddy(folder: Path, ports: Ports, certificate: tuple[Path, Path]) -> list[str]:
    own = f"\tadmin off\n\thttp_port {ports.plain}\n\thttps_port {ports.tls}\n\tskip_install_trust"
    changes = {
        "{\n\tlog default {": f"{{\n{own}\n\tlog default {{",
        "data.example.org {": f"{ports.public_url} {{\n\tbind 127.0.0.1\n\ttls {certificate[0]} {certificate[1]}",
        "reverse_proxy 127.0.0.1:8501": f"reverse_proxy 127.0.0.1:{ports.behind}",
    }
    (folder / "Caddyfile").write_text(_changed("Caddyfile", changes))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


_STARTED: dict[str, Callable[[Path, Ports, tuple[Path, Path]], list[str]]] = {"nginx": _nginx, "caddy": _caddy}


def _changed(name: str, changes: dict[str, str]) -> str:
    """The example with these changes; each has a place in it."""
    text = (FOLDER / name).read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text
