"""The systemd units, as systemd itself judges them without running them."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from district_platform_tests.deploy.dockerfile import ROOT

FOLDER = ROOT / "deploy" / "systemd"
UNITS = sorted(path.name for path in FOLDER.glob("*.service"))
WORST = 2.0
"""The exposure level, from 0 to 10, that no unit may exceed."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with the units, and a command where they look for one."""
    folder = tmp_path_factory.mktemp("root")
    shutil.copytree(FOLDER, folder / "etc/systemd/system")
    shutil.copytree("/lib/systemd/system", folder / "lib/systemd/system", symlinks=True)
    for command in ("opt/platform/bin/district-platform", "usr/bin/find"):
        path = folder / command
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o755)
    return folder


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin"},
    )


def test_units_are_those_of_the_guide():
    names = ["backup", "code", "daemon", "dashboard", "webserver"]
    assert [f"district-{name}.service" for name in names] == UNITS


def test_systemd_has_nothing_to_say_about_the_units(root):
    names = [path.name for path in FOLDER.glob("district-*.*") if path.is_file()]
    done = analyze("verify", f"--root={root}", *sorted(names))
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_verify_would_name_a_typing_error(root, tmp_path):
    shutil.copytree(root, tmp_path / "root", symlinks=True)
    unit = tmp_path / "root/etc/systemd/system/district-code.service"
    unit.write_text(unit.read_text().replace("ReadWritePaths", "ReadWritePath"))
    assert "ReadWritePath" in analyze("verify", f"--root={tmp_path / 'root'}", unit.name).stderr


@pytest.mark.parametrize("unit", UNITS)
def test_unit_is_exposed_to_little(root, unit):
    said = analyze("security", "--offline=true", f"--root={root}", unit).stdout
    [level] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", said)
    assert float(level) <= WORST


@pytest.mark.parametrize(
    ("unit", "writes"),
    [
        ("code", ["/srv/district"]),
        ("daemon", ["/srv/district/.dagster"]),
        ("webserver", ["/srv/district/.dagster"]),
        ("dashboard", ["/srv/district/warehouse/access"]),
    ],
)
def test_unit_writes_only_what_is_its_own(unit, writes):
    text = (FOLDER / f"district-{unit}.service").read_text()
    [paths] = re.findall(r"^ReadWritePaths=(.*)$", text, flags=re.MULTILINE)
    assert paths.split() == writes
    assert "ReadOnlyPaths=/srv/district\n" in (FOLDER / "district-.service.d/hardening.conf").read_text()


def test_no_unit_listens_to_other_machines_and_none_serves_code_on_a_port():
    for unit in UNITS:
        assert "--host" not in (FOLDER / unit).read_text()
    assert "--socket /run/district/code.sock" in (FOLDER / "district-code.service").read_text()
