"""Receivers on this machine: what arrives over HTTP and SMTP, as a webhook's service and a mail server would take it."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword


class Webhooks:
    """Takes JSON by path; `status` is what it answers with, 200 while it is up, but for paths that are `revoked`."""

    def __init__(self) -> None:
        self.status = 200
        self.revoked: set[str] = set()
        self.received: list[tuple[str, dict]] = []
        self.address = ""

    def at(self, path: str) -> list[str]:
        """The texts that arrived at a path, each message as one."""
        return [json.dumps(payload, ensure_ascii=False) for where, payload in self.received if where == path]


@contextmanager
def webhooks() -> Iterator[Webhooks]:
    taken = Webhooks()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = 404 if self.path in taken.revoked else taken.status
            if status < 300:
                taken.received.append((self.path, json.loads(body)))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        taken.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield taken
        finally:
            server.shutdown()
            thread.join()


class MailServer:
    """Takes letters after STARTTLS and a login."""

    def __init__(self, password: str) -> None:
        self.password = password
        self.letters: list[EmailMessage] = []
        self.port, self.ca_file = 0, Path()

    async def handle_DATA(self, server: object, session: object, envelope) -> str:  # noqa: N802 - aiosmtpd's name
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def authenticate(
        self, server: object, session: object, envelope: object, mechanism: str, data: object
    ) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password == self.password.encode()
        return AuthResult(success=is_right, handled=False)


@contextmanager
def mail_server(folder: Path, password: str) -> Iterator[MailServer]:
    """A server with a certificate of its own, whose authority stands in `ca_file`."""
    taken, authority = MailServer(password), trustme.CA()
    taken.ca_file = folder / "authority.pem"
    authority.cert_pem.write_to_path(str(taken.ca_file))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        taken.port = free.getsockname()[1]
    controller = Controller(
        taken,
        hostname="127.0.0.1",
        port=taken.port,
        tls_context=context,
        require_starttls=True,
        auth_required=True,
        authenticator=taken.authenticate,
    )
    controller.start()
    try:
        yield taken
    finally:
        controller.stop()
