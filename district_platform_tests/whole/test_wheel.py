"""The wheel installs and runs outside a checkout, and says what it is."""

import os
import shutil
import site
import subprocess
import sys
import tomllib
import zipfile
from email.parser import HeaderParser
from pathlib import Path

import pytest

from district_platform.documentation import ROOT


@pytest.fixture(scope="session")
def wheel(together) -> Path:
    """Built by `python -m build` from a copy of what is under version control, without asking a package registry."""

    def build(folder: Path) -> None:
        source = folder / "source"
        for path in tracked():
            copy = source / path.relative_to(ROOT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, copy)
        command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(source)]
        built = subprocess.run(command, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stdout + built.stderr

    [made] = together("wheel", build).glob("*.whl")
    return made


@pytest.fixture(scope="session")
def installed(wheel, together) -> Path:
    """A fresh environment with the wheel; dependencies are those of this one, the checkout is not among them."""

    def install(folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        [packages] = folder.glob("lib/python*/site-packages")
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(packages)
        (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()))

    return together("installed", install) / "bin" / "python"


def run(python: Path, *arguments: str, at: Path) -> subprocess.CompletedProcess[str]:
    own = ("DISTRICT_", "DAGSTER_", "PYTHON", "VIRTUAL_ENV")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(own)}
    command = [str(python), "-m", "district_platform.cli", *arguments]
    return subprocess.run(command, cwd=at, env=clean, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_demo_runs_from_the_wheel_alone_in_an_empty_folder(installed, tmp_path):
    where = "import district_platform; print(district_platform.__file__)"
    [place] = subprocess.check_output([installed, "-c", where], cwd=tmp_path, text=True).split()
    assert Path(place).is_relative_to(installed.parents[1])
    made = run(installed, "init", "--demo", at=tmp_path)
    assert made.returncode == 0, made.stderr
    settings = (tmp_path / "district.toml").read_text()
    assert "students = 400" in settings
    fewer = settings.replace("students = 400", "students = 120").replace("# years = 3", "years = 2")
    (tmp_path / "district.toml").write_text(fewer)
    done = run(installed, "run", at=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "reports" / "policy_brief.pdf").read_bytes().startswith(b"%PDF")


def test_wheel_says_version_licence_and_holds_what_the_program_reads(wheel, installed, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        [metadata] = [name for name in names if name.endswith(".dist-info/METADATA")]
        said = HeaderParser().parsestr(archive.read(metadata).decode())
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert (said["Version"], said["License-Expression"]) == (version, "Apache-2.0")
    assert any(name.endswith("licenses/LICENSE") for name in names)
    package = {path.relative_to(ROOT) for path in tracked() if path.is_relative_to(ROOT / "district_platform")}
    assert {path.as_posix() for path in package} <= set(names), (
        "a file of the package is missing in the wheel: [tool.setuptools.package-data]"
    )
    assert not [name for name in names if "test" in name.split("/")[0]]
    assert run(installed, "--version", at=tmp_path).stdout == f"district-platform {version}\n"


def tracked() -> list[Path]:
    what = ("district_platform", "pyproject.toml", "README.md", "LICENSE")
    listed = subprocess.check_output(["git", "ls-files", *what], cwd=ROOT, text=True)
    return [ROOT / name for name in listed.splitlines()]
