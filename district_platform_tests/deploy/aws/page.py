"""docs/aws.md as the commands and settings that it lists, and its tables."""

import re

from district_platform_tests.deploy.dockerfile import ROOT

PAGE = (ROOT / "docs" / "aws.md").read_text()
ACCOUNT, REGION = "111122223333", "us-east-1"
"""Those of the page's examples."""


def section(heading: str) -> str:
    return PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def code(text: str) -> list[str]:
    """The lines of code."""
    return [line[4:] for line in text.splitlines() if line.startswith("    ")]


def commands(begin: str) -> list[str]:
    """The lines of code that begin with a word, in their order."""
    return [line for line in code(PAGE) if line.startswith(f"{begin} ")]


def settings() -> str:
    """The lines for district.toml."""
    inside = section("Step by step").split("In `/srv/district/district.toml`")[1].split("\nThen:")[0]
    return "\n".join(line for line in code(inside))


def rows(heading: str) -> list[list[str]]:
    """The cells of a section's table."""
    lines = [line for line in section(heading).splitlines() if line.startswith("|")]
    return [[cell.strip(" *") for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in lines[2:]]
