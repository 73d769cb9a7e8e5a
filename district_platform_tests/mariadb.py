"""A real MariaDB server for tests, from the system's package mariadb-server (Debian: apt-get install mariadb-server)."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pymysql

from district_platform_tests.processes import free_port


class MariaDB:
    """A server of its own on this machine, whose administrator is `root` without a password."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.folder, self.port, self.socket = folder, free_port(), folder / "s"
        self.options: tuple[str, ...] = options
        self._user = ["--user=mysql"] if os.geteuid() == 0 else []
        self._process: subprocess.Popen[bytes] | None = None
        if self._user:
            shutil.chown(folder, "mysql", "mysql")
        install = [str(_program("mariadb-install-db")), "--no-defaults", f"--datadir={folder}/data", *self._user]
        subprocess.run(
            [*install, "--auth-root-authentication-method=normal", "--skip-test-db"], check=True, capture_output=True
        )

    def start(self, *options: str) -> None:
        """Starts the server, and waits until it answers."""
        files = [f"--datadir={self.folder}/data", f"--socket={self.socket}", f"--pid-file={self.folder}/pid"]
        quick = [
            "--innodb-flush-log-at-trx-commit=0",
            "--innodb-buffer-pool-size=64M",
            "--skip-name-resolve",
            "--innodb-doublewrite=0",
        ]
        command = [
            str(_program("mariadbd")),
            "--no-defaults",
            *files,
            "--bind-address=127.0.0.1",
            f"--port={self.port}",
        ]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, *quick, *self._user, *self.options, *options], stdout=log, stderr=log
            )
        for _ in range(300):
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            try:
                return self.execute("select 1")
            except pymysql.err.OperationalError:
                time.sleep(0.1)
        raise RuntimeError("The server did not answer.")

    def stop(self) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait(30)

    def kill(self) -> None:
        """As a loss of power would."""
        if self._process:
            self._process.kill()
            self._process.wait(30)

    def url(self, user: str = "root", password: str = "", database: str = "", options: str = "") -> str:
        return f"mysql://{user}:{password}@127.0.0.1:{self.port}/{database}{options}"

    def connect(self, user: str = "root", password: str = "") -> pymysql.Connection:
        return pymysql.connect(
            host="127.0.0.1",
            port=self.port,
            user=user,
            password=password,
            charset="utf8mb4",
            autocommit=True,
            ssl_disabled=True,
        )

    def execute(self, *statements: str) -> None:
        """Runs statements as the administrator."""
        with self.connect() as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def fetch(self, query: str, *, user: str = "root", password: str = "") -> Sequence[tuple]:
        """The rows of a query."""
        with self.connect(user, password) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()


@contextmanager
def mariadb_server(*options: str) -> Iterator[MariaDB]:
    """A server that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="mariadb-") as folder:
        server = MariaDB(Path(folder), *options)
        server.start()
        try:
            yield server
        finally:
            server.stop()


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin:/usr/bin")
