"""docs/deployment.md as the commands that it lists, and the units as systemd would start them."""

import shlex
from dataclasses import dataclass
from pathlib import Path

from district_platform_tests.code_blocks import blocks
from district_platform_tests.deploy.dockerfile import ROOT

PAGE = ROOT / "docs" / "deployment.md"
UNITS = ROOT / "deploy" / "systemd"
NEED_A_NETWORK_OR_SYSTEMD = ("apt-get ", "git clone ", "systemctl ")
"""Beginnings of the commands that are not run here."""


def commands(heading: str) -> list[str]:
    """The lines of code of a section, until its first table or paragraph on secrets."""
    section = PAGE.read_text().split(f"\n## {heading}\n")[1].split("\n## ")[0].split("\n**Secrets**")[0]
    return [
        line for block in blocks(PAGE) if block.language == "sh" and block.text in section for line in block.commands
    ]


@dataclass(frozen=True)
class Unit:
    """A unit's settings, those that all share among them."""

    name: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        texts = [
            (UNITS / "district-.service.d/hardening.conf").read_text(),
            (UNITS / f"{self.name}.service").read_text(),
        ]
        return [(key, value) for text in texts for key, _, value in (line.partition("=") for line in text.splitlines())]

    def values(self, key: str) -> list[str]:
        """The words of every line with this key."""
        return [word for found, value in self.lines if found == key for word in shlex.split(value)]

    @property
    def environment(self) -> dict[str, str]:
        pairs = [word.partition("=") for word in self.values("Environment")]
        return {name: value.replace("%d", f"/run/credentials/{self.name}.service") for name, _, value in pairs}

    @property
    def writable(self) -> list[Path]:
        """Folders that it may write, of those that others also use."""
        cache = [Path("/var/cache") / name for name in self.values("CacheDirectory")]
        return [*map(Path, self.values("ReadWritePaths")), *cache]
