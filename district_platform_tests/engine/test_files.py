"""A file is replaced whole or not at all."""

import pytest

from district_platform.engine.files import replacing


def test_a_block_that_ends_well_replaces_the_file(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    with replacing(path) as fresh:
        fresh.write_text("new")
        assert path.read_text() == "old"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "new")]


def test_a_block_that_fails_leaves_the_old_file_and_nothing_else(tmp_path):
    path = tmp_path / "report.json"
    path.write_text("old")
    with pytest.raises(ZeroDivisionError), replacing(path) as fresh:  # noqa: PT012 - the block is what fails
        fresh.write_text("ne")
        raise ZeroDivisionError
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("report.json", "old")]
