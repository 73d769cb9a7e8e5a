"""The examples for Caddy and nginx, as real servers with a certificate, before the dashboard's own guard."""

import asyncio
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
import uvicorn
import websockets
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket
from websockets.typing import Origin

from district_platform.settings import Web
from district_platform.web.guard import Guard
from district_platform_tests.deploy.proxies import KINDS, Ports, Proxy, proxying

PATHS = ("/print/students?student=S12345", "/v1/students/S12345?school=77", "/public?school=77")
"""What no log may hold."""


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


@pytest.fixture(params=KINDS)
def proxy(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxy]:
    ports = Ports.free()
    with proxying(request.param, tmp_path, ports) as running, _dashboard(ports.behind, ports.public_url):
        running.wait()
        yield running


def test_dashboard_is_told_who_asks_and_that_it_was_by_tls(proxy):
    seen = proxy.get("/", headers={"X-Forwarded-For": "203.0.113.7", "X-Forwarded-Proto": "http"}).json()
    assert seen == {"client": "127.0.0.1", "scheme": "https"}


def test_browser_is_told_once_to_come_by_https_alone_and_is_led_there(proxy):
    answer = proxy.get("/")
    assert answer.raw.headers.getlist("strict-transport-security") == ["max-age=31536000"]
    plain = requests.get(
        f"http://127.0.0.1:{proxy.ports.plain}/public", headers={"Host": "localhost"}, allow_redirects=False, timeout=20
    )
    assert plain.status_code in (301, 308)
    assert plain.headers["Location"].startswith("https://localhost")


def test_websocket_passes(proxy):
    async def spoken() -> str:
        trusted = ssl.create_default_context(cafile=proxy.authority)
        address = f"{proxy.url.replace('https', 'wss')}/ws"
        async with websockets.connect(address, ssl=trusted, origin=Origin(proxy.url)) as connection:
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


@pytest.mark.parametrize("kind", KINDS)
def test_errors_of_a_dashboard_that_is_down_quote_no_request(tmp_path, kind):
    """The proxy quotes what it could not pass on, unless it is told not to."""
    with proxying(kind, tmp_path, Ports.free()) as running:
        running.wait()
        assert running.get(PATHS[0]).status_code == 502
        time.sleep(0.5)
    logs = running.logs()
    assert "502" in logs
    assert "S12345" not in logs
    assert "/print" not in logs
