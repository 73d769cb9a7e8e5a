"""The district of the end-to-end tests, one run later."""

import shutil
from pathlib import Path

import pytest

from district_platform_tests import offices
from district_platform_tests.processes import Together, platform


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
