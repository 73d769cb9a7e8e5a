"""The district of the end-to-end tests, one run later, and one in the files of three invented vendors."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from district_platform.settings import Assessments, Synthetic
from district_platform.sources.synthetic import generate
from district_platform_tests import offices
from district_platform_tests.processes import Together, platform
from district_platform_tests.sources.mapped import vendors
from district_platform_tests.sources.mapped.conftest import command, review

SETTINGS = """
as_of_date = 2026-02-13
[sources]
kind = "{kind}"
[sources.mapped]
name = "three"
{files}
"""
FROM_FILES = "".join(f'[sources.extracts.{name}]\nfrom = "files"\n' for name in vendors.GIVEN_BY_FILES)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What stands in this folder is for `make test-whole`, as is what is marked so in other rooms."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker("whole")


@pytest.fixture(scope="session")
def next_run(district: Path, together: Together) -> Path:
    """The same district after its next run, before which each office did something (offices.py), to look at."""

    def make(home: Path) -> None:
        shutil.copytree(district, home, symlinks=True)
        offices.waive_a_finding(home)
        offices.approve_the_week(home)
        offices.edit_last_year(home)
        run = platform(home, "run", sources__kind="files", as_of_date="2026-02-13")
        assert run.returncode == 0, run.stdout + run.stderr

    return together("next_run", make)


@pytest.fixture(scope="session")
def three_vendors(together: Together) -> Path:
    """canonical/ and mapped/, two homes of the same district; of the second, every decision is taken and nothing has run."""

    def make(folder: Path) -> None:
        canonical, mapped = folder / "canonical", folder / "mapped"
        synthetic = {"students": 120, "years": 2, "timekeeping": {"years": 1}, "defects": {"enabled": False}}
        raw = canonical / "data" / "raw"
        generate(raw, Synthetic.model_validate(synthetic), Assessments(), dt.date(2026, 2, 13))
        (canonical / "district.toml").write_text(SETTINGS.format(kind="files", files=""))
        vendors.export(raw, mapped / "data" / "export")
        for extract in vendors.GIVEN_BY_FILES:
            [path] = raw.glob(f"*/{extract}.csv")
            target = mapped / "data" / "raw" / path.parent.name / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        (mapped / "district.toml").write_text(SETTINGS.format(kind="mapped", files=FROM_FILES))
        proposed = command(mapped, "map", "propose", str(mapped / "data" / "export"), "--name", "three")
        assert proposed.exit_code == 1, proposed.output
        (mapped / "propose.txt").write_text(proposed.output)
        review(mapped)

    return together("three_vendors", make)
