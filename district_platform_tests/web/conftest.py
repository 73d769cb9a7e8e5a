"""Small publications with a library that reads them, and the dashboard with browsers."""

from collections.abc import Iterator

import pytest

from district_platform.home import Home
from district_platform.web.access.grants import Grants
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library
from district_platform_tests.web.dashboard import PRINCIPAL, Browser, Dashboard


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
