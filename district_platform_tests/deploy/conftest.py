"""The image, replayed once for all tests that start something of it."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from district_platform_tests.deploy.image import Image, replayed

NAMESPACES = ["unshare", "--mount", "--net", "true"]


@pytest.fixture(scope="session")
def own_root() -> None:
    """Fails where this account may not make roots of its own: who runs these tests wants to know, not to be spared."""
    may = os.geteuid() == 0 and subprocess.run(NAMESPACES, check=False).returncode == 0
    assert may, "These tests need root, and a kernel that lets it unshare mounts and network."


@pytest.fixture(scope="session")
def image(own_root: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    folder: Path = tmp_path_factory.mktemp("image")
    yield replayed(folder)
    shutil.rmtree(folder, ignore_errors=True)
