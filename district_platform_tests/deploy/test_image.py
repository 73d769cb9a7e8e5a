"""The image's contents, as its steps make them: the platform for one account without rights, and nothing of a district."""

import re
import stat
import subprocess
from pathlib import Path

import pytest

from district_platform_tests.deploy.dockerfile import ROOT, TOOLS, stages
from district_platform_tests.deploy.machine import Mount, Rights, Root

PLATFORM = "opt/platform"
OF_DEBIAN = re.compile(r"^(linux-vdso|ld-linux|lib(c|m|dl|rt|util|pthread|resolv|gcc_s|stdc\+\+|z|crypt)\.)")
"""Libraries that python:3-slim has: glibc, those of GCC (apt needs them) and zlib (Python does)."""


def test_dockerfile_passes_hadolint():
    done = subprocess.run([TOOLS / "hadolint", "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


def test_lock_of_the_server_has_what_the_other_locks_have_with_streamlit_and_no_tool():
    full, dashboard, server = (
        set(re.findall(r"^([a-z0-9._-]+==\S+)", (ROOT / name).read_text(), flags=re.MULTILINE))
        for name in ("requirements.lock", "requirements-dashboard.lock", "requirements-server.lock")
    )
    assert server - full - dashboard == set()
    names = {name.partition("==")[0] for name in server}
    assert "streamlit" in names
    assert (
        names
        & {
            "pytest",
            "moto",
            "ruff",
            "mypy",
            "hypothesis",
            "uv",
        }
        == set()
    )


def test_image_runs_as_an_account_without_rights():
    last = stages((ROOT / "Dockerfile").read_text())[-1]
    assert (last.last("USER"), last.words("ENTRYPOINT")) == ("10001:10001", ["district-platform"])
    assert last.environment["TMPDIR"] == "/tmp"


@pytest.mark.slow
def test_image_holds_the_platform_and_folders_for_volumes_and_nothing_else(image):
    own, of_base = (
        {str(path.relative_to(root)) for pattern in ("*", "*/*") for path in root.glob(pattern)}
        for root in (image.files, image.base)
    )
    accounts = {
        f"etc/{name}{old}" for name in ("passwd", "group", "shadow", "gshadow", "subuid", "subgid") for old in ("", "-")
    }
    folders = {
        "opt",
        PLATFORM,
        "etc/district-platform",
        "srv",
        "srv/district",
        "var",
        "var/lib",
        "var/cache",
        "var/backups",
    }
    of_the_replay = {"tmp", "dev", "proc", "sys", "run", "etc/.pwd.lock", "var/log"}
    assert own - of_base - accounts - of_the_replay <= folders
    assert sorted(path.name for path in (image.files / "etc" / "district-platform").iterdir()) == [
        "backup.sh",
        "init.sh",
        "secrets.sh",
        "workspace.yaml",
    ]
    for name in (
        "srv/district",
        "srv/district/warehouse/access",
        "var/lib/dagster",
        "var/cache/district",
        "var/backups/district",
    ):
        seen = (image.files / name).stat()
        assert (seen.st_uid, seen.st_gid, stat.S_IMODE(seen.st_mode)) == (10001, 10001, 0o700), name
    assert [path for path in (image.files / "srv").rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_platform_in_the_image_has_no_installer_no_tests_and_no_file_that_grants_rights(image):
    packages = {path.name for path in (image.files / PLATFORM).glob("lib/python3*/site-packages/*")}
    assert "district_platform" in packages
    assert packages & {"pip", "uv", "pytest", "moto", "district_platform_tests"} == set()
    granting = stat.S_ISUID | stat.S_ISGID | stat.S_IWOTH
    found = [
        path for path in (image.files / PLATFORM).rglob("*") if not path.is_symlink() and path.stat().st_mode & granting
    ]
    assert found == []


@pytest.mark.slow
def test_libraries_that_the_image_needs_come_with_it_or_with_its_base(image):
    """The base here is this machine, which has more than python:3-slim: so the names of libraries are looked at."""
    own = [path for path in (image.files / PLATFORM).rglob("*.so*") if path.is_file()]
    carried = {path.name for path in own}
    needed: dict[str, Path] = {}
    for path in own:
        said = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=False).stdout
        needed |= dict.fromkeys(re.findall(r"NEEDED\s+(\S+)", said), path)
    assert {name: str(path) for name, path in needed.items() if name not in carried and not OF_DEBIAN.match(name)} == {}


@pytest.mark.slow
def test_district_is_made_and_published_on_a_read_only_root(image, tmp_path):
    volumes = {"/srv/district": tmp_path / "district", "/var/lib/dagster": tmp_path / "dagster"}
    for target, folder in volumes.items():
        folder.mkdir()
        subprocess.run(["cp", "-a", f"{image.files}{target}/.", folder], check=True)
        subprocess.run(["chown", "10001:10001", folder], check=True)
    mounts = tuple(Mount(folder, target) for target, folder in volumes.items())
    root = Root(tmp_path / "root", image.files, mounts=mounts)
    small = {**image.environment, "DISTRICT_SYNTHETIC__STUDENTS": "120", "DISTRICT_SYNTHETIC__YEARS": "1"}
    rights = Rights("10001:10001", is_read_only=True)

    def platform(*words: str) -> str:
        return root.run([*image.stage.words("ENTRYPOINT"), *words], small, rights, "/srv/district")

    platform("init", "--demo")
    assert "policy_brief.pdf" in platform("run")
    assert (tmp_path / "district" / "reports" / "policy_brief.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(AssertionError, match="Read-only file system"):
        root.run(["touch", "/opt/platform/x"], small, Rights(is_read_only=True))
