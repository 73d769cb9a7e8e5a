"""Commands that pages print and no other test runs: typed as they stand, page by page, in a published district."""

import os
import re
import select
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

from district_platform.documentation import ROOT
from district_platform_tests.code_blocks import PAGES, Block, blocks
from district_platform_tests.processes import SIZE, free_port

BIN = Path(sys.executable).parent
SERVERS = re.compile(r"^district-platform (dashboard|api|ui)\b")
STARTS_WITHIN = 120
KEY_ID = "$(district-platform keys list | awk 'NF {id=$1} END {print id}')"
"""The first word of the last line: a key's id."""
ACCESS = """email,role,scope,person_number,expires_on,reason
head@example.org,district,,,2027-06-30,a test
"""
DISTRICT = f"""[sources]
kind = "synthetic"
[synthetic]
students = {SIZE["synthetic__students"]}
years = {SIZE["synthetic__years"]}
timekeeping.years = 1
"""
UNTITLED = {page: [block for block in blocks(page) if block.language == "sh" and not block.title] for page in PAGES}


def as_here(command: str, home: Path) -> str:
    """The command with places of this test: the page's home, key, port and folder for backups do not exist here."""
    command = re.sub(r" --home \S+", "", command).replace("/mnt/backup", f"{home}.backup")
    return re.sub(r"\bKEY_ID\b", KEY_ID, command)


def environment(home: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "DISTRICT_HOME": str(home),
        "DISTRICT_CACHE": f"{home}.cache",
        "COLUMNS": "200",
    }


def wait_until_answered(url: str, until: float) -> None:
    """A server says its address as soon as the port is its own, and serves a moment later."""
    while time.monotonic() < until:
        with suppress(requests.ConnectionError, requests.Timeout):
            requests.get(url, timeout=5, allow_redirects=False)
            return
        time.sleep(0.2)


def starts(command: str, home: Path) -> str:
    """What a server prints until it names its address; then it is ended."""
    process = subprocess.Popen(
        ["sh", "-c", f"exec {command}"],
        env=environment(home),
        cwd=home,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    told, until = "", time.monotonic() + STARTS_WITHIN
    try:
        while "http://127.0.0.1:" not in told and process.poll() is None and time.monotonic() < until:
            if select.select([process.stdout], [], [], 1)[0]:
                told += process.stdout.readline()
        if found := re.search(r"http://127\.0\.0\.1:\d+", told):
            wait_until_answered(found[0], until)
    finally:
        process.terminate()
        process.wait(60)
    return told


@pytest.mark.parametrize(
    "page", [page for page, found in UNTITLED.items() if found], ids=lambda page: str(page.relative_to(ROOT))
)
def test_commands_of_a_page_do_what_they_are_printed_for(page: Path, district: Path, tmp_path: Path):
    home = tmp_path / "home"
    shutil.copytree(district, home, symlinks=True)
    (home / "district.toml").write_text(DISTRICT)
    (home / "data" / "reference").mkdir(exist_ok=True)
    (home / "data" / "reference" / "access.csv").write_text(ACCESS)
    for block in UNTITLED[page]:
        for command in block.commands:
            _typed(block, as_here(command, home), home)


def _typed(block: Block, command: str, home: Path) -> None:
    if SERVERS.match(command):
        assert "http://127.0.0.1:" in starts(f"{command} --port {free_port()}", home), command
        return
    done = subprocess.run(
        ["sh", "-c", command], env=environment(home), cwd=home, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, f"{block.page}:{block.line}: {command}\n{done.stdout}{done.stderr}"
