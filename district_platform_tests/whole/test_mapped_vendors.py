"""A folder of strange CSVs of three invented vendors becomes the publication that the canonical extracts become."""

import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from district_platform_tests.processes import Together, platform
from district_platform_tests.sources.mapped.conftest import command


def published(source: Path, home: Path) -> None:
    """A copy of a home, after its run."""
    shutil.copytree(source, home, dirs_exist_ok=True)
    run = platform(home, "run")
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.fixture(scope="session")
def canonical(three_vendors: Path, together: Together) -> Path:
    """The district from canonical files."""
    return together("canonical", lambda home: published(three_vendors / "canonical", home))


@pytest.fixture(scope="session")
def mapped(three_vendors: Path, together: Together) -> Path:
    """The same district from the three vendors' files: proposed, reviewed by a script, run."""
    return together("mapped", lambda home: published(three_vendors / "mapped", home))


def pages(home: Path) -> list[str]:
    """The brief's text, page by page, without what tells of the run."""
    reader = PdfReader(home / "reports" / "policy_brief.pdf")
    return [re.sub(r"Run [0-9a-f-]{36}", "", page.extract_text()) for page in reader.pages]


def test_check_finds_nothing_left_to_do(three_vendors, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(three_vendors / "mapped", home)
    checked = command(home, "map", "check", "three", "--rows", "0")
    assert checked.exit_code == 0, checked.output
    assert "READY: all is decided, and no rule finds anything." in checked.output


@pytest.mark.slow
def test_released_tables_are_those_of_the_canonical_files(canonical, mapped):
    names = sorted(p.name for p in (canonical / "reports" / "analysis_tables").glob("*.csv"))
    assert names == sorted(p.name for p in (mapped / "reports" / "analysis_tables").glob("*.csv"))
    for name in names:
        ours, theirs = (home / "reports" / "analysis_tables" / name for home in (mapped, canonical))
        assert ours.read_text() == theirs.read_text(), name


@pytest.mark.slow
def test_brief_is_that_of_the_canonical_files(canonical, mapped):
    assert pages(mapped) == pages(canonical)
