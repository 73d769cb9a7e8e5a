"""A full disk and a home that cannot be written are one sentence, whoever of the libraries meets them."""

import errno
import os
import resource
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

from district_platform.cli import checking, main
from district_platform.cli.faults import CLOSED, FULL, NO_MEMORY, STAYS, fault_of_the_machine


def system(number: int) -> OSError:
    return OSError(number, os.strerror(number), "warehouse/build/x.csv")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (system(errno.ENOSPC), f"warehouse/build/x.csv: {FULL}"),
        (system(errno.EDQUOT), f"warehouse/build/x.csv: {FULL}"),
        (system(errno.EROFS), f"warehouse/build/x.csv: {CLOSED}"),
        (system(errno.EACCES), f"warehouse/build/x.csv: {CLOSED}"),
        (duckdb.IOException('Could not write file "x": No space left on device'), f"The home: {FULL}"),
        (duckdb.IOException('Cannot open file "x": Permission denied'), f"The home: {CLOSED}"),
        (
            duckdb.OutOfMemoryException("Out of Memory Error: failed to allocate data of size 2 MB"),
            f"The home: {NO_MEMORY}",
        ),
        (sqlite3.OperationalError("database or disk is full"), f"The home: {FULL}"),
        (sqlite3.OperationalError("attempt to write a readonly database"), f"The home: {CLOSED}"),
        (sqlite3.OperationalError("unable to open database file"), f"The home: {CLOSED}"),
    ],
)
def test_every_library_s_words_become_the_same_sentence(error: Exception, told: str):
    assert fault_of_the_machine(error) == f"{told}. {STAYS}"
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = error
    assert fault_of_the_machine(wrapped) == f"{told}. {STAYS}"


@pytest.mark.parametrize(
    "error", [ValueError("no date"), system(errno.ENOENT), sqlite3.OperationalError("no such table: x")]
)
def test_other_errors_are_none_of_the_machine(error: Exception):
    assert fault_of_the_machine(error) is None


@pytest.mark.parametrize("error", [system(errno.ENOSPC), duckdb.IOException("No space left on device")])
def test_a_disk_that_fills_up_during_a_check_is_told_in_one_line(home, monkeypatch, error):
    def fails(*_: object) -> int:
        raise error

    home.config_file.write_text('[sources]\nkind = "files"\n')
    monkeypatch.setattr(checking, "check_extracts", fails)
    result = CliRunner().invoke(main, ["check", "--home", str(home.root)])
    assert (result.exit_code, result.output.count("\n")) == (1, 1)
    assert FULL in result.output


@pytest.mark.slow
def test_a_run_on_a_disk_that_is_full_ends_in_a_sentence(home):
    """No file may grow beyond 1 MB, which is where Dagster's own database ends."""

    def no_space() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    home.config_file.write_text('[sources]\nkind = "files"\n')
    command = [str(Path(sys.executable).with_name("district-platform")), "run", "--home", str(home.root)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=no_space)
    assert run.returncode == 1
    assert "Traceback" not in run.stdout + run.stderr
    assert FULL in run.stderr
