"""docs/aws.md as the commands and settings that it lists, and its tables."""

import re

from district_platform_tests.code_blocks import blocks
from district_platform_tests.deploy.dockerfile import ROOT

FILE = ROOT / "docs" / "aws.md"
PAGE = FILE.read_text()
ACCOUNT, REGION = "111122223333", "us-east-1"
"""Those of the page's examples."""


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def commands(begin: str) -> list[str]:
    """The commands that begin with a word, in their order."""
    typed = (line for block in blocks(FILE) if block.language == "sh" for line in block.commands)
    return [line for line in typed if line.startswith(f"{begin} ")]


def settings() -> str:
    """The lines for district.toml."""
    [found] = [block.text for block in blocks(FILE) if block.language == "toml"]
    return found


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip(" *") for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]
