"""Fenced blocks of code in the pages."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from district_platform.documentation import ROOT

PAGES = [
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "examples").rglob("README.md")),
]
"""Every page that tells somebody what to type."""

_FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"\n]*)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its language, what its title says of it, its text."""

    page: str
    line: int
    language: str
    title: str
    text: str

    @property
    def commands(self) -> list[str]:
        """What is typed: each line without its comment; a line that ends in a backslash goes on."""
        joined = re.sub(r"\\\n\s*", "", self.text)
        lines = [
            line.removeprefix("$ ") for line in joined.splitlines() if self.language == "sh" or line.startswith("$ ")
        ]
        return [stripped for line in lines if (stripped := re.sub(r"(^|\s+)#( .*)?$", "", line).strip())]


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    text = page.read_text()
    for found in _FENCE.finditer(text):
        yield Block(
            str(page.relative_to(ROOT)), text.count("\n", 0, found.start()) + 1, found[1], found[2] or "", found[3]
        )


def without_blocks(page: Path) -> str:
    """The page's other text."""
    return _FENCE.sub("", page.read_text())
