"""A folder of strange CSVs of three invented vendors becomes the publication that the canonical extracts become."""

import re
import shutil
from pathlib import Path

import pytest
from pypdf import PdfReader

from district_platform.cli.mapping_review import ask
from district_platform.engine.database import connect
from district_platform.engine.duckdb_tables import DuckDBTables
from district_platform.settings import Engine
from district_platform.sources.mapped.proposing.proposal import look_at
from district_platform.sources.mapped.questions import Question
from district_platform_tests.processes import Together, platform
from district_platform_tests.sources.mapped import vendors

DISTRICT = """
as_of_date = 2026-02-13
[sources]
kind = "{kind}"
[sources.mapped]
name = "three"
{files}
"""
FROM_FILES = "".join(f'[sources.extracts.{name}]\nfrom = "files"\n' for name in vendors.GIVEN_BY_FILES)
SIZE = {
    "synthetic__students": 150,
    "synthetic__years": 2,
    "synthetic__timekeeping__years": 1,
    "synthetic__defects__enabled": "false",
}


@pytest.fixture(scope="session")
def canonical(together: Together) -> Path:
    """The district from canonical files."""

    def make(home: Path) -> None:
        generated = platform(home, "generate", **SIZE)
        assert generated.returncode == 0, generated.stdout + generated.stderr
        (home / "district.toml").write_text(DISTRICT.format(kind="files", files=""))
        run = platform(home, "run")
        assert run.returncode == 0, run.stdout + run.stderr

    return together("canonical", make)


@pytest.fixture(scope="session")
def mapped(canonical: Path, together: Together) -> Path:
    """The same district from the three vendors' files: proposed, reviewed by a script, checked, run."""

    def make(home: Path) -> None:
        vendors.export(canonical / "data" / "raw", home / "data" / "export")
        for extract in vendors.GIVEN_BY_FILES:
            [path] = (canonical / "data" / "raw").glob(f"*/{extract}.csv")
            target = home / "data" / "raw" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        (home / "district.toml").write_text(DISTRICT.format(kind="mapped", files=FROM_FILES))
        proposed = platform(home, "map", "propose", str(home / "data" / "export"), "--name", "three")
        assert proposed.returncode == 1, proposed.stdout + proposed.stderr
        (home / "propose.txt").write_text(proposed.stdout)
        review(home)
        checked = platform(home, "map", "check", "three")
        (home / "check.txt").write_text(checked.stdout)
        assert checked.returncode == 0, checked.stdout + checked.stderr
        run = platform(home, "run")
        assert run.returncode == 0, run.stdout + run.stderr

    return together("mapped", make)


def review(home: Path) -> None:
    """Answers each decision as it is asked."""
    said = {}

    def typed(question: Question) -> str:
        return said.setdefault(question.key, vendors.answers(question.key)).pop(0)

    with connect(":memory:", Engine()) as connection:
        tables = DuckDBTables(connection)
        look = look_at(tables, home / "data" / "export")
        assert ask(home / "mappings" / "three.toml", look, tables, "steward", typed) == 0


def pages(home: Path) -> list[str]:
    """The brief's text, page by page, without what tells of the run."""
    reader = PdfReader(home / "reports" / "policy_brief.pdf")
    return [re.sub(r"Run [0-9a-f-]{36}", "", page.extract_text()) for page in reader.pages]


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
