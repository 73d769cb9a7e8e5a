"""The UI, the definitions and the daemon as services of their own: what they refuse, and how their health is asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.settings import Settings, SettingsError, Web
from district_platform.ui.health import ill
from district_platform.ui.server import check_host


def test_ui_listens_to_other_machines_only_in_a_container(home):
    check_host("127.0.0.1", Settings())
    check_host("0.0.0.0", Settings(web=Web(in_container=True)))
    with pytest.raises(SettingsError, match=r"--host 0\.0\.0\.0: the UI listens on this machine alone"):
        check_host("0.0.0.0", Settings())


@pytest.mark.parametrize("words", [[], ["--socket", "code.sock", "--port", "4000"]])
def test_definitions_are_served_at_one_place(home, words):
    answer = CliRunner().invoke(main, ["code", "--home", str(home.root), *words])
    assert answer.exit_code == 2
    assert "Give either --socket or --port." in answer.output


@contextmanager
def answering(token: str) -> Iterator[int]:
    """A server that knows its page of health and the token, and nothing else; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = self.path, self.headers["Authorization"]
            self.send_response(200 if asked == ("/server_info", f"Bearer {token}") else 401)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server.server_port
        server.shutdown()


def test_health_of_the_ui_is_asked_with_the_token_of_its_file_and_never_shows_it(tmp_path: Path):
    assert ill(tmp_path) == f"{tmp_path / 'ui_url'} is not there: no UI runs here."
    with answering("right") as port:
        (tmp_path / "ui_url").write_text(f"http://127.0.0.1:{port}/?token=right\n")
        assert ill(tmp_path) is None
        (tmp_path / "ui_url").write_text(f"http://127.0.0.1:{port}/?token=wrong\n")
        assert ill(tmp_path) == "The UI does not answer: Unauthorized."
    assert str(ill(tmp_path)).startswith("The UI does not answer: ")
    (tmp_path / "ui_url").write_text("half a line")
    assert ill(tmp_path) == "The UI does not answer: KeyError."
