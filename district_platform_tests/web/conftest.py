"""Small publications, and a library that reads them."""

from collections.abc import Iterator

import pytest

from district_platform.home import Home
from district_platform.web.access.grants import Grants
from district_platform.web.reading.queries import registry
from district_platform.web.reading.reader import Library


@pytest.fixture
def library(home: Home) -> Iterator[Library]:
    """Reads the empty district of `home`; publish into it first (published.publish)."""
    made = Library(home, registry())
    yield made
    made.close()


@pytest.fixture
def grants(home: Home, library: Library) -> Grants:
    return Grants(home, library)
