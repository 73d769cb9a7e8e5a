"""docs/troubleshooting.md is a transcript: what it shows is what comes back. Here its cheap commands are typed again, in their order."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from district_platform.cli import main
from district_platform.documentation import ROOT

PAGE = ROOT / "docs" / "troubleshooting.md"
PROGRAM = "district-platform "
HOME = "/home/you"
LEFT_OUT = "…"

Step = tuple[str, list[str]]


def transcript() -> Iterator[Step]:
    """Each command of the page with the lines that stand under it."""
    for block in re.findall(r"(?:^    .*\n)+", PAGE.read_text(), flags=re.MULTILINE):
        for typed in re.split(r"^    \$ ", block, flags=re.MULTILINE)[1:]:
            command, *lines = typed.splitlines()
            yield command, [line.strip() for line in lines if line.strip() not in ("", LEFT_OUT)]


def is_cheap(command: str) -> bool:
    """Whether it neither downloads nor builds tables; other tests do that."""
    return not re.match(r"git |district-platform run --home district(?! --students)", command)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in which the person stands; every command begins with a clean environment."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def type_in(command: str, here: Path) -> str:
    """What comes back."""
    if not command.startswith(PROGRAM):
        return subprocess.run(command, shell=True, cwd=here, check=True, capture_output=True, text=True).stdout
    with pytest.MonkeyPatch.context() as environment:
        # Set and taken out, so that what a command puts there goes again.
        for name in ("DISTRICT_HOME", "DISTRICT_SYNTHETIC__STUDENTS", "DISTRICT_SYNTHETIC__YEARS"):
            environment.setenv(name, "")
            environment.delenv(name)
        return CliRunner().invoke(main, shlex.split(command.removeprefix(PROGRAM)), prog_name=PROGRAM.strip()).output


@pytest.mark.slow
def test_what_the_page_shows_is_what_comes_back(here):
    unlike = []
    for command, shown in (step for step in transcript() if is_cheap(step[0])):
        said = {line.strip() for line in type_in(command, here).replace(str(here), HOME).splitlines()}
        unlike += [(command, line) for line in shown if line not in said]
    assert unlike == []


def test_page_shows_ten_mistakes_and_a_brief():
    steps = list(transcript())
    assert len(re.findall(r"^## \d+\. ", PAGE.read_text(), flags=re.MULTILINE)) == 10
    assert len([command for command, _ in steps if is_cheap(command)]) >= 25
    command, shown = steps[-1]
    assert (command, shown[-2]) == (
        "district-platform run --home district --as-of 2026-02-13",
        "Open district/reports/policy_brief.pdf first.",
    )
