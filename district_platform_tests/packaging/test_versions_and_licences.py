"""What goes with a version: its part of the changelog, and the licences of what it needs."""

import tomllib

from district_platform.documentation import ROOT
from district_platform.licenses import unnamed_copyleft


def test_changelog_has_the_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert f"## {version} " in (ROOT / "CHANGELOG.md").read_text()


def test_every_copyleft_licence_is_named() -> None:
    assert unnamed_copyleft() == set()
