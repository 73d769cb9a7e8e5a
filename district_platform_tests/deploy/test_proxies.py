"""The examples for Caddy and nginx, as real servers with a certificate, before the dashboard's own guard."""

import asyncio
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import trustme
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from district_platform.settings import Web
from district_platform.web.guard import Guard
from district_platform_tests.deploy.dockerfile import ROOT
from district_platform_tests.processes import free_port

FOLDER = ROOT / "deploy" / "proxy"
PATHS = ("/print/students?student=S12345", "/v1/students/S12345?school=77", "/public?school=77")
"""What no log may hold."""


@dataclass
class Proxy:
    """A running proxy, and the files that it writes."""

    port: int
    plain_port: int
    authority: str
    folder: Path
    logs: Callable[[], str]

    def get(self, path: str, **options: object) -> requests.Response:
        address = f"https://localhost:{self.port}{path}"
        return requests.get(address, verify=self.authority, allow_redirects=False, timeout=20, **options)  # type: ignore[arg-type]


async def _seen(request: Request) -> JSONResponse:
    """What the dashboard is told about who asks."""
    return JSONResponse({"client": request.client.host if request.client else "", "scheme": request.url.scheme})


async def _echo(socket: WebSocket) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


@contextmanager
def _dashboard(port: int, public_url: str) -> Iterator[None]:
    """The guard of the dashboard before a page that says what it is told, served as the dashboard is."""
    web = Web(public_url=public_url)
    app = Guard(Starlette(routes=[WebSocketRoute("/ws", _echo), Route("/{path:path}", _seen)]), web)
    config = uvicorn.Config(
        app,
        port=port,
        log_level="error",
        proxy_headers=True,
        forwarded_allow_ips=list(web.proxies),
        server_header=False,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield
    server.should_exit = True
    thread.join(10)


def _nginx(folder: Path, site: str) -> list[str]:
    (folder / "nginx.conf").write_text(
        f"daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/main.log;\n"
        f"events {{}}\nhttp {{ {''.join(f'{kind}_temp_path {folder}/{kind}; ' for kind in _TEMPORARY)}\n{site}\n}}\n"
    )
    return ["nginx", "-p", str(folder), "-c", str(folder / "nginx.conf")]


_TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


def _of_nginx(folder: Path, ports: tuple[int, int, int], certificate: tuple[Path, Path]) -> list[str]:
    port, plain, behind = ports
    changes = {
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl http2;": f"listen 127.0.0.1:{port} ssl http2;",
        "    listen [::]:443 ssl http2;\n": "",
        "https://data.example.org$": f"https://localhost:{port}$",
        "data.example.org": "localhost",
        "/etc/ssl/district/fullchain.pem": str(certificate[0]),
        "/etc/ssl/district/privkey.pem": str(certificate[1]),
        "/var/log/nginx": str(folder),
        "http://127.0.0.1:8501": f"http://127.0.0.1:{behind}",
    }
    return _nginx(folder, _changed("nginx.conf", changes))


def _of_caddy(folder: Path, ports: tuple[int, int, int], certificate: tuple[Path, Path]) -> list[str]:
    port, plain, behind = ports
    changes = {
        "{\n\tlog default {": f"{{\n\tadmin off\n\thttp_port {plain}\n\thttps_port {port}\n\tskip_install_trust\n\tlog default {{",
        "data.example.org {": f"https://localhost:{port} {{\n\tbind 127.0.0.1\n\ttls {certificate[0]} {certificate[1]}",
        "reverse_proxy 127.0.0.1:8501": f"reverse_proxy 127.0.0.1:{behind}",
    }
    (folder / "Caddyfile").write_text(_changed("Caddyfile", changes))
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _changed(name: str, changes: dict[str, str]) -> str:
    """The example with ports, names and folders of this test; each change has a place in it."""
    text = (FOLDER / name).read_text()
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(params=["nginx", "caddy"])
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxy]:
    authority = trustme.CA()
    issued = authority.issue_cert("localhost")
    certificate = tmp_path / "chain.pem", tmp_path / "key.pem"
    issued.cert_chain_pems[0].write_to_path(certificate[0])
    issued.private_key_pem.write_to_path(certificate[1])
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    ports = free_port(), free_port(), free_port()
    command = (_of_nginx if request.param == "nginx" else _of_caddy)(tmp_path, ports, certificate)
    output = tmp_path / "output.log"

    def logs() -> str:
        return "".join(path.read_text() for path in tmp_path.glob("*.log"))

    with output.open("wb") as log:
        home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=home)
    try:
        running = Proxy(ports[0], ports[1], str(tmp_path / "authority.pem"), tmp_path, logs)
        with _dashboard(ports[2], f"https://localhost:{ports[0]}"):
            _wait_for(running, process)
            yield running
    finally:
        process.terminate()
        process.wait(20)


def _wait_for(running: Proxy, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 30
    while True:
        assert process.poll() is None, running.logs()
        try:
            running.get("/healthz")
            return
        except requests.ConnectionError:
            assert time.monotonic() < end, running.logs()
            time.sleep(0.1)


def test_dashboard_is_told_who_asks_and_that_it_was_by_tls(proxy):
    seen = proxy.get("/", headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}).json()
    assert seen == {"client": "127.0.0.1", "scheme": "https"}


def test_browser_is_told_once_to_come_by_https_alone_and_is_led_there(proxy):
    answer = proxy.get("/")
    assert answer.raw.headers.getlist("strict-transport-security") == ["max-age=31536000"]
    plain = requests.get(
        f"http://127.0.0.1:{proxy.plain_port}/public", headers={"Host": "localhost"}, allow_redirects=False, timeout=20
    )
    assert plain.status_code in (301, 308)
    assert plain.headers["Location"].startswith("https://localhost")


def test_websocket_passes(proxy):
    async def spoken() -> str:
        trusted = ssl.create_default_context(cafile=proxy.authority)
        origin = f"https://localhost:{proxy.port}"
        async with websockets.connect(f"wss://localhost:{proxy.port}/ws", ssl=trusted, origin=origin) as connection:  # type: ignore[arg-type]
            await connection.send("hello")
            return str(await asyncio.wait_for(connection.recv(), 20))

    assert asyncio.run(spoken()) == "hello"


def test_no_path_and_no_query_stands_in_a_log(proxy):
    for path in PATHS:
        assert proxy.get(path).status_code == 200
    proxy.get("/", headers={"Cookie": "session=S12345"})
    time.sleep(0.5)
    logs = proxy.logs()
    assert "GET" in logs
    assert [word for word in ("S12345", "/print", "/v1", "/public", "school=77") if word in logs] == []


def test_errors_of_a_dashboard_that_is_down_quote_no_request(tmp_path, request):
    """The proxy quotes what it could not pass on, unless it is told not to."""
    certificate = tmp_path / "chain.pem", tmp_path / "key.pem"
    issued = trustme.CA().issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(certificate[0])
    issued.private_key_pem.write_to_path(certificate[1])
    for make in (_of_nginx, _of_caddy):
        folder = tmp_path / make.__name__
        folder.mkdir()
        ports = free_port(), free_port(), free_port()
        with (folder / "output.log").open("wb") as log:
            process = subprocess.Popen(
                make(folder, ports, certificate), stdout=log, stderr=log, env={**os.environ, "HOME": str(folder)}
            )
        try:
            _ask_until_it_answers(f"https://localhost:{ports[0]}{PATHS[0]}")
        finally:
            process.terminate()
            process.wait(20)
        logs = "".join(path.read_text() for path in folder.glob("*.log"))
        assert "502" in logs
        assert "S12345" not in logs
        assert "/print" not in logs


def _ask_until_it_answers(address: str) -> None:
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            assert requests.get(address, verify=False, timeout=20).status_code == 502
            return
        except requests.ConnectionError:
            time.sleep(0.1)
    pytest.fail("The proxy does not answer.")
