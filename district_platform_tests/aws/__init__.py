"""A server that speaks S3 and Secrets Manager over HTTP, on this machine: moto's."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import Request, urlopen

import pytest

KEYS = {"AWS_ACCESS_KEY_ID": "AKIATEST", "AWS_SECRET_ACCESS_KEY": "not-a-real-key"}


@contextmanager
def aws_server() -> Iterator[str]:
    """Its address; the server ends with the block. It begins empty: moto keeps what was made in the process, not in the server."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        urlopen(Request(f"{address}/moto-api/reset", method="POST")).close()
        yield address
    finally:
        server.stop()


@pytest.fixture(scope="module")
def aws_address() -> Iterator[str]:
    with aws_server() as address:
        yield address


@pytest.fixture
def aws(aws_address: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The server's address, with keys in the environment as boto3 finds them."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    return aws_address
