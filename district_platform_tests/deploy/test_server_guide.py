"""From an empty server to the first brief by the commands of docs/deployment.md, and then its units' commands as its account."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from district_platform_tests.deploy.dockerfile import ROOT
from district_platform_tests.deploy.guide import NEED_A_NETWORK_OR_SYSTEMD, Unit, commands
from district_platform_tests.deploy.image import PATH, stand_in_for_base
from district_platform_tests.deploy.machine import Mount, Rights, Root, installing
from district_platform_tests.deploy.rehearsal import end, network

HEADING = "One server, from an empty Debian to the first brief"
PLATFORM = "/opt/platform/bin/district-platform"


@dataclass(frozen=True)
class Server:
    """A root on which the guide was followed."""

    folder: Path
    printed: str

    @property
    def files(self) -> Path:
        return self.folder / "files"

    @property
    def home(self) -> Path:
        return self.files / "srv" / "district"

    @property
    def account(self) -> str:
        """The account `district`, as uid:gid."""
        [line] = [line for line in (self.files / "etc/passwd").read_text().splitlines() if line.startswith("district:")]
        return ":".join(line.split(":")[2:4])


def test_guide_lists_only_commands_that_are_run_here_or_named_as_not_tried():
    left_out = {line.split()[0] for line in commands(HEADING) if line.startswith(NEED_A_NETWORK_OR_SYSTEMD)}
    assert left_out == {"apt-get", "git", "systemctl"}
    tried = (ROOT / "docs" / "deployment.md").read_text().split("\n## What was tried, and how\n")[1]
    assert "but `apt-get`, `git clone` and `systemctl`" in tried


def test_guide_starts_every_unit():
    [line] = [line for line in commands(HEADING) if line.startswith("systemctl enable --now")]
    assert sorted(line.split()[3:]) == [
        "district-backup.timer",
        *(f"district-{name}" for name in ("code", "daemon", "dashboard", "webserver")),
    ]


@pytest.fixture(scope="module")
def server(own_root: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("server")
    files, checkout = folder / "files", folder / "files" / "opt" / "district-platform"
    stand_in_for_base(files)
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, tracked.split("\0")):
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / name, checkout / name)
    run = [line for line in commands(HEADING) if not line.startswith((*NEED_A_NETWORK_OR_SYSTEMD, "cat "))]
    small = {"DISTRICT_SYNTHETIC__STUDENTS": "120", "DISTRICT_SYNTHETIC__YEARS": "1"}
    environment = {
        "PATH": PATH,
        "HOME": "/root",
        **installing(),
        "UV_LINK_MODE": "copy",
        "UV_CACHE_DIR": "/root/.cache/uv",
        **small,
    }
    printed = Root(folder / "steps", kept=files).run(["sh", "-euc", "\n".join(run)], environment)
    yield Server(folder, printed)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow
def test_commands_of_the_guide_lead_to_a_brief_that_the_account_owns(server):
    brief = server.home / "reports" / "policy_brief.pdf"
    assert brief.read_bytes().startswith(b"%PDF")
    assert "/srv/district/reports/policy_brief.pdf" in server.printed
    uid, gid = map(int, server.account.split(":"))
    assert {
        (path.stat().st_uid, path.stat().st_gid) for path in [server.home, *server.home.rglob("*")] if path.exists()
    } == {(uid, gid)}
    assert server.home.stat().st_mode & 0o777 == 0o700
    assert (server.files / "etc/systemd/system/district-.service.d/hardening.conf").exists()


@dataclass
class Started:
    """The units' commands as processes, in one network of their own."""

    server: Server
    holder: subprocess.Popen[bytes]
    running: dict[str, subprocess.Popen[bytes]]

    def root(self, unit: Unit) -> Root:
        """The unit's view: everything read-only but its paths; the socket's folder is shared."""
        folder = self.server.folder
        in_home = [path for path in unit.writable if path.is_relative_to("/srv/district")]
        opened = [Mount(self.server.home / path.relative_to("/srv/district"), str(path)) for path in in_home]
        shared = [Mount(folder / "run", "/run/district"), Mount(folder / "cache", "/var/cache/district")]
        mounts = (Mount(self.server.home, "/srv/district", is_read_only=True), *shared, *opened)
        return Root(folder / unit.name, self.server.files, network=self.holder.pid, mounts=mounts)

    def command(self, unit: Unit, words: list[str]) -> list[str]:
        rights = Rights(self.server.account, is_read_only=True)
        return self.root(unit).command(words, {"PATH": PATH, **unit.environment}, rights, "/srv/district")

    def start(self, name: str) -> None:
        unit = Unit(name)
        with (self.server.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                self.command(unit, unit.values("ExecStart")), stdout=log, stderr=log, cwd="/", start_new_session=True
            )

    def run(self, name: str, words: list[str]) -> str:
        """What a command in a unit's place prints."""
        unit = Unit(name)
        rights = Rights(self.server.account, is_read_only=True)
        return self.root(unit).run(words, {"PATH": PATH, **unit.environment}, rights, "/srv/district")

    def until(self, name: str, *words: str) -> None:
        """Asks a unit's state by a command in its place until the command succeeds."""
        end = time.monotonic() + 300
        log = self.server.folder / f"{name}.log"
        while subprocess.run(
            self.command(Unit(name), list(words)), capture_output=True, check=False, cwd="/"
        ).returncode:
            assert self.running[name].poll() is None, log.read_text()
            assert time.monotonic() < end, log.read_text()
            time.sleep(1)


@pytest.fixture(scope="module")
def started(server: Server) -> Iterator[Started]:
    for name in ("run", "cache"):
        (server.folder / name).mkdir(mode=0o700)
        subprocess.run(["chown", server.account, server.folder / name], check=True)
    units = Started(server, network(), {})
    yield units
    end(units.running, units.holder)


@pytest.mark.slow
def test_units_run_as_their_account_with_their_paths(started):
    dagster = "/opt/platform/bin/dagster"
    started.start("district-code")
    started.until("district-code", dagster, "api", "grpc-health-check", "--socket", "/run/district/code.sock")
    for name in ("district-daemon", "district-webserver", "district-dashboard"):
        started.start(name)
    started.until("district-daemon", PLATFORM, "daemon", "--is-alive")
    health = [
        "env",
        "DAGSTER_HOME=/srv/district/.dagster",
        "/opt/platform/bin/python",
        "-m",
        "district_platform.ui.health",
    ]
    started.until("district-webserver", *health)
    asks = "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8501/healthz', timeout=5)"
    started.until("district-dashboard", "/opt/platform/bin/python", "-c", asks)
    streaming = (ROOT / "district_platform_tests" / "streaming.py").read_text()
    dashboard = ["/opt/platform/bin/python", "-c", streaming, "http://127.0.0.1:8501", "district"]
    assert 'href="/sign-in"' in started.run("district-dashboard", dashboard), "the page in Streamlit"
    for name in started.running:
        assert "Read-only file system" not in (started.server.folder / f"{name}.log").read_text()


@pytest.mark.slow
def test_backup_of_the_unit_is_written(started):
    unit = Unit("district-backup")
    backups = Mount(started.server.files / "var/backups/district", "/var/backups/district")
    root = started.root(unit)
    root = Root(root.folder, root.layer, network=root.network, mounts=(*root.mounts, backups))
    root.run(
        unit.values("ExecStart"),
        {"PATH": PATH, **unit.environment},
        Rights(started.server.account, is_read_only=True),
        "/srv/district",
    )
    assert len([*(started.server.files / "var/backups/district").iterdir()]) == 1
