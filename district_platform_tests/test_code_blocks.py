"""What pages tell people to type: it is run by a test, or says that it is not; and the commands know the words."""

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from district_platform.cli import main
from district_platform.documentation import ROOT
from district_platform_tests.code_blocks import PAGES, Block, blocks, without_blocks

TRANSCRIPT = ROOT / "docs" / "troubleshooting.md"
"""A walk that whole/test_troubleshooting.py types line by line."""
TYPED = re.compile(
    r"^ {4,}(?:\$ )?(?:\.venv/bin/)?(?:district-platform|make|apt-get|docker|pip|duckdb|openssl|git clone)\s",
    re.MULTILINE,
)
TARGETS = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
ALL = [block for page in PAGES for block in blocks(page)]
SHELL = [block for block in ALL if block.language in ("sh", "console")]
OURS = "district-platform"


def where(block: Block) -> str:
    return f"{block.page}:{block.line}"


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page not in (TRANSCRIPT, ROOT / "docs" / "cli.md")], ids=lambda page: page.name
)
def test_what_is_typed_stands_in_fenced_blocks(page):
    """So that no command escapes the tests below. cli.md shows usages, which are no commands."""
    assert not TYPED.findall(without_blocks(page))


@pytest.mark.parametrize("block", [block for block in ALL if block.language == "sh"], ids=where)
def test_a_block_of_commands_is_run_by_a_test_or_says_why_not(block: Block):
    """Without a title whole/test_code_blocks.py runs it."""
    if not block.title:
        return
    kind, _, rest = block.title.partition(" ")
    assert kind in ("tried", "not"), block.title
    if kind == "not":
        assert re.fullmatch(r"tried: .+", rest)
    else:
        assert re.match(r"by (make |\.ci/run)", rest)
        assert set(re.findall(r"make ([\w-]+)", rest)) <= TARGETS


def of_ours(block: Block) -> Iterator[list[str]]:
    """Words of each call of the platform's command; a line may hold several, and calls in other commands."""
    for line in block.commands:
        for part in re.split(r"&&|\||>|;", line):
            words = shlex.split(part)
            found = [n for n, word in enumerate(words) if word.rpartition("/")[2] == OURS]
            if found and not {"cd", "git", "ln"} & set(words[:1]):
                yield words[found[0] + 1 :]


@pytest.mark.parametrize("block", [block for block in SHELL if any(of_ours(block))], ids=where)
def test_commands_know_the_words_that_pages_give_them(block: Block, monkeypatch):
    monkeypatch.setattr(click.Path, "convert", lambda self, value, param, context: value)  # no file is looked for
    monkeypatch.setattr(click.File, "convert", lambda self, value, param, context: value)
    for words in of_ours(block):
        command: click.Command = main
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command, words = command.commands[words[0]], words[1:]
        assert not isinstance(command, click.Group) or command.invoke_without_command, words
        command.make_context(OURS, words)
