"""A full disk and a home that cannot be written are one sentence, whoever of the libraries meets them."""

import errno
import os
import sqlite3

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
