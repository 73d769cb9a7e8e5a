"""Small publications with a library that reads them, and the dashboard with browsers."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from district_platform.home import Home
from district_platform.web.access.grants import Grants
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library
from district_platform.web.signin import passwords
from district_platform_tests.processes import Together
from district_platform_tests.web import canaries, matrix, planting
from district_platform_tests.web.dashboard import PRINCIPAL, Browser, Dashboard
from district_platform_tests.web.matrix import Planted


@pytest.fixture(autouse=True, scope="session")
def hasher() -> Iterator[PasswordHasher]:
    """The real one. Tests have one that costs nothing: hashes took a third of all the time of signing in."""
    real, quick = passwords._hasher(), PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: quick)
        yield real


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    """Reads the empty district of `home`; publish into it first (published.publish)."""
    made = Library(home, registry())
    yield made
    made.close()


@pytest.fixture
def grants(home: Home, library: Library) -> Grants:
    return Grants(home, library)


@pytest.fixture
def dashboard(home: Home) -> Dashboard:
    """With an account of a principal."""
    made = Dashboard(home.root)
    made.has_account(PRINCIPAL)
    return made


@pytest.fixture
def browser(dashboard: Dashboard) -> Browser:
    return dashboard.browser()


@pytest.fixture(scope="session")
def planted(district: Path, together: Together) -> Planted:
    """The small synthetic district's publication with canaries in every restricted table, and who looks at it."""

    def make(folder: Path) -> None:
        home = Home(root=folder)
        home.publications.mkdir(parents=True)
        planting.plant(home, Home(root=district))
        home.reference.mkdir(parents=True)
        (home.reference / "access.csv").write_text(canaries.access_csv(dt.date(2026, 6, 30)))

    home = Home(root=together("canaries", make))
    schools = canaries.schools_of(home)
    return Planted(home, tuple(canaries.canaries(schools)), matrix.viewers_of(home, registry(), schools))
